"""Acts on many cases for programs: asked for at once, done in the background, with a result for each case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from engine import commands
from engine.collective.deeds import KINDS, Asked
from engine.collective.tables import CollectiveAct, CollectiveCase
from engine.errors import NotFound
from engine.models import ProcessInstance
from engine.transaction import reading, transaction
from webapp import authorize
from webapp.api.routing import address, once
from webapp.api.schemas import NO_NUL, ReasonIn, Variables
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


@address("GET", "/cases/acts/<uuid:act_id>", scope="operate", answers=ActOut, refuses=(404,))
def progress(act_id: UUID) -> dict[str, object]:
    """How far an act has come with the cases that this token may operate, and what became of each of them."""
    may = authorize.authorize(viewer(), "operate", ProcessInstance)
    mine = exists(select(ProcessInstance.id).where(ProcessInstance.id == CollectiveCase.instance_id, may))
    with reading(engine()) as reader:
        found = reader.get(CollectiveAct, act_id)
        query = select(CollectiveCase).where(CollectiveCase.act_id == act_id, mine)
        rows = reader.scalars(query.order_by(CollectiveCase.instance_id)).all()
        if found is None or not rows:
            raise NotFound(kind="act", id=str(act_id))
        states = Counter(row.state for row in rows)
        return {
            "kind": found.kind, "total": len(rows), **{state: states[state] for state in ("waiting", "done", "left")},
            "items": [{"case": row.instance_id, "state": row.state, "code": row.code} for row in rows],
        }  # fmt: skip


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
