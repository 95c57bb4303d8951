"""Subscriptions of other systems to events of tasks and cases, for programs of administrators."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from engine.assignment import ADMIN
from engine.errors import Refused
from engine.outside import feed, subscriptions
from engine.outside.subscriptions import EVENTS, EventsRefused, EventSubscription
from engine.transaction import reading, transaction
from webapp.api.routing import address, once
from webapp.api.schemas import NO_NUL, Asked
from webapp.auth import engine, settings
from webapp.viewer import viewer

EVENT = fields.String(validate=validate.OneOf(list(EVENTS)))


class SubscriptionIn(Asked):
    """`receiver`: a name that the settings of the installation give to an address and its secret."""

    receiver = fields.String(required=True, validate=[validate.Length(min=1, max=80), NO_NUL])
    events = fields.List(EVENT, required=True, validate=validate.Length(min=1, max=len(EVENTS)))
    process = fields.String(
        load_default="", validate=[validate.Length(max=200), NO_NUL], metadata={"description": "empty: all processes"}
    )


class SubscriptionOut(Schema):
    id = fields.UUID(required=True)
    receiver = fields.String(required=True)
    events = fields.List(EVENT, required=True)
    process = fields.String(required=True)
    made_at = fields.AwareDateTime(required=True)


class SubscriptionPage(Schema):
    items = fields.List(fields.Nested(SubscriptionOut), required=True)


@address("GET", "/subscriptions", scope="operate", answers=SubscriptionPage)
def listing() -> dict[str, object]:
    """Who is told of what now. For administrators."""
    _administer()
    with reading(engine()) as reader:
        return {"items": [_out(each) for each in subscriptions.living(reader)]}


@address("POST", "/subscriptions", scope="operate", status=201, answers=SubscriptionOut, body=SubscriptionIn,
         refuses=(409, 422), keyed=True)  # fmt: skip
def subscribe(asked: Mapping[str, Any]) -> dict[str, object]:
    """Tells a receiver of these events from now on, by signed webhooks. For administrators. Idempotency-Key: once."""
    _administer()
    if asked["receiver"] not in settings().webhook_receivers:
        raise EventsRefused(known=", ".join(EVENTS), field="receiver")
    with transaction(engine()) as writer:
        make = partial(
            subscriptions.subscribe, writer, asked["receiver"], asked["events"], asked["process"],
            by=viewer().actor.id, now=engine().clock.now(),
        )  # fmt: skip
        made = UUID(once(writer, "subscribe", asked, lambda: make().id))
        feed.ensure(writer, engine())
        return _out(writer.get_one(EventSubscription, made))


@address("DELETE", "/subscriptions/<uuid:subscription_id>", scope="operate", status=204, refuses=(404,))
def end(subscription_id: UUID) -> None:
    """Tells nothing more. For administrators."""
    _administer()
    with transaction(engine()) as writer:
        subscriptions.end(writer, subscription_id, engine().clock.now())


def _administer() -> None:
    if ADMIN not in viewer().actor.roles:
        raise Refused(action="see or change", kind="subscription")


def _out(row: EventSubscription) -> dict[str, object]:
    return {
        "id": row.id, "receiver": row.receiver, "events": list(row.events), "process": row.process_id,
        "made_at": row.made_at,
    }  # fmt: skip


def described() -> dict[str, object]:
    """The webhooks as OpenAPI 3.1 describes them (§4.8.1, `webhooks`)."""
    said = {
        "type": "object", "required": ["type", "timestamp", "data"],
        "properties": {
            "type": {"type": "string", "enum": list(EVENTS)},
            "timestamp": {"type": "string", "format": "date-time", "description": "when it happened"},
            "data": {
                "type": "object", "required": ["case", "process"],
                "properties": {
                    "case": {"type": "string", "format": "uuid"}, "process": {"type": "string"},
                    "element": {"type": "string"}, "task": {"type": "string", "format": "uuid"},
                },
            },
        },
    }  # fmt: skip
    headers = [
        {"name": name, "in": "header", "required": True, "schema": {"type": "string"}, "description": words}
        for name, words in (
            ("webhook-id", "the same each time it is tried: a repeated one may be ignored"),
            ("webhook-timestamp", "seconds; refuse what is more than five minutes away"),
            ("webhook-signature", "v1, and the base64 of an HMAC-SHA256 over id.timestamp.body, one for each secret"),
        )
    ]  # fmt: skip
    answers = {"2XX": {"description": "taken"}, "410": {"description": "the receiver is gone: it is not tried again"}}
    post = {
        "summary": "Something happened to a task or case", "parameters": headers, "security": [], "responses": answers,
        "requestBody": {"required": True, "content": {"application/json": {"schema": said}}},
    }  # fmt: skip
    return {"happened": {"post": post}}
