"""The office's calendar of events: load by week, budget at risk, neighbours; and refunds that wait for a transfer."""

from __future__ import annotations

from datetime import date as day
from datetime import time
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.calendar import PARIS
from engine.errors import NotFound
from engine.transaction import reading, transaction
from webapp import task_work
from webapp.auth import current, current_day, engine, role
from webapp.events import load, starting
from webapp.words import _, language, ngettext
from workflows.association import people
from workflows.association.calendars import spoken
from workflows.association.calendars.appointments import Appointment, AppointmentRefused
from workflows.association.case_variables import local_day
from workflows.association.events import cancelling, changing, records, refunds, registrations
from workflows.association.events.owed import EventRefund
from workflows.association.events.records import Event
from workflows.association.events.registrations import LIVE, EventRegistration

blueprint = Blueprint("events_office", __name__, template_folder="templates", url_prefix="/events-office")
MOVERS = frozenset({"EVENTS", "GENERAL_DELEGATE"})
OFFICE = ("EVENTS", "GROUPS", "GENERAL_DELEGATE", "FINANCE", "COMMS", "TREASURER")


@blueprint.get("/")
@role(*OFFICE)
def calendar() -> str:
    """Week by week: what is on, what is asked for, what it risks, and which events are side by side."""
    with reading(engine()) as reader:
        today = current_day()
        return render_template(
            "events/calendar.html",
            weeks=load.calendar(reader, today, language()),
            due=len(refunds.due(reader)),
            may_move=bool(MOVERS.intersection(current().roles)),
        )


@blueprint.get("/move/<uuid:date_id>")
@role(*MOVERS)
def moving(date_id: UUID) -> str:
    """Moving one date: what it is now, the day it was dragged to, and how many are told. Nothing moves by looking."""
    with reading(engine()) as reader:
        event, date = _date(reader, date_id)
        told = len([each for each in registrations.of_event(reader, event.id, LIVE) if each.appointment_id == date_id])
        return render_template(
            "events/move.html", event=event, title=event.title(language()), date=date, told=told,
            was=spoken.moment(date.starts_at, language()), day=_wanted(date), request_key=task_work.new_key(),
        )  # fmt: skip


def _wanted(date: Appointment) -> str:
    try:
        return day.fromisoformat(request.args.get("day", "")).isoformat()
    except ValueError:
        return date.day.isoformat()


def _date(session: Session, date_id: UUID) -> tuple[Event, Appointment]:
    """A date that stands and has not begun, with its event. Raises NotFound."""
    date = session.get(Appointment, date_id)
    event = records.by_key(session, date.calendar) if date is not None else None
    if event is None or date is None or date not in cancelling.coming(session, event, engine().clock.now()):
        raise NotFound(kind="date", id=str(date_id))
    return event, date


@blueprint.post("/move/<uuid:date_id>")
@role(*MOVERS)
def move(date_id: UUID) -> ResponseReturnValue:
    """Moves it: those who registered are told, their calendars and the deadlines follow. Raises NotFound, EventPast."""
    with transaction(engine()) as writer:
        event, date = _date(writer, date_id)
        try:
            new = day.fromisoformat(request.form.get("day", ""))
            hour = time.fromisoformat(request.form.get("begins", ""))
        except ValueError:
            raise AppointmentRefused from None
        written = {"date": str(date.id), "new_day": new, "new_hour": hour, "notice": request.form.get("notice", "")}
        known = {**changing.known(event), "calling_off": "MOVE"}
        starting.write(
            writer, "event_cancellation", known, {f"calling_off.{name}": each for name, each in written.items()}
        )
    flash(_("The date has moved, and everybody is told."), "success")
    return redirect(url_for("events_office.calendar"), 303)


@blueprint.get("/refunds")
@role("FINANCE", "TREASURER", "EVENTS")
def owed() -> str:
    """What is to be paid back for events, by event."""
    with reading(engine()) as reader:
        found = refunds.due(reader)
        seats = {each.registration_id: reader.get_one(EventRegistration, each.registration_id) for each in found}
        events = {each.event_id: reader.get_one(Event, each.event_id) for each in found}
        names = people.names_of(reader, [each.person_id for each in seats.values()])
        rows = [(each, events[each.event_id], names.get(seats[each.registration_id].person_id, "—")) for each in found]
        return render_template("events/refunds.html", rows=rows, may_pay="FINANCE" in current().roles)


@blueprint.post("/refunds")
@role("FINANCE")
def pay() -> ResponseReturnValue:
    """Notes the transfers of the chosen refunds under one reference; what was noted before is left alone."""
    reference = request.form.get("reference", "").strip()
    chosen = [UUID(each) for each in request.form.getlist("refund") if len(each) == 36]
    if not reference or not chosen:
        flash(_("Choose refunds, and give the bank's reference."), "info")
        return redirect(url_for("events_office.owed"), 303)
    with transaction(engine()) as writer:
        now = engine().clock.now()
        found = [each for each in (writer.get(EventRefund, refund) for refund in chosen) if each is not None]
        count = refunds.pay(
            writer, found, on=local_day(now, PARIS), reference=reference, by=current().actor.id, now=now
        )
    flash(ngettext("%(num)d refund is noted.", "%(num)d refunds are noted.", count), "success")
    return redirect(url_for("events_office.owed"), 303)
