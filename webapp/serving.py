"""The web server (waitress) and the scheduler beside it, in one process."""

from __future__ import annotations

import errno
import signal
from collections.abc import Callable
from types import FrameType
from typing import ClassVar

import waitress
from flask import Flask

from engine.engine import Engine
from engine.errors import AmicaleError
from engine.worker import lanes
from webapp.hints import ring_through
from webapp.settings import Settings

HEADER_BYTES = 64 * 1024
SHARE = 0.5  # of its time that the scheduler of a web process spends on a backlog: people click meanwhile


class AddressTaken(AmicaleError):
    """Something listens on {host}:{port} already. Stop it, or choose another port: AMICALE_LISTEN_PORT=8001."""

    code: ClassVar[str] = "address_taken"


class AddressUnusable(AmicaleError):
    """{host}:{port} cannot be listened on: {reason}. AMICALE_LISTEN_HOST and AMICALE_LISTEN_PORT say where."""

    code: ClassVar[str] = "address_unusable"


def serve(app: Flask, engine: Engine, settings: Settings, *, ready: Callable[[], None]) -> None:
    """Answers requests and runs due jobs until Ctrl+C or SIGTERM. Calls `ready` once requests are accepted.

    Raises AddressTaken, AddressUnusable.
    """
    server = open_server(app, settings)
    schedulers = lanes(engine, share=SHARE) if settings.scheduler else []
    signal.signal(signal.SIGTERM, _interrupt)
    if settings.broker_url:
        ring_through(settings.broker_url, engine)
    for scheduler in schedulers:
        scheduler.start()
    ready()
    try:
        server.run()
    finally:
        for scheduler in schedulers:
            scheduler.stop()
        server.close()


def open_server(app: Flask, settings: Settings) -> waitress.server.BaseWSGIServer:
    """A server that listens, so that requests wait from now on. Raises AddressTaken, AddressUnusable."""
    try:
        return waitress.create_server(
            app,
            host=settings.listen_host,
            port=settings.listen_port,
            threads=settings.threads,
            ident="",
            max_request_header_size=HEADER_BYTES,
            max_request_body_size=(settings.file_megabytes + 2) * 1024 * 1024,
            clear_untrusted_proxy_headers=not settings.trusted_proxies,
        )
    except ValueError as error:  # what waitress makes of a name that nobody knows
        raise AddressUnusable(host=settings.listen_host, port=settings.listen_port, reason=str(error)) from error
    except OSError as error:
        if error.errno in {errno.EADDRINUSE, errno.EACCES}:
            raise AddressTaken(host=settings.listen_host, port=settings.listen_port) from error
        raise AddressUnusable(host=settings.listen_host, port=settings.listen_port, reason=error.strerror) from error


def _interrupt(number: int, frame: FrameType | None) -> None:
    """SIGTERM ends the server as Ctrl+C does."""
    raise KeyboardInterrupt
