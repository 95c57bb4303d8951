"""Many cases in the background: the rows of `collective_case` are the work list and the results.

A case changes in the transaction that says so, so that a crash loses nothing and does nothing twice. One job goes
through the list and leaves a job for each case, some hundred at a time; these are patient work (`engine.due`), so
nobody else waits for them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from engine.assignment import Actor
from engine.bounds import IDENTIFIER, KEY, check
from engine.bpmn import DiagramRefused, StateUnreadable
from engine.collective.deeds import KINDS, Asked, do, is_complete, obstacle
from engine.collective.tables import CollectiveAct, CollectiveCase
from engine.due import PATIENT
from engine.errors import AmicaleError, Invalid, NotFound
from engine.models import ProcessInstance
from engine.savepoint import savepoint
from engine.store import JOB, add, job_row
from engine.transaction import afterwards
from engine.variables import decode, encode, entering

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = ["ActIncomplete", "act_on_cases", "asked_of", "counts", "go_on", "run_one"]

AT_ONCE: Final = 200  # cases for which one transaction leaves jobs
AGAIN: Final = "again"  # it was tried, and stands still again


class ActIncomplete(Invalid):
    """Say what is to be done with these cases: one of {known}; for a move also from where and to where, for dates where
    they are waited for and the new one, for a correction which value."""

    code: ClassVar[str] = "act_incomplete"


def act_on_cases(
    session: Session, engine: Engine, asked: Asked, instance_ids: Sequence[UUID], *, by: Actor,
    act_id: UUID | None = None,
) -> UUID:  # fmt: skip
    """Does one of `KINDS` to these cases in the background, with a result for each; answers the id of the act. `act_id`
    given makes it repeatable: the act is done once. Raises ActIncomplete, TextRefused, InvalidVariable, TimeTooFar."""
    check({"reason": asked.reason}, KEY)
    check({"element": asked.element, "place": asked.place}, IDENTIFIER)
    if not is_complete(asked):
        raise ActIncomplete(known=", ".join(KINDS))
    if asked.due_at is not None:
        engine.settings.limits.check_moment(asked.due_at, engine.clock.now())
    if act_id is not None and session.get(CollectiveAct, act_id) is not None:
        return act_id
    wanted = list(dict.fromkeys(instance_ids))
    found: dict[UUID, str] = {}
    for start in range(0, len(wanted), AT_ONCE):
        some = ProcessInstance.id.in_(wanted[start : start + AT_ONCE])
        found |= dict(
            session.execute(select(ProcessInstance.id, ProcessInstance.process_id).where(some)).tuples().all()
        )
    processes = set(found.values())
    act = CollectiveAct(
        id=act_id or uuid4(), kind=asked.kind, process_id=processes.pop() if len(processes) == 1 else "",
        element=asked.element, place=asked.place, variables=encode(entering(asked.variables)), reason=asked.reason,
        due_at=asked.due_at, asked_at=engine.clock.now(), asked_by=by.id, total=len(found),
    )  # fmt: skip
    session.add(act)
    session.flush()
    session.add_all(CollectiveCase(act_id=act.id, instance_id=id_, state="waiting", params={}) for id_ in found)
    session.flush()
    _leave(session, act, "act_all", act.asked_at, {"after": None})
    return act.id


def asked_of(act: CollectiveAct) -> Asked:
    """What was asked for, from its row."""
    return Asked(act.kind, act.element, act.place, decode(act.variables), act.reason, act.due_at)


def counts(session: Session, act_id: UUID, seen: ColumnElement[bool]) -> Mapping[str, int]:
    """How many cases of an act are in which state, of those that this condition lets be seen."""
    query = select(CollectiveCase.state, func.count()).where(CollectiveCase.act_id == act_id, seen)
    return dict(session.execute(query.group_by(CollectiveCase.state)).tuples().all())


def go_on(session: Session, engine: Engine, payload: Mapping[str, object]) -> None:
    """The next few hundred: a job for each, and one for those that follow."""
    act = _act(session, payload)
    query = select(CollectiveCase.instance_id).where(
        CollectiveCase.act_id == act.id, CollectiveCase.state == "waiting"
    )  # fmt: skip
    if payload["after"] is not None:
        query = query.where(CollectiveCase.instance_id > UUID(str(payload["after"])))
    found = session.scalars(query.order_by(CollectiveCase.instance_id).limit(AT_ONCE)).all()
    now = engine.clock.now()
    for id_ in found:
        _leave(session, act, "act", now, {"instance": str(id_)})
    if len(found) == AT_ONCE:
        _leave(session, act, "act_all", now, {"after": str(found[-1])})


def run_one(session: Session, engine: Engine, payload: Mapping[str, object]) -> None:
    """One case: done, or left as it was with the reason. What was done already is left alone."""
    act, id_ = _act(session, payload), UUID(str(payload["instance"]))
    item = session.get(CollectiveCase, (act.id, id_))
    if item is None or item.state != "waiting":
        return
    state, code, params = _tried(session, engine, act, id_)
    item = session.get_one(CollectiveCase, (act.id, id_))
    item.state, item.code, item.params, item.at = state, code, params, engine.clock.now()
    session.flush()


def _tried(
    session: Session, engine: Engine, act: CollectiveAct, instance_id: UUID
) -> tuple[str, str, dict[str, object]]:  # fmt: skip
    asked, by = asked_of(act), Actor(act.asked_by, act.asked_by)
    case = session.get(ProcessInstance, instance_id)
    hindered = "ended" if case is None else obstacle(session, engine, case, asked)
    if hindered:
        return "left", hindered, {}
    try:
        with savepoint(session, act.id):  # on behalf of no case: what was begun is undone as a whole
            do(session, engine, instance_id, asked, by)
            session.flush()
    except (StateUnreadable, DiagramRefused):
        return "left", "unreadable", {}
    except AmicaleError as error:
        return "left", error.code, {name: str(value) for name, value in error.params.items()}
    if asked.kind == "retry" and _stands_still(session, instance_id):
        return "left", AGAIN, {}
    return "done", "", {}


def _stands_still(session: Session, instance_id: UUID) -> bool:
    query = select(ProcessInstance.incidents).where(ProcessInstance.id == instance_id)
    return bool(session.scalars(query).one_or_none())


def _act(session: Session, payload: Mapping[str, object]) -> CollectiveAct:
    id_ = UUID(str(payload["act"]))
    found = session.get(CollectiveAct, id_)
    if found is None:
        raise NotFound(kind="act", id=id_)
    return found


def _leave(
    session: Session, act: CollectiveAct, kind: str, due_at: datetime, payload: Mapping[str, object]
) -> None:  # fmt: skip
    row = job_row(
        None, act.process_id, kind, due_at, id_=uuid4(), priority=PATIENT,
        payload={"act": str(act.id), **payload},
    )  # fmt: skip
    add(session, JOB, [row])
    afterwards(session).due.append(row["id"])
