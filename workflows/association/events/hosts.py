"""Who acts for an event: whoever proposed it, or its group's leads while their mandate runs, or the events office.

Whoever proposed it as the group's lead acted by a mandate: when that ends, the event goes with it to the successor,
and its tasks are the leads'. A member who proposed through the lead stays the organiser (domain §P4.6, X12). Who was
erased or has died organises nothing: the same happens, and where nobody leads the group, the events office is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.assignment import Actor
from engine.calendar import PARIS
from workflows.association import roles
from workflows.association.case_variables import local_day, uuid_or_none
from workflows.association.events.records import Event
from workflows.association.people import Person
from workflows.association.roles import RoleHolding

LEADS: Final = ("GROUP_LEAD", "CHAPTER_LEAD")
OFFICE: Final = ("EVENTS", "GENERAL_DELEGATE")


def leads_of(event: Event) -> list[str]:
    """The role keys of those who lead the event's group; none where it has no group."""
    return [roles.key(role, f"group:{event.group_id}") for role in LEADS] if event.group_id is not None else []


def by_mandate(session: Session, event: Event) -> bool:
    """Whether its organiser led the group on the day of the proposal."""
    proposed: date = local_day(event.proposed_at, PARIS)
    query = select(RoleHolding.id).where(
        roles.held(event.organiser_id, proposed), RoleHolding.role.in_(LEADS),
        RoleHolding.scope == f"group:{event.group_id}",
    )  # fmt: skip
    return session.scalar(query.limit(1)) is not None


def candidates(session: Session, event: Event) -> Mapping[str, object]:
    """Whom a task of an event is for: `runners`, role keys, and `hosts`, the organiser where he needs no mandate."""
    passed_on = by_mandate(session, event) or _is_gone(session, event)
    hosts = [] if passed_on else [f"person:{event.organiser_id}"]
    return {"runners": [OFFICE[0], *leads_of(event)], "hosts": hosts}


def may_run(session: Session, event: Event, by: Actor) -> bool:
    """Whether somebody acts for an event now."""
    if by.roles.intersection((*OFFICE, *leads_of(event))):
        return True
    return by.id == f"person:{event.organiser_id}" and not by_mandate(session, event)


def has_lost(session: Session, event: Event, by: Actor) -> bool:
    """Whether somebody acted for it by a mandate that has ended: as its organiser, or as a lead of its group."""
    kind, _, person = by.id.partition(":")
    if kind != "person" or may_run(session, event, by):
        return False
    past = select(RoleHolding.id).where(
        RoleHolding.person_id == UUID(person), RoleHolding.role.in_(LEADS),
        RoleHolding.scope == f"group:{event.group_id}",
    )  # fmt: skip
    return session.scalar(past.limit(1)) is not None


def person_of(session: Session, event: Event, on: date) -> UUID:
    """Who is written to about an event: its organiser, or who leads the group now where his mandate has ended or he is
    gone; of those who are gone without a lead, the events office."""
    held, gone = roles.keys_of(session, event.organiser_id, on), _is_gone(session, event)
    if not gone and (not by_mandate(session, event) or held.intersection(leads_of(event))):
        return event.organiser_id
    scope = f"group:{event.group_id}"
    heirs = [each for role in LEADS for each in roles.holders(session, role, on, scope=scope)]
    if gone:
        heirs += [each for role in OFFICE for each in roles.holders(session, role, on)]
    return heirs[0] if heirs else event.organiser_id


def _is_gone(session: Session, event: Event) -> bool:
    """Whether its organiser was erased, and a tombstone stands there, or has died."""
    organiser = session.get_one(Person, event.organiser_id)
    return organiser.erased_on is not None or organiser.deceased_on is not None


def person_of_case(session: Session, variables: Mapping[str, object], on: date) -> UUID | None:
    """The same by the variables of a case; None where it is about no event."""
    found = uuid_or_none(variables, "event_id")
    event = session.get(Event, found) if found is not None else None
    return person_of(session, event, on) if event is not None else None


def run_by(session: Session, person_id: UUID, held: frozenset[str]) -> Sequence[Event]:
    """The events that somebody with these roles organises or leads the group of, the latest first."""
    scopes = (roles.parts(key)[1] for key in held if roles.parts(key)[0] in LEADS)
    groups = [UUID(scope.removeprefix("group:")) for scope in scopes if scope.startswith("group:")]
    query = select(Event).where((Event.organiser_id == person_id) | Event.group_id.in_(groups))
    found = session.scalars(query.order_by(Event.day.desc(), Event.key.desc()).limit(50)).all()
    me = Actor(f"person:{person_id}", "", held)
    return [each for each in found if may_run(session, each, me)]
