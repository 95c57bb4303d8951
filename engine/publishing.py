"""Publishing: a message reaches who waits for it, starts what it starts, or is kept; a signal reaches everyone."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

from sqlalchemy import Row, bindparam, delete, literal_column, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from engine.advance import advance
from engine.assignment import SYSTEM, Actor
from engine.bounds import IDENTIFIER, KEY, SOURCE, check
from engine.bpmn import DiagramRefused, StateUnreadable
from engine.correlation import keep_text, mark_taken, read_text, receive, signal_jobs, take_kept, taken_by
from engine.database import serialise
from engine.definitions import definition
from engine.errors import CaseAtHand, CaseClosed, CaseSuspended, NotFound
from engine.feel.values import Value
from engine.models import Message, ProcessInstance, Subscription
from engine.newcase import Origin, new_case
from engine.prepared import fetch, loaded
from engine.step import begin, steps_of, try_step
from engine.store import JOB, add, job_row
from engine.transaction import afterwards, at_rest, reading, transaction

if TYPE_CHECKING:
    from engine.engine import Engine

log = logging.getLogger(__name__)
_INSERT: Final = insert(Message).on_conflict_do_nothing(index_elements=["source", "message_id"])
_STORE: Final = _INSERT.returning(Message.id)
_OF_NAME: Final = select(Subscription.process_id, Subscription.instance_id, Subscription.token).where(
    Subscription.kind == literal_column("'message'"), Subscription.name == bindparam("name")
)
_WAITING: Final = _OF_NAME.where(Subscription.key == bindparam("key"), Subscription.instance_id.is_not(None)).order_by(
    Subscription.opened_at, Subscription.id
)
_BEGUN: Final = (
    select(Subscription.process_id, Subscription.definition_id, Subscription.element)
    .where(Subscription.kind == literal_column("'message'"), Subscription.name == bindparam("name"))
    .where(Subscription.key == literal_column("''"), Subscription.instance_id.is_(None))
    .order_by(Subscription.process_id)
)

__all__ = ["Published", "broadcast", "match_kept", "publish", "publish_to_all", "start_from_kept", "withdraw"]


@dataclass(frozen=True, slots=True)
class Published:
    """What became of a message. `duplicate`: source and id are known already, nothing was done."""

    message_id: UUID | None
    delivered: tuple[UUID, ...] = ()
    started: tuple[UUID, ...] = ()
    pending: tuple[UUID, ...] = ()  # cases that get it by a job: another transaction holds them, or they are suspended
    kept_until: datetime | None = None
    duplicate: bool = False


def publish(
    session: Session, engine: Engine, name: str, key: str, variables: Mapping[str, Value], *, source: str,
    message_id: str | None, ttl: timedelta, by: Actor = SYSTEM, wait: bool = True,
) -> Published:  # fmt: skip
    """Stores the message and correlates it in the same transaction, which may `wait` for a case that another one has in
    hand, where it has none itself; else a job brings it there. Raises TextRefused."""
    check({"message name": name, "message id": message_id}, IDENTIFIER)
    check({"correlation key": key}, KEY)
    check({"message source": source}, SOURCE)
    now = engine.clock.now()
    row = {
        "id": uuid4(), "source": source, "message_id": message_id or str(uuid4()), "name": name, "key": key,
        "payload": keep_text(variables), "published_at": now, "expires_at": now + ttl, "taken_by": [],
    }  # fmt: skip
    if not _store(session, row):
        return Published(None, duplicate=True)
    message = loaded(Message, row)
    delivered, pending = _deliver(session, engine, message, by, wait=wait)
    started = _start(session, engine, message, by)
    kept = message.expires_at if ttl > timedelta(0) else None
    return Published(message.id, tuple(delivered), tuple(started), tuple(pending), kept)


def withdraw(session: Session, engine: Engine, *, source: str, message_id: str) -> bool:
    """What a kept message says is no longer so: nobody receives it any more. Answers whether it was still kept."""
    now = engine.clock.now()
    query = select(Message).where(Message.source == source, Message.message_id == message_id, Message.expires_at > now)
    message = session.scalars(query.with_for_update()).one_or_none()
    if message is None:
        return False
    message.expires_at = now
    return True


def _store(session: Session, row: dict[str, object]) -> bool:
    """Inserts the message; False where its source and id are known. Waits for a twin that is being published now."""
    return bool(fetch(session, _STORE, row))


def _deliver(
    session: Session, engine: Engine, message: Message, by: Actor, *, wait: bool = True
) -> tuple[list[UUID], list[UUID]]:
    """Offers the message to one waiting case a process id, the longest waiting first."""
    delivered: list[UUID] = []
    pending: list[UUID] = []
    served: set[str] = set(message.taken_by)
    for process_id, instance_id, token in fetch(session, _WAITING, {"name": message.name, "key": message.key}):
        if process_id in served:
            continue
        reached = _offer(session, engine, message, instance_id, token, by, wait=wait and not steps_of(session))
        if reached is not None:
            served.add(process_id)
            (delivered if reached else pending).append(instance_id)
    return delivered, pending


def _offer(
    session: Session, engine: Engine, message: Message, instance_id: UUID, token: UUID, by: Actor, *, wait: bool
) -> bool | None:
    """True: delivered. False: a job brings it. None: the case does not wait any more."""
    try:
        step = begin(engine, session, instance_id, by) if wait else try_step(engine, session, instance_id, by)
    except (CaseClosed, NotFound):
        return None
    except (StateUnreadable, DiagramRefused):
        log.exception("message %s passes by case %s, which cannot be read", message.id, instance_id)
        return None
    except (CaseSuspended, CaseAtHand):
        step = None
    if step is None or step.instance.status != "active":
        mark_taken(session, message, _process_of(session, instance_id))
        _leave(session, engine, instance_id, token, message)
        return False
    if not receive(step, token, message):
        return None
    advance(step)
    return True


def _process_of(session: Session, instance_id: UUID) -> str:
    return session.execute(select(ProcessInstance.process_id).where(ProcessInstance.id == instance_id)).scalar_one()


def _leave(session: Session, engine: Engine, instance_id: UUID, token: UUID, message: Message) -> None:
    now = engine.clock.now()
    payload = {"message_id": str(message.id)}
    job = job_row(instance_id, "", "message", now, id_=uuid4(), token=token, payload=payload)
    add(session, JOB, [job])
    afterwards(session).due.append(job["id"])


def _start(session: Session, engine: Engine, message: Message, by: Actor) -> list[UUID]:
    """Starts one case of every process whose latest version begins with this message."""
    found = fetch(session, _BEGUN, {"name": message.name})
    started = (start_one(session, engine, message, subscription, by) for subscription in found)
    return [instance_id for instance_id in started if instance_id is not None]


def start_one(
    session: Session, engine: Engine, message: Message, subscription: Subscription | Row[Any], by: Actor
) -> UUID | None:
    """A case from this start event; None while a case that the same key started is live, or the message was taken."""
    process_id, key = subscription.process_id, message.key
    assert subscription.definition_id is not None
    if process_id in taken_by(session, message.id):
        return None
    if key:
        serialise(session, f"start {process_id} {key}")
        live = select(ProcessInstance.id).where(
            ProcessInstance.process_id == process_id, ProcessInstance.start_key == key
        )
        if session.execute(live).first() is not None:
            return None
    found = definition(session, engine, subscription.definition_id)
    origin = Origin(start_element=subscription.element, start_key=key or None)
    step = new_case(engine, session, found, read_text(message.payload), by, origin)
    mark_taken(session, message, process_id)
    advance(step)
    return step.instance.id


def start_from_kept(session: Session, engine: Engine, process_id: str, key: str) -> UUID | None:
    """The case that the oldest kept message of this key starts, after the previous one ended."""
    query = select(Subscription).where(
        Subscription.kind == "message", Subscription.process_id == process_id, Subscription.instance_id.is_(None)
    )
    for subscription in session.execute(query).scalars().all():
        message = take_kept(session, subscription.name, key, process_id, engine.clock.now())
        if message is not None:
            return start_one(session, engine, message, subscription, SYSTEM)
    return None


def offer_kept(session: Session, engine: Engine, process_id: str) -> None:
    """Leaves a job for every kept message that may start a case of this newly deployed version (dialect §6)."""
    now = engine.clock.now()
    query = (
        select(Message.key, Message.taken_by)
        .join(Subscription, Subscription.name == Message.name)
        .where(Subscription.kind == "message", Subscription.process_id == process_id)
        .where(Subscription.instance_id.is_(None), Message.expires_at > now)
        .order_by(Message.published_at)
    )
    keys = [key for key, taken_by in session.execute(query).all() if process_id not in taken_by]
    keyed = list(dict.fromkeys(key for key in keys if key)) + [key for key in keys if not key]
    jobs = [
        job_row(None, "", "freed", now, id_=uuid4(), payload={"process_id": process_id, "key": key}) for key in keyed
    ]
    add(session, JOB, jobs)
    afterwards(session).due.extend(job["id"] for job in jobs)


def publish_to_all(
    session: Session, engine: Engine, name: str, key: str, variables: Mapping[str, Value], *, by: Actor = SYSTEM
) -> int:
    """Leaves a job for every wait of this name and key (a death, an erasure); answers how many. Nothing is kept."""
    query = select(Subscription.instance_id, Subscription.token).where(
        Subscription.kind == "message", Subscription.name == name, Subscription.key == key,
        Subscription.instance_id.is_not(None),
    )  # fmt: skip
    found = session.execute(query).all()
    now, payload = engine.clock.now(), keep_text(variables)
    jobs = [
        job_row(i, "", "message", now, id_=uuid4(), token=t, payload={"name": name, "text": payload}) for i, t in found
    ]
    add(session, JOB, jobs)
    afterwards(session).due.extend(job["id"] for job in jobs)
    return len(jobs)


def broadcast(session: Session, engine: Engine, name: str, variables: Mapping[str, Value]) -> int:
    """Leaves a job for everyone who waits for the signal now, and for its start events; answers how many.

    Raises TextRefused.
    """
    check({"signal name": name}, IDENTIFIER)
    now = engine.clock.now()
    jobs = [
        job_row(instance_id, "", "signal" if token else "start", now, id_=uuid4(), token=token, payload=payload)
        for instance_id, token, payload in signal_jobs(session, name, variables)
    ]
    add(session, JOB, jobs)
    afterwards(session).due.extend(job["id"] for job in jobs)
    return len(jobs)


def match_kept(engine: Engine) -> int:
    """Brings kept messages to the waits that missed them, each in its own transaction; answers how many deliveries.

    What one message or one case spoils keeps no other from its own. Part of the sweep.
    """
    now = engine.clock.now()
    query = (
        select(Message.id)
        .join(Subscription, (Subscription.name == Message.name) & (Subscription.key == Message.key))
        .where(Subscription.kind == "message", Subscription.instance_id.is_not(None), Message.expires_at > now)
        .distinct()
    )
    with reading(engine) as session:
        waiting = list(session.execute(query).scalars())
    matched = 0
    for message_id in waiting:
        try:
            with transaction(engine) as session:
                matched += _match(session, engine, message_id)
        except Exception:
            log.exception("message %s could not be brought to who waits for it", message_id)
    return matched


def _match(session: Session, engine: Engine, message_id: UUID) -> int:
    locked = select(Message).where(Message.id == message_id).with_for_update(skip_locked=True)
    message = session.execute(locked).scalar_one_or_none()
    if message is None:
        return 0
    delivered, pending = _deliver(session, engine, message, SYSTEM, wait=False)  # a case is locked before a message
    return len(delivered) + len(pending)


def forget_old(session: Session, engine: Engine) -> None:
    """Deletes messages whose time to live and memory (for repeated ids) are over."""
    now = engine.clock.now()
    old = now - engine.settings.message_memory
    session.execute(delete(Message).where(at_rest(Message.id, Message.expires_at < now, Message.published_at < old)))
