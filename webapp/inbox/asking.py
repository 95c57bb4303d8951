"""Asking a colleague: he gets the task with the question, and gives it back with his answer. Both stand as comments."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import commands
from engine.errors import Conflict
from engine.models import Base, HistoryEvent, Moment, UserTask
from engine.personal import Personal
from engine.transaction import reading, transaction
from webapp import authorize
from webapp.auth import engine, staff
from webapp.comments import store as comments
from webapp.comments.store import Comment
from webapp.inbox.listing import asked as asked_list
from webapp.inbox.listing import query_of
from webapp.operations.names import names_of
from webapp.viewer import viewer
from webapp.words import _

HANDED: Final = ("task_assigned", "task_claimed", "task_released")
AT_ONCE: Final = timedelta(seconds=10)  # what is said with a task is written in the transaction that gives it
blueprint = Blueprint("asking", __name__, url_prefix="/tasks")


class NobodyAsked(Conflict):
    """Nobody waits for an answer about “{name}” any more: keep the task, or give it to a colleague."""

    code = "nobody_asked"


class Question(Base):
    """Who gets the task back once its present holder has answered."""

    __tablename__ = "task_question"
    __privacy__ = Personal("work", "asker@actor", ids="asker holder")
    task_id: Mapped[UUID] = mapped_column(ForeignKey("user_task.id"), primary_key=True)
    asker: Mapped[str] = mapped_column(String(64))
    holder: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime] = mapped_column(Moment)


def note(session: Session, task_id: UUID, asker: str, holder: str, now: datetime) -> None:
    """Remembers that the task goes back to the asker. Whoever passes a question on does not become its asker."""
    row = session.get(Question, task_id)
    first = row.asker if row is not None and row.holder == asker else asker
    session.merge(Question(task_id=task_id, asker=first, holder=holder, asked_at=now))


def asker_of(session: Session, task: UserTask) -> str | None:
    """Who waits for an answer of the task's present holder; None where nobody does."""
    row = session.get(Question, task.id)
    open_ = row is not None and task.state == "created" and row.holder == task.assignee and row.asker != task.assignee
    return row.asker if row is not None and open_ else None


def given(session: Session, task: UserTask) -> tuple[str, datetime] | None:
    """Who gave the task to its present holder, and when; None where he took it, or where the process named him."""
    handed = select(HistoryEvent.by, HistoryEvent.at).where(
        HistoryEvent.instance_id == task.instance_id, HistoryEvent.token == task.id, HistoryEvent.kind.in_(HANDED)
    )
    last = session.execute(handed.order_by(HistoryEvent.at.desc(), HistoryEvent.id.desc()).limit(1)).first()
    return None if last is None or last.by is None or last.by == task.assignee else (last.by, last.at)


def said_with(session: Session, task: UserTask, given: tuple[str, datetime]) -> Comment | None:
    """What was said to its holder when a task was given to him: a question, its answer, or what he should know."""
    by, at = given
    theirs = select(Comment).where(Comment.instance_id == task.instance_id, Comment.author == by)
    then = theirs.where(Comment.written_at >= at, Comment.written_at <= at + AT_ONCE)
    return session.scalars(then.order_by(Comment.written_at).limit(1)).first()


@blueprint.post("/<uuid:task_id>/answer")
@staff
def answer(task_id: UUID) -> ResponseReturnValue:
    """Gives the task back to whoever asked, with what the colleague says. Raises NobodyAsked."""
    tab, filters, _after = asked_list(request.args)
    with transaction(engine()) as writer:
        task = authorize.task(writer, viewer(), "work", task_id)
        asker = asker_of(writer, task)
        if asker is None:
            raise NobodyAsked(name=task.name)
        actor = viewer().acting_on(task)
        commands.delegate(writer, engine(), task_id, by=actor, to=asker)
        said = request.form.get("text", "")
        comments.write(writer, task.instance_id, actor, said, engine().clock.now())
        row = writer.get(Question, task_id)
        if row is not None:
            writer.delete(row)
    with reading(engine()) as reader:
        flash(_("The task is back with %(name)s.", name=names_of(reader, [asker])[asker]), "success")
    return redirect(url_for("inbox.listing", **query_of(tab, filters)), 303)
