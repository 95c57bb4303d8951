"""Taking back what was completed: offered beside the lists, in the archive, on the page of the task and on that of its
case, as long as the way back stands. Where a held case goes on by itself the page counts the seconds until then."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from flask import Blueprint, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_time
from sqlalchemy.orm import Session

from engine import commands
from engine.assignment import Actor
from engine.engine import Engine
from engine.errors import AmicaleError, EffectLeft, NotFound
from engine.models import UserTask, WayBack
from engine.transaction import reading, transaction
from engine.undo import Standing, standing
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
JUST_DONE: Final = "latest_acts"  # in the cookie: the tasks of the latest acts, the last act first
MOST: Final = 200
REMEMBERED: Final = 100  # tasks: a cookie has room for few more


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be taken back with one press: its name where it is one task, and how many seconds that can be done.

    `left` is None where no clock ends it, but the first thing that happens to the case.
    """

    tasks: Sequence[UUID]
    name: str
    left: int | None
    until: str

    @property
    def words(self) -> str:
        if len(self.tasks) == 1:
            return _("Undo the answer to “%(task)s”", task=self.name)
        return ngettext("Undo the answer", "Undo all %(num)d answers", len(self.tasks))


def just_done(tasks: Iterable[UUID]) -> None:
    """Remembers an act that the next pages offer to undo. One that is too large is not cut in two: its answers are
    taken back one by one, in the archive."""
    fresh, kept, room = [task.hex for task in tasks], [], REMEMBERED
    for act in [fresh, *session.get(JUST_DONE, [])] if len(fresh) <= REMEMBERED else []:
        room -= len(act)
        if act and room >= 0:
            kept.append(act)
    session[JUST_DONE] = kept


def offer(reader: Session, asking: Viewer, task: UserTask | None = None) -> Offer | None:
    """What the viewer can take back now: the closed task that the page shows, else the latest that he has completed."""
    if task is not None and task.state == "completed":
        its = _standing(reader, asking, [task.id])
        if its:
            return _offer(reader, its)
    acts = session.get(JUST_DONE, [])
    if not acts:
        return None
    ways = {way.task_id.hex: way for way in _standing(reader, asking, [UUID(each) for act in acts for each in act])}
    left = [act for act in ([each for each in act if each in ways] for act in acts) if act]
    if left != acts:
        session[JUST_DONE] = left
    return _offer(reader, [ways[each] for each in left[0]]) if left else None


def offers_in(reader: Session, asking: Viewer, instance_id: UUID) -> Sequence[Offer]:
    """The answers of the viewer in this case that he can take back now."""
    names = [each.id for each in selves(asking)]
    return [_offer(reader, [way]) for way in standing(reader, WayBack.instance_id == instance_id, by=names)]


def offers_of(reader: Session, asking: Viewer, tasks: Collection[UUID]) -> Mapping[UUID, Offer]:
    """Those of these tasks that the viewer can take back now, each by itself."""
    return {way.task_id: _offer(reader, [way]) for way in _standing(reader, asking, tasks)}


def _standing(reader: Session, asking: Viewer, tasks: Collection[UUID]) -> Sequence[Standing]:
    names = [each.id for each in selves(asking)]
    return standing(reader, WayBack.task_id.in_(tasks), by=names) if tasks else ()


def _offer(reader: Session, ways: Sequence[Standing]) -> Offer:
    ends = [way.until for way in ways if way.until is not None]
    name = ""
    if len(ways) == 1:
        task = reader.get_one(UserTask, ways[0].task_id)
        name = element_name(reader, engine(), task.definition_id, task.element, language())
    until = min(ends, default=None)
    return Offer([way.task_id for way in ways], name, _left(until), format_time(until, "medium") if until else "")


def _left(until: datetime | None) -> int | None:
    """Whole seconds until then, never more than there are."""
    return None if until is None else max(0, int((until - engine().clock.now()).total_seconds()))


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
    return next((each for each in selves(asking) if each.id == task.closed_by), asking.actor)


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


def selves(asking: Viewer) -> list[Actor]:
    """The viewer under each of his names."""
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
