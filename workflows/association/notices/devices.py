"""The browsers on which somebody asked for notices: where their push service takes them, and what encrypts them.

The endpoint is an address that a browser hands over, so it is nothing to be believed: https alone, and only public
addresses when it is called (`push`). Sources: W3C Push API, RFC 8030, RFC 8291 §2.
"""

from __future__ import annotations

import binascii
import re
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Final
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import ForeignKey, String, Text, Uuid, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.errors import Conflict, Invalid
from engine.models import Base, Moment
from engine.outside.origins import OriginRefused, origin_of
from engine.personal import Personal

__all__ = [
    "MOST",
    "DeviceRefused",
    "PushDevice",
    "TooManyDevices",
    "add",
    "audience",
    "of_person",
    "remove",
    "unpacked",
]

MOST: Final = 10
LONGEST: Final = 1_000
LONGEST_POINT: Final = 100
LONGEST_AUTH: Final = 40
SECRET_BYTES: Final = 16  # RFC 8291 §3.2
_WRITTEN: Final = re.compile(r"[^\x00- \"#<>\\\x7f-\U0010ffff]+")  # RFC 3986, without a fragment
_PACKED: Final = re.compile(r"[\w-]+={0,2} [\w-]+={0,2}", re.ASCII)  # base64url (RFC 4648 §5)


class DeviceRefused(Invalid):
    """This browser gave no usable address for notices ({reason}). Switch them off and on again on this device."""

    code: ClassVar[str] = "device_refused"


class TooManyDevices(Conflict):
    """Notices reach {most} of your devices already: take one away first."""

    code: ClassVar[str] = "too_many_devices"


class PushDevice(Base):
    """One browser of a person. `server_key`: for which of our keys it was asked; no other may send to it."""

    __tablename__ = "push_device"
    __privacy__ = Personal(
        "account", "person_id", erase="endpoint p256dh auth name", plain="server_key", withheld="p256dh auth"
    )
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    endpoint: Mapped[str] = mapped_column(Text)
    p256dh: Mapped[str] = mapped_column(String(LONGEST_POINT))
    auth: Mapped[str] = mapped_column(String(LONGEST_AUTH))
    name: Mapped[str] = mapped_column(String(120))
    server_key: Mapped[str] = mapped_column(String(100))
    added_at: Mapped[datetime] = mapped_column(Moment)
    told_at: Mapped[datetime | None] = mapped_column(Moment)  # when its push service last took one


def of_person(session: Session, person_id: UUID) -> Sequence[PushDevice]:
    """Somebody's devices, the oldest first."""
    query = select(PushDevice).where(PushDevice.person_id == person_id)
    return session.scalars(query.order_by(PushDevice.added_at, PushDevice.id)).all()


def add(
    session: Session, person_id: UUID, endpoint: str, keys: tuple[str, str], name: str, server_key: str, now: datetime
) -> PushDevice:
    """Keeps a device; one that is known already, whoever used that browser before, is this person's from now on.

    `keys`: `p256dh` and `auth` of its PushSubscription. Raises DeviceRefused, TooManyDevices.
    """
    _check(endpoint, *keys)
    session.execute(delete(PushDevice).where(PushDevice.endpoint == endpoint))
    if len(of_person(session, person_id)) >= MOST:
        raise TooManyDevices(most=MOST)
    device = PushDevice(
        id=uuid4(), person_id=person_id, endpoint=endpoint, p256dh=keys[0], auth=keys[1], name=name[:120],
        server_key=server_key, added_at=now,
    )  # fmt: skip
    session.add(device)
    session.flush()
    return device


def remove(session: Session, person_id: UUID, device_id: UUID) -> bool:
    """Takes one of somebody's devices away: whether it was there."""
    device = session.get(PushDevice, device_id)
    if device is None or device.person_id != person_id:
        return False
    session.delete(device)
    return True


def unpacked(text: str) -> bytes:
    """The bytes of base64url without padding (RFC 7515 §2). Raises ValueError."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def audience(endpoint: str) -> str:
    """The scheme and host of an endpoint, for which a message is signed (RFC 8292 §2). Raises ValueError."""
    read = urlsplit(endpoint)
    return f"{read.scheme}://{read.netloc}"


def _check(endpoint: str, p256dh: str, auth: str) -> None:
    try:
        usable = origin_of(audience(endpoint)).startswith("https:")
    except (ValueError, OriginRefused):
        usable = False
    if not usable or len(endpoint) > LONGEST or not _WRITTEN.fullmatch(endpoint):
        raise DeviceRefused(reason="endpoint")
    if len(p256dh) > LONGEST_POINT or len(auth) > LONGEST_AUTH or not _PACKED.fullmatch(f"{p256dh} {auth}"):
        raise DeviceRefused(reason="keys")
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unpacked(p256dh))
        secret = unpacked(auth)
    except (ValueError, binascii.Error) as wrong:
        raise DeviceRefused(reason="p256dh") from wrong
    if len(secret) != SECRET_BYTES:
        raise DeviceRefused(reason="auth")
