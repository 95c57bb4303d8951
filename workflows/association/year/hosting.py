"""Events: leads of groups propose them, a few call one off, they welcome people and report (domain §P4.11)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from random import Random
from types import MappingProxyType
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.transaction import reading, transaction
from workflows.association import roles
from workflows.association.case_variables import local_day
from workflows.association.contacts import Email
from workflows.association.events import cancelling, changing, door, lists, registrations
from workflows.association.events.records import OPEN, STANDING, Event
from workflows.association.roles import RoleHolding
from workflows.association.year import days
from workflows.association.year.lots import among, short
from workflows.association.year.world import Answers, Asked, Family, Habit, Planned, World

PROCESS, CALLING_OFF = "event_proposal", "event_cancellation"
A_YEAR = 1_000  # domain §P4.11: 700 small, 250 medium, 50 large
SEASON: Sequence[float] = (7, 8, 11, 11, 10, 9, 3, 1, 12, 12, 11, 5)
TIERS = {"small": 70.0, "medium": 25.0, "large": 5.0}
CALLED_OFF, COMES, MOVES = 0.04, 0.88, 0.3  # shares: of events, of those who registered, of events called off
_KINDS: Mapping[str, Sequence[str]] = MappingProxyType(
    {"small": ("AFTERWORK", "VISIT", "TALK", "CULTURE"), "medium": ("DINNER", "TALK", "REUNION", "CULTURE"),
     "large": ("GALA", "TRIP", "SPORT")}
)  # fmt: skip
_TITLES: Mapping[str, str] = MappingProxyType(
    {"AFTERWORK": "Afterwork", "VISIT": "Visite", "TALK": "Rencontre", "CULTURE": "Concert", "DINNER": "Dîner",
     "REUNION": "Retrouvailles", "GALA": "Gala", "TRIP": "Voyage", "SPORT": "Randonnée"}
)  # fmt: skip
_LEADS: Final = ("GROUP_LEAD", "CHAPTER_LEAD")
_GROUP: Final = "group:"


def plan(world: World, day: date) -> Iterator[Planned]:
    """The proposals of a day, the events that are called off on it, and those that take place."""
    zone, rng = world.association.zone, world.lots.of("events", day)
    for number in range(days.count_on(rng, day, A_YEAR * world.scale, SEASON)):
        key = f"event:{day}:{number}"
        yield Planned(days.moment(world.lots.of("when", key), day, zone), key, partial(_propose, key=key, day=day))
    with reading(world.engine) as session:
        for event, name in standing(session, world, day):
            off = world.lots.of("called off", name)
            approved = local_day(event.decided_at or event.proposed_at, zone)
            if off.random() < CALLED_OFF and approved + timedelta(days=off.randint(2, 20)) == day < event.day:
                act = partial(_call_off, event_id=event.id, name=name, day=day)
                yield Planned(days.moment(off, day, zone), f"calls off:{name}", act, about=name)
            if event.day == day:
                begins = datetime.combine(day, event.begins, zone) + timedelta(minutes=20)
                welcome = partial(_welcome, event_id=event.id, name=name)
                yield Planned(begins.astimezone(days.UTC_ZONE), f"welcome:{name}", welcome, about=name)


def standing(session: Session, world: World, day: date) -> list[tuple[Event, str]]:
    """Events from this day on that were approved before it, by steady names: who proposed them, and when.

    What is approved during the day is left for tomorrow: so a story that goes on after a crash finds the same.
    """
    address = select(func.min(Email.folded)).where(Email.person_id == Event.organiser_id).scalar_subquery()
    midnight = days.at(day, time(), world.association.zone)
    query = select(Event, address).where(
        Event.day >= day, Event.decided_at < midnight, (Event.state.in_(OPEN)) | (Event.closed_at >= midnight)
    )
    found = [
        (event, f"event {who or event.organiser_id} {event.proposed_at.isoformat()}")
        for event, who in session.execute(query.order_by(Event.proposed_at, Event.key))
    ]
    return sorted(found, key=lambda pair: pair[1])


def _propose(world: World, key: str, day: date) -> UUID | None:
    rng = world.lots.of("host", key)
    with reading(world.engine) as session:
        leads = _leads(session, day)
    if not leads:
        return None
    person_id, group = rng.choice(leads)
    return world.send_form(PROCESS, {"group": group, **_asked(rng, day)}, key=f"year:{key}", by=person_id)


def _leads(session: Session, day: date) -> list[tuple[UUID, str]]:
    """Who leads which group on a day, in a steady order."""
    query = select(RoleHolding.person_id, RoleHolding.scope).where(
        RoleHolding.role.in_(_LEADS), RoleHolding.scope.startswith(_GROUP), roles.in_force(day)
    )
    rows = session.execute(query.order_by(RoleHolding.scope, RoleHolding.person_id))
    return [(person_id, scope.removeprefix(_GROUP)) for person_id, scope in rows]


def _asked(rng: Random, day: date) -> dict[str, object]:
    """A small event is free, without alcohol that is sold and soon; a large one costs money and is far ahead."""
    tier = among(rng, TIERS)
    kind = rng.choice(_KINDS[tier])
    least, most = {"small": (8, 30), "medium": (35, 90), "large": (160, 320)}[tier]
    ahead = rng.randint(*{"small": (9, 45), "medium": (30, 75), "large": (100, 150)}[tier])
    people = rng.randint(least, most)
    said: dict[str, object] = {
        "title_fr": f"{_TITLES[kind]} n° {rng.randrange(1_000, 9_999)}", "title_en": "", "kind": kind,
        "starts_on": day + timedelta(days=ahead), "begins": time(19), "ends": time(22), "online": False,
        "place": f"{rng.randint(1, 90)} quai des Brumes, Lyon", "country": "FR", "expected": people,
        "public": among(rng, {"MEMBERS": 70.0, "GUESTS": 30.0}), "speaker": "NONE", "conflict": "NO", "charter": True,
        "alcohol": "NONE" if tier == "small" else among(rng, {"NONE": 40.0, "FREE": 60.0}),
    }  # fmt: skip
    if tier != "small":
        said |= {"price_member": Decimal(rng.randint(3, 8) * 5), "price_guest": Decimal(45)}
    return said


def _call_off(world: World, event_id: UUID, name: str, day: date) -> UUID | None:
    rng = world.lots.of("off", name)
    with reading(world.engine) as session:
        event = session.get_one(Event, event_id)
        organiser, stands = event.organiser_id, event.state in STANDING
        dates = cancelling.coming(session, event, world.engine.clock.now())
        known = {**changing.known(event), "series": len(dates) > 1}
    if not stands:
        return None
    said: Answers = {"calling_off": "CANCEL", "cause": "ORGANISER", "notice": "Nous n’avons pas pu réserver la salle."}
    if rng.random() < MOVES:
        new_day = day + timedelta(days=rng.randint(20, 40))
        said = {"calling_off": "MOVE", "new_day": new_day, "new_hour": time(19), "notice": "Une autre salle."}
    return world.send_about(CALLING_OFF, said, known, key=short(f"off:{name}"), by=organiser)


def _welcome(world: World, event_id: UUID, name: str) -> None:
    """The organiser has the list, and notes who is there."""
    now = world.engine.clock.now()
    with transaction(world.engine) as session:
        event = session.get_one(Event, event_id)
        if not lists.is_open(session, event, now):
            return
        coming = registrations.of_event(session, event_id)
        for number, each in enumerate(sorted(coming, key=lambda each: (each.asked_at, each.person_id))):
            if world.lots.falls(COMES, "comes", name, number):
                door.tell(each, True, now)


def _report(asked: Asked) -> Answers:
    rng = asked.rng
    return {
        "attended": rng.randint(5, 40), "missed": rng.randint(0, 4), "calm": "YES" if rng.random() < 0.03 else "NO",
        "incidents": "Une chute sans suite.", "income": 0, "costs": rng.randint(0, 30) * 10, "list_deleted": True,
    }  # fmt: skip


def _approval(asked: Asked) -> Answers:
    decided = among(asked.rng, {"APPROVE": 84.0, "CONDITIONS": 8.0, "RETURN": 5.0, "REFUSE": 3.0})
    return {"decision": decided, "note": "Voir avec le lieu pour l’horaire de fermeture."}


HABITS: Mapping[str, Habit] = MappingProxyType(
    {
        "event_proposal.approve_step": Habit(_approval),
        "revise_proposal": Habit(share=0.8, least=timedelta(hours=2), most=timedelta(days=5)),
        "decide_go": Habit(lambda asked: {"go_decision": "GO" if asked.rng.random() < 0.9 else "CANCEL"}),
        "write_report": Habit(_report, share=0.85, least=timedelta(hours=8), most=timedelta(days=12)),
    }
)
HOSTING = Family("hosting", plan, HABITS)
