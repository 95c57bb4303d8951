"""What machines ask: `/health/live`, `/health/ready`, `/metrics`. Answered before the pages, by any host name.

Pages answer to the public name alone, and load balancers ask by an address. Nothing here needs a session.
"""

from __future__ import annotations

import hmac
import ipaddress
import json
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from threading import Event
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.exc import SQLAlchemyError

from engine.engine import Engine
from engine.worker import Scheduler
from webapp import database
from webapp.metrics import CONTENT_TYPE, Metrics

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["Health", "Probes"]

log = logging.getLogger(__name__)
LOOPBACK_NAMES: Final = frozenset({"127.0.0.1", "localhost", "[::1]", "::1"})
FORWARDED: Final = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")
Answer = tuple[HTTPStatus, str, bytes]


@dataclass(slots=True)
class Health:
    """Whether this process can do its work now."""

    engine: Engine
    schedulers: list[Scheduler] = field(default_factory=list)
    stopping: Event = field(default_factory=Event)

    def checks(self) -> dict[str, str]:
        """Each thing that work needs: `ok`, or what is the matter, in a word."""
        found = {"stopping": "yes" if self.stopping.is_set() else "ok", **self._database()}
        for each in self.schedulers:
            alive = each.thread is not None and each.thread.is_alive()
            found[f"scheduler_{each.lane}"] = "ok" if alive else "stands still"
        return found

    def _database(self) -> dict[str, str]:
        try:
            revision = database.revision(self.engine.database)
        except SQLAlchemyError as error:
            log.warning("the database does not answer: %s", type(error).__name__)
            return {"database": "does not answer"}
        newest = revision == database.newest()
        return {"database": "ok", "schema": "ok" if newest else "behind: run `amicale migrate`"}


@dataclass(slots=True)
class Probes:
    """A WSGI application in front of the pages."""

    pages: WSGIApplication
    health: Health
    metrics: Metrics
    token: str

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answers a probe, or lets the pages answer."""
        found: Callable[[WSGIEnvironment], Answer] | None = {
            "/health/live": self._live, "/health/ready": self._ready, "/metrics": self._metrics,
        }.get(environ.get("PATH_INFO", ""))  # fmt: skip
        if found is None:
            return self.pages(environ, start_response)
        if environ.get("REQUEST_METHOD") not in {"GET", "HEAD"}:
            status, kind, body = _said(HTTPStatus.METHOD_NOT_ALLOWED, {"error": "GET alone"})
        else:
            status, kind, body = found(environ)
        length = ("Content-Length", str(len(body)))
        headers = [("Content-Type", kind), length, ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")]
        start_response(f"{status.value} {status.phrase}", headers)
        return [] if environ.get("REQUEST_METHOD") == "HEAD" else [body]

    def _live(self, environ: WSGIEnvironment) -> Answer:
        return _said(HTTPStatus.OK, {"live": True})

    def _ready(self, environ: WSGIEnvironment) -> Answer:
        checks = self.health.checks()
        ready = set(checks.values()) == {"ok"}
        said: dict[str, Any] = {"ready": ready} | ({"checks": checks} if self._trusted(environ) else {})
        return _said(HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE, said)

    def _metrics(self, environ: WSGIEnvironment) -> Answer:
        if not self._trusted(environ):
            return _said(HTTPStatus.FORBIDDEN, {"error": "from this machine, or with AMICALE_METRICS_TOKEN, alone"})
        try:
            return HTTPStatus.OK, CONTENT_TYPE, self.metrics.exposition()
        except SQLAlchemyError as error:
            log.warning("no figures: the database does not answer (%s)", type(error).__name__)
            return _said(HTTPStatus.SERVICE_UNAVAILABLE, {"error": "the database does not answer"})

    def _trusted(self, environ: WSGIEnvironment) -> bool:
        """By the token; or from this very machine and not through a proxy on it, which would speak for anybody."""
        given = environ.get("HTTP_AUTHORIZATION", "")
        if self.token and hmac.compare_digest(given.encode(), f"Bearer {self.token}".encode()):
            return True
        host = environ.get("HTTP_HOST", "").rsplit(":", 1)[0] if environ.get("HTTP_HOST") else ""
        if any(name in environ for name in FORWARDED) or host not in LOOPBACK_NAMES:
            return False
        try:
            return ipaddress.ip_address(environ.get("REMOTE_ADDR", "")).is_loopback
        except ValueError:
            return False


def _said(status: HTTPStatus, what: dict[str, Any]) -> Answer:
    return status, "application/json", json.dumps(what).encode()
