"""Taking back what was just completed: offered on the next page, and on the page of the task while it can be done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from flask import Blueprint, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine import commands
from engine.assignment import Actor
from engine.engine import Engine
from engine.errors import AmicaleError, EffectLeft, NotFound
from engine.models import UserTask
from engine.transaction import reading, transaction
from engine.undo import kept_for
from webapp import authorize
from webapp.auth import engine, signed_in
from webapp.authorize import Viewer
from webapp.errors import in_words
from webapp.inbox.listing import asked, query_of
from webapp.operations.diagrams import element_name
from webapp.operations.names import names_of
from webapp.viewer import viewer
from webapp.words import _, language, ngettext

blueprint = Blueprint("undoing", __name__, template_folder="templates")
JUST_DONE: Final = "just_done"  # in the cookie, until the next page of the inbox has offered it
MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be taken back with one press."""

    tasks: Sequence[UUID]

    @property
    def words(self) -> str:
        return ngettext("Undo the answer", "Undo all %(num)d answers", len(self.tasks))


def just_done(tasks: Iterable[UUID]) -> None:
    """Remembers what the next page offers to undo."""
    session[JUST_DONE] = [task.hex for task in tasks][:MOST]


def offer(reader: Session, asking: Viewer, task: UserTask | None = None) -> Offer | None:
    """What the viewer can take back now: what he has just completed, or the closed task that the page shows."""
    tasks = [UUID(text) for text in session.pop(JUST_DONE, [])]
    if task is not None and task.state == "completed":
        tasks = [task.id]
    if not tasks:
        return None
    kept = frozenset[UUID]().union(*(kept_for(reader, tasks, each) for each in _selves(asking)))
    found = [each for each in tasks if each in kept]
    return Offer(found) if found else None


@blueprint.post("/tasks/undo")
@signed_in
def undo() -> ResponseReturnValue:
    """Opens the tasks again, each by itself; says of each that cannot be undone why."""
    tab, filters, _after = asked(request.args)
    opened: list[tuple[UUID, str]] = []
    for task_id in _ids():
        try:
            with transaction(engine()) as writer:
                found = authorize.task(writer, viewer(), "read", task_id)
                name = element_name(writer, engine(), found.definition_id, found.element, language())
                commands.undo(writer, engine(), task_id, by=closer_of(viewer(), found))
            opened.append((task_id, name))
        except NotFound:
            raise
        except AmicaleError as refused:
            with reading(engine()) as reader:
                flash(why_not(reader, engine(), task_id, refused), "warning")
    if len(opened) == 1:
        flash(_("“%(task)s” is open again. What you had answered is in its form.", task=opened[0][1]), "success")
        return redirect(url_for("inbox.task", task_id=opened[0][0], **query_of(tab, filters)), 303)
    if opened:
        flash(ngettext("%(num)d task is open again.", "%(num)d tasks are open again.", len(opened)), "success")
    return redirect(url_for("inbox.listing", **query_of(tab, filters)), 303)


def closer_of(asking: Viewer, task: UserTask) -> Actor:
    """The viewer as whom he completed the task, where he did."""
    return next((each for each in _selves(asking) if each.id == task.closed_by), asking.actor)


def why_not(reader: Session, machine: Engine, task_id: UUID, refused: AmicaleError) -> str:
    """The refusal with people and elements by their names."""
    params = dict(refused.params)
    task = reader.get_one(UserTask, task_id)
    params["name"] = element_name(reader, machine, task.definition_id, task.element, language())
    if isinstance(refused, EffectLeft):
        params["element"] = element_name(reader, machine, task.definition_id, str(params["element"]), language())
    if "by" in params:
        params["by"] = names_of(reader, [str(params["by"])])[str(params["by"])]
    return in_words(type(refused)(**params))


def _selves(asking: Viewer) -> list[Actor]:
    return [replace(asking.actor, id=each) for each in sorted({asking.actor.id, *asking.identities})]


def _ids() -> list[UUID]:
    """The tasks of the form. Raises NotFound for what no page of ours wrote."""
    try:
        ids = list(dict.fromkeys(UUID(text) for text in request.form.getlist("task")))[:MOST]
    except ValueError:
        ids = []
    if not ids:
        raise NotFound(kind="task", id="")
    return ids
