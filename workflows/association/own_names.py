"""Every name under which a task excludes somebody: a person is also the holder of the links of her applications.

The engine compares the names that a diagram gave (`task.excluded`). Whoever gives a task to somebody asks here, so that
nobody gets what is about himself because he applied before he was known (four eyes, domain §1.3).
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from engine.assignment import BARRED, Assigned
from workflows.association import applications

__all__ = ["excluded"]

_PERSON, _LINK = "person:", "link:"
_NOBODY: Final = frozenset[str]()


def excluded(session: Session, task: Assigned) -> frozenset[str]:
    """Who may not have this task: the actors that it names, under each of their names."""
    named = [each.removeprefix(BARRED) for each in task.candidates if each.startswith(BARRED)]
    return frozenset(named).union(*(_others(session, each) for each in named))


def _others(session: Session, actor: str) -> frozenset[str]:
    """The other names of an actor: of a link the person whom the application became, of a person all her links."""
    try:
        person = UUID(actor.removeprefix(_PERSON)) if actor.startswith(_PERSON) else _applicant(session, actor)
    except ValueError:  # an actor of another kind: a program, the system
        return _NOBODY
    if person is None:
        return _NOBODY
    links = (applications.actor_of(each) for each in applications.of_person(session, person))
    return frozenset({f"{_PERSON}{person}", *links})


def _applicant(session: Session, actor: str) -> UUID | None:
    """The person whom an application became. Raises ValueError for what is no link."""
    if not actor.startswith(_LINK):
        raise ValueError(actor)
    found = applications.get(session, UUID(actor.removeprefix(_LINK)))
    return None if found is None else found.person_id
