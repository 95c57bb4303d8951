"""What every answer carries and every request must satisfy: headers, request id, local redirects, same origin."""

from __future__ import annotations

import logging
import re
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from flask import Flask, Response, abort, g, has_request_context, request
from werkzeug.datastructures import MultiDict

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
    ours = [(name.lower(), name, value) for name, value in always.items()]

    @app.before_request
    def name_request() -> None:
        g.request_id = uuid4().hex

    @app.before_request
    def bound_bodies() -> None:
        if request.mimetype != "multipart/form-data":
            request.max_content_length = LONGEST_BODY

    @app.before_request
    def refuse_other_origins() -> None:
        origin = request.headers.get("Origin")
        if request.method in CHANGING and origin and origin != "null" and netloc_of(origin) != request.host:
            abort(403)

    @app.before_request
    def refuse_nul() -> None:
        if "\0" in request.path:
            abort(404)
        if holds_nul(request.args) or (request.method in CHANGING and holds_nul(request.form)):
            abort(400)

    @app.after_request
    def write_headers(response: Response) -> Response:
        headers = response.headers
        present = {name.lower() for name, _ in headers}  # asked once: each look of `headers` goes through them all
        for lower, name, value in ours:
            if lower not in present:
                headers.add(name, value)
        headers.add("X-Request-Id", request_id())
        return response


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
