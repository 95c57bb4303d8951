"""Steering a case for programs: where it stands, taking it elsewhere, its timers and other promised work, incidents."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from engine import commands
from engine.models import ProcessInstance
from engine.moving import standing
from engine.pending import pending_timers
from engine.promised import promises
from engine.transaction import reading, transaction
from webapp import authorize
from webapp.api.routing import address, idempotency_key, once
from webapp.api.steering_schemas import JobPage, MoveIn, SkipIn, StandingOut, TimerIn, TimerPage
from webapp.auth import engine
from webapp.operations.variables import check_seen
from webapp.viewer import viewer

CASE = "/cases/<uuid:case_id>"


@address("GET", f"{CASE}/tokens", scope="operate", answers=StandingOut, refuses=(404, 409))
def tokens(case_id: UUID) -> dict[str, object]:
    """Where a case stands, and the elements at which all of it may go on instead."""
    with reading(engine()) as reader:
        found = standing(reader, engine(), authorize.case(reader, viewer(), "operate", case_id))
        return {
            "tokens": [
                {"id": each.id, "element": each.element, "kind": each.kind, "since": each.since}
                for each in found.tokens
            ],
            "places": list(found.places),
        }  # fmt: skip


@address("POST", f"{CASE}/move", scope="operate", status=204, body=MoveIn, refuses=(404, 409, 422), keyed=True)
def move(asked: Mapping[str, Any], case_id: UUID) -> None:
    """Takes a case elsewhere, or begins it anew at an element. Idempotency-Key: once."""
    with transaction(engine()) as writer:
        authorize.case(writer, viewer(), "operate", case_id)
        commands.move_tokens(
            writer, engine(), case_id, asked["element"], by=viewer().actor, tokens=asked["tokens"],
            reason=asked["reason"], request_key=idempotency_key(),
        )  # fmt: skip


@address("GET", f"{CASE}/timers", scope="operate", answers=TimerPage, refuses=(404,))
def timers(case_id: UUID) -> dict[str, object]:
    """The dates that a case waits for, the next one first."""
    with reading(engine()) as reader:
        authorize.case(reader, viewer(), "operate", case_id)
        found = pending_timers(reader, case_id)
        return {"items": [{"token": each.token, "element": each.element, "due_at": each.due_at} for each in found]}


@address(
    "POST",
    f"{CASE}/timers/<uuid:token>/move",
    scope="operate",
    status=204,
    body=TimerIn,
    refuses=(404, 409, 422),
    keyed=True,
)
def move_timer(asked: Mapping[str, Any], case_id: UUID, token: UUID) -> None:
    """Sets when a timer is due; a date in the past is due at once. Idempotency-Key: once."""
    with transaction(engine()) as writer:
        authorize.case(writer, viewer(), "operate", case_id)
        move_it = partial(
            commands.move_timer, writer, engine(), case_id, token, asked["due_at"], by=viewer().actor,
            reason=asked["reason"],
        )  # fmt: skip
        once(writer, "move timer", {**asked, "case": case_id, "token": token}, move_it)


@address("POST", f"{CASE}/timers/<uuid:token>/run", scope="operate", status=204, refuses=(404, 409, 422), keyed=True)
def run_timer(case_id: UUID, token: UUID) -> None:
    """Lets a timer fire now. Idempotency-Key: once."""
    with transaction(engine()) as writer:
        authorize.case(writer, viewer(), "operate", case_id)
        commands.run_timer(writer, engine(), case_id, token, by=viewer().actor, request_key=idempotency_key())


@address("GET", f"{CASE}/jobs", scope="operate", answers=JobPage, refuses=(404,))
def jobs(case_id: UUID) -> dict[str, object]:
    """What is promised for a case beside its timers (calls to be tried again, reminders, escalations), by date."""
    with reading(engine()) as reader:
        authorize.case(reader, viewer(), "operate", case_id)
        return {"items": [each._asdict() for each in promises(reader, case_id)]}


@address(
    "POST",
    f"{CASE}/jobs/<uuid:job_id>/move",
    scope="operate",
    status=204,
    body=TimerIn,
    refuses=(404, 409, 422),
    keyed=True,
)
def move_job(asked: Mapping[str, Any], case_id: UUID, job_id: UUID) -> None:
    """Sets when promised work is done; a date in the past is due at once. Idempotency-Key: once."""
    _move_job(case_id, job_id, asked["due_at"], asked)


@address("POST", f"{CASE}/jobs/<uuid:job_id>/run", scope="operate", status=204, refuses=(404, 409), keyed=True)
def run_job(case_id: UUID, job_id: UUID) -> None:
    """Has promised work done now. Idempotency-Key: once."""
    _move_job(case_id, job_id, engine().clock.now(), {"now": True})


def _move_job(case_id: UUID, job_id: UUID, due_at: datetime, asked: Mapping[str, Any]) -> None:
    with transaction(engine()) as writer:
        authorize.case(writer, viewer(), "operate", case_id)
        move_it = partial(
            commands.move_job, writer, engine(), case_id, job_id, due_at, by=viewer().actor,
            reason=asked.get("reason", ""),
        )  # fmt: skip
        once(writer, "move job", {**asked, "case": case_id, "job": job_id}, move_it)


@address(
    "POST",
    "/incidents/<uuid:incident_id>/skip",
    scope="operate",
    status=204,
    body=SkipIn,
    refuses=(404, 409, 422),
    keyed=True,
)
def skip(asked: Mapping[str, Any], incident_id: UUID) -> None:
    """Lets what stands still count as done, with these variables as what it brought. Idempotency-Key: once."""
    with transaction(engine()) as writer:
        found = authorize.incident(writer, viewer(), "operate", incident_id)
        case = writer.get_one(ProcessInstance, found.instance_id)
        check_seen(writer, engine(), case, asked["variables"].keys(), viewer().actor.roles)
        pass_over = partial(
            commands.skip_incident, writer, engine(), incident_id, by=viewer().actor, reason=asked["reason"],
            variables=asked["variables"],
        )  # fmt: skip
        once(writer, "skip", {**asked, "incident": incident_id}, pass_over)
