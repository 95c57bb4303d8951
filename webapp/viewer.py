"""Who looks at this page: a signed-in person, or the holder of a signed link, or nobody."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Final
from uuid import UUID

from flask import g, session
from sqlalchemy.orm import Session

import workflows
from engine.assignment import Actor
from engine.transaction import reading
from webapp import auth
from webapp.auth import SignInNeeded
from webapp.authorize import Viewer
from webapp.links import tokens
from webapp.operations.drawing import SUBJECT_ROLES
from workflows.association import own_names
from workflows.association.case_variables import local_day
from workflows.association.role_names import WORKING_ROLES

# Who comes to the page of a case: whoever works here, and owners of processes from outside, who read their own.
OWNERS: Final = frozenset(role for each in workflows.catalogue() for role in each.owner_roles)
CASE_READERS: Final = tuple(sorted(WORKING_ROLES | OWNERS))
LINK = "link"
UNASKED: Final = object()


def viewer() -> Viewer:
    """The viewer of this request. Raises SignInNeeded where there is neither a session nor a living link."""
    found = find_viewer()
    if found is None:
        raise SignInNeeded
    return found


def find_viewer() -> Viewer | None:
    """The viewer of this request, or None. Looked up once a request. Nobody is an applicant in general: whose case it
    is decides."""
    found = g.get("viewer", UNASKED)
    if found is UNASKED:
        with reading(auth.engine()) as reader:
            found = g.viewer = _find(reader, auth.engine().clock.now())
    return found if isinstance(found, Viewer) else None


def _find(reader: Session, now: datetime) -> Viewer | None:
    link_actor = _link_actor(reader, now)
    person = auth.visitor()
    if person is None:
        return None if link_actor is None else Viewer(link_actor, frozenset({link_actor.id}))
    today = local_day(now, auth.engine().settings.zone)
    return viewer_of(reader, person.person_id, person.actor, today, staff=person.staff)


def viewer_of(reader: Session, person_id: UUID, actor: Actor, today: date, *, staff: bool) -> Viewer:
    """What this person is as a viewer, whoever makes the request: so it can be asked what somebody else may see."""
    names = own_names.of_person(reader, person_id)
    return Viewer(
        actor=Actor(actor.id, actor.name, actor.roles - SUBJECT_ROLES, also=names.every),
        identities=names.own | {actor.id},
        processes=owned_by(actor.roles),
        staff=staff,
        today=today,
    )


@lru_cache(maxsize=256)
def owned_by(held: frozenset[str]) -> frozenset[str]:
    """The processes that holders of these roles own."""
    return frozenset(entry.process_id for entry in workflows.catalogue() if held.intersection(entry.owner_roles))


def _link_actor(reader: Session, now: datetime) -> Actor | None:
    kept = session.get(LINK)
    if not isinstance(kept, str):
        return None
    link = tokens.living(reader, UUID(kept), now)
    return None if link is None else Actor(link.actor, "")
