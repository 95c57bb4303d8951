"""Who leaves: people who resign, deaths that families and banks report, and, rarely, a removal (domain §P1, P1f)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from engine.transaction import reading
from workflows.association.case_variables import local_day
from workflows.association.memberships import Membership
from workflows.association.year import days
from workflows.association.year.lots import among
from workflows.association.year.world import Answers, Asked, Family, Habit, OpenTask, Planned, World

PROCESS = "membership_exit"
A_YEAR = MappingProxyType(
    {"RESIGNATION": 210.0, "LETTER": 40.0, "DEATH": 150.0, "NON_PAYMENT": 24.0, "DISCIPLINARY": 3.0}
)
_REASONS = {"COST": 30.0, "NO_USE": 35.0, "TOO_MANY_MAILS": 10.0, "MOVED_AWAY": 12.0, "OTHER": 13.0}
_MEMBER = Membership.statutory_status == "MEMBER"
_PAID_UP = Membership.service_entitlement.in_({"NEW", "CURRENT", "GRACE"})
_WHOSE: Mapping[str, ColumnElement[bool]] = MappingProxyType(
    {
        "RESIGNATION": _MEMBER & _PAID_UP,
        "LETTER": _MEMBER & _PAID_UP,
        "DEATH": _MEMBER,
        "NON_PAYMENT": _MEMBER & (Membership.service_entitlement == "LAPSED"),
        "DISCIPLINARY": _MEMBER & _PAID_UP,
    }
)


def plan(world: World, day: date) -> Iterator[Planned]:
    """The departures of a day: members write at any hour, the office keys in what came by post in the morning."""
    for kind, yearly in A_YEAR.items():
        rng = world.lots.of("leavers", kind, day)
        for number in range(days.count_on(rng, day, yearly * world.scale)):
            key = f"leaves:{kind}:{day}:{number}"
            moment = days.moment(world.lots.of("when", key), day, world.association.zone)
            yield Planned(moment, key, partial(_leave, kind=kind, key=key, day=day))


def _leave(world: World, kind: str, key: str, day: date) -> UUID | None:
    rng = world.lots.of("who", key)
    with reading(world.engine) as session:
        found = _somebody(session, rng, kind)
    if found is None:
        return None
    person_id, member_no = found
    if kind == "RESIGNATION":
        effective = day + timedelta(days=rng.choice((0, 0, 0, 15, 30, 60)))
        said: Answers = {"reason": among(rng, _REASONS), "effective_on": effective, "confirmed": True}
        return world.send_form(PROCESS, said, key=f"year:{key}", by=person_id)
    office = UUID(world.office("MEMBERSHIP").removeprefix("person:"))
    kind = "RESIGNATION" if kind == "LETTER" else kind
    said = {"member_no": member_no, "kind": kind, "effective_on": day}
    return world.send_form(PROCESS, said, key=f"year:{key}", by=office)


def _somebody(session: Session, rng: Random, kind: str) -> tuple[UUID, str] | None:
    """A member whom it may happen to, by lot: the next one after a drawn id of the demonstration's people."""
    drawn = UUID(int=rng.getrandbits(128), version=4)
    query = select(Membership.person_id, Membership.member_no).where(_WHOSE[kind], Membership.person_id > drawn)
    row = session.execute(query.order_by(Membership.person_id).limit(1)).first()
    return None if row is None else (row.person_id, row.member_no)


def _today(field: str, **more: object) -> Callable[[Asked], Answers]:
    def answers(asked: Asked) -> Answers:
        return {field: local_day(asked.world.engine.clock.now(), asked.world.association.zone), **more}

    return answers


def _vote(asked: Asked) -> Answers:
    """The committee follows the office in four votes of five."""
    follows = asked.rng.random() < 0.8
    today = local_day(asked.world.engine.clock.now(), asked.world.association.zone)
    return {"held_on": today, "in_favour": 7 if follows else 2, "against": 1 if follows else 6, "abstained": 1}


def _family(asked: Asked) -> Answers:
    return {"family": "Échange avec la famille.", "memorial": among(asked.rng, {"NONE": 85.0, "REQUESTED": 15.0})}


def _postman(world: World, session: Session, task: OpenTask) -> datetime:
    """A registered letter is received some days later."""
    rng = world.lots.of("post", task.subject, task.created_at.isoformat())
    return task.created_at + timedelta(days=rng.randint(2, 5))


HABITS: Mapping[str, Habit] = MappingProxyType(
    {
        "withdraw_resignation": Habit(lambda asked: {"stay": True}, share=0.05, most=timedelta(days=12)),
        "post_notice": Habit(_today("posted_on", posting_number="1A 000 000 0000 0")),
        "record_reception": Habit(_today("received_on"), not_before=_postman),
        "hold_hearing": Habit(_today("heard_on", appeared="YES", hearing="Entendu par le comité.")),
        "post_decision": Habit(_today("notified_on")),
        "record_vote": Habit(_vote),
        "confirm_vote": Habit(lambda asked: {"is_right": "YES"}),
        "contact_family": Habit(_family),
        "membership_exit.decide_by_hand": Habit(lambda asked: {"decision": "KEEP"}),
    }
)
LEAVERS = Family("leavers", plan, HABITS)
