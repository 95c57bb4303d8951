"""What the viewer may say to his own case, by the acts that its process declares; and saying it, once.

An act is offered while the case listens for its message, to the person whom the case names as that side, and carries
the correlation key under which this case listens: it reaches no other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

import workflows
from engine import commands
from engine.engine import Engine
from engine.errors import Conflict, NotFound
from engine.feel.python import to_python
from engine.feel.values import Value
from engine.models import Message, ProcessInstance, Subscription
from webapp.authorize import Viewer
from webapp.operations.variables import variables_in
from workflows.association.case_variables import local_day
from workflows.member_acts import DAY, REASON, MemberAct

SOURCE: Final = "journey"


class NoLongerAwaited(Conflict):
    """This is no longer possible: what it was about has gone on or ended. Go back to see how things stand now."""

    code: ClassVar[str] = "no_longer_awaited"


@dataclass(frozen=True, slots=True)
class Button:
    """An act as the page of the journey offers it."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class OwnAct:
    """An act that is the viewer's own in a case, by his side in it."""

    case: ProcessInstance
    act: MemberAct
    side: str


def buttons(session: Session, engine: Engine, viewer: Viewer, case: ProcessInstance, language: str) -> Sequence[Button]:
    """The acts that the viewer may do now, in the order of the catalogue."""
    if case.ended_at is not None or not _declared(case):
        return ()
    heard = [own for own in _own(session, engine, viewer, case) if awaited(session, own) is not None]
    return [
        Button(own.act.label(language), url_for("journey_acts.page", instance_id=case.id, message=own.act.message))
        for own in heard
    ]


def own_act(session: Session, engine: Engine, viewer: Viewer, case: ProcessInstance, message: str) -> OwnAct:
    """The act of this message, if it is the viewer's in this case. Raises NotFound."""
    found = next((own for own in _own(session, engine, viewer, case) if own.act.message == message), None)
    if found is None:
        raise NotFound(kind="act", id=message)
    return found


def awaited(session: Session, own: OwnAct) -> str | None:
    """The correlation key under which the case listens for the act; None where it does not (any more)."""
    return session.scalars(
        select(Subscription.key).where(
            Subscription.instance_id == own.case.id, Subscription.kind == "message",
            Subscription.name == own.act.message,
        ).limit(1)
    ).one_or_none()  # fmt: skip


def say(
    session: Session,
    engine: Engine,
    viewer: Viewer,
    own: OwnAct,
    reason: str,
    request_key: str,
    day: date | None = None,
) -> None:
    """Publishes the message of an act; the same request key again says nothing more. Raises NoLongerAwaited."""
    message_id = f"{own.case.id}:{own.act.message}:{request_key}"
    said = select(Message.id).where(Message.source == SOURCE, Message.message_id == message_id)
    if session.scalars(said).one_or_none() is not None:
        return
    key = awaited(session, own)
    if key is None:
        raise NoLongerAwaited
    said_of = {own.act.side_variable: own.side, REASON: reason or None, DAY: day}
    told = {name: value for name, value in said_of.items() if name and value is not None}
    commands.correlate_message(
        session, engine, own.act.message, key, told, source=SOURCE, message_id=message_id, by=viewer.actor
    )


def _own(session: Session, engine: Engine, viewer: Viewer, case: ProcessInstance) -> Sequence[OwnAct]:
    declared = _declared(case)
    if not declared:
        return ()
    known = variables_in(session, engine, case, None)
    return [
        OwnAct(case, act, side)
        for act in declared
        for name, side in act.sides.items()
        if f"person:{known.get(name)}" in viewer.identities and _is_time(engine, act, known)
    ]


def _is_time(engine: Engine, act: MemberAct, known: Mapping[str, Value]) -> bool:
    if not act.until:
        return True
    last = to_python(known.get(act.until))
    return isinstance(last, date) and local_day(engine.clock.now(), engine.settings.zone) < last


def _declared(case: ProcessInstance) -> Sequence[MemberAct]:
    entry = workflows.entry(case.process_id)
    return () if entry is None else entry.member_acts
