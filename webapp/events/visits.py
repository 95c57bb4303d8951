"""Coming without an account, and handing one's seat over: whoever is named confirms an address by mail."""

from __future__ import annotations

from collections.abc import Mapping
from secrets import token_hex
from uuid import UUID

from flask import Blueprint, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import refresh
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.transaction import reading
from webapp.auth import current, engine, public, signed_in
from webapp.catalogues import LANGUAGES
from webapp.events import starting
from webapp.events.found import shown_event
from webapp.limits import limited
from webapp.people.routes import typed_address
from webapp.start.routes import TRAP
from webapp.words import _
from workflows.association.events import registrations, visitors
from workflows.association.events.records import Event
from workflows.association.events.registrations import EventRegistration, ForMembersOnly, RegistrationClosed

blueprint = Blueprint("event_visits", __name__, template_folder="templates", url_prefix="/events/<key>")
PROCESS = "event_visitor"
Known = Mapping[str, object]


def addressee() -> str:
    """What mails to strangers are counted by: the address that was typed. Who typed none writes to nobody, and is not
    counted with others."""
    return typed_address() or f"none:{token_hex(8)}"


def _visit(session: Session, key: str) -> tuple[Event, Known]:
    """An event to which anybody may come. Raises EventUnknown, ForMembersOnly, RegistrationClosed."""
    event = shown_event(session, key)
    dates = registrations.open_dates(session, event, engine().clock.now())
    if not dates:
        raise RegistrationClosed
    if event.public != "OPEN":
        raise ForMembersOnly
    return event, _known(event) | {"series": len(dates) > 1, "taking": False}


def _queues(session: Session, event: Event) -> bool:
    """Whether whoever comes now gets a place in the queue at best."""
    return registrations.best_outlook(session, event, engine().clock.now()) != registrations.PLACE


def _handover(session: Session, key: str, registration_id: UUID) -> tuple[Event, Known]:
    """The viewer's own seat, if it may be handed over now. Raises NotFound, SeatNotYours, PeopleWait."""
    event = shown_event(session, key)
    seat = session.get(EventRegistration, registration_id)
    if seat is None or seat.event_id != event.id or seat.person_id != current().person_id:
        raise NotFound(kind="registration", id=str(registration_id))
    visitors.check_giving(session, seat, engine().clock.now())
    return event, _known(event) | {"seat_id": str(seat.id), "series": False, "taking": True}


def _known(event: Event) -> dict[str, object]:
    return {"event_id": str(event.id), "event_key": event.key}


def _visit_words(key: str, queues: bool) -> dict[str, str]:
    title = _("Join the waiting list without an account") if queues else _("Come without an account")
    return {"title": title, "action": url_for("event_visits.visit", key=key), "send": _("Send")}


def _handover_words(key: str, registration_id: UUID) -> dict[str, str]:
    action = url_for("event_visits.hand_over", key=key, registration_id=registration_id)
    return {"title": _("Hand my seat over"), "action": action, "send": _("Propose the seat")}


@blueprint.get("/visit")
@public
def visiting(key: str) -> str:
    """The form of whoever has no account. Raises RegistrationClosed."""
    with reading(engine()) as reader:
        event, known = _visit(reader, key)
        queues = _queues(reader, event)
    return starting.page(event, PROCESS, known, **_visit_words(key, queues))


@blueprint.post("/visit")
@public
@limited("10 per hour")
@limited("5 per day", by=addressee)
def visit(key: str) -> ResponseReturnValue:
    """Asks for the address to be confirmed. A machine that fills the trap is thanked and forgotten."""
    with reading(engine()) as reader:
        event, known = _visit(reader, key)
        queues = _queues(reader, event)
    if not request.form.get(TRAP):
        started = starting.begin(event, PROCESS, known, **_visit_words(key, queues))
        if not isinstance(started, UUID):
            return started
    flash(_on_its_way(queues), "success")
    return redirect(url_for("events.page", key=key), 303)


@blueprint.post("/visit/in/<lang>")
@public
@limited("60 per hour")
def visiting_in(key: str, lang: str) -> str:
    """The form as it was typed, in the other language. Nothing of it is kept: of whom it is nobody knows yet."""
    if lang not in LANGUAGES:
        raise NotFound(kind="form", id=lang)
    session["lang"] = lang
    refresh()
    with reading(engine()) as reader:
        event, known = _visit(reader, key)
        return starting.shown(
            event, starting.bound(reader, PROCESS, known, submitted=True), **_visit_words(key, _queues(reader, event))
        )


def _on_its_way(queues: bool) -> str:
    if queues:
        return _(
            "A mail is on its way, one for each different request: confirm your address with it, and you are on the "
            "waiting list."
        )
    return _(
        "A mail is on its way, one for each different request: confirm your address with it, and you are registered."
    )


@blueprint.get("/seat/<uuid:registration_id>/hand-over")
@signed_in
def handing_over(key: str, registration_id: UUID) -> str:
    """The form by which a holder names whoever comes instead."""
    with reading(engine()) as reader:
        event, known = _handover(reader, key, registration_id)
    return starting.page(event, PROCESS, known, **_handover_words(key, registration_id))


@blueprint.post("/seat/<uuid:registration_id>/hand-over")
@signed_in
@limited("10 per hour; 20 per day", by=lambda: current().actor.id)
@limited("5 per day", by=addressee)
def hand_over(key: str, registration_id: UUID) -> ResponseReturnValue:
    """Writes to whoever is named; the seat stays where it is until that address is confirmed."""
    with reading(engine()) as reader:
        event, known = _handover(reader, key, registration_id)
    started = starting.begin(event, PROCESS, known, **_handover_words(key, registration_id))
    if not isinstance(started, UUID):
        return started
    flash(_("A mail is on its way. The seat stays yours until the address is confirmed."), "success")
    return redirect(url_for("events.page", key=key), 303)
