"""What the page of an event lets people ask for by a form: a seat, its calling off, their money back, an
incident."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

from engine.transaction import reading
from webapp.auth import current, engine, signed_in
from webapp.events import starting
from webapp.events.found import own_event, shown_event
from webapp.limits import limited
from webapp.words import _
from workflows.association.events import cancelling, changing, registrations
from workflows.association.events.records import STANDING, Event
from workflows.association.events.registrations import RegistrationClosed

blueprint = Blueprint("event_asks", __name__, template_folder="templates", url_prefix="/events/<key>")
Known = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Ask:
    """A form of an event's page: the process that it starts, what it is called, and what is known beforehand.

    `known` finds the event for the viewer and answers it with the first variables of the case; `now` answers what the
    page says instead as things stand, by word."""

    process_id: str
    endpoint: str
    title: object
    send: object
    known: Callable[[Session, str], tuple[Event, Known]]
    now: Callable[[Session, Event], Mapping[str, str]] = lambda session, event: {}

    def asked(self, key: str) -> tuple[Event, Known, Mapping[str, str]]:
        """The event, what is known beforehand, and what the page says."""
        action = url_for(f"event_asks.{self.endpoint}", key=key)
        with reading(engine()) as reader:
            event, known = self.known(reader, key)
            words = {"title": str(self.title), "action": action, "send": str(self.send), **self.now(reader, event)}
        return event, known, words

    def page(self, key: str) -> str:
        """The empty form."""
        event, known, words = self.asked(key)
        return starting.page(event, self.process_id, known, **words)

    def begin(self, key: str) -> UUID | tuple[str, int]:
        """Starts the case; else the form with what is wrong."""
        event, known, words = self.asked(key)
        return starting.begin(event, self.process_id, known, **words)


def _seat(session: Session, key: str) -> tuple[Event, Known]:
    """What the registration form asks by: whether guests may come, whether it costs something, whether dates differ.

    Raises RegistrationClosed."""
    event, _mine = _own(session, key)
    now = engine().clock.now()
    if not registrations.open_dates(session, event, now):
        raise RegistrationClosed
    return event, changing.seat(session, event, current().person_id, now)


def _queue_words(session: Session, event: Event) -> Mapping[str, str]:
    """Whoever only gets a place in the queue is told so before he asks."""
    if registrations.best_outlook(session, event, engine().clock.now()) == registrations.PLACE:
        return {}
    return dict.fromkeys(("title", "send"), _("Join the waiting list"))


def _own(session: Session, key: str) -> tuple[Event, Known]:
    event = shown_event(session, key)
    return event, {**changing.known(event), "person_id": str(current().person_id)}


def _of_runner(session: Session, key: str) -> tuple[Event, Known]:
    """An event for which the viewer acts: whoever tells of an incident is written to, also where the office does."""
    event = own_event(session, key)
    return event, {**changing.known(event), "person_id": str(current().person_id)}


def _standing(session: Session, key: str) -> tuple[Event, Known]:
    """An event of the viewer's that may be called off or moved. Raises RegistrationClosed."""
    event = own_event(session, key)
    if event.state not in STANDING:
        raise RegistrationClosed
    return event, {**changing.known(event), "series": len(cancelling.coming(session, event, engine().clock.now())) > 1}


SEAT: Final = Ask(
    "event_registration", "register", lazy_gettext("Register"), lazy_gettext("Register"), _seat, _queue_words
)
OFF: Final = Ask("event_cancellation", "call_off", lazy_gettext("Call off or move"), lazy_gettext("Confirm"), _standing)
MONEY: Final = Ask("event_expense", "claim", lazy_gettext("Ask for expenses"), lazy_gettext("Send"), _own)

INCIDENT: Final = Ask(
    "event_incident", "tell_incident", lazy_gettext("Tell of an incident"), lazy_gettext("Send"), _of_runner
)


@blueprint.get("/register")
@signed_in
def registering(key: str) -> str:
    """The form to register. Raises RegistrationClosed."""
    return SEAT.page(key)


@blueprint.post("/register")
@signed_in
@limited("30 per hour")
def register(key: str) -> ResponseReturnValue:
    """Registers the viewer; his own page of it says what is next."""
    return _journey(SEAT.begin(key))


@blueprint.get("/call-off")
@signed_in
def calling_off(key: str) -> str:
    """The form to call an event off or to move it."""
    return OFF.page(key)


@blueprint.post("/call-off")
@signed_in
@limited("30 per hour")
def call_off(key: str) -> ResponseReturnValue:
    """Calls an event off or moves it: everybody is told."""
    started = OFF.begin(key)
    if not isinstance(started, UUID):
        return started
    flash(_("It is done: everybody is told."), "success")
    return redirect(url_for("events.page", key=key), 303)


@blueprint.get("/expenses")
@signed_in
def claiming(key: str) -> str:
    """The form by which somebody asks back what he paid for an event."""
    return MONEY.page(key)


@blueprint.post("/expenses")
@signed_in
@limited("30 per hour")
def claim(key: str) -> ResponseReturnValue:
    """Asks for it; one's own page of it says who looks at it."""
    return _journey(MONEY.begin(key))


@blueprint.get("/incident")
@signed_in
def telling_incident(key: str) -> str:
    """The form by which whoever runs an event tells what went wrong."""
    return INCIDENT.page(key)


@blueprint.post("/incident")
@signed_in
@limited("30 per hour")
def tell_incident(key: str) -> ResponseReturnValue:
    """Tells it; one's own page of it says who looks at it."""
    return _journey(INCIDENT.begin(key))


def _journey(started: UUID | tuple[str, int]) -> ResponseReturnValue:
    return redirect(url_for("journey.page", instance_id=started), 303) if isinstance(started, UUID) else started
