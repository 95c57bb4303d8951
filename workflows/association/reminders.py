"""Reminders: a ladder of dated rungs, each checked again just before it leaves, and a journal of what became of each.

A ladder is asked for by any process (`workflows/reminder_ladder`): rungs are {offset, channel, template, legal}, the
offset in days before an anchor (negative: after it). After an outage, what is older than two days is noted and not
sent; what the law asks for goes to a person. Source: domain, annex C (ladder, catch-up) and §1.5 (hours and days).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import Index, String, Uuid, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.models import Base, Moment
from engine.personal import Personal
from engine.prepared import fetch
from engine.workdays import WorkCalendar
from workflows.association import consents, letters, people
from workflows.association.consents import Holder
from workflows.association.contacts import Address, Email, Phone
from workflows.association.mail_holds import MailHold
from workflows.association.people import Person

MAIL, MAIL_SMS, POST, CALL, CASE, PERSON, NONE = "MAIL", "MAIL_SMS", "POST", "CALL", "CASE", "PERSON", "NONE"
SKIP = "SKIP"
SENT, SKIPPED, MISSED = "SENT", "SKIPPED", "MISSED"
OPT_OUT: Final = "dues_reminders"
WINDOW: Final = (time(8), time(20))  # mails to members leave by day
Guard = Callable[[Session, Mapping[str, object]], str | None]


class Reminder(Base):
    """What became of one rung. Append-only. `outcome`: SENT, SKIPPED (with the reason) or MISSED."""

    __tablename__ = "reminder"
    __privacy__ = Personal(
        "mail", "person_id@person", "empty", plain="template channel outcome reason answer", since="at"
    )
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(Uuid, index=True)
    instance_id: Mapped[UUID] = mapped_column(Uuid, index=True)  # the ladder's case
    case_id: Mapped[UUID | None] = mapped_column(Uuid, index=True)  # the case that asked for it
    template: Mapped[str] = mapped_column(String(60))
    channel: Mapped[str] = mapped_column(String(8))
    due_at: Mapped[datetime] = mapped_column(Moment)
    at: Mapped[datetime] = mapped_column(Moment)
    outcome: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str | None] = mapped_column(String(24))
    answer: Mapped[str | None] = mapped_column(String(16))  # what a call brought
    __table_args__ = (Index("ix_reminder_at", "at"),)


@dataclass(frozen=True, slots=True)
class Rung:
    """One reminder of a ladder, dated. `until`: when the next one is due; a call that was not made by then is over."""

    channel: str
    template: str
    legal: bool
    at: datetime
    until: datetime

    def dump(self) -> dict[str, object]:
        """As the case keeps it."""
        return {
            "channel": self.channel, "template": self.template, "legal": self.legal, "at": self.at, "until": self.until,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Days:
    """On which days and at which hours the association writes to its members."""

    calendar: WorkCalendar
    window: tuple[time, time] = WINDOW

    @property
    def zone(self) -> ZoneInfo:
        return self.calendar.zone

    def sendable(self, moment: datetime) -> datetime:
        """The moment itself, or the next opening of the window on a working day."""
        local, (opens, closes) = moment.astimezone(self.zone), self.window
        day = local.date() if local.time() < closes else local.date() + timedelta(days=1)
        working = self.calendar.add(day, 0)
        if working == local.date() and opens <= local.time():
            return moment
        return datetime.combine(working, opens, self.zone)

    def moment(self, day: date, share: float, now: datetime) -> datetime:
        """A moment of this day's window, the share of it that is given; of what is left of it where it is today.

        Whoever is written to on the same day by thousands is written to over the whole day.
        """
        opens, closes = (datetime.combine(day, each, self.zone) for each in self.window)
        opens = max(opens, now) if now.astimezone(self.zone).date() == day else opens
        return opens + (closes - opens) * share if opens < closes else opens


def share_of(person_id: UUID) -> float:
    """Where within the window this person is written to: the same every time, evenly spread over all people."""
    return (person_id.int % 1009) / 1010


def plan(
    rungs: Sequence[Mapping[str, object]], anchor: date, person_id: UUID, days: Days, now: datetime, last: timedelta
) -> list[Rung]:
    """Dates the rungs in their order: reminders on working days, what the law or a process asks for on its day. The
    call of the last one may wait for `last`."""
    moments: list[datetime] = []
    for rung in rungs:
        day = anchor - timedelta(days=int(str(rung["offset"])))
        if rung.get("legal") is not True and rung["channel"] != CASE:
            day = days.calendar.add(day, 0)
        moment = days.moment(day, share_of(person_id), now)
        moments.append(max(moment, moments[-1]) if moments else moment)
    ends = [*moments[1:], *(each + last for each in moments[-1:])]
    return [
        Rung(str(rung["channel"]), str(rung["template"]), rung.get("legal") is True, at, until)
        for rung, at, until in zip(rungs, moments, ends, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Reader:
    """What a reminder asks about whom it is for: whether and how the person can be reached."""

    id: UUID
    deceased_on: date | None
    is_held: bool
    has_email: bool
    has_phone: bool
    has_address: bool


_READER: Final = select(
    Person.id,
    Person.deceased_on,
    select(MailHold.id).where(MailHold.person_id == Person.id, MailHold.lifted_at.is_(None)).exists().label("is_held"),
    select(Email.id).where(Email.person_id == Person.id, Email.bounce_state != "HARD").exists().label("has_email"),
    select(Phone.id).where(Phone.person_id == Person.id).exists().label("has_phone"),
    select(Address.id).where(Address.person_id == Person.id).exists().label("has_address"),
).where(Person.id == bindparam("person", type_=Uuid()))


def reader(session: Session, person_id: UUID) -> Reader | None:
    """Whom a reminder is for, by this id or by one that was merged into another; None for somebody who is not known."""
    found = fetch(session, _READER, {"person": person_id})
    if not found:
        kept = people.get(session, person_id)
        found = fetch(session, _READER, {"person": kept.id}) if kept is not None else []
    return Reader(*found[0]) if found else None


def verdict(
    rung: Rung, held: str | None, reader: Reader | None, now: datetime, catch_up: timedelta
) -> tuple[str, str, str | None]:
    """The way of a rung at this moment, its outcome and the reason. `held`: why it may not leave, where it may not."""
    if held is not None:
        return SKIP, SKIPPED, held
    if rung.channel == CASE:
        return CASE, SENT, None
    if now - rung.at > catch_up:
        if rung.legal:
            return PERSON, MISSED, "LATE"
        if rung.channel != CALL or now >= rung.until:
            return SKIP, MISSED, "LATE"
    if rung.channel == CALL:
        return (CALL, SENT, None) if reader and reader.has_phone else (SKIP, SKIPPED, "NO_PHONE")
    written = rung.channel == POST or reader is None or not reader.has_email
    if not written:
        return MAIL, SENT, None
    if reader is None or not reader.has_address or rung.template not in letters.kinds():
        return SKIP, SKIPPED, "NO_ADDRESS"
    return POST, SENT, None


def held(
    session: Session, reader: Reader | None, rung: Rung, guard: Guard | None, given: Mapping[str, object]
) -> str | None:
    """Why this rung may not leave: DECEASED, HELD, what its guard says, or OPTED_OUT where no law asks for it."""
    if reader is None:
        return "ERASED"
    if reader.deceased_on is not None:
        return "DECEASED"
    if reader.is_held:
        return "HELD"
    reason = guard(session, given) if guard is not None else None
    if reason is not None:
        return reason
    return "OPTED_OUT" if not rung.legal and opted_out(session, reader.id) else None


def opted_out(session: Session, person_id: UUID) -> bool:
    """Whether a person asked not to be reminded."""
    return not consents.allows(session, person_id, OPT_OUT, member=True)


def opt_out(session: Session, person_id: UUID, *, at: datetime, source: str) -> None:
    """Nobody reminds this person any more; notices that the law asks for still leave."""
    consents.record(session, Holder(person_id=person_id), {OPT_OUT: "NO"}, at=at, source=source)
