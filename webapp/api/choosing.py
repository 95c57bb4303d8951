"""What may begin, for programs: activities of a case that may be done in any order, and cases that begin by a
condition."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields

from engine import commands
from engine.choosing import open_choices
from engine.transaction import reading, transaction
from webapp import authorize
from webapp.api.routing import address, idempotency_key, once
from webapp.api.schemas import KEY, NO_NUL, Asked, Variables
from webapp.auth import engine
from webapp.viewer import viewer

CHOICES = "/cases/<uuid:case_id>/choices"


class ChoiceOut(Schema):
    """An ad-hoc sub-process at work, and what may begin in it now."""

    token = fields.UUID(required=True)
    element = fields.String(required=True)
    may_begin = fields.List(fields.String(), required=True)


class ChoicePage(Schema):
    items = fields.List(fields.Nested(ChoiceOut), required=True)


class BeginIn(Asked):
    element = fields.String(required=True, validate=[KEY, NO_NUL])


class ConditionsIn(Asked):
    variables = Variables(required=True)
    process = fields.String(
        load_default=None, allow_none=True, validate=[KEY, NO_NUL], metadata={"description": "of this one alone"}
    )


class ConditionOut(Schema):
    """What became of a start event: what its condition answered (null: no boolean), and the case that began."""

    process = fields.String(required=True)
    element = fields.String(required=True)
    answer = fields.Boolean(required=True, allow_none=True)
    case = fields.UUID(required=True, allow_none=True)


class ConditionPage(Schema):
    items = fields.List(fields.Nested(ConditionOut), required=True)


@address("GET", CHOICES, scope="operate", answers=ChoicePage, refuses=(404,))
def choices(case_id: UUID) -> dict[str, object]:
    """What may be begun in the case in any order."""
    with reading(engine()) as reader:
        authorize.case(reader, viewer(), "operate", case_id)
        found = open_choices(reader, engine(), case_id)
        items = [{"token": each.token, "element": each.element, "may_begin": list(each.enabled)} for each in found]
    return {"items": items}


@address(
    "POST", f"{CHOICES}/<uuid:token>/begin", scope="operate", status=204, body=BeginIn, refuses=(404, 409, 422),
    keyed=True,
)  # fmt: skip
def choose(asked: Mapping[str, Any], case_id: UUID, token: UUID) -> None:
    """Begins one of them. Idempotency-Key: once."""
    with transaction(engine()) as writer:
        authorize.case(writer, viewer(), "operate", case_id)
        commands.choose(
            writer, engine(), case_id, token, asked["element"], by=viewer().actor, request_key=idempotency_key()
        )


@address("POST", f"{CHOICES}/<uuid:token>/close", scope="operate", status=204, refuses=(404, 409), keyed=True)
def close(case_id: UUID, token: UUID) -> None:
    """Lets nothing more begin there: it ends with what is at work. Idempotency-Key: once."""
    with transaction(engine()) as writer:
        authorize.case(writer, viewer(), "operate", case_id)
        close_it = partial(commands.close_choice, writer, engine(), case_id, token, by=viewer().actor)
        once(writer, "close choice", {"case": case_id, "token": token}, close_it)


@address(
    "POST",
    "/conditions",
    scope="operate",
    answers=ConditionPage,
    body=ConditionsIn,
    refuses=(404, 409, 422),
    keyed=True,
)
def conditions(asked: Mapping[str, Any]) -> dict[str, object]:
    """Asks the conditional start events over these variables: each that is true begins a case. Where the token may not
    start one that is true, nothing begins. Idempotency-Key: once."""
    with transaction(engine()) as writer:
        done = commands.evaluate_conditions(
            writer, engine(), asked["variables"], by=viewer().actor, process_id=asked["process"],
            may_start=lambda process: viewer().oversees or process in viewer().processes,
            request_key=idempotency_key(),
        )  # fmt: skip
        mine = [one for one in done if viewer().oversees or one.process_id in viewer().processes]
        items = [
            {"process": one.process_id, "element": one.element, "answer": one.answer, "case": one.instance_id}
            for one in mine
        ]
    return {"items": items}
