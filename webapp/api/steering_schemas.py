"""What goes in and out where an operator steers a case, or deploys."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from webapp.api.schemas import KEY, NO_NUL, ReasonIn, Variables

BIGGEST = 2_000_000  # characters of one file (the gate measures again)


class TokenOut(Schema):
    """Where a case stands: a token that may be moved."""

    id = fields.UUID(required=True)
    element = fields.String(required=True)
    kind = fields.String(required=True, metadata={"description": "task, job, call, timer, message, incident, …"})
    since = fields.AwareDateTime(allow_none=True)


class StandingOut(Schema):
    tokens = fields.List(fields.Nested(TokenOut), required=True)
    places = fields.List(
        fields.String(), required=True, metadata={"description": "elements at which the case may go on instead"}
    )


class MoveIn(ReasonIn):
    element = fields.String(required=True, validate=[KEY, NO_NUL])
    tokens = fields.List(
        fields.UUID(), load_default=list, validate=validate.Length(max=500),
        metadata={"description": "which of them; none: all that the case stands at, so that it begins anew there"},
    )  # fmt: skip


class SkipIn(ReasonIn):
    variables = Variables(load_default=dict)


class TimerOut(Schema):
    token = fields.UUID(required=True)
    element = fields.String(required=True)
    due_at = fields.AwareDateTime(required=True)


class TimerPage(Schema):
    items = fields.List(fields.Nested(TimerOut), required=True)


class TimerIn(ReasonIn):
    due_at = fields.AwareDateTime(required=True)


class JobOut(Schema):
    id = fields.UUID(required=True)
    element = fields.String(allow_none=True)
    kind = fields.String(required=True, metadata={"description": "call, deadline, continue, …"})
    due_at = fields.AwareDateTime(required=True)
    held = fields.Boolean(required=True, metadata={"description": "the case is suspended: it waits there"})


class JobPage(Schema):
    items = fields.List(fields.Nested(JobOut), required=True)


class DeployIn(ReasonIn):
    files = fields.Dict(
        keys=fields.String(validate=[validate.Length(min=1, max=200), NO_NUL]),
        values=fields.String(validate=validate.Length(max=BIGGEST)), required=True,
        validate=validate.Length(min=1, max=200),
        metadata={"description": "the files of one process by name: .bpmn, .dmn, .form, and their .json beside them"},
    )  # fmt: skip


class DeployedOut(Schema):
    process = fields.String(required=True)
    version = fields.Integer(required=True)
    created = fields.Boolean(required=True, metadata={"description": "false: these very files were in force already"})


class FindingOut(Schema):
    element = fields.String(allow_none=True)
    code = fields.String(required=True)
    message = fields.String(required=True)


class DeploymentOut(Schema):
    processes = fields.List(fields.Nested(DeployedOut), required=True)
    warnings = fields.List(fields.Nested(FindingOut), required=True)
