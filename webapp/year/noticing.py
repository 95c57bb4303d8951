"""What people notice: tasks that wait for them, and cases that wait for a word of theirs.

Nobody looks all the time. Everybody looks on the full hour, and goes on at once with what his own act has opened. So
when somebody acts follows from when the task was opened, and a story that goes on after a crash is the same story.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from engine.models import ProcessInstance, Subscription, UserTask
from engine.transaction import reading
from webapp.operations.variables import variables_of
from webapp.year.stage import Stage, named
from workflows.association.applications import Application
from workflows.association.contacts import Email
from workflows.association.peers import PeerRequest
from workflows.association.year.world import Family, OpenTask, Planned, Wait

BEGINNING: Final = datetime.min


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
        tasks: list[ColumnElement[bool]] = []
        waits: list[ColumnElement[bool]] = [Subscription.instance_id.is_not(None)]
        if self.since is not None:
            tasks, waits = [UserTask.created_at >= self.since], [*waits, Subscription.opened_at >= self.since]
        self.since = self.stage.engine.clock.now()
        return self._found(tasks, waits)

    def of_case(self, instance_id: UUID) -> tuple[list[OpenTask], list[Wait]]:
        """What was opened in one case."""
        return self._found([UserTask.instance_id == instance_id], [Subscription.instance_id == instance_id])

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
        self, tasks: list[ColumnElement[bool]], waits: list[ColumnElement[bool]]
    ) -> tuple[list[OpenTask], list[Wait]]:
        with reading(self.stage.engine) as session:
            rows = session.execute(
                select(UserTask, ProcessInstance.process_id)
                .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
                .where(UserTask.state == "created", *tasks)
            )
            opened = [self._task(session, task, process_id) for task, process_id in rows if task.id not in self.known]
            names = {name for family in self.families for name in family.reactions}
            found = session.scalars(
                select(Subscription).where(Subscription.kind == "message", Subscription.name.in_(names), *waits)
            )
            waiting = [self._wait(session, each) for each in found if each.id not in self.known]
        return opened, waiting

    def _task(self, session: Session, row: UserTask, process_id: str) -> OpenTask:
        return OpenTask(
            row.id, row.instance_id, process_id, row.element, row.role, row.assignee, tuple(row.candidates),
            row.created_at, row.rank_at, self.subject(session, row.instance_id),
        )  # fmt: skip

    def _wait(self, session: Session, row: Subscription) -> Wait:
        assert row.instance_id is not None
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
    address = session.scalar(select(func.min(Email.folded)).where(Email.person_id == person_id))
    return address or str(person_id)
