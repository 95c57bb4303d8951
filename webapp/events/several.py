"""Several events at once: writing to all who registered for them, and reminding their organisers of reports.

Nothing leaves before it was shown; each row has its result; a second press of the same button writes to nobody again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.calendar import PARIS
from engine.errors import NotFound
from engine.transaction import reading, transaction
from webapp import task_work, writing
from webapp.auth import current_day, engine, role, settings
from webapp.house import association_of
from webapp.limits import limited
from webapp.unsent.expired import held_before
from webapp.words import _, language
from workflows.association import mail_templates, mails, people, texts
from workflows.association.case_variables import local_day
from workflows.association.events import hosts, records, registrations, reports
from workflows.association.events.records import Event
from workflows.association.events.registrations import LIVE

blueprint = Blueprint("events_several", __name__, template_folder="templates", url_prefix="/events-office/several")
REMINDER = "event_report_due"


class Row(NamedTuple):
    """What becomes, or became, of one person for one event. `subject`: of the mail, where there is one."""

    title: str
    name: str
    words: str
    subject: str = ""


@blueprint.get("")
@role(*hosts.OFFICE)
def choose() -> str:
    """The events that people register for, with how many did, and those whose report is missing."""
    with reading(engine()) as reader:
        coming, late = records.open_events(reader), reports.missing(reader)
        return render_template(
            "events/several.html", coming=coming, late=late, lang=language(),
            counts=registrations.counts(reader, [each.id for each in coming]),
            names=people.names_of(reader, [hosts.person_of(reader, each, current_day()) for each in late]),
            who={each.id: hosts.person_of(reader, each, current_day()) for each in late},
        )  # fmt: skip


@blueprint.get("/letter")
@role(*hosts.OFFICE)
def letter_again() -> ResponseReturnValue:
    """The mail that was begun, as after a change of the language; the list where no event was chosen."""
    if not held_before("event"):
        return redirect(url_for(".choose"), 303)
    return _letter()


@blueprint.post("/letter")
@role(*hosts.OFFICE)
@limited("60 per hour")
def letter() -> ResponseReturnValue:
    """Shows who would get the mail, then (`step=look`) the mail itself; with `step=send` writes it to each, once."""
    return _letter()


def _letter() -> ResponseReturnValue:
    """What the form of a letter answers, by its step."""
    subject, text = writing.written()
    step = request.form.get("step", "")
    wrong = step in {"look", "send"} and not (subject and text)
    with transaction(engine()) as writer:
        events = _chosen(writer, records.open_events(writer))
        found = _readers(writer, events)
        rows: Sequence[Row] = ()
        if step == "send" and not wrong:
            rows = [Row(title, each.name, writing.post(writer, each, subject, text)) for title, each in found]
        page = render_template(
            "events/several_letter.html", events=events, found=found, rows=rows, subject=subject, text=text,
            looked=step == "look" and not wrong, longest=writing.LONGEST,
            request_key=task_work.key_of(request.form.get("request_key", "")) or task_work.new_key(),
            wrong=_("Write a subject and a message.") if wrong else "",
        )  # fmt: skip
    return (page, 422) if wrong else page


@blueprint.post("/reports")
@role(*hosts.OFFICE)
@limited("60 per hour")
def remind() -> str:
    """Shows who would be reminded; with `step=send`, reminds each organiser, once a day for an event."""
    sending = request.form.get("step") == "send"
    with transaction(engine()) as writer:
        events = _chosen(writer, reports.missing(writer))
        rows = [_remind(writer, event, sending=sending) for event in events]
        return render_template("events/several_reports.html", events=events, rows=rows, done=sending)


def _chosen(session: Session, offered: Sequence[Event]) -> Sequence[Event]:
    """Those of the offered events that were ticked; their rows are held, so that two presses stand in a queue."""
    try:
        wanted = {UUID(each) for each in request.form.getlist("event") or held_before("event")}
    except ValueError:
        raise NotFound(kind="event", id="") from None
    found = [each for each in offered if each.id in wanted]
    for event_id in sorted(each.id for each in found):
        records.locked(session, event_id)
    return found


def _readers(session: Session, events: Sequence[Event]) -> Sequence[tuple[str, writing.Reader]]:
    """Whoever registered, with the title of the first of the events: who comes to several gets one mail."""
    seen: set[UUID] = set()
    found = []
    for event in events:
        new = {each.person_id for each in registrations.of_event(session, event.id, LIVE)} - seen
        seen |= new
        title = event.title(language())
        found += [(title, each) for each in writing.readers(session, {person: person for person in new})]
    return found


def _remind(session: Session, event: Event, *, sending: bool) -> Row:
    now = engine().clock.now()
    today, title = local_day(now, PARIS), event.title(language())
    person = people.get(session, hosts.person_of(session, event, today))
    if person is None or person.primary_email is None:
        return Row(title, person.display_name if person else "—", _("no e-mail address: not written to"))
    key = f"report_nudge:{event.id.hex}:{today}"
    if mails.by_key(session, key) is not None:
        return Row(title, person.display_name, _("was written to today already"))
    said = {
        "first_names": person.first_names, "event_title": event.title(person.lang),
        "link": url_for("journey.mine", _external=True), "association": association_of(settings(), engine().clock).name,
    }  # fmt: skip
    made = mail_templates.render(texts.mail(session, REMINDER, person.lang, today), said)
    if sending:
        mails.post(
            session, engine(), to=person.id, subject=made.subject, text=made.text, html=made.html, lang=person.lang,
            key=key, kind="reminder",
        )  # fmt: skip
    return Row(title, person.display_name, _("written to") if sending else _("will be written to"), made.subject)
