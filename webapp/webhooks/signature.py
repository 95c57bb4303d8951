"""Signed events: HMAC-SHA256 over the moment and the bytes, as payment providers do it.

The header is `t=<unix seconds>,v1=<hex>`; the signed text is `<t>.<body>`. The moment is inside the signature, so an
old event cannot be sent again with a new date; the same event inside the window is caught by its id (see `routes`).
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=5)
HEADER = "Amicale-Signature"


class Unsigned(Exception):
    """The signature is missing, malformed, too old or wrong."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def sign(secret: bytes, body: bytes, now: datetime) -> str:
    """The header's value for this body at this moment."""
    seconds = int(now.timestamp())
    return f"t={seconds},v1={_mac(secret, seconds, body)}"


def verify(secret: bytes, header: str, body: bytes, now: datetime) -> None:
    """Passes in silence, or raises `Unsigned` with a reason that tells a forger nothing useful."""
    parts = dict(part.split("=", 1) for part in header.split(",") if "=" in part)
    moment, given = parts.get("t", "").strip(), parts.get("v1", "").strip()
    if not moment.isascii() or not moment.isdigit() or len(moment) > 12 or not given:
        raise Unsigned("signature missing or malformed")
    expected = _mac(secret, int(moment), body)
    if not hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace")):
        raise Unsigned("signature does not match")
    if abs(now.timestamp() - int(moment)) > WINDOW.total_seconds():
        raise Unsigned("outside the time window")


def _mac(secret: bytes, seconds: int, body: bytes) -> str:
    return hmac.new(secret, b"%d." % seconds + body, hashlib.sha256).hexdigest()
