"""User tasks for programs: the lists of the inbox, and what a person may do with a task."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from engine import commands, inbox
from engine.assignment import Actor
from engine.engine import Engine
from engine.errors import TaskClosed
from engine.inbox import Filters, Row
from engine.transaction import reading, transaction
from webapp import authorize, task_work
from webapp.api import answers, receivers
from webapp.api.answers import AnswersRefused
from webapp.api.routing import address, idempotency_key, once, place, read_place
from webapp.api.schemas import (
    AnswersIn,
    AssignIn,
    CompletedOut,
    FormOut,
    PostponeIn,
    TaskOut,
    TaskPage,
    TaskQuery,
)
from webapp.auth import current_day, engine, settings
from webapp.inbox.team import in_their_hands
from webapp.viewer import viewer
from webapp.words import language

LISTS = {"mine": inbox.inbox, "later": inbox.inbox, "queue": inbox.queue}


@address("GET", "/tasks", scope="read", answers=TaskPage, query=TaskQuery, refuses=(422,))
def tasks(asked: Mapping[str, Any]) -> dict[str, object]:
    """Tasks: mine, mine for later, those I may take, those that colleagues hold, those I completed; the most urgent
    first."""
    filters = Filters(
        process_id=asked["process"], role=asked["role"], late=asked["late"], postponed=asked["list"] == "later",
        now=engine().clock.now(), text=asked["text"],
    )  # fmt: skip
    archive, limit = asked["list"] == "archive", asked["limit"]
    after = read_place(asked["after"], 1 if archive else 2)
    with reading(engine()) as reader:
        if archive:
            rows: Sequence[Row] = inbox.archive(reader, viewer().actor, filters, after, limit=limit + 1)
        elif asked["list"] == "team":
            rows = in_their_hands(reader, viewer(), filters, after, limit=limit + 1) if viewer().staff else ()
        else:
            rows = LISTS[asked["list"]](reader, viewer().actor, filters, after, limit=limit + 1)
        ends = [place(*(each.closed_place if archive else each.place)) for each in rows[:limit]]
        return {"items": [_out(each) for each in rows[:limit]], "next": ends[-1] if len(rows) > limit else None}


@address("GET", "/tasks/<uuid:task_id>", scope="read", answers=TaskOut, refuses=(404,))
def task(task_id: UUID) -> dict[str, object]:
    """One task, open or closed."""
    with reading(engine()) as reader:
        authorize.task(reader, viewer(), "read", task_id)
        return _out(inbox.of_id(reader, task_id))


@address("GET", "/tasks/<uuid:task_id>/form", scope="read", answers=FormOut, refuses=(404,))
def form(task_id: UUID) -> dict[str, object]:
    """What the task asks now; what answers reveal is not in it."""
    with reading(engine()) as reader:
        found = authorize.task(reader, viewer(), "read", task_id)
        work = task_work.open_work(reader, engine(), viewer(), found, language())
        if work.bound is None:
            return {"form": None, "questions": []}
        questions = [
            {
                "key": field.short_name, "kind": field.component.type, "label": str(field.wording.label),
                "required": field.required,
                "options": [{"value": each.value, "label": str(each.label)} for each in getattr(field, "options", ())],
            }
            for field in work.bound.wtform
        ]  # fmt: skip
        return {"form": work.bound.definition.id, "questions": questions}


@address("POST", "/tasks/<uuid:task_id>/claim", scope="work", answers=TaskOut, refuses=(404, 409), keyed=True)
def claim(task_id: UUID) -> dict[str, object]:
    """Takes a task from its queue. Idempotency-Key: once."""
    return _done(task_id, "claim", commands.claim, {})


@address("POST", "/tasks/<uuid:task_id>/release", scope="work", answers=TaskOut, refuses=(404, 409), keyed=True)
def release(task_id: UUID) -> dict[str, object]:
    """Gives a task back to its queue. Idempotency-Key: once."""
    return _done(task_id, "release", commands.release, {})


@address(
    "POST",
    "/tasks/<uuid:task_id>/assign",
    scope="work",
    answers=TaskOut,
    body=AssignIn,
    refuses=(404, 409, 422),
    keyed=True,
)
def assign(asked: Mapping[str, Any], task_id: UUID) -> dict[str, object]:
    """Gives a task to somebody who may do it. Idempotency-Key: once."""
    today = current_day()

    def give(writer: Session, engine_: Engine, id_: UUID, *, by: Actor) -> None:
        found = authorize.task(writer, viewer(), "read", id_)
        if found.state == "created":
            receivers.check(writer, found, asked["to"], viewer().actor, today)
        commands.assign(writer, engine_, id_, by=by, to=asked["to"])

    return _done(task_id, "assign", give, asked)


@address(
    "POST",
    "/tasks/<uuid:task_id>/postpone",
    scope="work",
    answers=TaskOut,
    body=PostponeIn,
    refuses=(404, 409, 422),
    keyed=True,
)
def postpone(asked: Mapping[str, Any], task_id: UUID) -> dict[str, object]:
    """Puts one's task out of sight until a moment; null brings it back. Idempotency-Key: once."""
    return _done(task_id, "postpone", partial(commands.postpone, until=asked["until"]), asked)


@address(
    "POST",
    "/tasks/<uuid:task_id>/complete",
    scope="work",
    answers=CompletedOut,
    body=AnswersIn,
    refuses=(404, 409, 422),
    keyed=True,
)
def complete(asked: Mapping[str, Any], task_id: UUID) -> dict[str, object]:
    """Completes a task with the answers to its form, checked as on its page. Idempotency-Key: once."""
    directory = settings().files_directory
    assert directory is not None
    with transaction(engine()) as writer:
        found = authorize.task(writer, viewer(), "read", task_id)
        key = idempotency_key()
        if found.state != "created" and key is None:
            raise TaskClosed(closed_by=found.closed_by or "system", name=found.name, state=found.state)
        opened = task_work.open_work(writer, engine(), viewer(), found, language())
        if opened.bound is not None and found.state == "created":
            texts = answers.typed(opened.bound, asked["answers"])
            opened = task_work.open_work(writer, engine(), viewer(), found, language(), submitted=texts)
            assert opened.bound is not None
            if not opened.bound.validate():
                raise AnswersRefused(fields=", ".join(opened.bound.errors) or "–", errors=dict(opened.bound.errors))
        elif asked["answers"] and opened.bound is None:
            raise answers.AnswerUnknown(field=next(iter(asked["answers"]))[:60], known="–")
        done = task_work.complete(writer, engine(), viewer(), opened, directory, key or "", undoable=asked["undoable"])
        return {"case_id": done.instance_id, "next_tasks": list(done.next_tasks), "ended": done.ended}


@address("POST", "/tasks/<uuid:task_id>/undo", scope="work", answers=TaskOut, refuses=(404, 409), keyed=True)
def undo(task_id: UUID) -> dict[str, object]:
    """Opens a task again that one completed with `undoable`, its case as it was; its answers are the draft.
    Idempotency-Key: once."""
    return _done(task_id, "undo", commands.undo, {})


def _done(task_id: UUID, verb: str, act: Callable[..., object], asked: Mapping[str, Any]) -> dict[str, object]:
    """The task after the act."""
    with transaction(engine()) as writer:
        found = authorize.task(writer, viewer(), "read", task_id)
        do = partial(act, writer, engine(), task_id, by=viewer().acting_on(found))
        once(writer, verb, {**asked, "task": task_id}, do)
        return _out(inbox.of_id(writer, task_id))


def _out(row: Row) -> dict[str, object]:
    return {
        "id": row.id, "case_id": row.instance_id, "process": row.process_id, "element": row.element, "name": row.name,
        "state": row.state, "case_title": row.title_in(language()), "business_key": row.business_key,
        "assignee": row.assignee, "role": row.role, "priority": row.priority, "due_at": row.due_at,
        "follow_up_at": row.follow_up_at, "created_at": row.created_at, "closed_at": row.closed_at,
    }  # fmt: skip
