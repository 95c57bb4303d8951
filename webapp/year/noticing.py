"""What people notice: tasks that wait for them, and cases that wait for a word of theirs.

Nobody looks all the time. Everybody looks on the full hour, and goes on at once with what his own act has opened. So
when somebody acts follows from when the task was opened, and a story that goes on after a crash is the same story.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, Uuid, bindparam, func, select
from sqlalchemy.orm import Session

from engine.models import Moment, ProcessInstance, Subscription, UserTask
from engine.prepared import fetch
from engine.transaction import reading
from webapp.operations.variables import variables_of
from webapp.year.stage import Stage, named
from workflows.association.applications import Application
from workflows.association.contacts import Email
from workflows.association.peers import PeerRequest
from workflows.association.year.world import Family, OpenTask, Planned, Wait

FIRST: Final = datetime(1970, 1, 1, tzinfo=UTC)  # before everything
_SINCE: Final = bindparam("since", type_=Moment())
_CASE: Final = bindparam("case", type_=Uuid())
_TASKS: Final = (
    select(
        *(UserTask.id, UserTask.instance_id, ProcessInstance.process_id, UserTask.element, UserTask.role),
        *(UserTask.assignee, UserTask.candidates, UserTask.created_at, UserTask.rank_at),
    )
    .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
    .where(UserTask.state == "created")
)
_TASKS_SINCE: Final = _TASKS.where(UserTask.created_at >= _SINCE)
_TASKS_OF_CASE: Final = _TASKS.where(UserTask.instance_id == _CASE)
_WAITS: Final = select(
    Subscription.id, Subscription.name, Subscription.key, Subscription.instance_id, Subscription.opened_at
).where(Subscription.kind == "message")
_WAITS_SINCE: Final = _WAITS.where(Subscription.instance_id.is_not(None), Subscription.opened_at >= _SINCE)
_WAITS_OF_CASE: Final = _WAITS.where(Subscription.instance_id == _CASE)
_ADDRESS: Final = select(func.min(Email.folded).label("folded")).where(
    Email.person_id == bindparam("person", type_=Uuid())
)


@dataclass(slots=True)
class Notice:
    """Finds what was opened since it looked last."""

    stage: Stage
    families: Sequence[Family]
    known: set[UUID] = field(default_factory=set)
    subjects: dict[UUID, str] = field(default_factory=dict)
    since: datetime | None = None

    def everywhere(self) -> tuple[list[OpenTask], list[Wait]]:
        """What was opened anywhere since the last look."""
        since, self.since = self.since or FIRST, self.stage.engine.clock.now()
        return self._found(_TASKS_SINCE, _WAITS_SINCE, {"since": since})

    def of_case(self, instance_id: UUID) -> tuple[list[OpenTask], list[Wait]]:
        """What was opened in one case."""
        return self._found(_TASKS_OF_CASE, _WAITS_OF_CASE, {"case": instance_id})

    def reactions(self, waits: Sequence[Wait]) -> list[tuple[UUID, Planned]]:
        """What people plan to do because a case waits for them, by the wait."""
        found: list[tuple[UUID, Planned]] = []
        with reading(self.stage.engine) as session:
            for wait in waits:
                for family in self.families:
                    reaction = family.reactions.get(wait.name)
                    planned = None if reaction is None else reaction(self.stage, session, wait)
                    if planned is not None:
                        found.append((wait.id, planned))
        return found

    def _found(
        self, tasks: Select[Any], waits: Select[Any], where: Mapping[str, object]
    ) -> tuple[list[OpenTask], list[Wait]]:
        names = {name for family in self.families for name in family.reactions}
        with reading(self.stage.engine) as session:
            rows = fetch(session, tasks, where)
            opened = [self._task(session, each) for each in rows if each.id not in self.known]
            found = [each for each in fetch(session, waits, where) if each.name in names]
            waiting = [self._wait(session, each) for each in found if each.id not in self.known]
        return opened, waiting

    def _task(self, session: Session, row: Any) -> OpenTask:
        return OpenTask(
            row.id, row.instance_id, row.process_id, row.element, row.role, row.assignee, tuple(row.candidates),
            row.created_at, row.rank_at, self.subject(session, row.instance_id),
        )  # fmt: skip

    def _wait(self, session: Session, row: Any) -> Wait:
        return Wait(row.id, row.name, row.key, row.instance_id, row.opened_at, self.subject(session, row.instance_id))

    def subject(self, session: Session, instance_id: UUID) -> str:
        """A steady name of whom a case is about: their address, which no seed gives twice."""
        if instance_id not in self.subjects:
            self.subjects[instance_id] = _subject(session, self.stage, instance_id)
        return self.subjects[instance_id]


def _subject(session: Session, stage: Stage, instance_id: UUID) -> str:
    variables = variables_of(session, stage.engine, instance_id)
    request = named(variables, "peer_request_id")
    if request is not None:
        asked = session.get_one(PeerRequest, request)
        return f"{_address(session, asked.person_id)} about {_applicant(session, asked.application_id)}"
    application, person = named(variables, "application_id"), named(variables, "person_id")
    found = _applicant(session, application) if application is not None else None
    if found is None and person is not None:
        found = _address(session, person)
    if found is None:
        case = session.get_one(ProcessInstance, instance_id)
        return f"{case.process_id} of {case.started_at.isoformat()}"
    return found


def _applicant(session: Session, application_id: UUID) -> str | None:
    return session.scalar(select(Application.email).where(Application.id == application_id))


def _address(session: Session, person_id: UUID) -> str:
    """The first of a person's addresses; people of the demonstration without one have a steady id."""
    rows = fetch(session, _ADDRESS, {"person": person_id})
    return rows[0].folded or str(person_id)
