"""Who comes to events: members register, some beyond the seats that there are, and some withdraw (domain §P4.11)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, time, timedelta
from functools import partial
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.transaction import reading
from workflows.association.case_variables import local_day
from workflows.association.contacts import Email
from workflows.association.events import changing
from workflows.association.events.records import Event
from workflows.association.events.registrations import EventRegistration, open_dates
from workflows.association.year import days, hosting, somebody
from workflows.association.year.lots import among, short
from workflows.association.year.world import Family, Habit, Planned, World

PROCESS, WITHDRAWAL = "event_registration", "registration_withdrawn"
FEWEST, MOST = 0.5, 1.3  # people who would come, by seats
WITHDRAW, WITHIN = 0.08, 12  # the share that withdraws, within so many days
OPENS = time(8)


def plan(world: World, day: date) -> Iterator[Planned]:
    """Registrations for the events that are announced, and withdrawals."""
    zone = world.association.zone
    with reading(world.engine) as session:
        for event, name in hosting.standing(session, world, day):
            for number in range(_wanted(world, event, name, day)):
                key = f"registers:{name}:{day}:{number}"
                act = partial(_register, event_id=event.id, key=key)
                yield Planned(days.moment(world.lots.of("when", key), day, zone), key, act, about=name)
        for registration_id, case, event_id, name in _withdrawing(session, world, day):
            moment = days.moment(world.lots.of("when", f"withdraws:{name}"), day, zone)
            leave = partial(_withdraw, registration_id=registration_id, instance_id=case)
            yield Planned(moment, f"withdraws:{name}", leave, about=event_id)


def _wanted(world: World, event: Event, name: str, day: date) -> int:
    """How many ask on this day: the event's own number, spread over the days until it takes place."""
    zone = world.association.zone
    first = local_day(event.decided_at or event.proposed_at, zone) + timedelta(days=1)
    share = FEWEST + (MOST - FEWEST) * world.lots.of("demand", name).random()
    daily = event.approved_capacity * share / max((event.day - first).days, 1)
    rng = world.lots.of("demand", name, day)
    return int(daily) + (rng.random() < daily % 1) if first <= day < event.day else 0


def _register(world: World, event_id: UUID, key: str) -> UUID | None:
    rng = world.lots.of("attendee", key)
    now = world.engine.clock.now()
    with reading(world.engine) as session:
        event, person = session.get_one(Event, event_id), somebody.paid_up(session, rng)
        if person is None or not open_dates(session, event, now):
            return None
        person_id, known = person.id, changing.seat(session, event, person.id, now)
    said = {"seats": among(rng, {1: 85.0, 2: 15.0}), "listed": rng.random() < 0.7, "payer": "SELF"}
    case = world.send_about(PROCESS, said, known, key=short(key), by=person_id)
    if case is not None:
        world.go_on(case)  # a seat is held for half an hour: the next full hour is too late to say what it costs
    return case


def _withdrawing(session: Session, world: World, day: date) -> Iterator[tuple[UUID, UUID, str, str]]:
    """Who registered lately and withdraws on this day, whatever became of the registration."""
    zone = world.association.zone
    address = select(func.min(Email.folded)).where(Email.person_id == EventRegistration.person_id).scalar_subquery()
    query = select(EventRegistration, address).where(
        EventRegistration.asked_at >= days.at(day - timedelta(days=WITHIN + 1), time(), zone),
        EventRegistration.asked_at < days.at(day, time(), zone),
    )
    for registration, who in session.execute(query.order_by(EventRegistration.asked_at, EventRegistration.id)):
        name = f"{who or registration.person_id} {registration.asked_at.isoformat()}"
        rng = world.lots.of("withdraws", name)
        asked = local_day(registration.asked_at, zone)
        falls = rng.random() < WITHDRAW and asked + timedelta(days=rng.randint(1, WITHIN)) == day
        if falls and registration.instance_id is not None:
            yield registration.id, registration.instance_id, str(registration.event_id), name


def _withdraw(world: World, registration_id: UUID, instance_id: UUID) -> UUID:
    with reading(world.engine) as session:
        person_id = session.get_one(EventRegistration, registration_id).person_id
    world.press(instance_id, WITHDRAWAL, by=person_id)
    return instance_id


HABITS: Mapping[str, Habit] = MappingProxyType(
    {
        "event_registration.answer_offer": Habit(
            lambda asked: {"offer_answer": "TAKE" if asked.rng.random() < 0.8 else "PASS"}, 0.8, most=timedelta(days=1)
        ),
        "give_opinion": Habit(
            lambda asked: {"score": min(10, max(0, round(asked.rng.gauss(8, 1.5))))}, 0.35, timedelta(hours=2)
        ),
    }
)
ATTENDING = Family("attending", plan, HABITS)
