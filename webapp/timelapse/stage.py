"""The stage of a timelapse: a database of its own, a clock that jumps, and the verbs of the people in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from types import MappingProxyType
from uuid import NAMESPACE_OID, UUID, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from engine import commands
from engine.assignment import SYSTEM, Actor
from engine.clock import VirtualClock
from engine.completion import TaskContext
from engine.engine import Engine
from engine.jobs import run_due
from engine.models import UserTask
from engine.starting import StartContext
from engine.transaction import transaction
from webapp import database, definitions
from webapp.assembly import open_engine
from webapp.house import association_of, secluded
from webapp.settings import Settings
from workflows.association import contacts
from workflows.association.people import Person
from workflows.association.record_set import record_set
from workflows.association.settings import Association

Values = Mapping[str, object]


@dataclass(slots=True)
class Stage:
    """Where it is played. `labels` says in words whose case it is."""

    engine: Engine
    clock: VirtualClock
    settings: Settings
    labels: dict[UUID, str] = field(default_factory=dict)

    @property
    def association(self) -> Association:
        """The association of the settings."""
        return association_of(self.settings, self.clock)

    @property
    def zone(self) -> ZoneInfo:
        """The association's zone."""
        return self.engine.settings.zone

    def at(self, day: date, hour: time) -> datetime:
        """A moment of the association's zone."""
        return datetime.combine(day, hour, self.zone)

    def person(self, first: str, last: str, **facts: object) -> Person:
        """Somebody of the register; the same name is the same person in every play."""
        with transaction(self.engine) as session:
            known = Person(id=uuid5(NAMESPACE_OID, f"{first} {last}"), first_names=first, birth_name=last, lang="fr")
            for name, value in facts.items():
                setattr(known, name, value)
            known.refresh_search_name()
            session.add(known)
            session.flush()
            known.emails.append(contacts.email_row(known.id, f"{first}.{last}@example.org".lower()))
        return known

    def start(
        self, process: str, records: Values, label: str, *, known: Values = MappingProxyType({}), by: Actor = SYSTEM
    ) -> UUID:
        """Starts a process by its form; `known` is what its page knows already."""

        def write(session: Session, context: StartContext) -> Values:
            return record_set().write(session, known, records, now=context.now, by=context.by.id)

        with transaction(self.engine) as session:
            started = commands.start(session, self.engine, process, known, by=by, write=write)
        self.labels[started.instance_id] = label
        self.run()
        return started.instance_id

    def complete(self, task: UserTask, by: Actor, variables: Values, records: Values) -> None:
        """Completes a task, its records in the same transaction."""

        def write(session: Session, context: TaskContext) -> Values:
            return record_set().write(session, context.variables, records, now=context.now, by=context.by.id)

        with transaction(self.engine) as session:
            commands.complete(session, self.engine, task.id, variables, by=by, write=write)
        self.run()

    def run(self) -> None:
        """Does all work that is due now."""
        while run_due(self.engine):
            pass


def open_stage(settings: Settings, folder: Path, first_day: date, processes: Sequence[str]) -> Stage:
    """An empty association on its first morning, with these processes deployed. Nothing leaves the house."""
    clock = VirtualClock(datetime.combine(first_day, time(9), ZoneInfo(settings.zone)))
    own = secluded(settings, f"sqlite:///{folder / 'timelapse.db'}", folder)
    engine = open_engine(own, clock=clock)
    database.upgrade(engine.database)
    with transaction(engine) as session:
        definitions.deploy(session, engine, [definitions.OWN / each for each in processes], reason="timelapse")
    return Stage(engine, clock, own)
