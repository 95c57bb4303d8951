"""The addresses that other machines call."""

from __future__ import annotations

from flask import Blueprint, jsonify, make_response, request
from flask.typing import ResponseReturnValue

from webapp.auth import engine, settings, webhook
from webapp.webhooks.events import Answer, take
from workflows.association.payment_provider import TestProvider

blueprint = Blueprint("webhooks", __name__)
LARGEST = 64_000  # bytes read of an event: the provider's own limit is lower, so a longer one is refused


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
