"""A provider's event, taken in: signature first, then the text, then the payment. Every answer is JSON and final.

200 says that the event is on record, whether it came for the first time or again; 400 that it cannot be read; 401 that
it is not signed as agreed. Providers repeat what is not answered by 200, so a defect of ours loses nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from engine.engine import Engine
from engine.errors import AmicaleError
from engine.outside import inbound, signatures
from engine.outside.inbound import Sender
from engine.outside.signatures import SignatureRefused
from engine.transaction import transaction
from workflows.association import payments
from workflows.association.payment_provider import HEADER, TestProvider, WebhookRefused, verify
from workflows.association.payments import PaymentEvent

LARGEST = 64_000  # bytes of an event


@dataclass(frozen=True, slots=True)
class Answer:
    """The HTTP status and the JSON body."""

    status: int
    body: Mapping[str, object]


def take(engine: Engine, provider: TestProvider, headers: Mapping[str, str], body: bytes) -> Answer:
    """Checks, reads and records one event. Never raises for what a sender may get wrong."""
    now = engine.clock.now()
    try:
        verify(provider.secret, headers.get(HEADER, ""), body, now)
    except WebhookRefused as error:
        return Answer(401, {"error": "unsigned", "message": str(error.params["reason"])})
    try:
        event = provider.read_event(headers, body, now)
        record(engine, event)
    except AmicaleError as error:
        return Answer(400, {"error": error.code, "message": error.message})
    return Answer(200, {"accepted": True, "event": event.event_id})


def put_by(engine: Engine, sender: Sender, headers: Mapping[str, str], body: bytes) -> Answer:
    """Checks an event of another system and puts it by, in one insert. Never raises for what a sender may get wrong."""
    if len(body) > LARGEST:
        return Answer(413, {"error": "too_large", "message": f"an event has at most {LARGEST} bytes"})
    try:
        id_ = signatures.verified(sender.secrets, headers, body, engine.clock.now())
    except SignatureRefused as error:
        return Answer(401, {"error": error.code, "message": error.message})
    try:
        told = inbound.read(sender, body)
    except AmicaleError as error:
        return Answer(400, {"error": error.code, "message": error.message})
    with transaction(engine) as session:
        inbound.put_by(session, engine, sender, id_, told)
    return Answer(202, {"accepted": True, "id": id_})


def record(engine: Engine, event: PaymentEvent) -> None:
    """Records the event once. A twin that is recorded at the same moment wins, and is then found."""
    try:
        with transaction(engine) as writer:
            payments.receive(writer, engine, event)
    except IntegrityError:
        with transaction(engine) as writer:
            payments.receive(writer, engine, event)
