"""Messages, signals, incidents and processes for programs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, tuple_

from engine import commands
from engine.bulk import Chosen
from engine.errors import NotFound, Refused
from engine.models import Incident, ProcessDefinition, ProcessInstance
from engine.transaction import reading, transaction
from webapp import authorize
from webapp.api.routing import address, number, once, place, read_place
from webapp.api.schemas import (
    ChosenIn,
    CountOut,
    IncidentPage,
    IncidentQuery,
    MessageIn,
    MessageOut,
    Page,
    ProcessPage,
    SignalIn,
    WithdrawIn,
    WithdrawnOut,
)
from webapp.auth import engine
from webapp.operations.effects import params_in_words
from webapp.refusal_words import incident_in_words
from webapp.viewer import viewer


@address("POST", "/messages", scope="operate", answers=MessageOut, body=MessageIn, refuses=(422,))
def publish(asked: Mapping[str, Any]) -> dict[str, object]:
    """Publishes a message to whoever waits for it. Only for overseers: a message may move any case."""
    _oversee("publish", "message")
    with transaction(engine()) as writer:
        done = commands.correlate_message(
            writer, engine(), asked["name"], asked["key"], asked["variables"], source=_source(),
            message_id=asked["message_id"], ttl=timedelta(seconds=asked["keep_seconds"]), by=viewer().actor,
        )  # fmt: skip
        return {"duplicate": done.duplicate, "delivered": list(done.delivered), "started": list(done.started)}


@address("POST", "/messages/withdraw", scope="operate", answers=WithdrawnOut, body=WithdrawIn, refuses=(422,))
def withdraw(asked: Mapping[str, Any]) -> dict[str, object]:
    """Nobody receives a kept message of this token's any more, whoever received it before."""
    _oversee("publish", "message")
    with transaction(engine()) as writer:
        return {"kept": commands.withdraw_message(writer, engine(), source=_source(), message_id=asked["message_id"])}


@address("POST", "/signals", scope="operate", answers=CountOut, body=SignalIn, refuses=(422,), keyed=True)
def signal(asked: Mapping[str, Any]) -> dict[str, object]:
    """Sends a signal to everyone who waits for it; answers how many do. Idempotency-Key: once."""
    _oversee("send", "signal")
    with transaction(engine()) as writer:
        send = partial(commands.broadcast_signal, writer, engine(), asked["name"], asked["variables"])
        return {"count": int(once(writer, "signal", asked, send))}


@address("GET", "/incidents", scope="operate", answers=IncidentPage, query=IncidentQuery, refuses=(422,))
def incidents(asked: Mapping[str, Any]) -> dict[str, object]:
    """What stands still in the cases that the token may operate, the newest first."""
    query = (
        select(Incident, ProcessInstance.process_id)
        .join(ProcessInstance, ProcessInstance.id == Incident.instance_id)
        .where(Incident.resolved_at.is_(None), authorize.authorize(viewer(), "operate", ProcessInstance))
    )
    for column, value in (
        (ProcessInstance.process_id, asked["process"]), (Incident.element, asked["element"]),
        (Incident.code, asked["code"]),
    ):  # fmt: skip
        query = query if value is None else query.where(column == value)
    after = read_place(asked["after"], 1)
    if after is not None:
        query = query.where(tuple_(Incident.raised_at, Incident.id) < after)
    newest = query.order_by(Incident.raised_at.desc(), Incident.id.desc())
    with reading(engine()) as reader:
        rows = reader.execute(newest.limit(asked["limit"] + 1)).all()
        shown = rows[: asked["limit"]]
        items = [
            {
                "id": each.id, "case_id": each.instance_id, "process": process, "element": each.element,
                "kind": each.kind, "code": each.code, "raised_at": each.raised_at,
                "message": incident_in_words(each.code, params_in_words(each.params), each.message),
            }
            for each, process in shown
        ]  # fmt: skip
        more = place(shown[-1][0].raised_at, shown[-1][0].id) if len(rows) > len(shown) else None
        return {"items": items, "next": more}


@address("POST", "/incidents/<uuid:incident_id>/retry", scope="operate", status=204, refuses=(404, 409), keyed=True)
def retry(incident_id: UUID) -> None:
    """Tries again what stands still. Idempotency-Key: once."""
    with transaction(engine()) as writer:
        authorize.incident(writer, viewer(), "operate", incident_id)
        again = partial(commands.retry_incident, writer, engine(), incident_id, by=viewer().actor)
        once(writer, "retry", {"incident": incident_id}, again)


@address(
    "POST", "/incidents/retry", scope="operate", answers=CountOut, status=202, body=ChosenIn, refuses=(422,), keyed=True
)
def retry_matching(asked: Mapping[str, Any]) -> dict[str, object]:
    """Tries every incident of a process again that matches, in the background; answers how many. Idempotency-Key:
    once."""
    if not (viewer().oversees or asked["process"] in viewer().processes):
        raise Refused(action="operate", kind="process")
    chosen = Chosen(asked["process"], asked["element"], asked["code"])
    with transaction(engine()) as writer:
        again = partial(commands.retry_matching, writer, engine(), chosen, by=viewer().actor)
        return {"count": int(once(writer, "retry matching", asked, lambda: again().total))}


@address("GET", "/processes", scope="read", answers=ProcessPage)
def processes() -> dict[str, object]:
    """Every process in its latest version."""
    if not viewer().staff:
        raise Refused(action="see", kind="process")
    newest = select(ProcessDefinition.process_id, func.max(ProcessDefinition.version)).group_by(
        ProcessDefinition.process_id
    )
    query = select(ProcessDefinition).where(tuple_(ProcessDefinition.process_id, ProcessDefinition.version).in_(newest))
    with reading(engine()) as reader:
        found = reader.scalars(query.order_by(ProcessDefinition.process_id)).all()
        return {"items": [_version(each) for each in found], "next": None}


@address("GET", "/processes/<process_id>/versions", scope="read", answers=ProcessPage, query=Page, refuses=(404, 422))
def versions(asked: Mapping[str, Any], process_id: str) -> dict[str, object]:
    """Every version of a process, the latest first."""
    if not viewer().staff:
        raise Refused(action="see", kind="process")
    after, limit = read_place(asked["after"], 0, partial(number, below=2**31)), asked["limit"]
    query = select(ProcessDefinition).where(ProcessDefinition.process_id == process_id)
    rest = query if after is None else query.where(ProcessDefinition.version < after[0])
    with reading(engine()) as reader:
        found = reader.scalars(rest.order_by(ProcessDefinition.version.desc()).limit(limit + 1)).all()
        if after is None and not found:
            raise NotFound(kind="process", id=process_id)
        more = place(found[limit - 1].version) if len(found) > limit else None
        return {"items": [_version(each) for each in found[:limit]], "next": more}


def _version(row: ProcessDefinition) -> dict[str, object]:
    return {"process": row.process_id, "version": row.version, "name": row.name, "deployed_at": row.deployed_at}


def _source() -> str:
    """By what the messages of this token are told from those of others."""
    return f"api:{viewer().actor.id}"[:80]


def _oversee(action: str, kind: str) -> None:
    if not viewer().oversees:
        raise Refused(action=action, kind=kind)
