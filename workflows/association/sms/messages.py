"""Short messages: outbox and archive in one table. A row is written before anything leaves.

`state`: QUEUED, SENT, SUPPRESSED (with the reason), or KEPT where no system is set up that would send it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final
from uuid import UUID, uuid4

import phonenumbers
from sqlalchemy import ForeignKey, Index, String, Text, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.bounds import REQUEST_KEY
from engine.models import Base, Job, Moment
from engine.personal import Personal
from workflows.association.people import Person
from workflows.association.sms.lengths import measured

__all__ = ["CONSENT", "JOB_TYPE", "KEPT", "SmsMessage", "by_key", "mobile_of", "promise", "queue"]

JOB_TYPE: Final = "sms.send"
CONSENT: Final = "sms_reminders"
QUEUED, SENT, SUPPRESSED, KEPT = "QUEUED", "SENT", "SUPPRESSED", "KEPT"
_RETRIES: Final = 5
_MOBILE: Final = frozenset({phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE})


class SmsMessage(Base):
    """One short message to one telephone. `membership_end`: what it reminds of; who is paid beyond it gets none."""

    __tablename__ = "sms_message"
    __privacy__ = Personal(
        "mail", "person_id", erase="to_number text", plain="key template lang encoding state suppressed",
        since="created_at",
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    key: Mapped[str] = mapped_column(String(REQUEST_KEY), unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    case_id: Mapped[UUID | None] = mapped_column(Uuid, index=True)
    template: Mapped[str] = mapped_column(String(60))
    lang: Mapped[str] = mapped_column(String(2))
    to_number: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    encoding: Mapped[str] = mapped_column(String(4))
    parts: Mapped[int]
    membership_end: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(12), default=QUEUED)
    suppressed: Mapped[str | None] = mapped_column(String(24))
    created_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (Index("ix_sms_message_created_at", "created_at"),)


def mobile_of(person: Person) -> str | None:
    """The first number of a person that takes short messages."""
    numbers = (each.number for each in sorted(person.phones, key=lambda each: each.rank))
    return next((number for number in numbers if _is_mobile(number)), None)


def _is_mobile(number: str) -> bool:
    try:
        return phonenumbers.number_type(phonenumbers.parse(number)) in _MOBILE
    except phonenumbers.NumberParseException:
        return False  # of an old file: nothing is sent there


def by_key(session: Session, key: str) -> SmsMessage | None:
    """The message of this key."""
    return session.scalars(select(SmsMessage).where(SmsMessage.key == key)).one_or_none()


def queue(
    session: Session, person: Person, text: str, about: Mapping[str, object], *, key: str, to: str, now: datetime,
    leaves: bool,
) -> SmsMessage:  # fmt: skip
    """Writes a message, with the job that sends it where there is a system that does, in the caller's transaction.

    `about` holds template, case_id and membership_end.
    """
    length = measured(text)
    message = SmsMessage(
        id=uuid4(), key=key, person_id=person.id, lang=person.lang, to_number=to, text=text,
        encoding=length.encoding, parts=length.parts, state=QUEUED if leaves else KEPT,
        suppressed=None if leaves else "NO_PROVIDER", created_at=now, due_at=now, **about,
    )  # fmt: skip
    session.add(message)
    if leaves:
        promise(session, message)
    return message


def promise(session: Session, message: SmsMessage) -> None:
    """The job that sends a message when it is due."""
    session.add(
        Job(
            id=uuid4(), process_id="", kind="connector", type=JOB_TYPE, due_at=message.due_at, retries=_RETRIES,
            payload={"variables": {"sms_id": str(message.id)}},
        )
    )  # fmt: skip
