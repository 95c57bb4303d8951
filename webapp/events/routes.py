"""What is on, the page of one event, registering, and what its organiser does: change, call off, welcome people."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.transaction import reading, transaction
from webapp.auth import current, engine, public, settings, signed_in, visitor
from webapp.events import page as pages
from webapp.events import starting
from webapp.limits import limited
from webapp.words import _, language
from workflows.association.events import approving, changing, lists, permits, records, registrations, words
from workflows.association.events.records import OPEN, STANDING, Event, EventUnknown
from workflows.association.events.registrations import EventRegistration, RegistrationClosed

blueprint = Blueprint("events", __name__, template_folder="templates", url_prefix="/events")
REGISTRATION, CANCELLATION, EXPENSE = "event_registration", "event_cancellation", "event_expense"
CHANGED = ("title_fr", "title_en", "about", "place", "alcohol", "expected", "capacity", *(
    f"price_{each.lower()}" for each in records.PRICES
))  # fmt: skip


def runs(event: Event) -> bool:
    """Whether the viewer acts for this event."""
    person = visitor()
    return person is not None and approving.may_run(event, person.actor)


def shown_event(session: Session, key: str) -> Event:
    """An event that the viewer may read: one that was published, or his own. Raises EventUnknown."""
    event = records.by_key(session, key)
    if event is None or (event.approved is None and not runs(event)):
        raise EventUnknown(kind="event", id=key[:40])
    return event


def own_event(session: Session, key: str) -> Event:
    """An event for which the viewer acts. Raises EventUnknown."""
    event = records.by_key(session, key)
    if event is None or not runs(event):
        raise EventUnknown(kind="event", id=key[:40])
    return event


@blueprint.get("/")
@public
def listing() -> str:
    """What is on."""
    with reading(engine()) as reader:
        found = pages.coming(reader, engine().clock.now(), language())
        person = visitor()
        mine = [each for each in _organised(reader) if person is not None]
        return render_template("events/list.html", events=found, mine=mine)


def _organised(session: Session) -> list[tuple[str, str, str]]:
    person = visitor()
    if person is None:
        return []
    found = records.of_organiser(session, person.person_id)
    lang = language()
    return [(each.key, each.title(lang), words.said(words.STATES, each.state, lang)) for each in found]


@blueprint.get("/<key>")
@public
def page(key: str) -> str:
    """One event: what, when, where, how much, how many seats are left; and what the viewer may do."""
    lang, now = language(), engine().clock.now()
    with reading(engine()) as reader:
        event, person = shown_event(reader, key), visitor()
        reader_id = person.person_id if person is not None else None
        mine = registrations.of_person(reader, event.id, reader_id) if reader_id is not None else ()
        return render_template(
            "events/page.html", event=event, title=event.title(lang), kind=words.said(words.KINDS, event.kind, lang),
            place=words.place(event, lang), group=words.group(reader, event, lang),
            price=words.price_words(reader, event, lang), state=words.said(words.STATES, event.state, lang),
            dates=pages.dates(reader, event, now, reader_id, ZoneInfo(settings().zone), lang), mine=mine,
            opened=event.state in OPEN, may_register=bool(registrations.open_dates(reader, event, now)),
            runs=runs(event), standing=event.state in STANDING,
            organised=_organiser(reader, event, lang) if runs(event) else None,
        )  # fmt: skip


def _organiser(session: Session, event: Event, lang: str) -> dict[str, object]:
    return {
        "tier": words.said(words.TIERS, event.tier, lang),
        "budget": words.budget(session, event, lang).split("\n"),
        "permits": [(words.said(words.PERMITS, each.kind, lang), each) for each in permits.of_event(session, event.id)],
        "decisions": [
            (words.said(words.DECISIONS, each.decision, lang), each.note) for each in records.approvals(session, event)
        ],
        "coming": sum(each.seats for each in registrations.of_event(session, event.id)),
        "list_days": lists.days(session, event, engine().clock.now().date()),
        "list_open": lists.is_open(session, event, engine().clock.now()),
    }


def _known(event: Event) -> dict[str, object]:
    return {**changing.known(event), "person_id": str(current().person_id)}


def _seat(session: Session, event: Event) -> dict[str, object]:
    """What the registration form asks by: whether guests may come, whether it costs something, whether dates differ."""
    priced = any(amount > 0 for amount in records.prices(session, event.id).values())
    series = len(registrations.open_dates(session, event, engine().clock.now())) > 1
    return {**_known(event), "with_guests": event.public != "MEMBERS", "priced": priced, "series": series}


def _register_words(key: str) -> dict[str, str]:
    return {"title": _("Register"), "action": url_for("events.register", key=key), "send": _("Register")}


@blueprint.get("/<key>/register")
@signed_in
def registering(key: str) -> ResponseReturnValue:
    """The form to register. Raises RegistrationClosed."""
    with reading(engine()) as reader:
        event = shown_event(reader, key)
        if not registrations.open_dates(reader, event, engine().clock.now()):
            raise RegistrationClosed
        known = _seat(reader, event)
    return starting.page(event, REGISTRATION, known, **_register_words(key))


@blueprint.post("/<key>/register")
@signed_in
@limited("30 per hour")
def register(key: str) -> ResponseReturnValue:
    """Registers the viewer; his own page of it says what is next."""
    with reading(engine()) as reader:
        event = shown_event(reader, key)
        known = _seat(reader, event)
    started = starting.begin(event, REGISTRATION, known, **_register_words(key))
    if not isinstance(started, UUID):
        return started
    return redirect(url_for("journey.page", instance_id=started), 303)


@blueprint.get("/<key>/change")
@signed_in
def changing_page(key: str) -> str:
    """What an organiser may change, and what is then weighed again."""
    with reading(engine()) as reader:
        event = own_event(reader, key)
        return render_template("events/change.html", event=event, prices=records.prices(reader, event.id), words=words,
                               lang=language())  # fmt: skip


@blueprint.post("/<key>/change")
@signed_in
@limited("60 per hour")
def change(key: str) -> ResponseReturnValue:
    """Changes a published event; what matters to an approval is weighed again before it holds."""
    given: dict[str, object] = {name: request.form[name] for name in CHANGED if name in request.form}
    with transaction(engine()) as writer:
        again = changing.change(writer, engine(), own_event(writer, key), given, by=current().actor)
    told = _("The change is weighed again. Until it is approved, nobody registers beyond the approved places.")
    flash(told if again else _("The page is changed."), "success")
    return redirect(url_for("events.page", key=key), 303)


@blueprint.get("/<key>/call-off")
@signed_in
def calling_off(key: str) -> str:
    """The form to call an event off or to move it."""
    with reading(engine()) as reader:
        event = own_event(reader, key)
        if event.state not in STANDING:
            raise RegistrationClosed
    return starting.page(event, CANCELLATION, changing.known(event), **_off_words(key))


@blueprint.post("/<key>/call-off")
@signed_in
@limited("30 per hour")
def call_off(key: str) -> ResponseReturnValue:
    """Calls an event off or moves it: everybody is told."""
    with reading(engine()) as reader:
        event = own_event(reader, key)
    started = starting.begin(event, CANCELLATION, changing.known(event), **_off_words(key))
    if not isinstance(started, UUID):
        return started
    flash(_("It is done: everybody is told."), "success")
    return redirect(url_for("events.page", key=key), 303)


def _off_words(key: str) -> dict[str, str]:
    return {
        "title": _("Call off or move"), "action": url_for("events.call_off", key=key), "send": _("Confirm"),
    }  # fmt: skip


@blueprint.get("/<key>/list")
@signed_in
def attendees(key: str) -> str:
    """Who comes: to welcome them, on these days alone. Raises NotFound on others."""
    with reading(engine()) as reader:
        event = own_event(reader, key)
        if not lists.is_open(reader, event, engine().clock.now()):
            raise NotFound(kind="list", id=key[:40])
        return render_template("events/attendees.html", event=event, title=event.title(language()),
                               people=lists.attendees(reader, event))  # fmt: skip


@blueprint.post("/<key>/list")
@signed_in
@limited("600 per hour")
def check_in(key: str) -> ResponseReturnValue:
    """Somebody is there: by his row, or by the ticket that he shows."""
    with transaction(engine()) as writer:
        event = own_event(writer, key)
        if not lists.is_open(writer, event, engine().clock.now()):
            raise NotFound(kind="list", id=key[:40])
        found = _shown_ticket(writer, event)
        if found is None or not lists.check_in(writer, found, engine().clock.now()):
            flash(_("No ticket of this event has this number."), "info")
        elif request.form.get("act") == "out":
            lists.check_out(found)
    return redirect(url_for("events.attendees", key=key), 303)


def _shown_ticket(session: Session, event: Event) -> EventRegistration | None:
    row = request.form.get("registration", "")
    if len(row) == 36:
        try:
            found = session.get(EventRegistration, UUID(row))
        except ValueError:
            return None
        return found if found is not None and found.event_id == event.id else None
    return lists.of_ticket(session, event.id, request.form.get("ticket", ""))


def _expense_words(key: str) -> dict[str, str]:
    return {"title": _("Ask for expenses"), "action": url_for("events.claim", key=key), "send": _("Send")}


@blueprint.get("/<key>/expenses")
@signed_in
def claiming(key: str) -> str:
    """The form by which somebody asks back what he paid for an event."""
    with reading(engine()) as reader:
        event = shown_event(reader, key)
    return starting.page(event, EXPENSE, _known(event), **_expense_words(key))


@blueprint.post("/<key>/expenses")
@signed_in
@limited("30 per hour")
def claim(key: str) -> ResponseReturnValue:
    """Asks for it; one's own page of it says who looks at it."""
    with reading(engine()) as reader:
        event = shown_event(reader, key)
    started = starting.begin(event, EXPENSE, _known(event), **_expense_words(key))
    if not isinstance(started, UUID):
        return started
    return redirect(url_for("journey.page", instance_id=started), 303)
