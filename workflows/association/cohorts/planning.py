"""The forms by which a cohort is planned and people are given a seat: records `cohort.*` and `seat.*`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time
from typing import ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.calendar import PARIS
from engine.errors import Conflict, Invalid
from workflows.association import people, wording
from workflows.association.calendars import appointments
from workflows.association.calendars.appointments import Appointment
from workflows.association.case_variables import day, local_day, text, uuid, uuid_or_none, whole
from workflows.association.cohorts import calendar, composition, opinions, records, short_groups
from workflows.association.cohorts.records import Cohort, CohortSeat
from workflows.association.records import Record, Subject, Values

_TIME_EMPTY: Final = time(18, 30)


class PersonUnknown(Invalid):
    """No single person of the register has this e-mail address."""

    code: ClassVar[str] = "cohort_person_unknown"


class CohortUnknown(Invalid):
    """There is no cohort of this key that takes people."""

    code: ClassVar[str] = "cohort_unknown"


class SeatTaken(Conflict):
    """This person has a seat in this cohort already."""

    code: ClassVar[str] = "cohort_seat_taken"


def the_person(session: Session, address: str, field: str) -> UUID:
    """The one living person of the register with this address. Raises PersonUnknown."""
    found = [each for each in people.by_email(session, address.strip()) if each.deceased_on is None]
    if len(found) != 1:
        raise PersonUnknown(field=field)
    return found[0].id


def plan(subject: Subject, values: Values, suffix: str = "") -> Values:
    """Plans a cohort with every one of its sessions, from fields that end in `suffix`.

    Raises PersonUnknown, NoSuchCalendar.
    """
    session, today = subject.session, local_day(subject.now, PARIS)
    names = [f"{name}{suffix}" for name in ("facilitator", "co_facilitator")]
    leads = [the_person(session, text(values, name), name) for name in names]
    if leads[0] == leads[1]:
        raise PersonUnknown(field=names[1])
    first = day(values, f"starts_on{suffix}")
    written = values.get(f"begins{suffix}")
    cohort = Cohort(
        id=uuid4(), key=_next_key(session, first.year), starts_on=first,
        place=text(values, f"place{suffix}").strip()[:200],
        begins=time.fromisoformat(str(written)[:5]) if written else _TIME_EMPTY,
        minutes=calendar.rule(session, "minutes", today), sessions=calendar.rule(session, "sessions", today),
        state="RECRUITING", held=0, opened_at=subject.now,
    )  # fmt: skip
    session.add(cohort)
    session.flush()
    plan_sessions(session, cohort, subject.now)
    return {
        "cohort_id": str(cohort.id), "cohort_key": cohort.key, "facilitator_id": str(leads[0]),
        "co_facilitator_id": str(leads[1]),
    }  # fmt: skip


def _next_key(session: Session, year: int) -> str:
    prefix = f"COH-{year}-"
    count = session.scalar(select(func.count()).select_from(Cohort).where(Cohort.key.startswith(prefix))) or 0
    return f"{prefix}{count + 1:02d}"


def plan_sessions(session: Session, cohort: Cohort, now: datetime) -> None:
    """Gives every session its day, from the cohort's first one on; those that were planned before move."""
    found = calendar.dates(cohort.starts_on, cohort.sessions, calendar.breaks(session))
    for number, on in enumerate(found, start=1):
        starts = datetime.combine(on, cohort.begins, PARIS)
        appointments.move(plan_session(session, cohort, number, starts, now), starts, now)


def plan_session(session: Session, cohort: Cohort, number: int, starts: datetime, now: datetime) -> Appointment:
    """Plans one session, or answers the one of this number."""
    titles = (f"{cohort.key} – séance {number}", f"{cohort.key} – session {number}")
    return appointments.plan(
        session, cohort.key, f"s{number}", titles=titles, starts=starts, minutes=cohort.minutes, place=cohort.place,
        now=now,
    )  # fmt: skip


def session_of(session: Session, cohort: Cohort, number: int) -> Appointment | None:
    """The appointment of a session."""
    return appointments.of(session, cohort.key, f"s{number}")


def coming(session: Session, cohort: Cohort) -> list[tuple[int, Appointment]]:
    """The sessions that are not held yet and not called off, by their numbers."""
    planned = {each.key: each for each in appointments.of_calendar(session, cohort.key)}
    numbers = range(cohort.held + 1, cohort.sessions + 1)
    found = [(number, planned[f"s{number}"]) for number in numbers if f"s{number}" in planned]
    return [(number, each) for number, each in found if each.state != appointments.CANCELLED]


def _write_cohort(subject: Subject, values: Values) -> Values:
    """Plans a cohort, or names who of one moves to the next. Raises PersonUnknown."""
    if "moves" not in values:
        return plan(subject, values)
    person_id = the_person(subject.session, text(values, "moves"), "moves")
    sitting = records.seats(subject.session, uuid(subject.variables, "cohort_id"))
    taken = [seat for seat in sitting if seat.person_id == person_id]
    if not taken:
        raise PersonUnknown(field="moves")
    return {"moved_seat_id": str(taken[0].id)}


def _read(subject: Subject, fields: Iterable[str]) -> Values:
    cohort_id = uuid_or_none(subject.variables, "cohort_id")
    cohort = subject.session.get(Cohort, cohort_id) if cohort_id is not None else None
    if cohort is None:
        return {}
    taken = records.seats(subject.session, cohort.id)
    return {
        "key": cohort.key,
        "starts": wording.day(cohort.starts_on, subject.language),
        "seats": str(len(taken)),
        "place": cohort.place,
        "conflict": "\n".join(composition.conflicts(subject.session, cohort.id, subject.language)),
    }


def _seat(subject: Subject, values: Values) -> Values:
    """Gives somebody a seat. Raises PersonUnknown, CohortUnknown, SeatTaken."""
    session = subject.session
    cohort = records.by_key(session, text(values, "cohort").strip().upper())
    if cohort is None or cohort.state != "RECRUITING":
        raise CohortUnknown(field="cohort")
    person_id = the_person(session, text(values, "person"), "person")
    taken = select(CohortSeat.id).where(CohortSeat.cohort_id == cohort.id, CohortSeat.person_id == person_id)
    if session.scalar(taken) is not None:
        raise SeatTaken(field="person")
    seat = CohortSeat(
        id=uuid4(), cohort_id=cohort.id, person_id=person_id, situation=text(values, "situation", "SEEKING"),
        guest=values.get("guest") is True, near_lead=values.get("near_lead") is True, state="CONFIRMED",
    )  # fmt: skip
    session.add(seat)
    session.flush()
    return {
        "seat_id": str(seat.id), "person_id": str(person_id), "cohort_id": str(cohort.id), "cohort_key": cohort.key,
        "participant": f"person:{person_id}",
    }  # fmt: skip


def _read_seat(subject: Subject, fields: Iterable[str]) -> Values:
    person_id, seat_id = (uuid_or_none(subject.variables, name) for name in ("person_id", "seat_id"))
    name = people.display_name(subject.session, person_id) if person_id is not None else ""
    seat = subject.session.get(CohortSeat, seat_id) if seat_id is not None else None
    return {"name": name, "short_group": seat is not None and seat.short_group_on is not None}


def _close_seat(subject: Subject, values: Values) -> Values:
    seat = subject.session.get_one(CohortSeat, uuid_or_none(subject.variables, "seat_id"))
    if "outcome" in values:
        seat.outcome = text(values, "outcome")[:12] or None
        number = whole(subject.variables, "follow_up_no", 0)
        if number and seat.outcome:
            opinions.tell(subject.session, seat.id, number, seat.outcome, subject.now)
    if "short_group" in values:
        short_groups.wish(seat, local_day(subject.now, PARIS), wanted=values.get("short_group") is True)
    opinions.keep(subject.session, seat.id, values, subject.now)
    score = values.get("score")
    if score is not None and str(score) != "":
        seat.score = int(str(score))
    if values.get("signed") is True and seat.signed_at is None:
        seat.signed_at = subject.now
    return {}


def _write_seat(subject: Subject, values: Values) -> Values:
    return _seat(subject, values) if "cohort" in values else _close_seat(subject, values)


_PLANNED: Final = frozenset({"facilitator", "co_facilitator", "starts_on", "begins", "place"})
_SEATED: Final = frozenset(
    {
        "cohort",
        "person",
        "situation",
        "guest",
        "near_lead",
        "signed",
        "score",
        "outcome",
        "short_group",
        *opinions.STATEMENTS,
    }
)
COHORT: Final = Record(
    _PLANNED | {"key", "starts", "seats", "moves", "conflict"}, _read, _PLANNED | {"moves"}, _write_cohort
)
SEAT: Final = Record(_SEATED | {"name"}, _read_seat, _SEATED, _write_seat)
