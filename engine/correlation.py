"""Messages and signals between cases: the message inbox, subscriptions, buffering, broadcast (dialect §6, §7).

A message is stored first, unique by source and id, then offered to the waits of its name and key: at most one case a
process id, the one that has waited longest, and every process id that waits; then to message start events of the latest
versions. What nobody took is kept until its time to live ends; a wait that opens takes the oldest one kept for it.
Two transactions that open a wait and publish its message at the same instant may miss each other on PostgreSQL: the
sweep (`match_kept`) brings them together.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import bindparam, literal_column, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from engine.bpmn.errors import TokenGone
from engine.bpmn.outcome import SignalThrown, SubscriptionOpened
from engine.feel.values import Value
from engine.models import Job, Message, ProcessInstance, Subscription
from engine.prepared import fetch, write
from engine.step import Step
from engine.variables import decode, encode

if TYPE_CHECKING:
    pass

__all__ = [
    "keep_text", "read_text", "signal_jobs", "start_key_freed", "subscribe", "take_kept", "taken_by", "throw_signal",
    "waits_at",
]  # fmt: skip

_PENDING = select(Job.payload).where(Job.instance_id == bindparam("instance"), Job.kind == literal_column("'message'"))
_KEPT = (
    select(Message.id, Message.taken_by)
    .where(Message.name == bindparam("name"), Message.key == bindparam("key"), Message.expires_at > bindparam("now"))
    .order_by(Message.published_at, Message.id)
)
_LOCK = select(Message.taken_by).where(Message.id == bindparam("message")).with_for_update(skip_locked=True)

_TAKEN = select(Message.taken_by).where(Message.id == bindparam("message"))
_TAKE = update(Message).where(Message.id == bindparam("b_message")).values(taken_by=bindparam("b_taken"))


def subscribe(step: Step, fact: SubscriptionOpened) -> None:
    """Stores the wait, or hands over the oldest message that was kept for it; what listens on beside its activity
    takes every kept one, and is stored then."""
    while fact.kind == "message":
        kept = take_kept(step.session, fact.name, fact.key, step.instance.process_id, step.now)
        if kept is None or not receive(step, fact.token, kept):
            break
        if not any(view.id == fact.token and view.kind == "message" for view in step.case.tokens):
            return
    step.rows.subscriptions.append(
        {
            "id": fact.token, "kind": fact.kind, "name": fact.name, "key": fact.key,
            "process_id": step.instance.process_id, "element": fact.element, "instance_id": step.instance.id,
            "token": fact.token, "definition_id": None, "opened_at": step.now,
        }
    )  # fmt: skip


def receive(step: Step, token: UUID, message: Message) -> bool:
    """Delivers a message to a wait of this case and marks it taken; False where the wait is over."""
    element = waits_at(step, token)
    try:
        step.case.deliver(token, read_text(message.payload), step.host)
    except TokenGone:
        return False
    mark_taken(step.session, message, step.instance.process_id)
    step.note("message_received", element, token, {"name": message.name, "source": message.source})
    return True


def waits_at(step: Step, token: UUID) -> str | None:
    """The element at which this token of the case waits; None for one that is gone."""
    return next((each.element for each in step.case.tokens if each.id == token), None)


def take_kept(session: Session, name: str, key: str, process_id: str, now: datetime) -> Message | None:
    """The oldest kept message of this name and key that no case of this process took yet, locked.

    Only what is taken is locked: another process' case may take at the same time what this one took already."""
    for row in fetch(session, _KEPT, {"name": name, "key": key, "now": now}, flush=False):
        if process_id in row.taken_by:
            continue
        locked = fetch(session, _LOCK, {"message": row.id}, flush=False)
        if any(process_id not in each.taken_by for each in locked):  # nobody took it between the two
            return session.get_one(Message, row.id, populate_existing=True)
    return None


def taken_by(session: Session, message_id: UUID) -> list[str]:
    """The processes of which a case has received the message by now."""
    return [each for row in fetch(session, _TAKEN, {"message": message_id}) for each in row.taken_by]


def mark_taken(session: Session, message: Message, process_id: str) -> None:
    """Remembers that a case of this process received the message."""
    taken = [*taken_by(session, message.id), process_id]
    write(session, _TAKE, [{"b_message": message.id, "b_taken": taken}])
    set_committed_value(message, "taken_by", taken)


def give_back(session: Session, instance_id: UUID, payloads: Iterable[Mapping[str, object]]) -> None:
    """Messages that were on their way to a case which no longer waits may go to another case of its process."""
    case = select(ProcessInstance.process_id).where(ProcessInstance.id == instance_id)
    process_id = session.execute(case).scalar_one()
    ids = [UUID(str(payload["message_id"])) for payload in payloads if "message_id" in payload]
    query = select(Message).where(Message.id.in_(ids)).order_by(Message.id).with_for_update()
    for message in session.scalars(query.execution_options(populate_existing=True)):
        message.taken_by = [each for each in message.taken_by if each != process_id]


def give_back_pending(session: Session, instance_id: UUID) -> None:
    """The same for every message that a job was to bring to a case which ends."""
    pending = fetch(session, _PENDING, {"instance": instance_id})
    if pending:
        give_back(session, instance_id, [row.payload for row in pending])


def throw_signal(step: Step, fact: SignalThrown) -> None:
    """Leaves a job for every other case that waits for the signal now, and for every start event of that name."""
    for instance_id, token, payload in signal_jobs(step.session, fact.name, fact.variables):
        if instance_id is None or instance_id != step.instance.id:
            step.leave("signal" if token else "start", instance_id, token, payload)


def signal_jobs(
    session: Session, name: str, variables: Mapping[str, Value]
) -> Iterable[tuple[UUID | None, UUID | None, dict[str, object]]]:
    """Instance, token and payload of the jobs that bring a signal to everyone who waits at this moment."""
    query = select(Subscription).where(Subscription.kind == "signal", Subscription.name == name)
    values, waiting = encode(variables), session.execute(query).scalars().all()
    begun = {(found.process_id, found.element) for found in waiting if found.instance_id is not None}
    for found in waiting:
        if found.definition_id is not None and (found.process_id, found.element.partition(" (")[0]) in begun:
            continue  # a case that another event of this start has begun waits for it
        start: dict[str, object] = {}
        if found.definition_id is not None:
            start = {"definition_id": str(found.definition_id), "element": found.element}
        yield found.instance_id, found.token, {"name": name, "variables": values, **start}


def start_key_freed(step: Step) -> None:
    """A case that a message with a key started has ended: the next kept message of that key may start one."""
    step.leave("freed", None, None, {"process_id": step.instance.process_id, "key": step.instance.start_key})


def keep_text(variables: Mapping[str, Value]) -> str:
    """The stored form of a payload."""
    return json.dumps(encode(variables), ensure_ascii=False, separators=(",", ":"))


def read_text(payload: str) -> Mapping[str, Value]:
    """The opposite of `keep_text`."""
    stored: dict[str, Any] = json.loads(payload)
    return decode(stored)
