"""Cases for programs: the list, one case with its data and history, starting, and the acts of an operator."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from engine import commands
from engine.errors import Invalid, Refused
from engine.models import ProcessInstance
from engine.transaction import reading, transaction
from webapp import authorize
from webapp.api import values
from webapp.api.routing import address, idempotency_key, number, once, place, read_place
from webapp.api.schemas import (
    CaseOut,
    CasePage,
    CaseQuery,
    EventPage,
    Page,
    ReasonIn,
    StartedOut,
    StartIn,
    VariablesIn,
    VariablesOut,
)
from webapp.auth import engine
from webapp.operations import story
from webapp.operations.narrowing import narrowing_of
from webapp.operations.variables import check_seen, variables_of
from webapp.viewer import viewer
from webapp.words import language
from workflows.association import discretion


class PlaceUnknown(Invalid):
    """`version` and `element` are of `process`, and of an element only one where cases wait or stand still."""

    code: ClassVar[str] = "place_unknown"


@address("GET", "/cases", scope="read", answers=CasePage, query=CaseQuery, refuses=(422,))
def cases(asked: Mapping[str, Any]) -> dict[str, object]:
    """The cases that the token may see, the newest first."""
    query = select(ProcessInstance).where(authorize.authorize(viewer(), "read", ProcessInstance))
    for column, value in (
        (ProcessInstance.process_id, asked["process"]),
        (ProcessInstance.status, asked["status"]),
        (ProcessInstance.business_key, asked["business_key"]),
    ):
        query = query if value is None else query.where(column == value)
    if asked["started_before"] is not None:
        query = query.where(ProcessInstance.started_at < asked["started_before"])
    if asked["standing_still"]:
        query = query.where(ProcessInstance.incidents > 0)
    after = read_place(asked["after"], 1)
    if after is not None:
        query = query.where(tuple_(ProcessInstance.started_at, ProcessInstance.id) < after)
    newest = query.order_by(ProcessInstance.started_at.desc(), ProcessInstance.id.desc())
    with reading(engine()) as reader:
        newest = newest.where(*_of_process(reader, asked))
        rows = reader.scalars(newest.limit(asked["limit"] + 1)).all()
        shown = rows[: asked["limit"]]
        more = place(shown[-1].started_at, shown[-1].id) if len(rows) > len(shown) else None
        return {"items": [_out(each) for each in shown], "next": more}


def _of_process(reader: Session, asked: Mapping[str, Any]) -> Sequence[ColumnElement[bool]]:
    """What narrows to a version and an element. Raises PlaceUnknown for one that the process does not have."""
    said = {name: str(asked[name]) for name in ("version", "element") if asked[name] is not None}
    if not said:
        return ()
    found = narrowing_of(reader, engine(), language(), MultiDict({"process": asked["process"] or "", **said}))
    for name, value in said.items():
        if getattr(found, name) != value:
            raise PlaceUnknown(field=name)
    return found.conditions(reader, engine().clock.now())


@address("GET", "/cases/<uuid:case_id>", scope="read", answers=CaseOut, refuses=(404,))
def case(case_id: UUID) -> dict[str, object]:
    """One case."""
    with reading(engine()) as reader:
        return _out(authorize.case(reader, viewer(), "read", case_id))


@address("GET", "/cases/<uuid:case_id>/history", scope="read", answers=EventPage, query=Page, refuses=(404, 422))
def history(asked: Mapping[str, Any], case_id: UUID) -> dict[str, object]:
    """What happened in a case, newest first."""
    after = read_place(asked["after"], 1, number)
    with reading(engine()) as reader:
        authorize.case(reader, viewer(), "read", case_id)
        found = story.events(reader, case_id, limit=asked["limit"] + 1, after=after)
    shown = found[: asked["limit"]]
    return {
        "items": [{"at": each.at, "kind": each.kind, "element": each.element, "by": each.by} for each in shown],
        "next": place(shown[-1].at, shown[-1].id) if len(found) > len(shown) else None,
    }


@address(
    "POST", "/cases", scope="operate", answers=StartedOut, status=201, body=StartIn, refuses=(404, 409, 422), keyed=True
)
def start(asked: Mapping[str, Any]) -> dict[str, object]:
    """Starts a case of a process that the token's roles own. Idempotency-Key: once."""
    if not (viewer().oversees or asked["process"] in viewer().processes):
        raise Refused(action="start", kind="process")
    with transaction(engine()) as writer:
        started = commands.start(
            writer, engine(), asked["process"], asked["variables"], by=viewer().actor, request_key=idempotency_key(),
            business_key=asked["business_key"],
        )  # fmt: skip
        return {"case_id": started.instance_id, "next_tasks": list(started.next_tasks)}


@address("GET", "/cases/<uuid:case_id>/variables", scope="operate", answers=VariablesOut, refuses=(404,))
def variables(case_id: UUID) -> dict[str, object]:
    """The variables of a case: ids, enums, dates and amounts. Those of gifts for whoever answers for gifts."""
    with reading(engine()) as reader:
        return _variables(reader, authorize.case(reader, viewer(), "operate", case_id))


@address(
    "PATCH",
    "/cases/<uuid:case_id>/variables",
    scope="operate",
    answers=VariablesOut,
    body=VariablesIn,
    refuses=(404, 409, 422),
    keyed=True,
)
def set_variables(asked: Mapping[str, Any], case_id: UUID) -> dict[str, object]:
    """Corrects variables of a case; conditions that wait for them are asked at once. Idempotency-Key: once."""
    with transaction(engine()) as writer:
        found = authorize.case(writer, viewer(), "operate", case_id)
        check_seen(writer, engine(), found, asked["variables"].keys(), viewer().actor.roles)
        correct = partial(
            commands.set_variables, writer, engine(), case_id, asked["variables"], by=viewer().actor,
            reason=asked["reason"],
        )  # fmt: skip
        once(writer, "correct", {**asked, "case": case_id}, correct)
    with reading(engine()) as reader:
        return _variables(reader, authorize.case(reader, viewer(), "operate", case_id))


@address(
    "POST",
    "/cases/<uuid:case_id>/suspend",
    scope="operate",
    answers=CaseOut,
    body=ReasonIn,
    refuses=(404, 409, 422),
    keyed=True,
)
def suspend(asked: Mapping[str, Any], case_id: UUID) -> dict[str, object]:
    """Holds a case, its jobs and the cases it called. Idempotency-Key: once."""
    return _steered(case_id, "suspend", partial(commands.suspend, reason=asked["reason"]), asked)


@address("POST", "/cases/<uuid:case_id>/resume", scope="operate", answers=CaseOut, refuses=(404, 409), keyed=True)
def resume(case_id: UUID) -> dict[str, object]:
    """Lets a suspended case go on. Idempotency-Key: once."""
    return _steered(case_id, "resume", commands.resume, {})


@address(
    "POST",
    "/cases/<uuid:case_id>/cancel",
    scope="operate",
    answers=CaseOut,
    body=ReasonIn,
    refuses=(404, 409, 422),
    keyed=True,
)
def cancel(asked: Mapping[str, Any], case_id: UUID) -> dict[str, object]:
    """Ends a case for good, and the cases it called. Idempotency-Key: once."""
    return _steered(case_id, "cancel", partial(commands.cancel, reason=asked["reason"]), asked)


def _steered(case_id: UUID, verb: str, act: Callable[..., object], asked: Mapping[str, Any]) -> dict[str, object]:
    """The case after the act."""
    with transaction(engine()) as writer:
        authorize.case(writer, viewer(), "operate", case_id)
        once(writer, verb, {**asked, "case": case_id}, partial(act, writer, engine(), case_id, by=viewer().actor))
    with reading(engine()) as reader:
        return _out(authorize.case(reader, viewer(), "operate", case_id))


def _variables(session: Session, found: ProcessInstance) -> dict[str, object]:
    seen = discretion.seen(variables_of(session, engine(), found.id), found.process_id, viewer().actor.roles)
    return {"variables": {name: values.write(value) for name, value in seen.items()}}


def _out(row: ProcessInstance) -> dict[str, object]:
    return {
        "id": row.id, "process": row.process_id, "status": row.status, "title": row.title_in(language()),
        "business_key": row.business_key, "started_at": row.started_at, "started_by": row.started_by,
        "ended_at": row.ended_at, "incidents": row.incidents,
    }  # fmt: skip
