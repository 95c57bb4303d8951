"""The door of an event without a network: what several devices noted, brought together, and the whole list back."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar, Final

from flask import Blueprint, Response, abort, current_app, jsonify, request, send_from_directory
from flask.typing import ResponseReturnValue
from marshmallow import RAISE, Schema, ValidationError, fields, validate
from sqlalchemy.orm import Session

from engine.bounds import storable
from engine.errors import Invalid
from engine.transaction import transaction
from webapp.auth import current, engine, public, signed_in
from webapp.dates import moment
from webapp.events.welcome import open_event
from webapp.limits import limited
from webapp.words import _
from workflows.association.events import door, lists
from workflows.association.events.door import Arrival, Mark
from workflows.association.events.records import Event
from workflows.association.events.registrations import EventRegistration

blueprint = Blueprint("event_door", __name__, url_prefix="/events")
LONGEST_AGO: Final = 100 * 24 * 3600.0  # seconds; a mark that waited for longer counts as so old


MOST_PAID: Final = Decimal("9999.99")


class MarksUnreadable(Invalid):
    """The marks of this device could not be read: load the list again. They are still on the device."""

    code: ClassVar[str] = "event_marks_unreadable"


def _storable(text: str) -> None:
    if not storable(text):
        raise ValidationError("NUL, or half a character")


class _Marks(Schema):
    """A mark: so many seconds ago, since the clock of a telephone may be wrong and how long it waited is not."""

    class Meta:
        unknown = RAISE

    seat = fields.UUID(required=True)
    here = fields.Boolean(required=True)
    ago = fields.Float(required=True, validate=validate.Range(0))


class _Arrivals(Schema):
    class Meta:
        unknown = RAISE

    id = fields.UUID(required=True)
    name = fields.String(required=True, validate=[validate.Length(1, 80), _storable])
    seats = fields.Integer(required=True, validate=validate.Range(1, 9))
    paid = fields.Decimal(places=2, required=True, validate=validate.Range(0, MOST_PAID))
    ago = fields.Float(required=True, validate=validate.Range(0))


class _Waiting(Schema):
    """What waited on a device to be sent. Each thing is read by itself, so that none keeps the others out."""

    class Meta:
        unknown = RAISE

    marks = fields.List(fields.Dict(), required=True, validate=validate.Length(max=5_000))
    arrivals = fields.List(fields.Dict(), required=True, validate=validate.Length(max=500))


@blueprint.post("/<key>/list/marks")
@signed_in
@limited("3600 per hour", by=lambda: str(current().person_id))  # a device asks 240 times; the place has one address
def marks(key: str) -> ResponseReturnValue:
    """Takes over the marks of a device, and answers with the list as all devices have made it; `refused`: the ids of
    what cannot be taken over, which the device need not send again.

    Raises MarksUnreadable; NotFound where the list is closed."""
    now = engine().clock.now()
    with transaction(engine()) as writer:
        event = open_event(writer, key)
        sent, refused = _sent(), list[str]()
        seats = _read(_Marks(), sent["marks"], "seat", refused)
        came = _read(_Arrivals(), sent["arrivals"], "id", refused)
        door.note(
            writer, event.id,
            [Mark(each["seat"], each["here"], _since(now, each)) for each in seats],
            [
                Arrival(each["id"], each["name"].strip() or "—", each["seats"], each["paid"], _since(now, each))
                for each in came
            ],
        )  # fmt: skip
        return jsonify(_state(writer, event) | {"saved": moment(now), "refused": refused})


def _sent() -> dict[str, Any]:
    try:
        found: dict[str, Any] = _Waiting().loads(request.form.get("waiting", ""))
    except (ValidationError, ValueError, RecursionError) as error:
        raise MarksUnreadable from error
    return found


def _read(schema: Schema, sent: list[dict[str, Any]], key: str, refused: list[str]) -> list[dict[str, Any]]:
    """What can be read, each by itself; the ids of the others go to `refused`."""
    found = []
    for each in sent:
        try:
            found.append(schema.load(each))
        except (ValidationError, ValueError):
            refused.append(str(each.get(key)))
    return found


def _since(now: datetime, sent: dict[str, Any]) -> datetime:
    return now - timedelta(seconds=min(sent["ago"], LONGEST_AGO))


def _no_photo(seat: EventRegistration) -> str:
    """What whoever takes pictures has to know of somebody."""
    return "" if seat.photo else _("no published photo")


def _state(session: Session, event: Event) -> dict[str, object]:
    people = [
        {
            "id": str(seat.id), "name": name, "ticket": seat.ticket or "", "more": seat.seats - 1, "seats": seat.seats,
            "notes": [each for each in (seat.guests, seat.diet, seat.access, _no_photo(seat)) if each],
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
