"""One case moves to another version of its process, in the transaction of the caller, or is refused and not touched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.advance import advance
from engine.assignment import Actor
from engine.bpmn.transfer import Obstacle, Places, Shift, Transfer, transfer
from engine.definitions import Definition, definition
from engine.effects import StepHost
from engine.errors import Conflict
from engine.migration.rows import follow
from engine.models import Job, ProcessInstance
from engine.step import Step, begin

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = ["MigrationRefused", "Moved", "move", "places_between"]


class MigrationRefused(Conflict):
    """This case cannot move to version {version}: “{name}” keeps it where it is ({reason}).

    `obstacles` holds every reason (`engine.bpmn.transfer.Obstacle`).
    """

    code: ClassVar[str] = "migration_refused"

    def __init__(self, version: int, obstacles: tuple[Obstacle, ...]) -> None:
        self.obstacles = obstacles
        first = obstacles[0]
        super().__init__(version=version, element=first.element, name=first.name, reason=first.code)


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of a case: the version that it left, its state there, and what became different."""

    former_id: UUID
    former: str
    shifts: tuple[Shift, ...]


def places_between(engine: Engine, was: Definition, now: Definition, moved: Mapping[str, str] | None) -> Places:
    """The two versions side by side; kept where their ids are the same. Raises MappingRefused."""
    if moved:
        return Places(was.spec, now.spec, moved)
    return engine.definitions.get(f"places from {was.id}", now.id, lambda: Places(was.spec, now.spec))


def move(
    session: Session, engine: Engine, instance_id: UUID, definition_id: UUID, *, by: Actor,
    moved: Mapping[str, str] | None = None, former: str = "", reason: str = "",
) -> Moved:  # fmt: skip
    """Moves a running case, also a suspended one; see `engine.commands.migrate`.

    `former`: the state that it had there once, where it goes back. Raises NotFound, CaseClosed, MappingRefused,
    MigrationRefused (nothing was changed then).
    """
    step = begin(engine, session, instance_id, by, suspended_too=True)
    was, now = step.definition, definition(session, engine, definition_id)
    if was.id == now.id:
        return Moved(was.id, step.case.dump(), ())
    places = places_between(engine, was, now, moved)
    found = transfer(step.case, places, step.host, former)
    obstacles = found if not isinstance(found, Transfer) else _at_work(session, step, found)
    if obstacles or not isinstance(found, Transfer):
        raise MigrationRefused(now.version, obstacles)
    before = step.case.dump()
    _stand_on(step, now, found)
    follow(step, found)
    step.note("case_migrated", by=by.id, data=_told(was, now, found.shifts, bool(former), reason))
    step.case.resume(step.host)
    advance(step)
    if step.instance.status == "suspended":
        session.execute(update(Job).where(Job.instance_id == instance_id).values(held=True))
    return Moved(was.id, before, found.shifts)


def _at_work(session: Session, step: Step, found: Transfer) -> tuple[Obstacle, ...]:
    """What is under way this very moment and would be lost: a message on its way to a wait that changes, work that has
    begun and would be other work."""
    other = {shift.token: shift.element for shift in found.shifts if shift.kind == "work_other"}
    tokens = found.void | other.keys()
    if not tokens:
        return ()
    jobs = select(Job).where(Job.instance_id == step.instance.id, Job.token.in_(tokens))
    obstacles = []
    for job in session.scalars(jobs):
        element = job.element or step.instance.process_id
        drawn = step.definition.spec.elements.get(element)
        name = element if drawn is None else drawn.name or element
        if job.kind in ("message", "signal"):
            obstacles.append(Obstacle("message_coming", element, name))
        elif job.token in other and (job.attempts or job.leased_until is not None):
            obstacles.append(Obstacle("work_begun", element, name, {"type": job.type}))
    return tuple(obstacles)


def _stand_on(step: Step, now: Definition, found: Transfer) -> None:
    step.definition, step.case = now, found.case
    step.host = StepHost(step.engine, step.session, step.instance.id, now)
    step.instance.definition_id = now.id
    of_case = update(ProcessInstance).where(ProcessInstance.id == step.instance.id)
    step.session.execute(of_case.values(definition_id=now.id).execution_options(synchronize_session=False))


def _told(
    was: Definition, now: Definition, shifts: tuple[Shift, ...], back: bool, reason: str
) -> dict[str, object]:  # fmt: skip
    """What history keeps of it: no names, no keys."""
    changed = [
        {
            "kind": shift.kind, "element": shift.element,
            "was": shift.was.isoformat() if shift.was else None, "now": shift.now.isoformat() if shift.now else None,
        }
        for shift in shifts
    ]  # fmt: skip
    return {"from": was.version, "to": now.version, "back": back, "changes": changed, "reason": reason}
