"""Two new cohorts call those who wait at one instant, on PostgreSQL: nobody is called by both. Domain §P2.12.2."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from uuid import UUID

import pytest
from sqlalchemy import text

import workflows
from engine import commands
from engine.assignment import SYSTEM
from engine.clock import VirtualClock
from engine.engine import Engine
from engine.transaction import reading, transaction
from tests.fixtures.office import NOON
from tests.fixtures.staff import add_person
from tests.postgres import PostgresServer
from workflows.association.cohorts import admission, candidacies
from workflows.association.cohorts.records import Cohort, CohortSeat
from workflows.association.registry import registry
from workflows.association.settings import Association

WAITS = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


@pytest.fixture
def engine(postgres_server: PostgresServer, migrated_postgres: str) -> Iterator[Engine]:
    url = postgres_server.create_database("cohort_places", template=migrated_postgres)
    with Engine.open(url, clock=VirtualClock(NOON), registry=registry(Association())) as opened:
        with transaction(opened) as session:
            commands.deploy(session, opened, workflows.definitions()["cohort_admission"], by=SYSTEM)
        yield opened


def cohort(engine: Engine, key: str, state: str) -> UUID:
    with transaction(engine) as session:
        made = Cohort(
            key=key, starts_on=NOON.date() + timedelta(weeks=12), begins=NOON.time(), minutes=180, sessions=32,
            state=state, held=0, opened_at=NOON,
        )  # fmt: skip
        session.add(made)
        session.flush()
        return made.id


def waits(engine: Engine, name: str, closed: UUID) -> None:
    """Somebody had a seat in a group that was given up, and waits for the next one."""
    person = add_person(engine, name, "Essai")
    with transaction(engine) as session:
        seat = CohortSeat(cohort_id=closed, person_id=person.id, situation="SEEKING", state="CANCELLED")
        session.add(seat)
        session.flush()
        again = candidacies.again(session, seat, NOON)
        said = {"candidacy_id": str(again.id), "person_id": str(person.id)}
        commands.correlate_message(
            session, engine, "cohort_seat_awaited", str(again.id), said, source="test", by=SYSTEM
        )  # fmt: skip


def waits_for_the_other(engine: Engine) -> bool:
    """Whether somebody waits for a lock now: PostgreSQL shows a transaction what it was first shown of the others."""
    with reading(engine) as looking:
        return bool(looking.scalar(WAITS))


@pytest.mark.postgresql
def test_two_new_cohorts_never_call_the_same_person(engine: Engine) -> None:
    closed = cohort(engine, "COH-2025-01", "CLOSED")
    for name in ("Ada", "Bea"):
        waits(engine, name, closed)
    new = [cohort(engine, f"COH-2027-0{number}", "RECRUITING") for number in (1, 2)]

    def call(cohort_id: UUID) -> int:
        with transaction(engine) as session:
            return admission.call_next(session, engine, cohort_id, today=NOON.date(), most=1)

    with ThreadPoolExecutor(1) as other:
        with transaction(engine) as session:
            assert admission.call_next(session, engine, new[0], today=NOON.date(), most=1) == 1
            second = other.submit(call, new[1])
            while not waits_for_the_other(engine) and not second.done():
                Event().wait(0.01)
        assert second.result(timeout=20) == 1
    with reading(engine) as session:
        assert [candidacies.taken(session, each) for each in new] == [1, 1]
        assert candidacies.waiting(session) == []
