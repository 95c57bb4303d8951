"""What goes in and out, as schemas: they check requests, write answers, and make the OpenAPI document."""

from __future__ import annotations

from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from webapp.api import values
from webapp.api.values import NotAValue

KEY = validate.Length(min=1, max=200)
NO_NUL = validate.Regexp(r"^[^\x00]*\Z", error="no NUL characters")


class Variables(fields.Dict):
    """Variables of a case by name. Dates and durations are texts behind `@` ("@2026-08-31", "@P1M")."""

    def __init__(self, **more: Any) -> None:
        more.setdefault("metadata", {"description": "By name; dates and durations are texts behind @: @2026-08-31"})
        super().__init__(keys=fields.String(validate=[KEY, NO_NUL]), **more)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, object]:
        given = super()._deserialize(value, attr, data, **kwargs)  # type: ignore[no-untyped-call]
        try:
            return values.variables(given)
        except NotAValue as refused:
            raise ValidationError(refused.message) from refused


class Asked(Schema):
    """What a program sends: what is not known is refused."""

    class Meta:
        unknown = RAISE


class Page(Asked):
    """A place in a list."""

    after = fields.String(load_default=None, validate=[validate.Length(max=200), NO_NUL],
                          metadata={"description": "`next` of the page before"})  # fmt: skip
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 100))


class TaskQuery(Page):
    list = fields.String(
        load_default="mine", validate=validate.OneOf(["mine", "later", "queue", "team", "archive"]),
        metadata={
            "description": "mine: what I hold; queue: what I may take; team: what colleagues hold; archive: what I "
            "completed"
        },
    )  # fmt: skip
    process = fields.String(load_default=None, validate=[KEY, NO_NUL])
    role = fields.String(load_default=None, validate=[validate.Length(max=64), NO_NUL])
    late = fields.Boolean(load_default=False)
    text = fields.String(load_default="", validate=[validate.Length(max=80), NO_NUL])


class CaseQuery(Page):
    process = fields.String(load_default=None, validate=[KEY, NO_NUL])
    status = fields.String(load_default=None, validate=validate.OneOf(["active", "suspended", "completed", "canceled"]))
    business_key = fields.String(load_default=None, validate=[KEY, NO_NUL])
    version = fields.Integer(
        load_default=None, validate=validate.Range(1, 10**6), metadata={"description": "of `process`"}
    )
    element = fields.String(
        load_default=None, validate=[KEY, NO_NUL],
        metadata={"description": "of `process`: where the case waits or stands still"},
    )  # fmt: skip
    started_before = fields.AwareDateTime(load_default=None)
    standing_still = fields.Boolean(load_default=False, metadata={"description": "with an incident that is open"})


class TaskOut(Schema):
    """A user task."""

    id = fields.UUID(required=True)
    case_id = fields.UUID(required=True)
    process = fields.String(required=True)
    element = fields.String(required=True)
    name = fields.String(required=True)
    state = fields.String(required=True)
    case_title = fields.String(allow_none=True)
    business_key = fields.String(allow_none=True)
    assignee = fields.String(allow_none=True)
    role = fields.String(allow_none=True)
    priority = fields.Integer()
    due_at = fields.AwareDateTime(allow_none=True)
    follow_up_at = fields.AwareDateTime(allow_none=True)
    created_at = fields.AwareDateTime()
    closed_at = fields.AwareDateTime(allow_none=True)


class TaskPage(Schema):
    items = fields.List(fields.Nested(TaskOut), required=True)
    next = fields.String(allow_none=True)


class QuestionOut(Schema):
    """A question of a task's form."""

    key = fields.String(required=True)
    kind = fields.String(required=True)
    label = fields.String()
    required = fields.Boolean()
    options = fields.List(fields.Dict())


class FormOut(Schema):
    """The questions that are asked now, in their order."""

    form = fields.String(allow_none=True)
    questions = fields.List(fields.Nested(QuestionOut), required=True)


class AnswersIn(Asked):
    answers = fields.Dict(keys=fields.String(validate=[KEY, NO_NUL]), load_default=dict)
    undoable = fields.Boolean(load_default=False, metadata={"description": "keep the way back, where there is one"})


class AssignIn(Asked):
    to = fields.String(required=True, validate=[validate.Length(min=1, max=64), NO_NUL],
                       metadata={"description": "an actor: person:<id>"})  # fmt: skip


class PostponeIn(Asked):
    until = fields.AwareDateTime(required=True, allow_none=True)


class CompletedOut(Schema):
    case_id = fields.UUID(required=True)
    next_tasks = fields.List(fields.UUID(), required=True)
    ended = fields.Boolean(required=True)


class CaseOut(Schema):
    """A case."""

    id = fields.UUID(required=True)
    process = fields.String(required=True)
    status = fields.String(required=True)
    title = fields.String(allow_none=True)
    business_key = fields.String(allow_none=True)
    started_at = fields.AwareDateTime()
    started_by = fields.String()
    ended_at = fields.AwareDateTime(allow_none=True)
    incidents = fields.Integer()


class CasePage(Schema):
    items = fields.List(fields.Nested(CaseOut), required=True)
    next = fields.String(allow_none=True)


class StartIn(Asked):
    process = fields.String(required=True, validate=[KEY, NO_NUL])
    variables = Variables(load_default=dict)
    business_key = fields.String(load_default=None, validate=[validate.Length(min=1, max=120), NO_NUL])


class StartedOut(Schema):
    case_id = fields.UUID(required=True)
    next_tasks = fields.List(fields.UUID(), required=True)


class ReasonIn(Asked):
    reason = fields.String(required=True, validate=[validate.Length(min=1, max=200), NO_NUL])


class VariablesIn(ReasonIn):
    variables = Variables(required=True)


class VariablesOut(Schema):
    variables = fields.Dict(required=True)


class EventOut(Schema):
    at = fields.AwareDateTime(required=True)
    kind = fields.String(required=True)
    element = fields.String(allow_none=True)
    by = fields.String(allow_none=True)


class EventPage(Schema):
    items = fields.List(fields.Nested(EventOut), required=True)
    next = fields.String(allow_none=True)


class MessageIn(Asked):
    name = fields.String(required=True, validate=[KEY, NO_NUL])
    key = fields.String(required=True, validate=[validate.Length(max=200), NO_NUL])
    message_id = fields.String(required=True, validate=[KEY, NO_NUL],
                               metadata={"description": "the same id again changes nothing"})  # fmt: skip
    variables = Variables(load_default=dict)
    keep_seconds = fields.Integer(load_default=0, validate=validate.Range(0, 30 * 86_400))


class WithdrawIn(Asked):
    message_id = fields.String(required=True, validate=[KEY, NO_NUL])


class WithdrawnOut(Schema):
    """`kept`: whether it was still waiting for somebody."""

    kept = fields.Boolean(required=True)


class MessageOut(Schema):
    duplicate = fields.Boolean(required=True)
    delivered = fields.List(fields.UUID(), required=True)
    started = fields.List(fields.UUID(), required=True)


class SignalIn(Asked):
    name = fields.String(required=True, validate=[KEY, NO_NUL])
    variables = Variables(load_default=dict)


class CountOut(Schema):
    count = fields.Integer(required=True)


class IncidentOut(Schema):
    id = fields.UUID(required=True)
    case_id = fields.UUID(required=True)
    process = fields.String(required=True)
    element = fields.String(required=True)
    kind = fields.String(required=True)
    code = fields.String(required=True)
    message = fields.String(required=True, metadata={"description": "for people, in their language"})
    raised_at = fields.AwareDateTime(required=True)


class IncidentPage(Schema):
    items = fields.List(fields.Nested(IncidentOut), required=True)
    next = fields.String(allow_none=True)


class IncidentQuery(Page):
    process = fields.String(load_default=None, validate=[KEY, NO_NUL])
    element = fields.String(load_default=None, validate=[KEY, NO_NUL])
    code = fields.String(load_default=None, validate=[validate.Length(min=1, max=80), NO_NUL])


class ChosenIn(Asked):
    process = fields.String(required=True, validate=[KEY, NO_NUL])
    element = fields.String(load_default="", validate=[validate.Length(max=200), NO_NUL])
    code = fields.String(load_default="", validate=[validate.Length(max=80), NO_NUL])


class ProcessOut(Schema):
    process = fields.String(required=True)
    version = fields.Integer(required=True)
    name = fields.String(required=True)
    deployed_at = fields.AwareDateTime(required=True)


class ProcessPage(Schema):
    items = fields.List(fields.Nested(ProcessOut), required=True)
    next = fields.String(allow_none=True)


class ErrorOut(Schema):
    """Why a request was not carried out."""

    error = fields.String(required=True, metadata={"description": "a code that stays"})
    message = fields.String(required=True, metadata={"description": "for people, in their language"})
    request_id = fields.String(required=True)
    fields_ = fields.Dict(data_key="fields", metadata={"description": "what is wrong, by field"})
    findings = fields.List(
        fields.Dict(), metadata={"description": "what refused a deployment: severity, element, code, message, each"}
    )
