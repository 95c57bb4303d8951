"""Welcoming people: the list of attendees while it is open, and checking in by row or by ticket."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.transaction import reading, transaction
from webapp.auth import current, engine, settings, signed_in
from webapp.dates import moment
from webapp.events.found import own_event
from webapp.limits import limited
from webapp.words import _, language
from workflows.association import people
from workflows.association.events import door, lists, records
from workflows.association.events.records import Event
from workflows.association.events.registrations import EventRegistration

blueprint = Blueprint("event_welcome", __name__, template_folder="templates", url_prefix="/events/<key>/list")


def open_event(session: Session, key: str) -> Event:
    """An event of the viewer's whose list may be read now. Raises EventUnknown, NotFound."""
    event = own_event(session, key)
    if not lists.is_open(session, event, engine().clock.now()):
        raise NotFound(kind="list", id=key[:40])
    return event


@blueprint.get("")
@signed_in
def attendees(key: str) -> Response:
    """Who comes: to welcome them, on these days alone; first whoever shows the ticket of the address. Nothing is noted
    by looking. Raises NotFound on other days."""
    with reading(engine()) as reader:
        event = open_event(reader, key)
        coming, shown = lists.attendees(reader, event), request.args.get("ticket", "")
        found = lists.of_ticket(reader, event.id, shown) if shown else None
        page = render_template(
            "events/attendees.html", event=event, title=event.title(language()), people=coming, shown=shown,
            arrivals=door.walk_ins(reader, event.id), zone=settings().zone,
            stamp=_("Printed by %(name)s on %(when)s", name=current().name, when=moment(engine().clock.now())),
            held=next(((seat, name) for seat, name in coming if found is not None and seat.id == found.id), None),
        )  # fmt: skip
        until = lists.closes(reader, event, engine().clock.now())
    answer = make_response(page)
    answer.headers["X-Kept-Until"] = until.isoformat()  # a device may show it without a network for so long
    return answer


@blueprint.post("")
@signed_in
@limited("600 per hour")
def check_in(key: str) -> ResponseReturnValue:
    """Somebody is there: by his row, or by the ticket that he shows."""
    with transaction(engine()) as writer:
        event = records.locked(writer, open_event(writer, key).id)  # other doors note marks at the same time
        found = _shown_ticket(writer, event)
        here = request.form.get("act") != "out"
        if found is None or not door.tell(found, here, engine().clock.now()):
            flash(_("No ticket of this event has this number."), "info")
        elif here:
            flash(_("%(name)s is here.", name=people.display_name(writer, found.person_id)), "success")
    return redirect(url_for("event_welcome.attendees", key=key), 303)


def _shown_ticket(session: Session, event: Event) -> EventRegistration | None:
    row = request.form.get("registration", "")
    if len(row) == 36:
        try:
            found = session.get(EventRegistration, UUID(row))
        except ValueError:
            return None
        return found if found is not None and found.event_id == event.id else None
    return lists.of_ticket(session, event.id, request.form.get("ticket", ""))
