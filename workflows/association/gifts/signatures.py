"""The signature that is printed on tax receipts: a picture that whoever signs for the Foundation hands in.

A receipt is signed by somebody whom the Foundation empowered, and a printed signature will do (BOI-IR-RICI-250-40). It
goes with the name of the table `gift_body` under which it was given: under another name it is not printed. What was
issued keeps its own in its PDF; one that was taken back is on no later receipt, but on duplicates of earlier ones.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from datetime import date, datetime
from typing import ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy import LargeBinary, String, Uuid, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.errors import Invalid
from engine.models import Base, Moment
from engine.personal import Personal
from workflows.association.gifts import figures
from workflows.association.typesetting import PageNotSet, Picture, check_picture

MAX_BYTES: Final = 300_000
MAX_WIDTH, MAX_HEIGHT = 2400, 1200
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_HEADER: Final = struct.Struct(">8sI4sII")  # PNG §5.2, §11.2.2: eight bytes, the first chunk, width and height


class SignatureUnread(Invalid):
    """The signature is no PNG picture, or a damaged one. Save it as PNG and hand it in again."""

    code: ClassVar[str] = "signature_unread"


class SignatureTooBig(Invalid):
    """The signature is too big. Make it smaller: {width} × {height} dots and {kilobytes} kB at most."""

    code: ClassVar[str] = "signature_too_big"


class Signature(Base):
    """A picture of a signature, and for whom it stands."""

    __tablename__ = "receipt_signature"
    __privacy__ = Personal(
        "work", "given_by@actor ended_by@actor", "keep", ids="given_by ended_by", plain="signatory sha256 body"
    )
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    signatory: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    body: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    given_by: Mapped[str] = mapped_column(String(64))
    given_at: Mapped[datetime] = mapped_column(Moment)
    ended_by: Mapped[str | None] = mapped_column(String(64))
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


def signatory(session: Session, on: date) -> str:
    """Who signs on a day, as the table `gift_body` names him."""
    return figures.body(session, on, "fr").signatory


def standing(session: Session, name: str, at: datetime) -> Signature | None:
    """The signature that stands for a name at a moment."""
    stands = or_(Signature.ended_at.is_(None), Signature.ended_at > at)
    query = select(Signature).where(Signature.signatory == name, Signature.given_at <= at, stands)
    return session.scalars(query.order_by(Signature.given_at.desc(), Signature.id).limit(1)).first()


def history(session: Session, limit: int = 20) -> Sequence[Signature]:
    """What was given and taken back, the newest first, without the pictures."""
    return session.scalars(select(Signature).order_by(Signature.given_at.desc(), Signature.id).limit(limit)).all()


def give(session: Session, data: bytes, *, name: str, by: str, now: datetime) -> Signature:
    """From now on receipts bear this picture, in the place of any before. Raises SignatureUnread, SignatureTooBig."""
    _check(data)
    take_back(session, by=by, now=now)
    given = Signature(
        id=uuid4(), signatory=name, sha256=hashlib.sha256(data).hexdigest(), body=data, given_by=by[:64], given_at=now
    )
    session.add(given)
    session.flush()
    return given


def take_back(session: Session, *, by: str, now: datetime) -> int:
    """From now on receipts bear no picture. Answers how many stood."""
    query = select(Signature).where(Signature.ended_at.is_(None)).with_for_update()
    stood = session.scalars(query).all()
    for each in stood:
        each.ended_at, each.ended_by = now, by[:64]
    return len(stood)


def _check(data: bytes) -> None:
    if len(data) < _HEADER.size or not data.startswith(_PNG):
        raise SignatureUnread
    _, _, chunk, width, height = _HEADER.unpack_from(data)
    if chunk != b"IHDR" or not width or not height:
        raise SignatureUnread
    if len(data) > MAX_BYTES or width > MAX_WIDTH or height > MAX_HEIGHT:  # before anybody unpacks it
        raise SignatureTooBig(width=MAX_WIDTH, height=MAX_HEIGHT, kilobytes=MAX_BYTES // 1000)
    try:
        check_picture(Picture(data, "Signature"))
    except PageNotSet as problem:
        raise SignatureUnread from problem
