"""Reminding by hand: whoever has a task, or all who may take it, is told that somebody waits for it."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.assignment import Actor
from engine.errors import Refused
from engine.models import UserTask
from webapp.auth import engine, settings, staff
from webapp.inbox.selected import answer, each
from webapp.inbox.team import may_remind
from webapp.viewer import viewer
from webapp.words import ngettext
from workflows.association import task_reminders

blueprint = Blueprint("reminding", __name__, url_prefix="/tasks/selected")


@blueprint.post("/remind")
@staff
def remind() -> ResponseReturnValue:
    """Reminds of every selected task; of one about which somebody was told today it says so."""

    def act(writer: Session, task: UserTask, by: Actor) -> None:
        if not may_remind(viewer(), task):
            raise Refused(action="remind", kind="task")
        task_reminders.by_hand(writer, engine(), task, by, settings().public_url)

    done = each(act)
    return answer(ngettext("A reminder was sent.", "%(num)d reminders were sent.", done), done)
