"""One HTTP call, bounded: to the checked address, within a time, no redirect followed, no more read than is allowed."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from engine.errors import OutcomeUnknown, WorkFailed
from engine.outside.origins import Target

__all__ = ["LARGEST", "METHODS", "TIME", "Response", "call"]

METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})
TIME: Final = timedelta(seconds=20)
LARGEST: Final = 1_000_000  # bytes of a body, sent or read
_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")  # RFC 9110 §5.1
_OURS: Final = frozenset({"host", "content-length", "transfer-encoding", "connection", "expect", "te", "upgrade"})


@dataclass(frozen=True, slots=True)
class Response:
    """What came back: the status, headers by lower-case name, the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class _Pinned(http.client.HTTPConnection):
    """Connects to the address that was checked, whatever the name says by now."""

    def __init__(self, target: Target, seconds: float) -> None:
        super().__init__(target.host, target.port, timeout=seconds)
        self.target = target
        self.late = False

    def connect(self) -> None:
        """Opens the connection; TLS is checked against the name."""
        raw = socket.create_connection((self.target.address, self.target.port), self.timeout)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.target.scheme == "https":
            self.sock = ssl.create_default_context().wrap_socket(raw, server_hostname=self.target.host)
        else:
            self.sock = raw


def call(
    target: Target, method: str, headers: Mapping[str, str], body: bytes = b"", *, within: timedelta = TIME
) -> Response:
    """Makes the call. Raises WorkFailed: it was not made. OutcomeUnknown: it left, and no whole answer came."""
    _check(method, headers, body)
    connection = _Pinned(target, within.total_seconds())
    watch = threading.Timer(within.total_seconds(), _cut, [connection])
    try:
        try:
            connection.connect()
        except OSError as away:
            raise WorkFailed(f"the system cannot be reached ({type(away).__name__})") from away
        watch.start()
        return _talk(connection, target, method, headers, body)
    finally:
        watch.cancel()
        connection.close()


def _talk(connection: _Pinned, target: Target, method: str, headers: Mapping[str, str], body: bytes) -> Response:
    try:
        connection.putrequest(method, target.path, skip_host=True, skip_accept_encoding=True)
        for name, value in {"Host": target.authority, **headers, "Connection": "close"}.items():
            connection.putheader(name, value)
        if body or method in {"POST", "PUT", "PATCH"}:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body or None)
        answer = connection.getresponse()
        read = answer.read(LARGEST + 1)
    except (OSError, http.client.HTTPException, AttributeError, ValueError) as lost:
        raise OutcomeUnknown(f"the system did not answer ({type(lost).__name__})") from lost
    if connection.late:  # what was cut off reads like an end
        raise OutcomeUnknown("the system did not answer in time")
    if len(read) > LARGEST:
        raise OutcomeUnknown(f"the answer of the system is too long; bytes allowed: {LARGEST}")
    length = answer.getheader("Content-Length")
    if method != "HEAD" and length is not None and length.isdigit() and int(length) != len(read):
        raise OutcomeUnknown("the answer of the system broke off")
    return Response(answer.status, {name.lower(): value for name, value in answer.getheaders()[:100]}, read)


def _check(method: str, headers: Mapping[str, str], body: bytes) -> None:
    """Refuses what would be another request than it seems (header injection), or too much."""
    if method not in METHODS:
        raise WorkFailed(f"the method of the call is none of these ({', '.join(sorted(METHODS))})", again=False)
    if len(body) > LARGEST:
        raise WorkFailed(f"the body of the call is too long; bytes allowed: {LARGEST}", again=False)
    for name, value in headers.items():
        if not _NAME.fullmatch(name) or name.lower() in _OURS:
            raise WorkFailed("a header of the call has a name that it cannot have", again=False)
        if len(value) > 8_000 or any(ord(character) < 32 or ord(character) > 126 for character in value):
            raise WorkFailed("a header of the call holds a character that none can hold", again=False)


def _cut(connection: _Pinned) -> None:
    """The time is over: whatever is being read ends."""
    connection.late = True
    held = connection.sock
    if held is not None:
        try:
            held.shutdown(socket.SHUT_RDWR)
        except OSError:
            held.close()
