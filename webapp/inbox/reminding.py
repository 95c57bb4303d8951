"""Reminding by hand: whoever has a task, or all who may take it, is told that somebody waits for it.

From a list it is first said who would be told of what; from the page of one task, where both stand, it is one press.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.assignment import Actor
from engine.errors import AmicaleError, Refused
from engine.models import UserTask
from engine.transaction import reading
from webapp.auth import engine, settings, staff
from webapp.inbox.page import words_of
from webapp.inbox.selected import answer, as_named, back_to_choose, each, names_of, nothing_selected, query, selected
from webapp.inbox.team import may_remind
from webapp.viewer import viewer
from webapp.words import ngettext
from workflows.association import people, task_reminders

blueprint = Blueprint("reminding", __name__, template_folder="templates", url_prefix="/tasks/selected")


@dataclass(frozen=True, slots=True)
class Row:
    """One task of the look before: who would be told of it, or why nobody would."""

    id: UUID
    name: str
    readers: str
    refused: str


@blueprint.route("/remind", methods=["GET", "POST"])
@staff
def remind() -> ResponseReturnValue:
    """Shows who would be told; once answered, reminds of every selected task and says which could not be."""
    if request.method == "GET" and nothing_selected():
        return back_to_choose()
    if request.method == "GET" or "answered" not in request.form:
        with reading(engine()) as reader:
            tasks = selected(reader)
            names = names_of(reader, tasks)
            rows = [_row(reader, task, names[task.id]) for task in tasks]
        return render_template("inbox/remind.html", rows=rows, query=query())

    def act(writer: Session, task: UserTask, by: Actor) -> None:
        _asked_for(task)
        task_reminders.by_hand(writer, engine(), task, by, settings().public_url)

    done = each(act)
    return answer(ngettext("A reminder was sent.", "%(num)d reminders were sent.", done), done)


def _asked_for(task: UserTask) -> None:
    """Raises Refused where the viewer has the task himself."""
    if not may_remind(viewer(), task):
        raise Refused(action="remind", kind="task")


def _row(reader: Session, task: UserTask, name: str) -> Row:
    try:
        _asked_for(task)
        told = task_reminders.readers(reader, engine(), task, viewer().acting_on(task))
    except AmicaleError as refused:
        words = words_of(reader, as_named(refused, name), typed=False).title
        return Row(task.id, name, "", words)
    names = people.names_of(reader, [person.id for person in told])
    return Row(task.id, name, ", ".join(sorted(names.values(), key=str.casefold)), "")
