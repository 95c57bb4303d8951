"""Pages that move tasks between people and days, one or many at once: take, give back, give to a colleague, put off.

Every task is its own transaction: what one colleague was faster with keeps none of the others from moving. What could
not be done is said by name, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine import commands
from engine.assignment import Actor
from engine.errors import AmicaleError, NotFound
from engine.models import UserTask
from engine.transaction import reading, transaction
from webapp import authorize
from webapp.auth import engine, staff
from webapp.comments import store as comments
from webapp.inbox import asking
from webapp.inbox.choosing import colleagues, days, morning
from webapp.inbox.listing import asked, query_of
from webapp.inbox.page import words_of
from webapp.operations.diagrams import element_name
from webapp.viewer import viewer
from webapp.words import _, language, ngettext

blueprint = Blueprint("handing", __name__, template_folder="templates", url_prefix="/tasks/selected")
MOST = 200  # tasks of one request: five pages of the list
Act = Callable[[Session, UUID, Actor], None]


@blueprint.post("/take")
@staff
def take() -> ResponseReturnValue:
    """Takes every selected task."""

    def act(writer: Session, task_id: UUID, by: Actor) -> None:
        commands.claim(writer, engine(), task_id, by=by)

    done = _each(act)
    return _answer(ngettext("%(num)d task is yours.", "%(num)d tasks are yours.", done), done)


@blueprint.post("/release")
@staff
def release() -> ResponseReturnValue:
    """Gives every selected task back to its queue."""

    def act(writer: Session, task_id: UUID, by: Actor) -> None:
        commands.release(writer, engine(), task_id, by=by)

    done = _each(act)
    return _answer(ngettext("%(num)d task is back in the queue.", "%(num)d tasks are back in the queue.", done), done)


@blueprint.route("/give", methods=["GET", "POST"])
@staff
def give() -> ResponseReturnValue:
    """Asks which colleague gets the tasks, and what he should know; then hands them over.

    From the list the first question is a POST too: what is selected belongs into no address.
    """
    to, note = request.form.get("to", ""), request.form.get("note", "")
    with reading(engine()) as reader:
        tasks = _selected(reader)
        today = engine().clock.now().astimezone(engine().settings.zone).date()
        holders = {task.assignee for task in tasks}
        without = frozenset({*viewer().identities, *(holders if len(holders) == 1 else ())} - {None})
        able = colleagues(reader, tasks, today, without)
        named = [_named(reader, task) for task in tasks]
    chosen = next((one for one in able if one.actor == to), None)
    if chosen is None:
        missing = "answered" in request.form
        page = render_template(
            "inbox/give.html", tasks=named, colleagues=able, note=note, missing=missing, query=_query()
        )
        return page, 422 if missing else 200

    back = request.form.get("back") == "1"

    def act(writer: Session, task_id: UUID, by: Actor) -> None:
        commands.delegate(writer, engine(), task_id, by=by, to=to)
        if back:
            asking.note(writer, task_id, by.id, to, engine().clock.now())
        instance = writer.get_one(UserTask, task_id).instance_id
        comments.write(writer, instance, by, _said(note, chosen.name), engine().clock.now())

    done = _each(act)
    words = ngettext(
        "%(num)d task is now with %(name)s.", "%(num)d tasks are now with %(name)s.", done, name=chosen.name
    )
    return _answer(words, done)


@blueprint.route("/later", methods=["GET", "POST"])
@staff
def later() -> ResponseReturnValue:
    """Asks until when the tasks may stay out of sight; then puts them off."""
    until, wrong = _day_asked()
    if until is None:
        with reading(engine()) as reader:
            named, offered = [_named(reader, task) for task in _selected(reader)], days(reader, engine())
        shown = render_template("inbox/later.html", tasks=named, days=offered, wrong=wrong, query=_query())
        return shown, 422 if wrong else 200
    moment = morning(until, engine())

    def act(writer: Session, task_id: UUID, by: Actor) -> None:
        commands.postpone(writer, engine(), task_id, by=by, until=moment)

    done = _each(act)
    return _answer(ngettext("%(num)d task waits under “Later”.", "%(num)d tasks wait under “Later”.", done), done)


@blueprint.post("/now")
@staff
def now() -> ResponseReturnValue:
    """Brings what was put off back into sight."""

    def act(writer: Session, task_id: UUID, by: Actor) -> None:
        commands.postpone(writer, engine(), task_id, by=by, until=None)

    done = _each(act)
    return _answer(ngettext("%(num)d task is back in your list.", "%(num)d tasks are back in your list.", done), done)


def _day_asked() -> tuple[date | None, str]:
    """The day of the form, and what is wrong with it."""
    if "answered" not in request.form:
        return None, ""
    text = request.form.get("day", "")
    written = request.form.get("other", "") if text == "other" else text
    today = engine().clock.now().astimezone(engine().settings.zone).date()
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


def _ids() -> Sequence[UUID]:
    """The selected tasks, each once. Raises NotFound where none was selected, or what no page of ours wrote."""
    source = request.form if request.method == "POST" else request.args
    try:
        ids = list(dict.fromkeys(UUID(text) for text in source.getlist("task")))[:MOST]
    except ValueError:
        ids = []
    if not ids:
        raise NotFound(kind="task", id="")
    return ids


def _selected(reader: Session) -> Sequence[UserTask]:
    """The selected tasks that the viewer may work on. Raises NotFound where there is none."""
    condition = authorize.authorize(viewer(), "work", UserTask)
    found = reader.query(UserTask).filter(UserTask.id.in_(_ids()), condition).order_by(UserTask.rank_at).all()
    if not found:
        raise NotFound(kind="task", id="")
    return found


def _named(reader: Session, task: UserTask) -> tuple[UUID, str]:
    return task.id, element_name(reader, engine(), task.definition_id, task.element, language())


def _each(act: Act) -> int:
    """Does it to every selected task, each in a transaction of its own; answers how many it was done to."""
    done, failed = 0, []
    for task_id in _ids():
        name = ""
        try:
            with transaction(engine()) as writer:
                found = authorize.task(writer, viewer(), "read", task_id)
                name = element_name(writer, engine(), found.definition_id, found.element, language())
                act(writer, task_id, viewer().acting_on(found))
            done += 1
        except AmicaleError as refused:
            failed.append((name or _("A task that is no longer there"), refused))
    for name, reason in failed:
        with reading(engine()) as reader:
            flash(_("%(task)s: %(reason)s", task=name, reason=words_of(reader, reason).title), "warning")
    return done


def _answer(words: str, done: int) -> ResponseReturnValue:
    if done:
        flash(words, "success")
    return redirect(url_for("inbox.listing", **_query()), 303)


def _query() -> dict[str, Any]:
    tab, filters, _after = asked(request.args)
    return query_of(tab, filters)
