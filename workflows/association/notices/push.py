"""One message to one push service: encrypted so that only the browser reads it, signed so that it is known as ours.

Sources: RFC 8030 (delivery; TTL, Topic, Urgency), RFC 8291 (encryption), RFC 8292 (VAPID).
"""

from __future__ import annotations

import hashlib
import json
import os
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final, Literal

import http_ece
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02

from engine.errors import Invalid, WorkFailed
from engine.outside.calls import call
from engine.outside.origins import Origins
from workflows.association.notices.devices import PushDevice, audience, unpacked

__all__ = ["Outcome", "PushKey", "PushSender", "deliver"]

KEPT_FOR: Final = timedelta(days=1)  # by the push service, for a device that is off
SIGNED_FOR: Final = timedelta(hours=12)  # RFC 8292 §2: 24 hours at most
WITHIN: Final = timedelta(seconds=10)
# The order of the group of P-256 (SEC 2 §2.4.2): private keys lie below it.
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
Outcome = Literal["taken", "gone", "refused", "later"]


@dataclass(frozen=True)
class PushKey:
    """The key pair by which push services know us. It follows from the secret: every process has the same."""

    secret: bytes = field(repr=False)

    @cached_property
    def pair(self) -> ec.EllipticCurvePrivateKey:
        """Both halves."""
        number = int.from_bytes(hashlib.sha512(b"web push " + self.secret).digest()) % (_ORDER - 1) + 1
        return ec.derive_private_key(number, ec.SECP256R1())

    @cached_property
    def public(self) -> str:
        """What browsers are given as `applicationServerKey`: the point, in base64url."""
        form = serialization.PublicFormat.UncompressedPoint
        return _packed(self.pair.public_key().public_bytes(serialization.Encoding.X962, form))

    def signed(self, audience: str, contact: str, now: datetime) -> Mapping[str, str]:
        """The Authorization header for the push service of this origin."""
        claims = {"aud": audience, "exp": int((now + SIGNED_FOR).timestamp()), "sub": contact}
        headers: Mapping[str, str] = Vapid02(self.pair).sign(claims)
        return headers


@dataclass(frozen=True, slots=True)
class PushSender:
    """What every message needs: our key, whom a push service may write to, and which origins inside may be one."""

    key: PushKey
    contact: str  # mailto:…
    inside: frozenset[str] = frozenset()


def deliver(
    service: PushSender, device: PushDevice, said: Mapping[str, str], topic: str, now: datetime
) -> tuple[Outcome, int]:
    """Hands one message over, and the status that was answered (0: none).

    A message with the same topic takes the place of one that the push service still keeps.
    """
    try:
        ours = audience(device.endpoint)
        target = Origins.of([ours], service.inside).target(device.endpoint)
        headers = {
            "TTL": str(int(KEPT_FOR.total_seconds())), "Urgency": "normal", "Topic": topic[:32],
            "Content-Type": "application/octet-stream", "Content-Encoding": "aes128gcm",
            **service.key.signed(ours, service.contact, now),
        }  # fmt: skip
        status = call(target, "POST", headers, _sealed(device, said), within=WITHIN).status
    except WorkFailed as failed:
        return ("later" if failed.again else "refused"), 0
    except Invalid:  # an address that no system has: kept before such were refused
        return "refused", 0
    if 200 <= status < 300:
        return "taken", status
    if status in {404, 410}:  # RFC 8030 §7.3: the subscription has ended
        return "gone", status
    return ("later" if status == 429 or status >= 500 else "refused"), status


def _sealed(device: PushDevice, said: Mapping[str, str]) -> bytes:
    sealed: bytes = http_ece.encrypt(
        json.dumps(said, ensure_ascii=False).encode(), salt=os.urandom(16), dh=unpacked(device.p256dh),
        private_key=ec.generate_private_key(ec.SECP256R1()), auth_secret=unpacked(device.auth), version="aes128gcm",
    )  # fmt: skip
    return sealed


def _packed(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
