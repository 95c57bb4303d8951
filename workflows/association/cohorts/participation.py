"""Service tasks of the process `cohort_participation`: attendance counted, leaving, completing, follow-ups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from engine import commands
from engine.assignment import SYSTEM
from engine.calendar import parse_duration
from engine.registry import ServiceWork, service_task
from workflows.association import guests
from workflows.association.calendars import appointments
from workflows.association.case_variables import local_day, text, uuid, whole
from workflows.association.cohorts import admission, calendar, candidacies, records
from workflows.association.cohorts.records import MISSED, Cohort, CohortMark, CohortSeat

FOLLOW_UPS = 3


def _seat(work: ServiceWork) -> CohortSeat:
    return work.session.get_one(CohortSeat, uuid(work.variables, "seat_id"))


def _end_access(work: ServiceWork, seat: CohortSeat) -> None:
    """Whoever came from another school for this group has no access beyond it."""
    if seat.guest:
        guests.end_service(work.session, work.engine, seat.person_id, "COHORT")


@service_task("participation.count", results=("unexcused_in_a_row", "missed_share", "acted", "job_found"))
def count(work: ServiceWork) -> Mapping[str, object]:
    """What was missed, in hundredths of all sessions; `acted` is what the last count led to: it is not repeated."""
    seat = _seat(work)
    cohort = work.session.get_one(Cohort, seat.cohort_id)
    found = [*earlier_marks(work.session, seat), *records.marks(work.session, seat.id)]
    missed = sum(each.mark in MISSED for each in found)
    return {
        "unexcused_in_a_row": records.unexcused_in_a_row(found),
        "missed_share": 100 * missed // cohort.sessions,
        "acted": text(work.variables, "action", "NONE"),
        "job_found": work.variables.get("job_found") is True,
    }


def earlier_marks(session: Session, seat: CohortSeat) -> Sequence[CohortMark]:
    """The marks in the group before, of whoever joined this one where two were merged."""
    if seat.from_seat_id is None:
        return []
    before = session.get_one(CohortSeat, seat.from_seat_id)
    return [*earlier_marks(session, before), *records.marks(session, before.id)]


@service_task("participation.leave", results=("sessions_held", "seats_left", "job_found"))
def leave(work: ServiceWork) -> Mapping[str, object]:
    """The seat ends, as a success or not, and its holder is invited to nothing more. The cohort goes on."""
    seat = _seat(work)
    success = work.variables.get("job_found") is True and work.headers.get("state") is None
    seat.state, seat.ended_at = "SUCCESS" if success else "LEFT", work.now
    _end_access(work, seat)
    appointments.uninvite(work.session, text(work.variables, "cohort_key"), seat.person_id, work.now)
    work.session.flush()
    cohort = work.session.get_one(Cohort, seat.cohort_id)
    left = len(records.seats(work.session, cohort.id))
    said = {"cohort_key": cohort.key}
    commands.correlate_message(work.session, work.engine, "move_answered", cohort.key, said, source="seat", by=SYSTEM)
    return {"sessions_held": cohort.held, "seats_left": left, "job_found": success}


@service_task("participation.offer_seat", results=())
def offer_seat(work: ServiceWork) -> None:
    """Whoever waits first is told of the seat, although the cohort has begun."""
    seat, today = _seat(work), local_day(work.now, work.engine.settings.zone)
    admission.call_next(work.session, work.engine, seat.cohort_id, today=today, late=True)


def complete(work: ServiceWork) -> Mapping[str, object]:
    """The last session is over and the seat completed. `opinion_reminder`: after how many days, each time, whoever said
    nothing of it is reminded."""
    seat = _seat(work)
    seat.state, seat.ended_at = "COMPLETED", work.now
    _end_access(work, seat)
    today = local_day(work.now, work.engine.settings.zone)
    return {"opinion_reminder": calendar.rule(work.session, "opinion_reminder", today)}


@service_task("participation.cancel", results=("candidacy_id",))
def cancel(work: ServiceWork) -> Mapping[str, object]:
    """The cohort does not take place, or not with this person, who waits for the next one, before others."""
    seat = _seat(work)
    seat.state, seat.ended_at = "WAITING", work.now
    return {"candidacy_id": str(candidacies.again(work.session, seat, work.now).id)}


@service_task("participation.next_follow_up", results=("follow_up_no", "follow_up_at"))
def next_follow_up(work: ServiceWork) -> Mapping[str, object]:
    """When somebody is asked again: so many months after his last day, clamped to the month's end; null at the end."""
    seat, number = _seat(work), whole(work.variables, "follow_up_no", 0) + 1
    if number > FOLLOW_UPS or seat.ended_at is None:
        return {"follow_up_no": None, "follow_up_at": None}
    today = local_day(work.now, work.engine.settings.zone)
    months = calendar.rule(work.session, f"follow_up_{number}", today)
    due = parse_duration(f"P{months}M").after(seat.ended_at, work.engine.settings.zone)
    return {"follow_up_no": number, "follow_up_at": due.isoformat()}
