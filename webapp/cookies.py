"""The session cookie, signed and read at every request: what its signature needs is derived once a process.

The cookie stays what Flask makes of it: its salt, its key derivation and its HMAC (`flask.sessions`).
"""

from __future__ import annotations

import hmac
from functools import lru_cache
from typing import Any, Final

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from itsdangerous.signer import SigningAlgorithm

__all__ = ["CookieSessions"]

DIGEST: Final = "sha1"  # as Flask signs: the same name, so that OpenSSL does all of it in one call


class Hmac(SigningAlgorithm):
    """What `itsdangerous.HMACAlgorithm` answers, without an object for each signature."""

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        """The HMAC (RFC 2104) of the value."""
        return hmac.digest(key, value, DIGEST)


class Signer(TimestampSigner):
    """Signs as its base does, with keys that are derived once: neither secret nor salt changes while an app runs."""

    def derive_key(self, secret_key: str | bytes | None = None) -> bytes:
        """The key of this salt, by HMAC."""
        secret = self.secret_keys[-1] if secret_key is None else secret_key
        return _derived(secret.encode() if isinstance(secret, str) else secret, self.salt)


@lru_cache(maxsize=16)
def _derived(secret: bytes, salt: bytes) -> bytes:
    return hmac.digest(secret, salt, DIGEST)


class CookieSessions(SecureCookieSessionInterface):
    """Sessions in signed cookies, whose serializer is made once for an app: its keys do not change while it runs."""

    def __init__(self) -> None:
        self._made: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Flask's own, with our signer."""
        if self._made is None:
            made = super().get_signing_serializer(app)
            if made is not None:
                made.signer = Signer
                given: dict[str, Any] = {**made.signer_kwargs, "algorithm": Hmac()}
                made.signer_kwargs = given
            self._made = made
        return self._made
