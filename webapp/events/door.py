"""The door of an event without a network: what several devices noted, brought together, and the whole list back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

from flask import Blueprint, Response, abort, current_app, jsonify, request, send_from_directory
from flask.typing import ResponseReturnValue
from marshmallow import RAISE, Schema, ValidationError, fields, validate
from sqlalchemy.orm import Session

from engine.errors import Invalid
from engine.transaction import transaction
from webapp.auth import engine, public, signed_in
from webapp.dates import moment
from webapp.events.welcome import open_event
from webapp.limits import limited
from workflows.association.events import door, lists
from workflows.association.events.door import Arrival, Mark
from workflows.association.events.records import Event

blueprint = Blueprint("event_door", __name__, url_prefix="/events")
LONGEST_AGO: Final = 4 * 24 * 3600.0  # seconds: no list is open for longer


class MarksUnreadable(Invalid):
    """The marks of this device could not be read: load the list again. They are still on the device."""

    code: ClassVar[str] = "event_marks_unreadable"


class _Marks(Schema):
    """A mark: so many seconds ago, since the clock of a telephone may be wrong and how long it waited is not."""

    class Meta:
        unknown = RAISE

    seat = fields.UUID(required=True)
    here = fields.Boolean(required=True)
    ago = fields.Float(required=True, validate=validate.Range(0, LONGEST_AGO))


class _Arrivals(Schema):
    class Meta:
        unknown = RAISE

    id = fields.UUID(required=True)
    name = fields.String(required=True, validate=validate.Length(1, 80))
    seats = fields.Integer(required=True, validate=validate.Range(1, 9))
    paid = fields.Decimal(places=2, required=True, validate=validate.Range(0, 9_999))
    ago = fields.Float(required=True, validate=validate.Range(0, LONGEST_AGO))


class _Waiting(Schema):
    """What waited on a device to be sent."""

    class Meta:
        unknown = RAISE

    marks = fields.List(fields.Nested(_Marks), required=True, validate=validate.Length(max=5_000))
    arrivals = fields.List(fields.Nested(_Arrivals), required=True, validate=validate.Length(max=500))


@blueprint.post("/<key>/list/marks")
@signed_in
@limited("1200 per hour")
def marks(key: str) -> ResponseReturnValue:
    """Takes over the marks of a device, and answers with the list as all devices have made it.

    Raises MarksUnreadable; NotFound where the list is closed."""
    now = engine().clock.now()
    with transaction(engine()) as writer:
        event, sent = open_event(writer, key), _sent()
        door.note(
            writer, event.id,
            [Mark(each["seat"], each["here"], _since(now, each)) for each in sent["marks"]],
            [
                Arrival(each["id"], each["name"].strip() or "—", each["seats"], each["paid"], _since(now, each))
                for each in sent["arrivals"]
            ],
        )  # fmt: skip
        return jsonify(_state(writer, event) | {"saved": moment(now)})


def _sent() -> dict[str, Any]:
    try:
        found: dict[str, Any] = _Waiting().loads(request.form.get("waiting", ""))
    except (ValidationError, ValueError) as error:
        raise MarksUnreadable from error
    return found


def _since(now: datetime, sent: dict[str, Any]) -> datetime:
    return now - timedelta(seconds=sent["ago"])


def _state(session: Session, event: Event) -> dict[str, object]:
    people = [
        {
            "id": str(seat.id), "name": name, "ticket": seat.ticket or "", "more": seat.seats - 1, "seats": seat.seats,
            "notes": [each for each in (seat.guests, seat.diet, seat.access) if each],
            "here": seat.checked_in_at is not None,
        }
        for seat, name in lists.attendees(session, event)
    ]  # fmt: skip
    arrivals = [
        {"id": str(each.id), "name": each.name, "seats": each.seats, "paid": str(each.paid)}
        for each in door.walk_ins(session, event.id)
    ]
    return {"people": people, "arrivals": arrivals}


@blueprint.get("/door-worker.js")
@public
def worker() -> Response:
    """The script by which a browser opens the list without a network. It rules the pages of events alone."""
    manifest = current_app.extensions["amicale.manifest"]
    name = manifest.names.get("door-worker.js") or abort(404)
    sent = send_from_directory(manifest.directory, name, mimetype="text/javascript")
    sent.headers["Cache-Control"] = "no-cache"
    return sent
