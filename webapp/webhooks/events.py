"""What other machines tell us, taken in: signature first, then the text; put by in one insert, for a job to read.

Every answer is JSON and final. 200 and 202 say that it is on record, whether it came for the first time or again; 400
that it cannot be read; 401 that it is not signed as agreed. Senders repeat what is not answered so: a defect of ours
loses nothing.
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
from workflows.association.payment_provider import (
    HEADER,
    Delivery,
    Provider,
    TestProvider,
    WebhookRefused,
    verify,
)
from workflows.association.payment_receiving import RETRIES, TYPE
from workflows.association.payments import PaymentEvent

LARGEST = 64_000  # bytes of an event
LARGEST_OF_PAYMENTS = 500_000  # bytes of what a payment provider tells at once; each says how much it may be


@dataclass(frozen=True, slots=True)
class Answer:
    """The HTTP status and the JSON body."""

    status: int
    body: Mapping[str, object]


def take(engine: Engine, provider: TestProvider, headers: Mapping[str, str], body: bytes) -> Answer:
    """Checks, reads and books one event of our own test page at once, for the person who waits on it. Never raises for
    what a sender may get wrong."""
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
    return Answer(200, {"accepted": True, "events": [event.event_id]})


def put_payment(engine: Engine, provider: Provider, delivery: Delivery) -> Answer:
    """Checks what a payment provider tells and puts it by. Never raises for what a sender may get wrong."""
    try:
        provider.verify(delivery, engine.clock.now())
    except WebhookRefused as error:
        return Answer(401, {"error": "unsigned", "message": str(error.params["reason"])})
    try:
        notices = provider.notices(delivery.body)
    except AmicaleError as error:
        return Answer(400, {"error": error.code, "message": error.message})
    with transaction(engine) as session:
        for each in notices:
            payload = {"variables": {"from_provider": provider.name, **each.fields}}
            id_ = f"payment:{provider.name} {each.id}"
            inbound.leave(session, engine, "connector", id_, payload, type_=TYPE, retries=RETRIES)
    return Answer(200, {"accepted": True, "events": [each.id for each in notices]})


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
