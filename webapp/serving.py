"""The web server (waitress) and the scheduler beside it, in one process."""

from __future__ import annotations

import errno
import logging
import signal
import time
from collections.abc import Callable
from contextlib import ExitStack
from threading import Event, Thread
from typing import Any, ClassVar, Final

import waitress
from flask import Flask
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer, MultiSocketServer

from engine.engine import Engine
from engine.errors import AmicaleError
from engine.outside import feed
from engine.transaction import transaction
from engine.worker import lanes
from webapp.hints import ring_through
from webapp.house import mailbox_reader
from webapp.probes import Health
from webapp.settings import Settings
from webapp.week import mail as week_mail
from workflows.association.bank import line_tasks
from workflows.association.notices import watching
from workflows.association.privacy import nightly

log = logging.getLogger(__name__)
HEADER_BYTES = 64 * 1024
MAILBOX_STOP: Final = 5.0  # seconds that the mail in hand has to be filed
LOOK: Final = 0.5  # seconds until a stop is seen at the latest
SHARE = 0.5  # of its time that the scheduler of a web process spends on a backlog: people click meanwhile


class AddressTaken(AmicaleError):
    """Something listens on {host}:{port} already. Stop it, or choose another port: AMICALE_LISTEN_PORT=8001."""

    code: ClassVar[str] = "address_taken"


class AddressUnusable(AmicaleError):
    """{host}:{port} cannot be listened on: {reason}. AMICALE_LISTEN_HOST and AMICALE_LISTEN_PORT say where."""

    code: ClassVar[str] = "address_unusable"


def serve(app: Flask, engine: Engine, settings: Settings, *, ready: Callable[[], None]) -> None:
    """Answers requests and runs due jobs until Ctrl+C or SIGTERM. Calls `ready` once requests are accepted.

    At the end no new request and no new job is begun, and what runs is finished, for `stop_seconds` at most; what is
    cut off then is as after a crash: undone, or leased until another worker takes it. Raises AddressTaken,
    AddressUnusable.
    """
    server = open_server(app, settings)
    health = health_of(app)
    health.schedulers = lanes(engine, share=SHARE) if settings.scheduler else []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: health.stopping.set())
    with ExitStack() as closing:
        closing.callback(server.close)
        if settings.broker_url:
            closing.callback(ring_through(settings.broker_url, engine).close)
        nightly.ensure(engine)
        week_mail.ensure(engine)
        line_tasks.take_over(engine)
        with transaction(engine) as session:
            feed.ensure(session, engine)
            watching.ensure(session, engine)
        for scheduler in health.schedulers:
            scheduler.start()
        mailbox = mailbox_reader(settings, engine)
        if mailbox is not None:
            mailbox.start()
            closing.callback(mailbox.stop, MAILBOX_STOP)
        ready()
        answer_until(server, health.stopping)
        end = time.monotonic() + settings.stop_seconds
        stopping = [Thread(target=each.stop, args=(settings.stop_seconds,)) for each in health.schedulers]
        for thread in stopping:
            thread.start()
        answer_the_last(server, end)
        for thread in stopping:
            thread.join(max(0.0, end - time.monotonic()) + 1)


def health_of(app: Flask) -> Health:
    """What `/health/ready` of this app asks."""
    found = app.extensions["amicale.health"]
    assert isinstance(found, Health)
    return found


def answer_until(server: Any, stopping: Event) -> None:
    """Waitress's loop, which looks between its turns whether to stop."""
    while not stopping.is_set():
        turn(server, LOOK)


def answer_the_last(server: Any, end: float) -> None:
    """Takes no new connection, and answers the requests that have begun to arrive; until `end` at most."""
    for each in list(connections(server).values()):
        if isinstance(each, BaseWSGIServer):
            each.del_channel()
            each.socket.close()
    while time.monotonic() < end and any(busy(each) for each in connections(server).values()):
        turn(server, 0.05)
    left = sum(busy(each) for each in connections(server).values())
    if left:
        log.warning("%d requests were not finished in time", left)
    server.task_dispatcher.shutdown(timeout=1)


def turn(server: Any, seconds: float) -> None:
    """One look at the sockets, or a wait of this length at most."""
    wasyncore.loop(timeout=seconds, use_poll=True, map=connections(server), count=1)


def connections(server: Any) -> dict[int, Any]:
    """The sockets of the loop: listening ones and those of clients."""
    found: dict[int, Any] = server.map if isinstance(server, MultiSocketServer) else server._map
    return found


def busy(each: Any) -> bool:
    """Whether a client has begun a request that is not answered to the end."""
    return isinstance(each, HTTPChannel) and bool(each.requests or each.request is not None or each.total_outbufs_len)


def open_server(app: Flask, settings: Settings) -> BaseWSGIServer:
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
