"""The tasks that a page's form names, and doing something to each of them.

Every task is its own transaction: what one colleague was faster with keeps none of the others from moving. What could
not be done is said by name, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import or_
from sqlalchemy.orm import Session

from engine.assignment import Actor
from engine.errors import AmicaleError, NotFound
from engine.models import UserTask
from engine.transaction import reading, transaction
from webapp import authorize
from webapp.auth import engine
from webapp.inbox.listing import asked, query_of
from webapp.inbox.page import words_of
from webapp.operations.diagrams import element_name
from webapp.operations.subjects import subjects_of
from webapp.unsent.expired import held_before
from webapp.viewer import viewer
from webapp.words import _, language

MOST = 200  # tasks of one request: five pages of the list
Act = Callable[[Session, UserTask, Actor], None]


def ids() -> Sequence[UUID]:
    """The selected tasks, each once. Raises NotFound where none was selected, or what no page of ours wrote."""
    source = request.form if request.method == "POST" else request.args
    texts = source.getlist("task") or [*held_before("task"), *held_before("shown")]
    try:
        named = list(dict.fromkeys(UUID(text) for text in texts))[:MOST]
    except ValueError:
        named = []
    if not named:
        raise NotFound(kind="task", id="")
    return named


def selected(reader: Session) -> Sequence[UserTask]:
    """The selected tasks that the viewer may work on, or give to others. Raises NotFound where there is none."""
    condition = authorize.authorize(viewer(), "work", UserTask)
    if viewer().oversees:
        condition = or_(condition, UserTask.state == "created")
    found = reader.query(UserTask).filter(UserTask.id.in_(ids()), condition).order_by(UserTask.rank_at).all()
    if not found:
        raise NotFound(kind="task", id="")
    return found


def each(act: Act) -> int:
    """Does it to every selected task, each in a transaction of its own; answers how many it was done to."""
    done, failed = 0, []
    for task_id in ids():
        name = ""
        try:
            with transaction(engine()) as writer:
                found = authorize.task(writer, viewer(), "read", task_id)
                name = element_name(writer, engine(), found.definition_id, found.element, language())
                act(writer, found, viewer().acting_on(found))
            done += 1
        except AmicaleError as refused:
            failed.append((name or _("A task that is no longer there"), as_named(refused, name)))
    for name, reason in failed:
        with reading(engine()) as reader:
            flash(_("%(task)s: %(reason)s", task=name, reason=words_of(reader, reason).title), "warning")
    return done


def as_named(refused: AmicaleError, name: str) -> AmicaleError:
    """The refusal, with the task as its reader calls it."""
    return type(refused)(**{**refused.params, "name": name}) if "name" in refused.params else refused


def nothing_selected(name: str = "task") -> bool:
    """Whether a page of these was asked for by its address alone, as after a change of language: what was selected
    stands in no address."""
    return not (request.args.getlist(name) or held_before(name) or held_before("shown"))


def back_to_choose() -> ResponseReturnValue:
    """The list again, with the word that something is to be selected first."""
    flash(_("Select tasks first, then choose what to do with them."), "info")
    return redirect(url_for("inbox.listing", **query()), 303)


def names_of(reader: Session, tasks: Sequence[UserTask]) -> Mapping[UUID, str]:
    """Each task by its name, and whom it is about."""
    subjects = subjects_of(reader, engine(), [task.instance_id for task in tasks])
    names = {task.id: element_name(reader, engine(), task.definition_id, task.element, language()) for task in tasks}
    about = {task.id: subjects.get(task.instance_id) for task in tasks}
    return {key: f"{name} – {about[key]}" if about[key] else name for key, name in names.items()}


def answer(words: str, done: int) -> ResponseReturnValue:
    """Says what was done, where something was, and goes back to the list."""
    if done:
        flash(words, "success")
    return redirect(url_for("inbox.listing", **query()), 303)


def query() -> dict[str, Any]:
    """The list that the page stands beside, as parameters of an address."""
    tab, filters, _after = asked(request.args)
    return query_of(tab, filters)
