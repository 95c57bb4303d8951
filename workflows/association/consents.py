"""Consents and preferences: an append-only register. The last event of a key is what holds. Domain §1.7.

Keys whose basis is consent are off until somebody says yes and are never ticked in advance; keys that rest on
information and opposition start as the table says and may be refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Uuid, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.errors import Invalid
from engine.models import Base, Moment
from engine.personal import Personal
from engine.prepared import fetch

TEXT_VERSION = "2026-09"  # the wording that applicants see; a new wording is a new version


class ConsentKeyUnknown(Invalid):
    """There is no consent “{key}”."""

    code: ClassVar[str] = "consent_key_unknown"


class ConsentValueRefused(Invalid):
    """“{value}” is not an answer to the consent “{key}”."""

    code: ClassVar[str] = "consent_value_refused"


@dataclass(frozen=True, slots=True)
class ConsentKey:
    """A question. `default` is what holds before any answer, for members and for others."""

    key: str
    basis: str  # CONSENT or OPPOSITION
    values: tuple[str, ...]
    member_default: str
    other_default: str


_YES_NO = ("YES", "NO")
_VISIBILITY = ("hidden", "members", "promotion", "groups")
KEYS: Mapping[str, ConsentKey] = MappingProxyType(
    {
        row.key: row
        for row in (
            ConsentKey("directory_identity", "OPPOSITION", _VISIBILITY, "members", "hidden"),
            ConsentKey("directory_contact", "OPPOSITION", _VISIBILITY, "hidden", "hidden"),
            ConsentKey("directory_career", "OPPOSITION", _VISIBILITY, "hidden", "hidden"),
            ConsentKey("directory_town", "OPPOSITION", _VISIBILITY, "hidden", "hidden"),
            ConsentKey("assoc_news", "OPPOSITION", _YES_NO, "YES", "NO"),
            ConsentKey("dues_reminders", "OPPOSITION", _YES_NO, "YES", "YES"),
            ConsentKey("sms_reminders", "CONSENT", _YES_NO, "NO", "NO"),
            ConsentKey("foundation_transfer", "OPPOSITION", _YES_NO, "NO", "NO"),
            ConsentKey("foundation_mails", "OPPOSITION", _YES_NO, "YES", "YES"),
            ConsentKey("donor_name_printed", "CONSENT", _YES_NO, "NO", "NO"),
            ConsentKey("commercial_partners", "CONSENT", _YES_NO, "NO", "NO"),
            ConsentKey("mentoring_profile_public", "CONSENT", _YES_NO, "NO", "NO"),
            ConsentKey("photo_video", "CONSENT", _YES_NO, "NO", "NO"),
            ConsentKey("statutes", "CONSENT", _YES_NO, "NO", "NO"),
        )
    }
)


class ConsentEvent(Base):
    """Somebody answered, changed or withdrew. Rows are only ever added.

    Before an application becomes a person its answers carry `application_id`; they are copied, not moved, on joining.
    """

    __tablename__ = "consent_event"
    __privacy__ = Personal("consent", "person_id application_id@application", plain="key value source text_version")
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    application_id: Mapped[UUID | None] = mapped_column(Uuid)
    key: Mapped[str] = mapped_column(String(32))
    value: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(Moment)
    source: Mapped[str] = mapped_column(String(24))  # JOIN_FORM, PROFILE, PAPER, UNSUBSCRIBE_LINK, …
    text_version: Mapped[str] = mapped_column(String(16))
    __table_args__ = (
        Index("ix_consent_event_person", "person_id", "key", "at"),
        Index("ix_consent_event_application", "application_id", "key", "at"),
    )


_ANSWERS: Final = select(ConsentEvent.key, ConsentEvent.value).order_by(ConsentEvent.at)
_OF_PERSON: Final = _ANSWERS.where(ConsentEvent.person_id == bindparam("holder", type_=Uuid()))
_OF_APPLICATION: Final = _ANSWERS.where(ConsentEvent.application_id == bindparam("holder", type_=Uuid()))


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose consents: a person, or an application that is not yet a person."""

    person_id: UUID | None = None
    application_id: UUID | None = None


def record(session: Session, holder: Holder, answers: Mapping[str, str], *, at: datetime, source: str) -> int:
    """Adds an event for each answer that changes what holds; answers how many. Raises ConsentKeyUnknown,
    ConsentValueRefused."""
    holding = given(session, holder)
    added = 0
    for key, value in answers.items():
        if key not in KEYS:
            raise ConsentKeyUnknown(key=key, field=key)
        if value not in KEYS[key].values:
            raise ConsentValueRefused(key=key, value=value[:40], field=key)
        if holding.get(key) != value:
            session.add(
                ConsentEvent(
                    id=uuid4(), person_id=holder.person_id, application_id=holder.application_id, key=key, value=value,
                    at=at, source=source, text_version=TEXT_VERSION,
                )
            )  # fmt: skip
            added += 1
    return added


def given(session: Session, holder: Holder) -> dict[str, str]:
    """What was answered, the last answer of each key; keys never answered are absent."""
    if holder.person_id is not None:
        rows = fetch(session, _OF_PERSON, {"holder": holder.person_id})
    else:
        rows = fetch(session, _OF_APPLICATION, {"holder": holder.application_id})
    return {row.key: row.value for row in rows}


def allows(session: Session, person_id: UUID, key: str, *, member: bool) -> bool:
    """Whether a yes/no preference holds for a person, the default where it was never answered."""
    default = KEYS[key].member_default if member else KEYS[key].other_default
    return given(session, Holder(person_id=person_id)).get(key, default) == "YES"


def refuse_at_once(
    session: Session, application_id: UUID, person_id: UUID, answers: Mapping[str, str], *, at: datetime, source: str
) -> None:
    """What somebody whom the association knows refuses in an application holds now, not when they have joined (art. 21
    GDPR); what they allow waits for that."""
    refused = {key: value for key, value in answers.items() if value == "NO"}
    record(session, Holder(person_id, application_id), refused, at=at, source=source)


def carry_over(session: Session, application_id: UUID, person_id: UUID) -> None:
    """Copies an application's answers to the person it became, with their original time and wording."""
    given_for = select(ConsentEvent).where(ConsentEvent.application_id == application_id).order_by(ConsentEvent.at)
    events = session.scalars(given_for).all()
    known = {(each.key, each.at) for each in events if each.person_id is not None}
    for event in events:
        if event.person_id is not None or (event.key, event.at) in known:
            continue
        session.add(
            ConsentEvent(
                id=uuid4(), person_id=person_id, application_id=application_id, key=event.key, value=event.value,
                at=event.at, source=event.source, text_version=event.text_version,
            )
        )  # fmt: skip
