"""The dry run: what a version would change for each running case. It reads copies and writes nothing.

Each case is read, moved in memory and forgotten. A version need not be deployed to be asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Literal
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from engine.bpmn import Case, DiagramRefused, ProcessSpec, StateUnreadable
from engine.bpmn.outcome import TaskOpened
from engine.bpmn.transfer import Obstacle, Onlooker, Places, Shift, Transfer, known_to, transfer
from engine.deadlines import due_by
from engine.definitions import Definition, definition
from engine.models import Job, ProcessInstance, UserTask

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = ["Forecast", "Outcome", "forecasts"]

Outcome = Literal["same", "later", "changed", "blocked"]
PAGE: Final = 200  # cases that are read at once


@dataclass(frozen=True, slots=True)
class Forecast:
    """What would become of one case.

    `same`: nothing changes for it, now or later. `later`: it may come to elements that changed. `changed`: something
    changes where it stands (`shifts`). `blocked`: it cannot move (`obstacles`).
    """

    instance_id: UUID
    title: str | None
    titles: Mapping[str, str] | None
    business_key: str | None
    definition_id: UUID
    started_at: datetime
    outcome: Outcome
    shifts: tuple[Shift, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()

    def title_in(self, language: str) -> str | None:
        """The title as the diagram says it to this reader."""
        return (self.titles or {}).get(language, self.title)


def forecasts(
    session: Session, engine: Engine, target: ProcessSpec, *, but: UUID | None = None,
    moved: Mapping[str, str] | None = None, only: Sequence[UUID] | None = None,
) -> Iterator[Forecast]:  # fmt: skip
    """Every running case of the process, the oldest first. `but`: the deployed version that it is about, whose cases
    are left out; `only`: these cases. Raises MappingRefused."""
    columns = (
        ProcessInstance.id, ProcessInstance.title, ProcessInstance.titles, ProcessInstance.business_key,
        ProcessInstance.definition_id, ProcessInstance.started_at, ProcessInstance.state,
    )  # fmt: skip
    query = select(*columns).where(
        ProcessInstance.process_id == target.process_id, ProcessInstance.ended_at.is_(None)
    )  # fmt: skip
    if but is not None:
        query = query.where(ProcessInstance.definition_id != but)
    if only is not None:
        query = query.where(ProcessInstance.id.in_(list(only)))
    rows = session.execute(query.order_by(ProcessInstance.started_at, ProcessInstance.id)).all()
    places: dict[UUID, Places | None] = {}
    host = Onlooker.at(engine.environment, engine.clock.now())
    for first in range(0, len(rows), PAGE):
        found = [_look(session, engine, row, target, places, host, moved) for row in rows[first : first + PAGE]]
        yield from _with_rows(session, engine, found)


_Looked = tuple[Forecast, Mapping[UUID, TaskOpened]]


def _look(
    session: Session, engine: Engine, row: Row[Any], target: ProcessSpec, places: dict[UUID, Places | None],
    host: Onlooker, moved: Mapping[str, str] | None,
) -> _Looked:  # fmt: skip
    case = Forecast(row.id, row.title, row.titles, row.business_key, row.definition_id, row.started_at, "blocked")
    try:
        was: Definition = definition(session, engine, case.definition_id)
        if was.id not in places:
            places[was.id] = Places(was.spec, target, known_to(was.spec, target, moved))
        between = places[was.id]
        assert between is not None
        found = transfer(Case.load(was.spec, row.state), between, host)
    except (StateUnreadable, DiagramRefused):
        unread = Obstacle("state_unreadable", target.process_id, target.name or target.process_id)
        return replace(case, obstacles=(unread,)), {}
    if not isinstance(found, Transfer):
        return replace(case, obstacles=found), {}
    outcome: Outcome = "later" if found.meets_change else "same"
    if found.tasks or any(shift.kind != "timer_kept" for shift in found.shifts):
        outcome = "changed"
    return replace(case, outcome=outcome, shifts=found.shifts), found.tasks


def _with_rows(session: Session, engine: Engine, found: Sequence[_Looked]) -> Iterator[Forecast]:
    """Adds what only the rows know: the dates of tasks, work and messages that are under way this very moment."""
    opened = {token: fact for _, tasks in found for token, fact in tasks.items()}
    tasks = {}
    if opened:
        query = select(UserTask.id, UserTask.due_at, UserTask.created_at, UserTask.name, UserTask.role)
        tasks = {row.id: row for row in session.execute(query.where(UserTask.id.in_(opened)))}
    at_risk = {shift.token for each, _ in found for shift in each.shifts if shift.kind == "work_other"}
    busy: set[UUID] = set()
    if at_risk:
        begun = select(Job.token).where(Job.token.in_(at_risk), (Job.attempts > 0) | Job.leased_until.is_not(None))
        busy = {token for token in session.scalars(begun) if token is not None}
    calendar = engine.settings.staff_calendar(session) if opened else engine.settings.work_calendar
    for each, facts in found:
        begun_at = [shift for shift in each.shifts if shift.token in busy]
        if begun_at:
            obstacle = Obstacle("work_begun", begun_at[0].element, begun_at[0].element, {"type": begun_at[0].said[0]})
            yield replace(each, outcome="blocked", shifts=(), obstacles=(obstacle,))
            continue
        shifts = [
            Shift(
                "task_other", fact.element, token, tasks[token].due_at, due_by(calendar, tasks[token].created_at, fact),
                (tasks[token].name, tasks[token].role or ""), (fact.name, next(iter(fact.candidate_groups), "")),
            )
            for token, fact in facts.items() if token in tasks
        ]  # fmt: skip
        yield replace(each, shifts=(*each.shifts, *shifts))
