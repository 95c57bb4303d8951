"""The mail of Monday morning to whoever is general delegate: the numbers of the page, and the way to it. No names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import NAMESPACE_OID, UUID, uuid5

from babel.support import NullTranslations
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.assignment import Actor
from engine.engine import Engine
from engine.models import Job
from engine.registry import Connector, ConnectorWork, Registry
from engine.transaction import reading, transaction
from webapp.settings import Settings
from webapp.week.letter import letter
from webapp.week.reckoning import reckon
from workflows.association import mails, own_names, people, roles
from workflows.association.case_variables import local_day

__all__ = ["TYPE", "ensure", "registry"]

TYPE: Final = "week.mail"
READER: Final = "GENERAL_DELEGATE"
AT: Final = time(7)


@dataclass(frozen=True, slots=True)
class WeekMail:
    """The connector: writes the mails of this Monday, and promises the next one."""

    settings: Settings
    languages: Mapping[str, NullTranslations]

    def __call__(self, work: ConnectorWork) -> None:
        today = local_day(work.now, work.engine.settings.zone)
        with transaction(work.engine) as session:
            for person_id in roles.holders(session, READER, today):
                self._write(session, work, person_id, today)
        _promise(work.engine, _next(work.engine, today))

    def _write(self, session: Session, work: ConnectorWork, person_id: UUID, today: date) -> None:
        person, key = people.get(session, person_id), f"{TYPE}:{today}:{person_id}"
        if person is None or person.primary_email is None or mails.by_key(session, key) is not None:
            return
        held = roles.keys_of(session, person_id, today)
        names = own_names.of_person(session, person_id)
        week = reckon(session, work.engine, Actor(f"person:{person_id}", person.display_name, held, also=names.every))
        words = self.languages.get(person.lang, NullTranslations())
        zone, address = work.engine.settings.zone, f"{self.settings.public_url}/week"
        said = letter(week, words, person.lang, work.now, zone, address)
        mails.post(
            session, work.engine, to=person_id, subject=said.subject, text=said.text, html=said.html, key=key,
            kind="transactional",
        )  # fmt: skip


def registry(settings: Settings, languages: Mapping[str, NullTranslations]) -> Registry:
    """The job type of these mails."""
    return Registry.collect([Connector(TYPE, WeekMail(settings, languages), retries=5, policy="idempotent")])


def ensure(engine: Engine) -> None:
    """Sees that the next Monday is promised: called where a process begins to run jobs."""
    with reading(engine) as reader:
        known = reader.scalar(select(Job.id).where(Job.type == TYPE).limit(1))
    if known is None:
        _promise(engine, _next(engine, local_day(engine.clock.now(), engine.settings.zone)))


def _next(engine: Engine, day: date) -> datetime:
    """The morning of the Monday after this day."""
    return datetime.combine(day + timedelta(days=7 - day.weekday()), AT, engine.settings.zone)


def _promise(engine: Engine, due_at: datetime) -> None:
    """The job of that morning, once, whoever promises it."""
    job_id = uuid5(NAMESPACE_OID, f"{TYPE} {due_at.isoformat()}")
    with transaction(engine) as session:
        if session.get(Job, job_id) is None:
            session.add(
                Job(
                    id=job_id, process_id="", kind="connector", type=TYPE, payload={"variables": {}}, due_at=due_at,
                    retries=5, priority=10,
                )
            )  # fmt: skip
