"""Lists of choices of the forms of events: the groups somebody may propose for, the dates one may register for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.association.calendars import spoken
from workflows.association.calendars.appointments import CANCELLED
from workflows.association.case_variables import uuid_or_none
from workflows.association.events import records, registrations
from workflows.association.events.records import Event
from workflows.association.groups import Group, GroupMember
from workflows.association.roles import RoleHolding

Choices = Sequence[tuple[str, str]]
_GROUP: Final = "group:"


def event_groups(session: Session, language: str, variables: Mapping[str, object]) -> Choices:
    """The groups that somebody belongs to or leads; all of them where nobody is named (the office proposes)."""
    person_id = uuid_or_none(variables, "person_id")
    query = select(Group).where(Group.closed_on.is_(None))
    if person_id is not None:
        mine = select(GroupMember.group_id).where(GroupMember.person_id == person_id)
        scopes = session.scalars(select(RoleHolding.scope).where(RoleHolding.person_id == person_id))
        led = [UUID(scope.removeprefix(_GROUP)) for scope in scopes if scope.startswith(_GROUP)]
        query = query.where(Group.id.in_(mine) | Group.id.in_(led))
    found = session.scalars(query).all()
    return sorted(((str(each.id), each.name(language)) for each in found), key=lambda pair: pair[1].casefold())


EVERY: Final = "ALL"


def event_coming_dates(session: Session, language: str, variables: Mapping[str, object], today: date) -> Choices:
    """The dates of the event of a case that are still to come, and all of them together, before them."""
    found = uuid_or_none(variables, "event_id")
    event = session.get(Event, found) if found is not None else None
    if event is None:
        return ()
    dates = [each for each in records.dates(session, event) if each.state != CANCELLED and each.day >= today]
    every = "All dates to come" if language == "en" else "Toutes les dates à venir"
    return [(EVERY, every), *((str(each.id), spoken.moment(each.starts_at, language)) for each in dates)]


def event_dates(session: Session, language: str, variables: Mapping[str, object], today: date) -> Choices:
    """The dates of the event of a case that are still on and to come; which of them have a waiting list alone."""
    found = uuid_or_none(variables, "event_id")
    event = session.get(Event, found) if found is not None else None
    if event is None:
        return ()
    waits = " (full: waiting list)" if language == "en" else " (complet : liste d’attente)"
    return [
        (
            str(each.id),
            spoken.moment(each.starts_at, language)
            + ("" if registrations.outlook(session, event, each.id, today) == registrations.PLACE else waits),
        )
        for each in records.dates(session, event)
        if each.state != CANCELLED and each.day >= today
    ]
