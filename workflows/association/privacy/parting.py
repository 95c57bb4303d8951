"""What runs for somebody ends by its own rules before an erasure ends the rest: each case hears what they would say.

A pair ends without blame and the other one is told, a seat goes to whoever waits and its money back by the rules of
refunds, a regular gift takes back what it had planned, mandates end. Source: domain §P10.4 (row 5), §P10.12.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from engine import commands
from engine.assignment import SYSTEM
from engine.bpmn.state import read_names
from engine.engine import Engine
from engine.models import Message, ProcessInstance, Subscription
from engine.transaction import reading, transaction
from workflows.association import live_cases, office_mandates
from workflows.association.case_variables import uuid_or_none
from workflows.catalogue import entry
from workflows.member_acts import REASON, MemberAct

__all__ = ["part"]

_REGULAR_GIFT: Final = ("pledge_followup", "pledge_stopped")  # said on the page of gifts, by no button of a case
_SOURCE: Final = "erasure"
_NO_REASON: Final = "OTHER"


def part(engine: Engine, person_id: UUID, *, key: str) -> bool:
    """Ends the mandates of somebody, and says in each of their cases that they leave; answers whether any heard it.

    Each case hears it in a transaction of its own, once for a `key`: whoever was cut off and asks again gets the same
    answer, since it is read from the messages.
    """
    with transaction(engine) as session:
        office_mandates.finish_all(session, engine, person_id, reason=office_mandates.ERASURE, by=SYSTEM)
    with reading(engine) as reader:
        cases = [case.id for case in live_cases.of_person(reader, person_id)]
    for case_id in cases:
        _leave(engine, case_id, person_id, key)
    with reading(engine) as reader:
        told = exists().where(Message.source == _SOURCE, Message.message_id.startswith(f"{key}:"))
        return bool(reader.scalar(select(told)))


def _leave(engine: Engine, case_id: UUID, person_id: UUID, key: str) -> None:
    with transaction(engine) as session:
        case = session.get_one(ProcessInstance, case_id)  # another one that was told may have ended it meanwhile
        for message, told in _words(case, person_id) if case.ended_at is None else ():
            awaited = _awaited(session, case_id, message)
            if awaited is not None:
                commands.correlate_message(
                    session, engine, message, awaited, told, source=_SOURCE,
                    message_id=f"{key}:{case_id}", by=SYSTEM,
                )  # fmt: skip
                return


def _words(case: ProcessInstance, person_id: UUID) -> Iterator[tuple[str, Mapping[str, object]]]:
    """The messages by which the person leaves a case, each with what it says."""
    known = entry(case.process_id)
    for act in known.member_acts if known is not None else ():
        if act.leaves:
            yield act.message, _said(case, act, person_id)
    if case.process_id == _REGULAR_GIFT[0]:
        yield _REGULAR_GIFT[1], {}


def _said(case: ProcessInstance, act: MemberAct, person_id: UUID) -> Mapping[str, object]:
    variables = read_names(case.state, tuple(act.sides))
    side = next((side for name, side in act.sides.items() if uuid_or_none(variables, name) == person_id), None)
    said = {act.side_variable: side, REASON: _NO_REASON if act.reasons else None}
    return {name: value for name, value in said.items() if name and value is not None}


def _awaited(session: Session, case_id: UUID, message: str) -> str | None:
    """The key under which a case listens for a message."""
    query = select(Subscription.key).where(
        Subscription.instance_id == case_id, Subscription.kind == "message", Subscription.name == message
    )
    return session.scalars(query.limit(1)).one_or_none()
