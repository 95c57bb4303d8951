"""Service tasks of the process `cohort`: composition, start, the weekly session, the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from sqlalchemy import update

from engine import commands
from engine.assignment import SYSTEM
from engine.registry import ServiceWork, service_task
from workflows.association import mails, office_mandates, people, roles
from workflows.association.calendars import appointments
from workflows.association.case_variables import local_day, uuid, whole
from workflows.association.cohorts import admission, calendar, information, planning, records
from workflows.association.cohorts.records import Cohort, CohortSeat
from workflows.association.people import Person

LEADS: Final = (("FACILITATOR", "facilitator_id"), ("CO_FACILITATOR", "co_facilitator_id"))
_AFTER: Final = timedelta(days=400)  # how long facilitators keep their cohort after its last session: its follow-ups
_LATE: Final = {
    "fr": ("Présences à noter : {key}", "Les présences de la séance {number} de {key} ne sont pas encore notées."),
    "en": ("Attendance to note: {key}", "The attendance of session {number} of {key} is not noted yet."),
}


def _cohort(work: ServiceWork) -> Cohort:
    return work.session.get_one(Cohort, uuid(work.variables, "cohort_id"))


def _today(work: ServiceWork) -> date:
    return local_day(work.now, work.engine.settings.zone)


@service_task("cohort.prepare", results=("check_at", "leads"))
def prepare(work: ServiceWork) -> Mapping[str, object]:
    """Appoints those who lead the cohort, for it alone, and says when its start is decided."""
    cohort = _cohort(work)
    last = appointments.of_calendar(work.session, cohort.key)[-1]
    for role, name in LEADS:
        office_mandates.appoint(
            work.session, work.engine, uuid(work.variables, name), role, from_date=_today(work),
            to_date=last.day + _AFTER, scope=cohort.key, by=SYSTEM,
        )  # fmt: skip
    share = whole(work.variables, "first_call", 0) or None  # of who waits, where two cohorts were planned together
    admission.call_next(work.session, work.engine, cohort.id, today=_today(work), most=share)
    return {"check_at": _check_at(work, cohort), "leads": [roles.key(role, cohort.key) for role, _ in LEADS]}


def _check_at(work: ServiceWork, cohort: Cohort) -> str:
    first = appointments.of_calendar(work.session, cohort.key)[0].starts_at
    days = calendar.rule(work.session, "check_days", _today(work))
    return (first - timedelta(days=days)).isoformat()


@service_task("cohort.count", results=("composition", "confirmed", "blocking"))
def count(work: ServiceWork) -> Mapping[str, object]:
    """The figures of a composition: shares in hundredths, the largest of a sector, whether two share an employer."""
    taken = records.seats(work.session, _cohort(work).id)
    known = people.by_ids(work.session, [seat.person_id for seat in taken])
    ordered = [known[seat.person_id] for seat in taken if seat.person_id in known]
    size = len(taken)
    employers = Counter(each.employer for each in ordered if each.employer)
    blocking = any(number > 1 for number in employers.values())
    genders = Counter(each.civility for each in ordered if each.civility)
    composition = {
        "size": size,
        "guests": _share(sum(seat.guest for seat in taken), size),
        "one_gender": _share(max(genders.values(), default=0), size),
        "same_sector": max(Counter(each.sector for each in ordered if each.sector).values(), default=0),
        "same_employer": blocking,
        "in_post": _share(sum(seat.situation == "IN_POST" for seat in taken), size),
        "age_span": _age_span(ordered),
    }
    return {"composition": composition, "confirmed": size, "blocking": blocking}


def _share(part: int, whole_: int) -> int:
    return 100 * part // whole_ if whole_ else 0


def _age_span(ordered: Sequence[Person]) -> int:
    years = [each.birth_date.year for each in ordered if each.birth_date is not None]
    return max(years) - min(years) if years else 0


@service_task("cohort.postpone", results=("check_at",))
def postpone(work: ServiceWork) -> Mapping[str, object]:
    """Every session moves by the weeks of the rule; the information meetings tell the new days."""
    cohort = _cohort(work)
    before = cohort.starts_on
    cohort.starts_on += timedelta(weeks=calendar.rule(work.session, "postpone_weeks", _today(work)))
    planning.plan_sessions(work.session, cohort, work.now)
    information.put_off(work, cohort, before)
    return {"check_at": _check_at(work, cohort)}


@service_task("cohort.cancel", results=())
def cancel(work: ServiceWork) -> None:
    """No session and no information meeting takes place, and nobody has a seat any more."""
    cohort = _cohort(work)
    cohort.state = "CANCELLED"
    for each in appointments.of_calendar(work.session, cohort.key):
        appointments.cancel(each, work.now)
    information.call_off(work, cohort)


@service_task("cohort.begin", results=())
def begin(work: ServiceWork) -> None:
    """The cohort runs: its people are invited to every session."""
    cohort = _cohort(work)
    cohort.state = "RUNNING"
    taken = [seat.person_id for seat in records.seats(work.session, cohort.id)]
    leads = [uuid(work.variables, name) for _, name in LEADS]
    for each in appointments.of_calendar(work.session, cohort.key):
        appointments.invite(work.session, each, [*taken, *leads])
    running = update(CohortSeat).where(CohortSeat.cohort_id == cohort.id, CohortSeat.state == "CONFIRMED")
    work.session.execute(running.values(state="RUNNING"))


@service_task("cohort.next_session", results=("session_no", "remind_at", "over_at", "appointment_id", "review_session"))
def next_session(work: ServiceWork) -> Mapping[str, object]:
    """The next session that is not called off, with its moments; none after the last: `session_no` is null."""
    cohort, days = _cohort(work), calendar.rule(work.session, "reminder_days", _today(work))
    review = calendar.rule(work.session, "review_session", _today(work))
    coming = planning.coming(work.session, cohort)
    if coming:
        number, found = coming[0]
        return {
            "session_no": number,
            "remind_at": (found.starts_at - timedelta(days=days)).isoformat(),
            "over_at": found.ends_at.isoformat(),
            "appointment_id": str(found.id),
            "review_session": review,
        }
    cohort.state = "CLOSED"
    return {"session_no": None, "remind_at": None, "over_at": None, "appointment_id": None, "review_session": review}


@service_task("cohort.readers", results=("readers",))
def readers(work: ServiceWork) -> Mapping[str, object]:
    """Who is reminded of the session: everybody who is invited to it."""
    found = appointments.guests(work.session, uuid(work.variables, "appointment_id"))
    return {"readers": [str(each) for each in found]}


@service_task("cohort.tell_late", results=())
def tell_late(work: ServiceWork) -> None:
    """The attendance is not noted: tells those who lead, or the office, as the header `who` says."""
    cohort, today = _cohort(work), _today(work)
    if work.headers.get("who") == "office":
        told = roles.holders(work.session, "CAREERS_ASST", today)
    else:
        told = [each for role, _ in LEADS for each in roles.holders(work.session, role, today, scope=cohort.key)]
    number = whole(work.variables, "session_no", 0)
    for person_id in told:
        lang = people.language(work.session, person_id)
        subject, text = _LATE["en" if lang == "en" else "fr"]
        mails.post(
            work.session, work.engine, to=person_id, subject=subject.format(key=cohort.key, number=number),
            text=text.format(key=cohort.key, number=number), kind="reminder",
        )  # fmt: skip


@service_task("cohort.close_session", results=())
def close_session(work: ServiceWork) -> None:
    """Whoever was not marked was there; each participation hears of the session."""
    cohort, number = _cohort(work), whole(work.variables, "session_no", 0)
    cohort.held = max(cohort.held, number)
    held = planning.session_of(work.session, cohort, number)
    for seat in records.seats(work.session, cohort.id):
        if not any(mark.session_no == number for mark in records.marks(work.session, seat.id)):
            mark = records.PAUSED if held is not None and seat.pauses_on(held.day) else "PRESENT"
            records.note(work.session, seat.id, number, mark, reason=None, homework=False, by="system", now=work.now)
        commands.correlate_message(
            work.session, work.engine, "attendance_noted", str(seat.id), source=f"cohort:{cohort.id}",
            message_id=f"{seat.id}:{number}", ttl=timedelta(days=60), by=SYSTEM,
        )  # fmt: skip
