"""Acts on many cases for programs: asked for at once, done in the background, with a result for each case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate
from sqlalchemy import ColumnElement, exists, func, select, tuple_
from sqlalchemy.orm import Session

from engine import commands
from engine.collective.deeds import KINDS, Asked
from engine.collective.tables import CollectiveAct, CollectiveCase
from engine.errors import NotFound
from engine.models import ProcessInstance
from engine.transaction import reading, transaction
from webapp import authorize
from webapp.api.routing import address, once, place, read_place
from webapp.api.schemas import NO_NUL, Page, ReasonIn, Variables
from webapp.auth import engine
from webapp.viewer import viewer
from workflows.association import discretion

MOST = 1_000
NAMED = [validate.Length(max=200), NO_NUL]


class ActIn(ReasonIn):
    """What is to be done with which cases."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    cases = fields.List(fields.UUID(), required=True, validate=validate.Length(min=1, max=MOST))
    element = fields.String(
        load_default="", validate=NAMED,
        metadata={
            "description": "move: where the cases stand; skip, retry: of which incidents, none for all; run, date: at "
            "what they wait"
        },
    )  # fmt: skip
    place = fields.String(
        load_default="", validate=NAMED, metadata={"description": "move, restart: where the cases go on"}
    )
    variables = Variables(
        load_default=dict,
        metadata={"description": "skip: what the step would have brought; correct: what the cases know from then on"},
    )
    due_at = fields.AwareDateTime(load_default=None, allow_none=True, metadata={"description": "date: the new one"})


class ActMadeOut(Schema):
    act = fields.UUID(required=True)


class ActedOut(Schema):
    """What became of a case. `code`: why it was left as it was."""

    case = fields.UUID(required=True)
    state = fields.String(required=True, validate=validate.OneOf(("waiting", "done", "left")))
    code = fields.String(required=True)


class ActOut(Schema):
    kind = fields.String(required=True)
    total = fields.Integer(required=True)
    waiting = fields.Integer(required=True)
    done = fields.Integer(required=True)
    left = fields.Integer(required=True)
    items = fields.List(fields.Nested(ActedOut), required=True)
    next = fields.String(allow_none=True)


class ActLineOut(Schema):
    """An act so far. `total`: its cases that this token may operate."""

    act = fields.UUID(required=True)
    kind = fields.String(required=True)
    process = fields.String(required=True, metadata={"description": "empty: cases of several processes"})
    asked_at = fields.AwareDateTime(required=True)
    asked_by = fields.String(required=True)
    reason = fields.String(required=True)
    total = fields.Integer(required=True)


class ActPage(Schema):
    items = fields.List(fields.Nested(ActLineOut), required=True)
    next = fields.String(allow_none=True)


@address(
    "POST",
    "/cases/acts",
    scope="operate",
    status=202,
    answers=ActMadeOut,
    body=ActIn,
    refuses=(404, 409, 422),
    keyed=True,
)
def act(asked: Mapping[str, Any]) -> dict[str, object]:
    """Suspends, resumes, cancels, moves, begins anew, passes over, retries or corrects up to 1,000 cases in the
    background, or lets them wait no longer, or until another date. A case that is not there, or not for this token,
    refuses all of them. Idempotency-Key: once."""
    with transaction(engine()) as writer:
        return {"act": UUID(once(writer, "act", asked, partial(_made, writer, asked)))}


def _made(writer: Session, asked: Mapping[str, Any]) -> UUID:
    check_all(writer, asked["cases"])
    _check_values(asked)
    wanted = Asked(
        asked["kind"], asked["element"], asked["place"], asked["variables"], asked["reason"], asked["due_at"]
    )
    return commands.act_on_cases(writer, engine(), wanted, asked["cases"], by=viewer().actor)


@address("GET", "/cases/acts", scope="operate", answers=ActPage, query=Page, refuses=(422,))
def acts(asked: Mapping[str, Any]) -> dict[str, object]:
    """The acts so far that touched a case which this token may operate, the latest first."""
    after, limit = read_place(asked["after"], 1), asked["limit"]
    mine = select(func.count()).where(CollectiveCase.act_id == CollectiveAct.id, _operated()).scalar_subquery()
    touched = exists(select(CollectiveCase.act_id).where(CollectiveCase.act_id == CollectiveAct.id, _operated()))
    query = select(CollectiveAct, mine).where(touched)
    if after is not None:
        query = query.where(tuple_(CollectiveAct.asked_at, CollectiveAct.id) < after)
    with reading(engine()) as reader:
        latest = query.order_by(CollectiveAct.asked_at.desc(), CollectiveAct.id.desc())
        rows = reader.execute(latest.limit(limit + 1)).tuples().all()
        items = [
            {
                "act": each.id, "kind": each.kind, "process": each.process_id, "asked_at": each.asked_at,
                "asked_by": each.asked_by, "reason": each.reason, "total": total,
            }
            for each, total in rows[:limit]
        ]  # fmt: skip
        last = rows[:limit][-1][0] if len(rows) > limit else None
        return {"items": items, "next": last and place(last.asked_at, last.id)}


@address("GET", "/cases/acts/<uuid:act_id>", scope="operate", answers=ActOut, query=Page, refuses=(404, 422))
def progress(asked: Mapping[str, Any], act_id: UUID) -> dict[str, object]:
    """How far an act has come with the cases that this token may operate, and what became of each of them."""
    of_act = CollectiveCase.act_id == act_id, _operated()
    after, limit = read_place(asked["after"], 0), asked["limit"]
    with reading(engine()) as reader:
        found = reader.get(CollectiveAct, act_id)
        count = select(CollectiveCase.state, func.count()).where(*of_act).group_by(CollectiveCase.state)
        states = Counter(dict(reader.execute(count).tuples().all()))
        if found is None or not states:
            raise NotFound(kind="act", id=str(act_id))
        rest = () if after is None else (CollectiveCase.instance_id > after[0],)
        query = select(CollectiveCase).where(*of_act, *rest).order_by(CollectiveCase.instance_id)
        rows = reader.scalars(query.limit(limit + 1)).all()
        return {
            "kind": found.kind, "total": states.total(),
            **{state: states[state] for state in ("waiting", "done", "left")},
            "items": [{"case": row.instance_id, "state": row.state, "code": row.code} for row in rows[:limit]],
            "next": place(rows[limit - 1].instance_id) if len(rows) > limit else None,
        }  # fmt: skip


def _operated() -> ColumnElement[bool]:
    """On `collective_case`: its case may be operated by the token."""
    may = authorize.authorize(viewer(), "operate", ProcessInstance)
    return exists(select(ProcessInstance.id).where(ProcessInstance.id == CollectiveCase.instance_id, may))


def _check_values(asked: Mapping[str, Any]) -> None:
    """Raises NotFound for a value that this token may not see in every case."""
    withheld = discretion.guarded(viewer().actor.roles) & asked["variables"].keys()
    if withheld:
        raise NotFound(kind="value", id=min(withheld))


def check_all(writer: Session, cases: list[UUID]) -> None:
    """Raises NotFound for a case that does not exist for this token."""
    may = authorize.authorize(viewer(), "operate", ProcessInstance)
    wanted = set(cases)
    found = set(writer.scalars(select(ProcessInstance.id).where(ProcessInstance.id.in_(wanted), may)))
    if found != wanted:
        raise NotFound(kind="case", id=str(min(wanted - found)))
