"""Service tasks of the process `cohort`: composition, start, the weekly session, the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Final

from sqlalchemy import select, update

from engine import commands
from engine.assignment import SYSTEM
from engine.registry import ServiceTask, ServiceWork, service_task
from workflows.association import mails, office_mandates, people, roles
from workflows.association.calendars import appointments
from workflows.association.calendars.appointments import Appointment
from workflows.association.case_variables import local_day, uuid, whole
from workflows.association.cohorts import (
    admission,
    calendar,
    calling_off,
    information,
    leaders,
    planning,
    records,
    sheets,
    triads,
)
from workflows.association.cohorts.candidacies import OFFERED, CohortCandidacy
from workflows.association.cohorts.records import Cohort, CohortSeat
from workflows.association.settings import Association

LEADS: Final = (("FACILITATOR", "facilitator_id"), ("CO_FACILITATOR", "co_facilitator_id"))
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
            to_date=last.day + leaders.AFTER, scope=cohort.key, by=SYSTEM,
        )  # fmt: skip
    share = whole(work.variables, "first_call", 0) or None  # of who waits, where two cohorts were planned together
    admission.call_next(work.session, work.engine, cohort.id, today=_today(work), most=share)
    return {"check_at": _check_at(work, cohort), "leads": [roles.key(role, cohort.key) for role, _ in LEADS]}


def _check_at(work: ServiceWork, cohort: Cohort) -> str:
    first = appointments.of_calendar(work.session, cohort.key)[0].starts_at
    days = calendar.rule(work.session, "check_days", _today(work))
    return (first - timedelta(days=days)).isoformat()


@service_task("cohort.postpone", results=("check_at", "told"))
def postpone(work: ServiceWork) -> Mapping[str, object]:
    """Every session moves by the weeks of the rule; the information meetings tell the new days. `told`: whoever has a
    seat, holds an offer of one, or leads."""
    cohort = _cohort(work)
    before = cohort.starts_on
    cohort.starts_on += timedelta(weeks=calendar.rule(work.session, "postpone_weeks", _today(work)))
    planning.plan_sessions(work.session, cohort, work.now)
    information.put_off(work, cohort, before)
    offered = select(CohortCandidacy.person_id).where(
        CohortCandidacy.cohort_id == cohort.id, CohortCandidacy.state == OFFERED
    )  # fmt: skip
    taken = [seat.person_id for seat in records.seats(work.session, cohort.id)]
    told = dict.fromkeys(
        [*taken, *work.session.scalars(offered.order_by(CohortCandidacy.id)), *leaders.of(work, cohort.key)]
    )
    return {"check_at": _check_at(work, cohort), "told": [str(each) for each in told]}


@service_task("cohort.cancel", results=())
def cancel(work: ServiceWork) -> None:
    """No session and no information meeting takes place, nobody has a seat any more, and no offer of one holds."""
    calling_off.call_off(work.session, work.engine, _cohort(work), work.now, work.variables)


@service_task("cohort.begin", results=())
def begin(work: ServiceWork) -> None:
    """The cohort runs: its people are invited to every session."""
    cohort = _cohort(work)
    cohort.state = "RUNNING"
    taken = [seat.person_id for seat in records.seats(work.session, cohort.id)]
    leads = leaders.of(work, cohort.key)
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
    """Who is reminded of the session: everybody who is invited to it; nobody once it has begun (after an outage)."""
    date_ = work.session.get_one(Appointment, uuid(work.variables, "appointment_id"))
    found = appointments.guests(work.session, date_.id) if date_.starts_at > work.now else []
    return {"readers": [str(each) for each in found]}


@service_task("cohort.tell_late", results=())
def tell_late(work: ServiceWork) -> None:
    """The attendance is not noted: tells those who lead, or the office, as the header `who` says."""
    cohort, today = _cohort(work), _today(work)
    if work.headers.get("who") == "office":
        told = roles.holders(work.session, "CAREERS_ASST", today)
    else:
        told = leaders.of(work, cohort.key)
    number = whole(work.variables, "session_no", 0)
    for person_id in told:
        lang = people.language(work.session, person_id)
        subject, text = _LATE["en" if lang == "en" else "fr"]
        mails.post(
            work.session, work.engine, to=person_id, subject=subject.format(key=cohort.key, number=number),
            text=text.format(key=cohort.key, number=number), kind="reminder",
        )  # fmt: skip


def service_tasks(association: Association) -> Sequence[ServiceTask]:
    """`cohort.close_session` of an association: it writes in its name."""
    results = frozenset({"sitting", "sessions_left", "fell", "asked_at"})
    return (ServiceTask("cohort.close_session", partial(close_session, association), results=results),)


def close_session(association: Association, work: ServiceWork) -> Mapping[str, object]:
    """Whoever was not marked was there; each participation hears of the session, and of the project sheet where a phase
    that asks for it has begun; small groups are drawn where due. The figures are for the table `cohort_size`;
    `fell`: fewer people than at the last time that one was asked about them."""
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
    _ask_for_sheets(work, cohort, number)
    if triads.due_after(work.session, number, _today(work)) is not None:
        triads.draw(work.session, work.engine, association, cohort, number)
    sitting, asked = len(records.seats(work.session, cohort.id)), whole(work.variables, "asked_at", 0)
    return {
        "sitting": sitting, "sessions_left": len(planning.coming(work.session, cohort)),
        "fell": not asked or sitting < asked, "asked_at": asked or None,
    }  # fmt: skip


def _ask_for_sheets(work: ServiceWork, cohort: Cohort, number: int) -> None:
    """With the first session of a phase that asks for it, each participant is asked for the project sheet."""
    begun = [row.key for row, first, _last in calendar.phases(work.session, _today(work)) if first == number]
    for phase in [key for key in begun if key in sheets.ASKING]:
        for seat in records.seats(work.session, cohort.id):
            commands.correlate_message(
                work.session, work.engine, "sheet_asked", str(seat.id), {"phase": phase}, source=f"cohort:{cohort.id}",
                message_id=f"{seat.id}:{phase}", ttl=timedelta(days=60), by=SYSTEM,
            )  # fmt: skip
