"""Pages that move tasks between people and days, one or many at once: take, give back, give to a colleague, put off.

Whoever heads a role may give on what somebody else has in hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine import commands
from engine.assignment import Actor
from engine.models import UserTask
from engine.transaction import reading
from webapp.auth import current_day, engine, staff
from webapp.comments import store as comments
from webapp.inbox import asking
from webapp.inbox.choosing import colleagues, days, morning
from webapp.inbox.moving_back import GIVEN, TAKEN, give_back, moved
from webapp.inbox.selected import answer, back_to_choose, each, names_of, nothing_selected, query, selected
from webapp.inbox.team import may_steer
from webapp.viewer import viewer
from webapp.words import _, ngettext

blueprint = Blueprint("handing", __name__, template_folder="templates", url_prefix="/tasks/selected")


@blueprint.post("/take")
@staff
def take() -> ResponseReturnValue:
    """Takes every selected task."""

    def act(writer: Session, task: UserTask, by: Actor) -> None:
        commands.claim(writer, engine(), task.id, by=by)

    since = engine().clock.now()
    done = each(act)
    moved(TAKEN, since, done)
    return answer(ngettext("%(num)d task is yours.", "%(num)d tasks are yours.", done), done)


@blueprint.post("/release")
@staff
def release() -> ResponseReturnValue:
    """Gives every selected task back to its queue."""

    def act(writer: Session, task: UserTask, by: Actor) -> None:
        commands.release(writer, engine(), task.id, by=by)

    done = each(act)
    return answer(ngettext("%(num)d task is back in the queue.", "%(num)d tasks are back in the queue.", done), done)


@blueprint.route("/give", methods=["GET", "POST"])
@staff
def give() -> ResponseReturnValue:
    """Asks which colleague gets the tasks, and what he should know; then hands them over.

    From the list the first question is a POST too: what is selected belongs into no address.
    """
    if request.method == "GET" and nothing_selected():
        return back_to_choose()
    to, note, back = request.form.get("to", ""), request.form.get("note", ""), request.form.get("back") == "1"
    with reading(engine()) as reader:
        tasks = selected(reader)
        today = current_day()
        holders = {task.assignee for task in tasks}
        mine = frozenset[str]() if all(may_steer(viewer(), task) for task in tasks) else viewer().identities
        without = frozenset({*mine, *(holders if len(holders) == 1 else ())} - {None})
        able = colleagues(reader, tasks, today, without)
        named = _named(reader, tasks)
    chosen = next((one for one in able if one.actor == to), None)
    if chosen is None:
        missing = "answered" in request.form
        page = render_template(
            "inbox/give.html", tasks=named, colleagues=able, note=note, back=back, missing=missing, query=query()
        )
        return page, 422 if missing else 200

    def act(writer: Session, task: UserTask, by: Actor) -> None:
        commands.delegate(writer, engine(), task.id, by=by, to=to, steering=may_steer(viewer(), task))
        if back:
            asking.note(writer, task.id, by.id, to, engine().clock.now())
        comments.write(writer, task.instance_id, by, _said(note, chosen.name), engine().clock.now())

    since = engine().clock.now()
    done = each(act)
    moved(GIVEN, since, done)
    words = ngettext(
        "%(num)d task is now with %(name)s.", "%(num)d tasks are now with %(name)s.", done, name=chosen.name
    )
    return answer(words, done)


@blueprint.post("/back")
@staff
def back() -> ResponseReturnValue:
    """Returns each of the tasks that the viewer gave a moment ago to where it was."""
    done = each(give_back)
    words = ngettext("%(num)d task is back where it was.", "%(num)d tasks are back where they were.", done)
    return answer(words, done)


@blueprint.route("/later", methods=["GET", "POST"])
@staff
def later() -> ResponseReturnValue:
    """Asks until when the tasks may stay out of sight; then puts them off."""
    if request.method == "GET" and nothing_selected():
        return back_to_choose()
    until, wrong = _day_asked()
    if until is None:
        with reading(engine()) as reader:
            named, offered = _named(reader, selected(reader)), days(reader, engine())
        typed = {name: request.form.get(name, "") for name in ("day", "other")}
        shown = render_template("inbox/later.html", tasks=named, days=offered, wrong=wrong, typed=typed, query=query())
        return shown, 422 if wrong else 200
    moment = morning(until, engine())

    def act(writer: Session, task: UserTask, by: Actor) -> None:
        commands.postpone(writer, engine(), task.id, by=by, until=moment)

    done = each(act)
    return answer(ngettext("%(num)d task waits under “Later”.", "%(num)d tasks wait under “Later”.", done), done)


@blueprint.post("/now")
@staff
def now() -> ResponseReturnValue:
    """Brings what was put off back into sight."""

    def act(writer: Session, task: UserTask, by: Actor) -> None:
        commands.postpone(writer, engine(), task.id, by=by, until=None)

    done = each(act)
    return answer(ngettext("%(num)d task is back in your list.", "%(num)d tasks are back in your list.", done), done)


def _day_asked() -> tuple[date | None, str]:
    """The day of the form, and what is wrong with it."""
    if "answered" not in request.form:
        return None, ""
    text = request.form.get("day", "")
    written = request.form.get("other", "") if text == "other" else text
    today = current_day()
    try:
        day = date.fromisoformat(written.strip())
    except ValueError:
        return None, _("Choose a day")
    if day <= today or (day - today).days > 400:
        return None, _("Choose a day after today, within a year")
    return day, ""


def _said(note: str, name: str) -> str:
    """The note as a comment that says for whom it is; nothing where nothing was written."""
    return _("For %(name)s: %(note)s", name=name, note=note.strip()) if note.strip() else ""


def _named(reader: Session, tasks: Sequence[UserTask]) -> list[tuple[UUID, str]]:
    """Each task by its name, and whom it is about."""
    return list(names_of(reader, tasks).items())
