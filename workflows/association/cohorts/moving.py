"""What moves while a cohort lives: a seat to the next cohort, a session to another day."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy import update
from sqlalchemy.orm import Session

from engine import commands
from engine.assignment import SYSTEM, Actor
from engine.calendar import PARIS
from engine.engine import Engine
from engine.errors import Conflict
from engine.registry import ServiceWork, service_task
from workflows.association import mails, people
from workflows.association.calendars import appointments, spoken
from workflows.association.calendars.icalendar_text import Party, invitation
from workflows.association.case_variables import local_day, uuid
from workflows.association.cohorts import admission, planning
from workflows.association.cohorts.records import Cohort, CohortSeat
from workflows.association.mail_templates import MailKind
from workflows.association.mails import Mail
from workflows.association.settings import Association

NEAR: Final = timedelta(days=1)  # longer than any night: who has to know before the morning is told at once
_OFF = {
    "fr": ("{key} : la séance {number} n’a pas lieu", "La séance {number}, le {when}, n’a pas lieu."),
    "en": ("{key}: session {number} is off", "Session {number}, on {when}, does not take place."),
}
_MOVED = {
    "fr": ("{key} : la séance {number} change de jour", "La séance {number} aura lieu le {when}."),
    "en": ("{key}: session {number} moves", "Session {number} will be on {when}."),
}


class SessionPast(Conflict):
    """This session was held, called off, or would move into the past: it stays where it is."""

    code: ClassVar[str] = "session_past"


@service_task("cohort.move_out", results=())
def move_out(work: ServiceWork) -> None:
    """The seat waits for the next cohort; its participation hears of it."""
    seat = work.session.get_one(CohortSeat, uuid(work.variables, "moved_seat_id"))
    seat.state = "WAITING"
    today = local_day(work.now, work.engine.settings.zone)
    admission.call_next(work.session, work.engine, seat.cohort_id, today=today)
    commands.correlate_message(
        work.session, work.engine, "seat_moved", str(seat.id), source="cohort", ttl=timedelta(days=30), by=SYSTEM
    )


def move_session(
    session: Session, engine: Engine, association: Association, cohort: Cohort, number: int, starts: datetime, by: Actor
) -> None:
    """Moves a session, tells its guests with a fresh invitation, and wakes the cohort, whose timers follow.

    `starts` is in the zone of the place. Raises SessionPast, TimeTooFar, AppointmentRefused.
    """
    found, now = planning.session_of(session, cohort, number), engine.clock.now()
    if found is None or number <= cohort.held or found.state == appointments.CANCELLED or starts <= now:
        raise SessionPast
    engine.settings.limits.check_moment(starts, now)
    near = min(found.starts_at, starts) < now + NEAR
    if not appointments.move(found, starts, now):
        return
    for person_id in appointments.guests(session, found.id):
        _tell(session, engine, association, found.id, cohort, number, person_id, near=near)
    _wake(session, engine, cohort, by)


def call_off(
    session: Session, engine: Engine, association: Association, cohort: Cohort, number: int, by: Actor
) -> None:
    """Calls one session off, tells its guests with what takes it out of their calendars, and wakes the cohort.

    Raises SessionPast.
    """
    found, now = planning.session_of(session, cohort, number), engine.clock.now()
    if found is None or number <= cohort.held or found.starts_at <= now or not appointments.cancel(found, now):
        raise SessionPast
    near = found.starts_at < now + NEAR
    for person_id in appointments.guests(session, found.id):
        _tell(session, engine, association, found.id, cohort, number, person_id, near=near)
    _wake(session, engine, cohort, by)


def _wake(session: Session, engine: Engine, cohort: Cohort, by: Actor) -> None:
    """The cohort looks for its next session again: its timers follow."""
    commands.correlate_message(session, engine, "session_moved", cohort.key, source=by.id, by=by)


def _tell(
    session: Session, engine: Engine, association: Association, appointment_id: UUID, cohort: Cohort, number: int,
    person_id: UUID, *, near: bool,
) -> None:  # fmt: skip
    """Tells a guest: at once where the session is near, else by day where the guest lives."""
    person = people.get(session, person_id)
    if person is None or person.primary_email is None:
        return
    appointment = session.get_one(appointments.Appointment, appointment_id)
    lang = "en" if person.lang == "en" else "fr"
    words = {
        "key": cohort.key,
        "number": number,
        "when": spoken.moment_for(appointment.starts_at, people.zones(person, PARIS), lang),
    }
    off = appointment.state == appointments.CANCELLED
    subject, text = (each.format(**words) for each in (_OFF if off else _MOVED)[lang])
    _supersede(session, person.id, appointment)
    key = f"moved:{appointment.id.hex}:{uuid4().hex}"
    kind: MailKind = "transactional" if near else "notice"
    mail_id = mails.post(session, engine, to=person.id, subject=subject, text=text, lang=lang, key=key, kind=kind)
    session.get_one(Mail, mail_id).calendar = invitation(
        appointment, organizer=Party(association.name, association.mail_from),
        guest=Party(person.first_names, person.primary_email), lang=lang,
        method="CANCEL" if off else "REQUEST",
    )  # fmt: skip


def _supersede(session: Session, person_id: UUID, appointment: appointments.Appointment) -> None:
    """What still waits for the day tells a date that holds no longer: it does not leave."""
    waits = (Mail.person_id == person_id) & (Mail.state == "QUEUED") & (Mail.kind == "notice")
    old = update(Mail).where(waits, Mail.calendar.contains(str(appointment.id)))
    session.execute(old.values(state="SUPPRESSED", suppressed="OUTDATED"))
