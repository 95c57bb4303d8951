"""The road of an event for whoever organises it, from the proposal to the report: each stretch from its own diagram.

A proposal is over once the event is published; its organiser's work is not. What follows are cases of their own
(papers, whether the event is held, the report), found by the event that they are about.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from uuid import UUID

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.engine import Engine
from engine.models import ProcessDefinition, ProcessInstance, UserTask
from engine.terms import CaseTerm, about
from webapp import authorize
from webapp.auth import current_day
from webapp.authorize import Viewer
from webapp.journey.steps import Group, Step, derive
from webapp.journey.turns import Turn, turns
from webapp.operations import story
from webapp.operations.diagrams import drawing
from webapp.operations.progress import Progress
from webapp.operations.variables import variables_in
from webapp.words import _
from workflows.association.case_variables import uuid_or_none
from workflows.association.events import hosts, words
from workflows.association.events.permits import EventPermit
from workflows.association.events.records import CANCELLED, DROPPED, ENDED, OPEN, REFUSED, Event

PROPOSAL: Final = "event_proposal"
PERMIT: Final = "event_permit"
REPORT: Final = "event_report"
BEFORE: Final = (PERMIT, "event_publication")
KEY: Final = re.compile(r"\bEVT-\d{4}-\d{4,}\b")  # of an event, in the title of its cases
FOLLOWING: Final = (*BEFORE, REPORT)
_OVER: Final = {
    CANCELLED: lambda: _("The event is called off"),
    REFUSED: lambda: _("The event was not approved"),
    DROPPED: lambda: _("The proposal was dropped"),
}


@dataclass(frozen=True, slots=True)
class Road:
    """What follows a proposal. `tasks` are the viewer's to do, the most pressing first; `links` and `turns` go by the
    `element` of the steps. `goes_on`: something is still to come, though the proposal itself may be over."""

    event: Event
    groups: tuple[Group, ...]
    tasks: Sequence[UserTask]
    links: Mapping[str, str]
    turns: Mapping[str, Turn]
    goes_on: bool
    last: ProcessInstance  # whose end is the end of the road

    @property
    def fate(self) -> str:
        """Why the event does not take place, in words; empty where it does, or may."""
        words_of = _OVER.get(self.event.state)
        return words_of() if words_of is not None else ""


@dataclass(frozen=True, slots=True)
class Behind:
    """The cases that follow a proposal; `goes_on`: something is still to come, though the proposal may be over."""

    cases: Sequence[ProcessInstance]
    goes_on: bool


@dataclass(slots=True)
class _Walked:
    tasks: list[UserTask] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=dict)
    turns: dict[str, Turn] = field(default_factory=dict)


def road_of(session: Session, engine: Engine, viewer: Viewer, case: ProcessInstance, language: str) -> Road | None:
    """The road behind this proposal; None where the case is another, has no event yet, or where the viewer does not act
    for the event any more."""
    if case.process_id != PROPOSAL:
        return None
    found = uuid_or_none(variables_in(session, engine, case, None), "event_id")
    event = session.get(Event, found) if found is not None else None
    if event is None or not hosts.may_run(session, event, viewer.actor):
        return None
    walked, cases = _Walked(), [each for _event, each in following(session, [event.id])]
    before = [each for each in cases if each.process_id in BEFORE]
    reports = [each for each in cases if each.process_id == REPORT]
    groups = [
        Group(_("Before the event"), any_order=False, steps=_steps(session, engine, viewer, before, language, walked)),
        Group(_("After the event"), any_order=False, steps=_steps(session, engine, viewer, reports, language, walked)),
    ]
    if event.state in OPEN and not reports:
        groups[1] = replace(groups[1], steps=_to_come(session, engine, language))
    return Road(
        event, tuple(each for each in groups if each.steps), walked.tasks, walked.links, walked.turns,
        _goes_on(event, cases), reports[-1] if reports else case,
    )  # fmt: skip


def after(session: Session, viewer: Viewer, cases: Sequence[ProcessInstance]) -> Mapping[UUID, Behind]:
    """What follows each proposal among these cases, by its id, where the viewer acts for the event still."""
    titles = [(case.id, KEY.search(case.title or "")) for case in cases if case.process_id == PROPOSAL]
    keys = {key[0]: case_id for case_id, key in titles if key is not None}
    events = session.scalars(select(Event).where(Event.key.in_(keys))).all() if keys else ()
    mine = {each.id: each for each in events if hosts.may_run(session, each, viewer.actor)}
    found: dict[UUID, list[ProcessInstance]] = {each: [] for each in mine}
    for event_id, case in following(session, mine):
        found[event_id].append(case)
    return {keys[mine[each].key]: Behind(behind, _goes_on(mine[each], behind)) for each, behind in found.items()}


def _goes_on(event: Event, behind: Sequence[ProcessInstance]) -> bool:
    reports = (each for each in behind if each.process_id == REPORT)
    return event.state in OPEN or (event.state == ENDED and any(each.ended_at is None for each in reports))


def following(session: Session, events: Collection[UUID]) -> Sequence[tuple[UUID, ProcessInstance]]:
    """The cases that follow the proposals of these events, each with its event, the oldest first."""
    terms = {about(each): each for each in events}
    query = (
        select(CaseTerm.term, ProcessInstance)
        .join(ProcessInstance, ProcessInstance.id == CaseTerm.instance_id)
        .where(CaseTerm.term.in_(terms), ProcessInstance.process_id.in_(FOLLOWING))
    )
    ordered = query.order_by(ProcessInstance.started_at, ProcessInstance.id)
    return [(terms[term], case) for term, case in session.execute(ordered)] if terms else []


def _steps(
    session: Session, engine: Engine, viewer: Viewer, cases: Sequence[ProcessInstance], language: str, walked: _Walked
) -> tuple[Step, ...]:
    return tuple(step for case in cases for step in _of_case(session, engine, viewer, case, language, walked))


def _of_case(
    session: Session, engine: Engine, viewer: Viewer, case: ProcessInstance, language: str, walked: _Walked
) -> Iterator[Step]:
    tasks = _own_tasks(session, viewer, case.id)
    done = story.progress(session, case.id, {each.element for each in tasks}, ended=case.ended_at is not None)
    steps = derive(drawing(session, engine, case.definition_id), done, language).steps
    whose, paper = turns(session, viewer, case, language, current_day()), _paper(session, engine, case, language)
    addresses = {task.element: url_for("inbox.task", task_id=task.id) for task in tasks}
    walked.tasks += tasks
    for step in steps:
        name = f"{step.element}-{case.id}"
        if step.element in addresses:
            walked.links[name] = addresses[step.element]
        if step.element in whose:
            walked.turns[name] = whose[step.element]
        title = _("%(what)s: %(about)s", what=step.title, about=paper) if paper else step.title
        yield replace(step, element=name, title=title)


def _own_tasks(session: Session, viewer: Viewer, instance_id: UUID) -> Sequence[UserTask]:
    query = select(UserTask).where(UserTask.instance_id == instance_id, authorize.authorize(viewer, "work", UserTask))
    return session.scalars(query.order_by(UserTask.rank_at, UserTask.created_at)).all()


def _paper(session: Session, engine: Engine, case: ProcessInstance, language: str) -> str:
    """Which paper a case is about, in words; empty for other cases."""
    if case.process_id != PERMIT:
        return ""
    found = uuid_or_none(variables_in(session, engine, case, None), "permit_id")
    permit = session.get(EventPermit, found) if found is not None else None
    return words.said(words.PERMITS, permit.kind, language) if permit is not None else ""


def _to_come(session: Session, engine: Engine, language: str) -> tuple[Step, ...]:
    """The steps of a report that nobody can write yet."""
    versions = select(ProcessDefinition.id).where(ProcessDefinition.process_id == REPORT)
    newest = session.scalars(versions.order_by(ProcessDefinition.version.desc()).limit(1)).first()
    return derive(drawing(session, engine, newest), Progress(), language).steps if newest is not None else ()
