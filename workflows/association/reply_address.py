"""The address that answers go to: the mailbox we read, with a signed token for the mail that is answered.

`answers+TOKEN@association.example`: where a reader's program drops In-Reply-To, the address still says which mail it
answers (plus addressing, RFC 5233). Bounces come there too: it is the envelope's sender (VERP). The token holds the id
of the mail and a truncated HMAC, so that nobody files mails on a case by guessing.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from typing import Final
from uuid import UUID

__all__ = ["ReplyAddress"]

SEAL: Final = 10  # bytes of the HMAC: a guess in 2^80
_PADDING: Final = "======"


@dataclass(frozen=True, slots=True)
class ReplyAddress:
    """The mailbox that is read, and the key that signs tokens. Empty `mailbox`: nothing is read."""

    mailbox: str = ""
    key: bytes = b""

    def of(self, mail_id: UUID) -> str:
        """Where answers to this mail go; empty where no mailbox is read. Lower case: servers may fold the rest."""
        local, _, domain = self.mailbox.rpartition("@")
        if not local:
            return ""
        sealed = mail_id.bytes + self._seal(mail_id)
        return f"{local}+{base64.b32encode(sealed).decode().rstrip('=').lower()}@{domain}"

    def read(self, address: str) -> UUID | None:
        """The mail that this address is of; None for any other, and for a token that we did not sign."""
        local, _, domain = address.strip().lower().rpartition("@")
        own_local, _, own_domain = self.mailbox.lower().rpartition("@")
        name, _, token = local.partition("+")
        if not own_local or (name, domain) != (own_local, own_domain):
            return None
        try:
            sealed = base64.b32decode((token + _PADDING[: -len(token) % 8]).upper())
        except (binascii.Error, ValueError):
            return None
        if len(sealed) != 16 + SEAL:
            return None
        mail_id = UUID(bytes=sealed[:16])
        return mail_id if hmac.compare_digest(sealed[16:], self._seal(mail_id)) else None

    def _seal(self, mail_id: UUID) -> bytes:
        return hmac.digest(self.key, b"reply " + mail_id.bytes, hashlib.sha256)[:SEAL]
