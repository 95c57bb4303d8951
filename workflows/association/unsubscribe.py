"""The link by which a reader stops the news: it works without signing in, by one click, from the mail program itself.

The token holds the id of the mail and a truncated HMAC under a key of its own, so that nobody stops another's news by
guessing; a page that is fetched changes nothing, a POST does. Sources: RFC 2369 §3.2, RFC 8058.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from typing import Final
from uuid import UUID

__all__ = ["ONE_CLICK", "UnsubscribeLinks"]

SEAL: Final = 12  # bytes of the HMAC: a guess in 2^96
ONE_CLICK: Final = ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")


@dataclass(frozen=True, slots=True)
class UnsubscribeLinks:
    """The key that signs, and the address that the links begin with. Empty key: no links, as in tests of the engine."""

    address: str = ""
    key: bytes = b""

    def of(self, mail_id: UUID) -> str:
        """The link of a mail; empty where there are no pages."""
        return f"{self.address}/u/{self.token(mail_id)}" if self.key else ""

    def token(self, mail_id: UUID) -> str:
        """What the link ends with."""
        return base64.urlsafe_b64encode(mail_id.bytes + self._seal(mail_id)).decode().rstrip("=")

    def read(self, token: str) -> UUID | None:
        """The mail of a token; None for one that we did not sign."""
        try:
            sealed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        if not self.key or len(sealed) != 16 + SEAL:
            return None
        mail_id = UUID(bytes=sealed[:16])
        return mail_id if hmac.compare_digest(token, self.token(mail_id)) else None  # one spelling, not its like

    def _seal(self, mail_id: UUID) -> bytes:
        return hmac.digest(self.key, b"unsubscribe " + mail_id.bytes, hashlib.sha256)[:SEAL]
