"""Two workers at one instant, on PostgreSQL: two late notices of one reader do not each take the other along."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from uuid import UUID, uuid4

import pytest

from engine.clock import VirtualClock
from engine.engine import Engine
from engine.transaction import reading, transaction
from tests.fixtures.office import NOON
from tests.postgres import PostgresServer
from tests.workflows.test_cohort_places import waits_for_the_other
from workflows.association import mail_day, mails
from workflows.association.contacts import email_row
from workflows.association.mail_templates import NOTICE
from workflows.association.mails import Mail
from workflows.association.people import Person
from workflows.association.registry import registry
from workflows.association.settings import Association

ASSOCIATION = Association()


@pytest.fixture
def engine(postgres_server: PostgresServer, migrated_postgres: str) -> Iterator[Engine]:
    url = postgres_server.create_database("mail_day", template=migrated_postgres)
    with Engine.open(url, clock=VirtualClock(NOON), registry=registry(ASSOCIATION)) as opened:
        yield opened


def notices(engine: Engine) -> list[UUID]:
    """Two that are ready, of somebody who had the one mail of the day."""
    person = Person(id=uuid4(), first_names="Ambre", birth_name="Delaunay", lang="fr", watched=False)
    person.emails.append(email_row(person.id, "ambre@boite.example"))
    with transaction(engine) as session:
        session.add(person)
        session.flush()
        made = [
            mails.post(session, engine, to=person.id, subject=subject, text=subject, kind=NOTICE)
            for subject in ("Séance 8", "Séance 9", "Séance 10")
        ]
        for mail_id in made:
            session.get_one(Mail, mail_id).due_at = NOON
        first = session.get_one(Mail, made[0])
        first.state, first.day = "SENT", f"{person.id}:{NOON.date()}"
    return made[1:]


def load(engine: Engine, mail_id: UUID) -> list[UUID]:
    with transaction(engine) as session:
        return [each.id for each in mail_day.load(session, ASSOCIATION, session.get_one(Mail, mail_id), NOON)]


@pytest.mark.postgresql
def test_of_two_late_notices_one_takes_the_other_along(engine: Engine) -> None:
    one, two = notices(engine)
    with ThreadPoolExecutor(1) as other:
        with transaction(engine) as session:
            loaded = mail_day.load(session, ASSOCIATION, session.get_one(Mail, one), NOON)
            assert [each.id for each in loaded] == [one, two]
            second = other.submit(load, engine, two)
            while not waits_for_the_other(engine) and not second.done():
                Event().wait(0.01)
        assert second.result(timeout=20) == [], "it travels with the other"
    with reading(engine) as session:
        assert [session.get_one(Mail, each).merged_into for each in (one, two)] == [None, one]
