"""Seats under pressure, on PostgreSQL: the last place is offered once, and taken once, whoever reaches for it when."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from engine.clock import VirtualClock
from engine.engine import Engine
from engine.transaction import reading, transaction
from tests.fixtures.office import NOON
from tests.fixtures.staff import add_person
from tests.postgres import PostgresServer
from workflows.association.calendars import appointments
from workflows.association.events import registrations
from workflows.association.events.records import PUBLISHED, Event
from workflows.association.events.registrations import ASKED, CONFIRMED, OFFERED, WAITING, EventRegistration

pytestmark = pytest.mark.postgresql


@pytest.fixture
def engine(postgres_server: PostgresServer, migrated_postgres: str) -> Iterator[Engine]:
    url = postgres_server.create_database(f"seats_{uuid4().hex[:8]}", template=migrated_postgres)
    with Engine.open(url, clock=VirtualClock(NOON)) as opened:
        yield opened


def world(engine: Engine, capacity: int, states: list[str]) -> tuple[UUID, list[UUID]]:
    """An event of so many places, and people who are registered in these states, in this order."""
    people = [add_person(engine, f"P{number}", "Essai") for number in range(len(states))]
    with transaction(engine) as session:
        event = Event(
            id=uuid4(), key="EVT-1", organiser_id=people[0].id, kind="TALK", title_fr="Causerie", day=date(2027, 3, 1),
            begins=time(19), minutes=120, expected=capacity, capacity=capacity, approved_capacity=capacity,
            state=PUBLISHED, proposed_at=NOON,
        )  # fmt: skip
        session.add(event)
        planned = appointments.plan(
            session, event.key, "d1", titles=("Causerie", "Talk"), minutes=120, now=NOON,
            starts=datetime(2027, 3, 1, 19, tzinfo=ZoneInfo("Europe/Paris")),
        )  # fmt: skip
        made = [
            EventRegistration(
                id=uuid4(), event_id=event.id, appointment_id=planned.id, person_id=person.id, entitlement="MEMBER",
                state=state, asked_at=NOON + timedelta(minutes=number),
            )
            for number, (person, state) in enumerate(zip(people, states, strict=True))
        ]  # fmt: skip
        session.add_all(made)
        return event.id, [each.id for each in made]


def at_once(engine: Engine, *acts: Callable[[Session], object]) -> list[object]:
    """Does these in transactions of their own that begin at one instant; answers what they answered."""
    gate, answers = threading.Barrier(len(acts)), list[object]()

    def run(act: Callable[[Session], object]) -> None:
        with transaction(engine) as session:
            gate.wait(10)
            answers.append(act(session))

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


def test_two_offers_of_the_last_place_at_one_instant_are_one(engine: Engine) -> None:
    now = datetime(2026, 12, 1, tzinfo=UTC)
    event_id, ids = world(engine, 2, [CONFIRMED, WAITING, WAITING, WAITING])

    def offer(session: Session) -> UUID | None:
        found = registrations.offer_next(session, event_id, now)
        return found.id if found is not None else None

    answers = at_once(engine, *[offer] * 4)
    assert sorted(answers, key=str) == sorted([ids[1], None, None, None], key=str)
    with reading(engine) as session:
        states = [session.get_one(EventRegistration, each).state for each in ids]
    assert states == [CONFIRMED, OFFERED, WAITING, WAITING]


def test_six_who_reach_for_two_places_get_two(engine: Engine) -> None:
    _, ids = world(engine, 2, [ASKED] * 6)

    def take(registration_id: UUID) -> Callable[[Session], str]:
        return lambda session: registrations.take(
            session, session.get_one(EventRegistration, registration_id), date(2026, 12, 1)
        )

    answers = at_once(engine, *map(take, ids))
    assert sorted(map(str, answers)) == ["PLACE"] * 2 + ["QUEUE"] * 4
