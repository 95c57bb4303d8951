"""A breach of the charter of a career group: what was reported, the person's account, the hearing, the decision.

Who reported it does not decide. Words are erased a month after the decision: what stays is the rule and the outcome.
Source: domain §P2.7.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Text, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import commands
from engine.assignment import Actor
from engine.calendar import PARIS
from engine.engine import Engine
from engine.errors import Conflict, Invalid, WorkFailed
from engine.models import Base, Moment
from engine.personal import Personal
from engine.registry import ServiceWork, service_task
from workflows.association import people, wording
from workflows.association.case_variables import local_day, text, uuid, uuid_or_none
from workflows.association.cohorts import calendar, records
from workflows.association.cohorts.records import Cohort, CohortSeat
from workflows.association.records import Record, Subject, Values

RULES: Final[Mapping[str, tuple[str, str]]] = {
    "CONFIDENTIALITY": ("ce qui se dit dans le groupe y reste", "what is said in the group stays there"),
    "SELLING": ("on ne recrute pas et on ne vend rien dans le groupe", "nobody recruits or sells in the group"),
    "HELPING": ("on s’aide et on se respecte", "people help and respect each other"),
    "ATTENDING": ("on vient à chaque séance, ou on prévient", "people come to each session, or say so"),
}
_TTL: Final = timedelta(days=30)


class BreachRefused(Invalid):
    """A report names somebody who sits in this group now, and one of the four rules of the charter."""

    code: ClassVar[str] = "breach_refused"


class HearingOpen(Conflict):
    """A hearing about this person is under way already."""

    code: ClassVar[str] = "hearing_open"


class CohortHearing(Base):
    """One report and what became of it. `decision`: NOTHING, REMIND, EXIT."""

    __tablename__ = "cohort_hearing"
    __privacy__ = Personal(
        "programme", "person_id", erase="account reason", plain="rule heard decision", ids="reported_by decided_by",
        since="decided_at",
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    seat_id: Mapped[UUID] = mapped_column(ForeignKey("cohort_seat.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    rule: Mapped[str] = mapped_column(String(15))
    reported_by: Mapped[str] = mapped_column(String(64))
    reported_at: Mapped[datetime] = mapped_column(Moment)
    hear_at: Mapped[datetime] = mapped_column(Moment)
    account: Mapped[str] = mapped_column(Text, default="")
    heard: Mapped[str] = mapped_column(String(6), default="")
    decision: Mapped[str] = mapped_column(String(7), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[str] = mapped_column(String(64), default="")
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (Index("ix_cohort_hearing_person_id", "person_id"),)


def report(session: Session, engine: Engine, cohort: Cohort, seat_id: UUID, rule: str, by: Actor) -> None:
    """Begins a hearing. Raises BreachRefused, HearingOpen (one about this seat is not decided yet)."""
    seat = session.get(CohortSeat, seat_id)
    if seat is None or seat.cohort_id != cohort.id or seat.state not in records.SITTING or rule not in RULES:
        raise BreachRefused
    open_ = select(CohortHearing.id).where(CohortHearing.seat_id == seat.id, CohortHearing.decided_at.is_(None))
    if session.scalar(open_.limit(1)) is not None:
        raise HearingOpen
    said = {
        "person_id": str(seat.person_id), "cohort_key": cohort.key, "breach_rule": rule, "reported_by": by.id,
    }  # fmt: skip
    commands.correlate_message(session, engine, "breach_reported", str(seat.id), said, source=by.id, ttl=_TTL, by=by)


@service_task("hearing.call", results=("hearing_id", "seat_id", "hear_at", "participant", "excluded"))
def call(work: ServiceWork) -> Mapping[str, object]:
    """Puts the report on record, and says when the person is heard: so many days on as the rule says, in the morning.
    `excluded`: who decides nothing here, since he reported it or it is about him."""
    session, person_id = work.session, uuid(work.variables, "person_id")
    cohort = records.of_case(session, work.variables)
    seat = next((each for each in records.seats(session, cohort.id) if each.person_id == person_id), None)
    if seat is None:
        raise WorkFailed("this person does not sit in this group any more", again=False)
    today, zone = local_day(work.now, work.engine.settings.zone), work.engine.settings.zone
    day = today + timedelta(days=calendar.rule(session, "hearing_days", today))
    rule, by = text(work.variables, "breach_rule"), text(work.variables, "reported_by")
    made = CohortHearing(
        id=uuid4(), seat_id=seat.id, person_id=person_id, rule=rule if rule in RULES else next(iter(RULES)),
        reported_by=by[:64], reported_at=work.now, hear_at=datetime.combine(day, time(9), zone),
    )  # fmt: skip
    session.add(made)
    session.flush()
    return {
        "hearing_id": str(made.id), "seat_id": str(seat.id), "hear_at": made.hear_at.isoformat(),
        "participant": f"person:{person_id}", "excluded": [by, f"person:{person_id}"],
    }  # fmt: skip


def of(session: Session, variables: Mapping[str, object]) -> CohortHearing | None:
    """The hearing of a case."""
    found = uuid_or_none(variables, "hearing_id")
    return session.get(CohortHearing, found) if found is not None else None


def _read(subject: Subject, fields: Iterable[str]) -> Values:
    found = of(subject.session, subject.variables)
    if found is None:
        return {}
    day = wording.day(found.hear_at.astimezone(PARIS).date(), subject.language)
    return {
        "name": people.display_name(subject.session, found.person_id),
        "rule_words": RULES[found.rule][subject.language == "en"], "day": day, "account": found.account,
        "account_shown": people.said_by(subject.session, found.person_id, found.account or "—"),
    }  # fmt: skip


def _write(subject: Subject, values: Values) -> Values:
    found = of(subject.session, subject.variables)
    if found is None:
        return {}
    if "account" in values:
        found.account = text(values, "account").strip()[:3000]
    if "decision" not in values:
        return {}
    found.decision, found.heard = text(values, "decision")[:7], text(values, "heard")[:6]
    found.reason = text(values, "reason").strip()[:1000]
    found.decided_by, found.decided_at = subject.by[:64], subject.now
    return {"decision": found.decision}


_WRITTEN: Final = frozenset({"account", "heard", "decision", "reason"})
HEARING: Final = Record(_WRITTEN | {"name", "rule_words", "day", "account_shown"}, _read, _WRITTEN, _write)
