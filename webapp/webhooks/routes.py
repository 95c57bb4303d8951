"""The addresses that other machines call."""

from __future__ import annotations

from flask import Blueprint, current_app, jsonify, make_response, request
from flask.typing import ResponseReturnValue

from webapp.auth import engine, settings, webhook
from webapp.webhooks.events import LARGEST, Answer, put_by, take
from workflows.association.payment_provider import TestProvider

blueprint = Blueprint("webhooks", __name__)


@blueprint.post("/webhooks/payments/<provider>")
@webhook
def payment(provider: str) -> ResponseReturnValue:
    """One event of a payment provider."""
    secret = settings().payment_secrets.get(provider)
    if not secret:
        found = Answer(404, {"error": "unknown_provider", "message": "no such provider"})
    else:
        known = TestProvider(secret.encode(), name=provider)
        found = take(engine(), known, dict(request.headers), request.stream.read(LARGEST))
    return make_response(jsonify(found.body), found.status)


@blueprint.post("/webhooks/events/<sender>")
@webhook
def event(sender: str) -> ResponseReturnValue:
    """What another system tells us, signed as the Standard Webhooks are; answered as soon as it is durable."""
    known = current_app.extensions["amicale.senders"].get(sender)
    if known is None:
        found = Answer(404, {"error": "unknown_sender", "message": "no such sender"})
    else:
        found = put_by(engine(), known, dict(request.headers), request.stream.read(LARGEST + 1))
    return make_response(jsonify(found.body), found.status)
