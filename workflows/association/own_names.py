"""Every name under which a task excludes somebody: a person is also the holder of the links of her applications.

The engine compares the names that a diagram gave (`task.excluded`) with those of whoever acts. So that nobody gets what
is about himself because he applied before he was known (four eyes, domain §1.3), an application that nobody has linked
yet counts where the register found it alike, or where it has one of the person's addresses: it excludes, and gives no
rights.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, Uuid, bindparam, literal_column, select, union_all
from sqlalchemy.orm import Session

from engine.assignment import BARRED, Assigned
from engine.prepared import fetch
from workflows.association import applications, people
from workflows.association.applications import Application
from workflows.association.contacts import Email

__all__ = ["Names", "excluded", "of_person"]

_PERSON, _LINK = "person:", "link:"
_NOBODY: Final = frozenset[str]()
_ID: Final = bindparam("person", type_=Uuid())
_OPEN: Final[Select[Any]] = select(Application.id, literal_column("0").label("linked")).where(
    Application.person_id.is_(None)
)
_APPLICATIONS: Final = union_all(  # one part an index
    select(Application.id, literal_column("1").label("linked")).where(Application.person_id == _ID),
    _OPEN.where(Application.match_person_id == _ID),
    _OPEN.join(Email, Application.email.in_([Email.address, Email.folded])).where(Email.person_id == _ID),
)


@dataclass(frozen=True, slots=True)
class Names:
    """The actor ids of a person: her own, and with them those that are perhaps hers."""

    own: frozenset[str]
    every: frozenset[str]


def of_person(session: Session, person_id: UUID) -> Names:
    """Every name of a person."""
    rows = fetch(session, _APPLICATIONS, {"person": person_id})
    me = f"{_PERSON}{person_id}"
    own = frozenset({me, *(applications.actor_of(row.id) for row in rows if row.linked)})
    return Names(own, own.union(applications.actor_of(row.id) for row in rows))


def excluded(session: Session, task: Assigned) -> frozenset[str]:
    """Who may not have this task: the actors that it names, under each of their names."""
    named = [each.removeprefix(BARRED) for each in task.candidates if each.startswith(BARRED)]
    return frozenset(named).union(*(_others(session, each) for each in named))


def _others(session: Session, actor: str) -> frozenset[str]:
    """The other names of an actor: of a link the people whose application it is, of a person all her links."""
    try:
        found = {UUID(actor.removeprefix(_PERSON))} if actor.startswith(_PERSON) else _applicants(session, actor)
    except ValueError:  # an actor of another kind: a program, the system
        return _NOBODY
    return _NOBODY.union(*(of_person(session, each).every for each in found))


def _applicants(session: Session, actor: str) -> set[UUID]:
    """Whom an application became; of one that nobody has linked, those whose it perhaps is. Raises ValueError for what
    is no link."""
    if not actor.startswith(_LINK):
        raise ValueError(actor)
    found = applications.get(session, UUID(actor.removeprefix(_LINK)))
    if found is None:
        return set()
    if found.person_id is not None:
        return {found.person_id}
    alike = {each.id for each in people.by_email(session, found.email)}
    return alike if found.match_person_id is None else alike | {found.match_person_id}
