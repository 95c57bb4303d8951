"""One's meetings and the private addresses under which calendar programs read them. RFC 5545."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.transaction import reading, transaction
from webapp.auth import current, engine, public, settings, signed_in
from webapp.calendars import moving, naming
from webapp.calendars.month import grid
from webapp.calendars.page import mine
from webapp.calendars.tasks import dated_tasks
from webapp.limits import limited
from webapp.words import _, language
from workflows.association import people
from workflows.association.calendars import appointments, feeds, icalendar_text
from workflows.association.calendars.appointments import Appointment, AppointmentRefused
from workflows.association.calendars.feeds import CalendarFeed
from workflows.association.case_variables import local_day
from workflows.association.people import Person

blueprint = Blueprint("calendars", __name__, template_folder="templates", url_prefix="/calendar")
BACK: Final = timedelta(days=60)  # how far a feed reaches into the past
SEEN_EVERY: Final = timedelta(hours=1)


@blueprint.get("/")
@signed_in
def page() -> str:
    """What one is invited to, and the addresses that were made of it."""
    return _page("")


def _page(fresh: str) -> str:
    home = ZoneInfo(settings().zone)
    with reading(engine()) as reader:
        person_id, today = current().person_id, local_day(engine().clock.now(), home)
        meetings = mine(reader, person_id, today, home, language())
        coming = appointments.of_person(reader, person_id, today)
        owners = moving.movable(reader, coming)
        dates = [(each, _short(each), str(each.id) if each.id in owners else "") for each in coming]
        joined = sorted({each.calendar for each in appointments.of_person(reader, person_id, today - BACK)})
        living = feeds.living(reader, person_id)
        names = naming.called(reader, [*joined, *(each.calendar for each in living)], [person_id], language())
        return render_template(
            "calendars/page.html", meetings=meetings, feeds=living, joined=joined, names=names, fresh=fresh,
            language=language(), movable=[each for each in coming if each.id in owners], request_key=uuid4().hex,
            grid_shown=grid(dates, today, request.args.get("from", ""), language()),
        )  # fmt: skip


def _short(appointment: Appointment) -> str:
    """A meeting in a cell of the grid: the session by its number, else the hour."""
    number = appointment.key.removeprefix("s")
    return _("S%(number)d", number=int(number)) if number.isdecimal() else f"{appointment.begins:%H:%M}"


@blueprint.post("/move")
@signed_in
@limited("60 per hour")
def move() -> ResponseReturnValue:
    """Moves one of my meetings to another day, at the same hour. Raises NotFound where it is not mine to move."""
    try:
        wanted, day = UUID(request.form.get("move", "")), date.fromisoformat(request.form.get("day", ""))
    except ValueError:
        raise AppointmentRefused from None
    with transaction(engine()) as writer:
        found = writer.get(Appointment, wanted)
        if found is None:
            raise NotFound(kind="meeting", id=str(wanted))
        moving.move(writer, found, day, request.form.get("request_key", "")[:64])
    flash(_("It has moved, and everybody is told."), "success")
    return redirect(url_for("calendars.page"), 303)


@blueprint.post("/feeds")
@signed_in
@limited("30 per hour")
def make() -> ResponseReturnValue:
    """A fresh address, shown this once: of all my meetings, or of one calendar that I am in."""
    wanted = request.form.get("calendar", "")
    with transaction(engine()) as writer:
        person_id = current().person_id
        if wanted and not appointments.is_guest(writer, person_id, wanted):
            raise NotFound(kind="calendar", id=wanted[:40])
        secret = feeds.make(writer, person_id, engine().clock.now(), calendar=wanted)
    answer = Response(_page(url_for("calendars.feed", secret=secret, _external=True)))
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.post("/feeds/<uuid:feed_id>/revoke")
@signed_in
def revoke(feed_id: UUID) -> ResponseReturnValue:
    """Takes an address back: it answers nothing from now on."""
    with transaction(engine()) as writer:
        if not feeds.revoke(writer, current().person_id, feed_id, engine().clock.now()):
            raise NotFound(kind="calendar", id=str(feed_id))
    flash(_("This address does not work any more."), "success")
    return redirect(url_for("calendars.page"), 303)


@blueprint.get("/feeds/<secret>.ics")
@public
@limited("600 per hour")
def feed(secret: str) -> ResponseReturnValue:
    """The calendar of a private address. Raises NotFound for one that was taken back, and for whoever left."""
    now, home = engine().clock.now(), ZoneInfo(settings().zone)
    with reading(engine()) as reader:
        found, person = _owner(reader, secret)
        shown = _meetings(reader, found, local_day(now, home) - BACK)
        tasks = (
            dated_tasks(reader, engine(), person, home, settings().public_url) if found.calendar == feeds.MINE else ()
        )
        name = settings().association
        if found.calendar:
            names = naming.called(reader, [found.calendar], [person.id], person.lang)
            name = f"{name} – {names[found.calendar].subject}"
        body = icalendar_text.feed(name, shown, domain=settings().mail_from, lang=person.lang, tasks=tasks)
        stale, feed_id = found.read_at is None or now - found.read_at > SEEN_EVERY, found.id
    if stale:
        with transaction(engine()) as writer:
            writer.get_one(CalendarFeed, feed_id).read_at = now
    answer = Response(body, mimetype="text/calendar", headers={"Content-Disposition": 'inline; filename="amicale.ics"'})
    answer.headers["Cache-Control"] = "private, max-age=900"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _owner(session: Session, secret: str) -> tuple[CalendarFeed, Person]:
    found = feeds.find(session, secret)
    person = people.get(session, found.person_id) if found is not None else None
    if found is None or person is None or person.erased_on is not None or person.deceased_on is not None:
        raise NotFound(kind="calendar", id="")
    if found.calendar and not appointments.is_guest(session, person.id, found.calendar):
        raise NotFound(kind="calendar", id="")
    return found, person


def _meetings(session: Session, found: CalendarFeed, since: date) -> list[Appointment]:
    if found.calendar:
        return [each for each in appointments.of_calendar(session, found.calendar) if each.day >= since]
    return list(appointments.of_person(session, found.person_id, since))
