"""Signatures of webhooks, out and in, as the Standard Webhooks specification writes them (standardwebhooks.com, 1.0).

`webhook-id`, `webhook-timestamp` (seconds), `webhook-signature`: `v1,` and the base64 of an HMAC-SHA256 over
`id.timestamp.body`, one for each secret that is valid now, a blank between them. So a secret is changed without a gap:
sign with the new and the old one, let the receiver take either, then drop the old one.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import ClassVar, Final

from engine.errors import Invalid

__all__ = ["TOLERANCE", "SecretRefused", "SignatureRefused", "headers_for", "secret_of", "verified"]

TOLERANCE: Final = timedelta(minutes=5)  # how far a timestamp may lie from now, in either direction: the replay window
_PREFIX: Final = "whsec_"
_VERSION: Final = "v1"
MOST_SIGNATURES: Final = 10
LONGEST_ID: Final = 200


class SecretRefused(Invalid):
    """This is no secret of a webhook: write whsec_ and the base64 of 24 to 64 random bytes."""

    code: ClassVar[str] = "secret_refused"


class SignatureRefused(Invalid):
    """The webhook is not signed as agreed: {reason}"""

    code: ClassVar[str] = "signature_refused"


def secret_of(text: str) -> bytes:
    """The bytes of a secret. Raises SecretRefused."""
    try:
        found = base64.b64decode(text.strip().removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError) as error:
        raise SecretRefused() from error
    if not text.strip().startswith(_PREFIX) or not 24 <= len(found) <= 64:
        raise SecretRefused()
    return found


def headers_for(secrets: Sequence[bytes], id_: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers of a webhook that leaves."""
    timestamp = str(int(at.timestamp()))
    signatures = (f"{_VERSION},{_signed(secret, id_, timestamp, body)}" for secret in secrets)
    return {"webhook-id": id_, "webhook-timestamp": timestamp, "webhook-signature": " ".join(signatures)}


def verified(secrets: Iterable[bytes], headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """The id of a webhook that is signed with one of the secrets, and not too old. Raises SignatureRefused."""
    said = {name.lower(): value for name, value in headers.items()}
    id_, timestamp = said.get("webhook-id", ""), said.get("webhook-timestamp", "")
    if not id_ or len(id_) > LONGEST_ID or not id_.isascii() or not id_.isprintable():
        raise SignatureRefused(reason="webhook-id is missing or too long")
    if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
        raise SignatureRefused(reason="webhook-timestamp is no number of seconds")
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE.total_seconds():
        raise SignatureRefused(reason=f"webhook-timestamp is more than {TOLERANCE.seconds // 60} minutes away")
    given = [each.partition(",") for each in said.get("webhook-signature", "").split()[:MOST_SIGNATURES]]
    for secret in secrets:
        expected = _signed(secret, id_, timestamp, body)
        signed = [each.encode() for version, _, each in given if version == _VERSION]
        if any(hmac.compare_digest(each, expected.encode()) for each in signed):
            return id_
    raise SignatureRefused(reason="webhook-signature does not match")


def _signed(secret: bytes, id_: str, timestamp: str, body: bytes) -> str:
    content = f"{id_}.{timestamp}.".encode() + body
    return base64.b64encode(hmac.digest(secret, content, hashlib.sha256)).decode()
