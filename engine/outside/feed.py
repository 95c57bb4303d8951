"""Reading history for subscriptions: what happened becomes webhooks, each once, with a job of its own.

One job reads on every few seconds while there are subscriptions. History is stamped before its transaction commits, so
what is not much older than the last reading is read again: `told_event` knows what was promised already. No step of a
case waits for any of this.

What is told names the event, case, process, element and task, by ids alone: whoever needs more asks the programming
interface, with the rights of his token.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

from sqlalchemy import Row, delete, exists, select
from sqlalchemy.orm import Session

from engine.errors import WorkFailed
from engine.models import HistoryEvent, Job, ProcessInstance
from engine.outside.calls import call
from engine.outside.origins import Origins
from engine.outside.signatures import headers_for
from engine.outside.subscriptions import EVENTS, EventSubscription, ToldEvent, living
from engine.outside.webhook_connector import RETRIES, Receiver
from engine.registry import Connector, ConnectorWork
from engine.store import JOB, add, job_row
from engine.transaction import afterwards
from engine.variables import encode

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = ["KIND", "TYPE", "connector", "ensure", "read_on"]

KIND: Final = "feed"
TYPE: Final = "webhook.event"
EVERY: Final = timedelta(seconds=15)
AGAIN: Final = timedelta(minutes=10)  # longer than any transaction: so far back history is read again
AT_ONCE: Final = 500
_NAMES: Final = {kind: event for event, kind in EVENTS.items()}


def ensure(session: Session, engine: Engine) -> None:
    """Sees that history is read where somebody subscribed."""
    if living(session) and session.scalars(select(Job.id).where(Job.kind == KIND).limit(1)).first() is None:
        _promise(session, engine.clock.now())


def read_on(session: Session, engine: Engine) -> None:
    """Promises webhooks for what happened, and the next reading; nothing where nobody subscribes any more."""
    now, subscriptions = engine.clock.now(), living(session)
    counts = [_tell(session, each, now) for each in subscriptions]
    if subscriptions:
        _promise(session, now if max(counts) == AT_ONCE else now + EVERY)


def _promise(session: Session, due_at: datetime) -> None:
    add(session, JOB, [job_row(None, "", KIND, due_at, id_=uuid4())])


def _tell(session: Session, subscription: EventSubscription, now: datetime) -> int:
    """How many webhooks were promised."""
    since = max(subscription.made_at, subscription.cursor - AGAIN)
    rows = session.execute(_untold(subscription, since).limit(AT_ONCE)).all()
    session.add_all(
        ToldEvent(subscription_id=subscription.id, at=row.at, instance_id=row.instance_id, event_id=row.id)
        for row in rows
    )
    jobs = [
        job_row(
            None, row.process_id, "connector", now, id_=uuid4(), type_=TYPE, retries=RETRIES,
            payload={"variables": encode({"receiver": subscription.receiver, "told": json.dumps(_told(row))})},
        )
        for row in rows
    ]  # fmt: skip
    add(session, JOB, jobs)
    afterwards(session).due.extend(job["id"] for job in jobs)
    if rows:
        subscription.cursor = max(subscription.cursor, rows[-1].at)
    old = ToldEvent.at < subscription.cursor - 2 * AGAIN
    session.execute(delete(ToldEvent).where(ToldEvent.subscription_id == subscription.id, old))
    return len(rows)


def _untold(subscription: EventSubscription, since: datetime) -> Any:
    told = exists().where(
        ToldEvent.subscription_id == subscription.id, ToldEvent.at == HistoryEvent.at,
        ToldEvent.instance_id == HistoryEvent.instance_id, ToldEvent.event_id == HistoryEvent.id,
    )  # fmt: skip
    query = select(
        HistoryEvent.at, HistoryEvent.instance_id, HistoryEvent.id, HistoryEvent.kind, HistoryEvent.element,
        HistoryEvent.token, ProcessInstance.process_id,
    ).join(ProcessInstance, ProcessInstance.id == HistoryEvent.instance_id)  # fmt: skip
    kinds = [EVENTS[each] for each in subscription.events]
    query = query.where(HistoryEvent.at >= since, HistoryEvent.kind.in_(kinds), ~told)
    if subscription.process_id:
        query = query.where(ProcessInstance.process_id == subscription.process_id)
    return query.order_by(HistoryEvent.at, HistoryEvent.instance_id, HistoryEvent.id)


def _told(row: Row[Any]) -> Mapping[str, object]:
    """The body: ids alone, nothing of people."""
    about: dict[str, object] = {"case": str(row.instance_id), "process": row.process_id}
    if row.element is not None:
        about["element"] = row.element
    if row.kind.startswith("task_") and isinstance(row.token, UUID):
        about["task"] = str(row.token)
    return {"type": _NAMES[row.kind], "timestamp": row.at.isoformat(), "data": about}


def connector(origins: Origins, receivers: Mapping[str, Receiver]) -> Connector:
    """The connector that sends them, signed as `webhook.send` signs: the id stays over retries."""

    def send(work: ConnectorWork) -> None:
        receiver = receivers.get(str(work.variables["receiver"]))
        if receiver is None:
            raise WorkFailed("the receiver of the subscription is not set up any more", again=False)
        body = str(work.variables["told"]).encode()
        signed = headers_for(receiver.secrets, work.idempotency_key, work.engine.clock.now(), body)
        headers = {"Content-Type": "application/json", "User-Agent": "Amicale", **signed}
        response = call(origins.target(receiver.url), "POST", headers, body)
        work.told.update(webhook_id=work.idempotency_key, status=response.status)
        if not 200 <= response.status < 300:
            raise WorkFailed(f"the receiver answered {response.status}", again=response.status != 410)

    return Connector(TYPE, send, retries=RETRIES, policy="idempotent", results=frozenset())
