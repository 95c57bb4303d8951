"""The addresses that other machines call."""

from __future__ import annotations

from flask import Blueprint, current_app, jsonify, make_response, request
from flask.typing import ResponseReturnValue

from webapp.auth import engine, webhook
from webapp.webhooks.events import LARGEST, LARGEST_OF_PAYMENTS, Answer, put_by, put_payment
from workflows.association.payment_provider import Delivery

blueprint = Blueprint("webhooks", __name__)


@blueprint.post("/webhooks/payments/<provider>")
@webhook
def payment(provider: str) -> ResponseReturnValue:
    """What a payment provider tells us; answered as soon as it is durable."""
    known = current_app.extensions["amicale.payment_providers"].get(provider)
    if known is None:
        found = Answer(404, {"error": "unknown_provider", "message": "no such provider"})
    else:
        body = request.stream.read(LARGEST_OF_PAYMENTS + 1)
        found = put_payment(engine(), known, Delivery(dict(request.headers), body, request.args.get("token", "")))
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
