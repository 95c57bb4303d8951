"""The office's calendar of events: load by week, budget at risk, neighbours; and refunds that wait for a transfer."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.calendar import PARIS
from engine.transaction import reading, transaction
from webapp.auth import current, engine, role
from webapp.events import page as pages
from webapp.words import _, language, ngettext
from workflows.association import people
from workflows.association.case_variables import local_day
from workflows.association.events import refunds
from workflows.association.events.records import Event
from workflows.association.events.refunds import EventRefund
from workflows.association.events.registrations import EventRegistration

blueprint = Blueprint("events_office", __name__, template_folder="templates", url_prefix="/events-office")
OFFICE = ("EVENTS", "GROUPS", "GENERAL_DELEGATE", "FINANCE", "COMMS", "TREASURER")


@blueprint.get("/")
@role(*OFFICE)
def calendar() -> str:
    """Week by week: what is on, what is asked for, what it risks, and which events are side by side."""
    with reading(engine()) as reader:
        today = local_day(engine().clock.now(), PARIS)
        return render_template(
            "events/calendar.html", weeks=pages.calendar(reader, today, language()), due=len(refunds.due(reader))
        )


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
