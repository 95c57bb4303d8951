"""What is on, and the page of one event with what its organiser sees of it."""

from __future__ import annotations

from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template
from markupsafe import Markup
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.transaction import reading
from webapp.auth import current, engine, public, settings, signed_in, visitor
from webapp.events import page as pages
from webapp.events.found import runs, shown_event
from webapp.events.wording import LINES
from webapp.words import language
from workflows.association import wording
from workflows.association.calendars import spoken
from workflows.association.calendars.appointments import Appointment
from workflows.association.events import (
    absent_hosts,
    hosts,
    incidents,
    lists,
    notices,
    papers,
    permits,
    records,
    registrations,
    settling,
    tickets,
    words,
)
from workflows.association.events.records import OPEN, STANDING, Event
from workflows.association.events.registrations import EventRegistration

blueprint = Blueprint("events", __name__, template_folder="templates", url_prefix="/events")


@blueprint.get("/")
@public
def listing() -> str:
    """What is on."""
    with reading(engine()) as reader:
        found = pages.coming(reader, engine().clock.now(), language())
        return render_template("events/list.html", events=found, mine=_run(reader))


def _run(session: Session) -> list[tuple[str, str, str]]:
    person = visitor()
    if person is None:
        return []
    found = hosts.run_by(session, person.person_id, person.roles)
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
            "events/page.html", event=event, title=event.title(lang), about=event.presentation(lang),
            kind=words.said(words.KINDS, event.kind, lang),
            place=words.place(event, lang), group=words.group(reader, event, lang),
            price=words.price_words(reader, event, lang), state=words.said(words.STATES, event.state, lang),
            dates=pages.dates(reader, event, now, reader_id, ZoneInfo(settings().zone), lang), mine=mine,
            beside=sorted({name for seat in mine for name in lists.beside(reader, seat, now)}, key=str.casefold),
            opened=event.state in OPEN, outlook=registrations.best_outlook(reader, event, now),
            notice=notices.about(reader, event.id, None, lang), runs=runs(reader, event),
            standing=event.state in STANDING,
            hosting=_hosting(reader, event, reader_id, now.astimezone(ZoneInfo(settings().zone)).date()),
            organised=_organiser(reader, event, lang) if runs(reader, event) else None,
        )  # fmt: skip


def _hosting(session: Session, event: Event, person_id: UUID | None, today: date) -> date | None:
    """The next day on which the viewer welcomes people at this event."""
    if person_id is None:
        return None
    found = absent_hosts.hosted(session, person_id, today, date.max)
    return min((meeting.day for each, meeting in found if each.id == event.id), default=None)


def _organiser(session: Session, event: Event, lang: str) -> dict[str, object]:
    return {
        "tier": words.said(words.TIERS, event.tier, lang),
        "budget": words.budget(session, event, lang).split("\n"),
        "permits": [(words.said(words.PERMITS, each.kind, lang), each) for each in permits.of_event(session, event.id)],
        "decisions": [
            (words.said(words.DECISIONS, each.decision, lang), each.note) for each in records.approvals(session, event)
        ],
        "incidents": [
            (incidents.kind_words(each, lang), incidents.told_words(each, lang))
            for each in incidents.of_event(session, event.id)
        ],
        "papers": papers.PERMITS,
        "compared": [
            (LINES[each.line], *(wording.amount(sum_, lang) for sum_ in (each.planned, each.actual, each.difference)))
            for each in settling.compared(session, event)
        ],
        "coming": sum(each.seats for each in registrations.of_event(session, event.id)),
        "list_days": lists.days(session, event, engine().clock.now().date()),
        "list_open": lists.is_open(session, event, engine().clock.now()),
    }


@blueprint.get("/<key>/ticket/<uuid:registration_id>")
@signed_in
def ticket(key: str, registration_id: UUID) -> str:
    """The viewer's own ticket, with its picture, to show or to print. Raises NotFound for any other."""
    with reading(engine()) as reader:
        seat = reader.get(EventRegistration, registration_id)
        event = shown_event(reader, key)
        mine = seat is not None and seat.event_id == event.id and seat.person_id == current().person_id
        if seat is None or not mine or seat.ticket is None or seat.state not in registrations.COMING:
            raise NotFound(kind="ticket", id=str(registration_id))
        date, lang = reader.get_one(Appointment, seat.appointment_id), language()
        told = tickets.address(settings().public_url, event.key, seat.ticket)
        return render_template(
            "events/ticket.html", event=event, title=event.title(lang), seat=seat, name=current().name,
            when=spoken.moment(date.starts_at, lang), place=words.place(event, lang),
            picture=Markup(tickets.picture(told)),  # noqa: S704 - made here
        )  # fmt: skip
