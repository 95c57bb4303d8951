"""What every answer carries and every request must satisfy: headers, request id, local redirects, same origin."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from flask import Flask, Response, abort, g, has_request_context
from flask.globals import request_ctx
from werkzeug.datastructures import MultiDict

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HSTS = "max-age=31536000; includeSubDomains"
CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
UNSAFE = re.compile(r"[\x00-\x20\x7f-\x9f\\]")  # control characters, white space, backslash
LONGEST_TARGET = 2000
LONGEST_BODY = 1024 * 1024  # of what is not an upload


def protect(app: Flask, *, secure: bool) -> None:
    """Gives every request an id and every answer our headers; refuses changes that another site asks for."""

    always = HEADERS | {"Cache-Control": "no-store"} | ({"Strict-Transport-Security": HSTS} if secure else {})
    app.wsgi_app = Headers(app.wsgi_app, always)  # type: ignore[method-assign]

    @app.before_request
    def examine() -> None:
        asked = request_ctx.request
        g.request_id = uuid4().hex
        if asked.mimetype != "multipart/form-data":
            asked.max_content_length = LONGEST_BODY
        changing = asked.method in CHANGING
        origin = asked.headers.get("Origin") if changing else None
        if origin and origin != "null" and netloc_of(origin) != asked.host:
            abort(403)
        if "\0" in asked.path:
            abort(404)
        if holds_nul(asked.args) or (changing and holds_nul(asked.form)):
            abort(400)

    @app.after_request
    def tell_id(response: Response) -> Response:
        response.headers["X-Request-Id"] = request_id()
        return response


class Headers:
    """Puts our headers on every answer of an application that does not have them already."""

    def __init__(self, application: WSGIApplication, always: Mapping[str, str]) -> None:
        self.application = application
        self.ours = [(name.lower(), (name, value)) for name, value in always.items()]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *trouble: Any) -> Callable[[bytes], object]:
            present = {name.lower() for name, _ in headers}
            added = [pair for lower, pair in self.ours if lower not in present]
            return start_response(status, [*headers, *added], *trouble)

        return self.application(environ, start)


def netloc_of(origin: str) -> str:
    """Host and port of an origin; "" for a text that is none."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def holds_nul(fields: MultiDict[str, str]) -> bool:
    """Whether a name or a value holds U+0000, which nobody types and PostgreSQL does not store."""
    return any("\0" in name or "\0" in text for name, text in fields.items(multi=True))


def request_id() -> str:
    """The id of this request, shown on error pages and written with each of its log lines; "-" outside of one."""
    return str(g.get("request_id", "-")) if has_request_context() else "-"


class RequestIdFilter(logging.Filter):
    """Gives each log record the request's id, as `%(request_id)s`."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id()
        return True


def local_path(target: str | None, default: str = "/") -> str:
    """The target, if it is a path of this site that every browser reads as one; else the default.

    Its path is also read decoded once and twice, as a proxy may: `//evil`, `/\\evil` and `/%2f%2fevil` leave the site.
    """
    if not target or len(target) > LONGEST_TARGET or UNSAFE.search(target):
        return default
    path = target.split("?")[0].split("#")[0]
    for read in (path, unquote(path), unquote(unquote(path))):
        if not read.startswith("/") or read.startswith("//") or UNSAFE.search(read):
            return default
    return target
