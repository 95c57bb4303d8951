"""Many cases move to a version in the background, each in a transaction of its own, and may go back for a stated time.

The rows of `migration_case` are the work list and the results: a case moves in the transaction that says so, so a crash
loses nothing and does nothing twice. One job goes through the list and leaves a job for each case, some hundred at a
time; these are patient work (`engine.due`), so nobody else waits for them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from engine.assignment import Actor
from engine.bounds import LABEL, check, fitting
from engine.bpmn import DiagramRefused, StateUnreadable
from engine.bpmn.transfer import Obstacle, known_to
from engine.definitions import definition
from engine.due import ORDINARY, PATIENT
from engine.errors import CaseClosed, Conflict, NotFound
from engine.migration.moving import MigrationRefused, move, places_between
from engine.migration.tables import Migration, MigrationCase
from engine.models import ProcessInstance
from engine.store import JOB, add, job_row
from engine.transaction import afterwards

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = ["ReturnOver", "counts", "forget", "go_on", "migrate_cases", "return_cases", "run_one"]

AT_ONCE: Final = 200  # cases for which one transaction leaves jobs
REASON: Final = 2_000


class ReturnOver(Conflict):
    """The time for going back was over on {until}. Bring the former version into force again and migrate to it."""

    code: ClassVar[str] = "return_over"


def migrate_cases(
    session: Session, engine: Engine, definition_id: UUID, instance_ids: Sequence[UUID], *, by: Actor,
    return_for: timedelta, moved: Mapping[str, str] | None = None, reason: str = "",
) -> UUID:  # fmt: skip
    """Leaves the work; see `engine.commands`."""
    check({"reason": reason}, REASON)
    target = definition(session, engine, definition_id)
    found = _elsewhere(session, target.process_id, definition_id, list(dict.fromkeys(instance_ids)))
    left = [definition(session, engine, was) for was in set(found.values())]
    for was in left:  # an element of another of these versions is none of this one's business
        whole = len(left) == 1
        places_between(engine, was, target, moved if whole else known_to(was.spec, target.spec, moved))
    now = engine.clock.now()
    made = Migration(
        id=uuid4(), process_id=target.process_id, definition_id=definition_id, moved=dict(moved or {}), asked_at=now,
        asked_by=by.id, reason=reason, returns_until=now + return_for, total=len(found),
    )  # fmt: skip
    session.add(made)
    session.flush()
    session.add_all(
        MigrationCase(
            migration_id=made.id, instance_id=id_, state="waiting", from_id=was, former="", asked_by=by.id, params={}
        )
        for id_, was in found.items()
    )  # fmt: skip
    session.flush()
    _leave(session, engine, made, "migrate_all", now, {"back": False, "after": None})
    _leave(session, engine, made, "migrate_end", made.returns_until, {})
    return made.id


def _elsewhere(session: Session, process_id: str, definition_id: UUID, wanted: Sequence[UUID]) -> dict[UUID, UUID]:
    """The versions of those of these cases that run by another one of the process; read in parts."""
    found: dict[UUID, UUID] = {}
    for first in range(0, len(wanted), AT_ONCE):
        running = select(ProcessInstance.id, ProcessInstance.definition_id).where(
            ProcessInstance.id.in_(wanted[first : first + AT_ONCE]), ProcessInstance.process_id == process_id,
            ProcessInstance.ended_at.is_(None), ProcessInstance.definition_id != definition_id,
        )  # fmt: skip
        found |= dict(session.execute(running).tuples().all())
    return found


def return_cases(
    session: Session, engine: Engine, migration_id: UUID, instance_ids: Sequence[UUID] | None = None, *, by: Actor
) -> int:
    """Leaves the way back; see `engine.commands`."""
    asked = _migration(session, migration_id)
    now = engine.clock.now()
    if now >= asked.returns_until:
        raise ReturnOver(until=asked.returns_until.isoformat(timespec="minutes"))
    of_list = update(MigrationCase).where(
        MigrationCase.migration_id == migration_id, MigrationCase.state.in_(("moved", "stays"))
    )
    if instance_ids is not None:
        of_list = of_list.where(MigrationCase.instance_id.in_(list(instance_ids)))
    values = {"state": "returning", "asked_by": by.id, "code": "", "element": "", "name": "", "params": {}}
    again = session.execute(of_list.values(values).returning(MigrationCase.instance_id)).all()
    if again:
        _leave(session, engine, asked, "migrate_all", now, {"back": True, "after": None})
    return len(again)


def counts(session: Session, migration_id: UUID) -> Mapping[str, int]:
    """How many cases of a migration are in which state."""
    query = select(MigrationCase.state, func.count()).where(MigrationCase.migration_id == migration_id)
    return dict(session.execute(query.group_by(MigrationCase.state)).tuples().all())


def go_on(session: Session, engine: Engine, payload: Mapping[str, object]) -> None:
    """The next few hundred: a job for each, and one for those that follow."""
    asked, back = _migration(session, UUID(str(payload["migration"]))), bool(payload["back"])
    query = select(MigrationCase.instance_id).where(
        MigrationCase.migration_id == asked.id, MigrationCase.state == ("returning" if back else "waiting")
    )
    if payload["after"] is not None:
        query = query.where(MigrationCase.instance_id > UUID(str(payload["after"])))
    found = session.scalars(query.order_by(MigrationCase.instance_id).limit(AT_ONCE)).all()
    now = engine.clock.now()
    for id_ in found:
        _leave(session, engine, asked, "migrate", now, {"instance": str(id_)})
    if len(found) == AT_ONCE:
        _leave(session, engine, asked, "migrate_all", now, {"back": back, "after": str(found[-1])})


def run_one(session: Session, engine: Engine, payload: Mapping[str, object]) -> None:
    """One case moves, or goes back, or stays where it is with the reason. What was done already is left alone."""
    key = UUID(str(payload["migration"])), UUID(str(payload["instance"]))
    item = session.get(MigrationCase, key)
    asked = _migration(session, key[0])
    if item is None or item.state not in ("waiting", "returning"):
        return
    by = Actor(item.asked_by, item.asked_by)
    back = item.state == "returning"
    refused: tuple[Obstacle, ...] = ()
    try:
        if back:
            refused = _go_back(session, engine, asked, item, by)
        else:
            found = move(
                session, engine, item.instance_id, asked.definition_id, by=by,
                moved=_moved(session, engine, item.from_id, asked), reason=asked.reason,
            )  # fmt: skip
            item.from_id, item.former = found.former_id, found.former
        item.state = "returned" if back else "moved"
    except MigrationRefused as error:
        refused = error.obstacles
    except (CaseClosed, NotFound):
        item.state = "ended"
    except (StateUnreadable, DiagramRefused):
        refused = (Obstacle("state_unreadable", asked.process_id, asked.process_id),)
    item.at = engine.clock.now()
    if refused:
        item.state = "stays" if back else "blocked"
        first = refused[0]
        item.code, item.element, item.name = first.code, first.element, fitting(first.name, LABEL)
        item.params = {name: str(value) for name, value in first.params.items()}
    session.flush()


def _go_back(
    session: Session, engine: Engine, asked: Migration, item: MigrationCase, by: Actor
) -> tuple[Obstacle, ...]:  # fmt: skip
    """Raises as `move`; answers why it may not be tried."""
    here = select(ProcessInstance.definition_id).where(ProcessInstance.id == item.instance_id)
    if session.execute(here).scalar_one() != asked.definition_id or item.from_id is None:
        return (Obstacle("moved_elsewhere", asked.process_id, asked.process_id),)
    if engine.clock.now() >= asked.returns_until:
        return (Obstacle("return_over", asked.process_id, asked.process_id),)
    back = {target: former for former, target in _moved(session, engine, item.from_id, asked).items()}
    move(
        session, engine, item.instance_id, item.from_id, by=by, moved=back, former=item.former, reason=asked.reason
    )  # fmt: skip
    return ()


def _moved(session: Session, engine: Engine, from_id: UUID | None, asked: Migration) -> Mapping[str, str]:
    """What the mapping says of the version that a case has, or had."""
    if not asked.moved or from_id is None:
        return asked.moved
    was, now = definition(session, engine, from_id), definition(session, engine, asked.definition_id)
    return known_to(was.spec, now.spec, asked.moved)


def forget(session: Session, migration_id: UUID) -> None:
    """The time for going back is over: the former states are kept no longer."""
    of_list = update(MigrationCase).where(MigrationCase.migration_id == migration_id)
    session.execute(of_list.values(former=""))


def _migration(session: Session, migration_id: UUID) -> Migration:
    found = session.get(Migration, migration_id)
    if found is None:
        raise NotFound(kind="migration", id=migration_id)
    return found


def _leave(
    session: Session, engine: Engine, asked: Migration, kind: str, due_at: datetime, payload: Mapping[str, object]
) -> None:
    now = due_at <= engine.clock.now()
    row = job_row(
        None, asked.process_id, kind, due_at, id_=uuid4(), priority=PATIENT if now else ORDINARY,
        payload={"migration": str(asked.id), **payload},
    )  # fmt: skip
    add(session, JOB, [row])
    if now:
        afterwards(session).due.append(row["id"])
