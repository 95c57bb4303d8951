"""The addresses that other machines call."""

from __future__ import annotations

from flask import Blueprint, jsonify, make_response, request
from flask.typing import ResponseReturnValue

from webapp.auth import engine, settings, webhook
from webapp.webhooks.events import LARGEST, Answer, take
from webapp.webhooks.signature import HEADER

blueprint = Blueprint("webhooks", __name__)


@blueprint.post("/webhooks/payments/<provider>")
@webhook
def payment(provider: str) -> ResponseReturnValue:
    """One event of a payment provider."""
    secret = settings().payment_secrets.get(provider)
    if not secret:
        found = Answer(404, {"error": "unknown_provider", "message": "no such provider"})
    else:
        body = request.stream.read(LARGEST + 1)
        found = take(engine(), provider, secret, request.headers.get(HEADER, ""), body)
    return make_response(jsonify(found.body), found.status)
