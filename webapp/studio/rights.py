"""Who may read, change and let into force: owners of a process, reviewers, readers.

Owners are the roles that the catalogue names for a process, and whoever looks after processes as a whole. A reviewer is
an owner, or the general delegate, who saved nothing of the draft and did not propose it.
"""

from __future__ import annotations

from typing import Final

import workflows
from engine.errors import NotFound, Refused
from webapp.auth import SignedIn

__all__ = ["may_change", "may_read", "may_review", "owners_of", "to_change", "to_read"]

OF_ALL: Final = frozenset({"PROCESS_OWNER", "ADMIN"})
REVIEWERS: Final = frozenset({"PROCESS_OWNER", "ADMIN", "GENERAL_DELEGATE"})


def owners_of(process_id: str) -> frozenset[str]:
    """The roles that own a process; none where the catalogue does not list it."""
    entry = workflows.entry(process_id)
    return entry.owner_roles if entry is not None else frozenset()


def may_read(person: SignedIn, process_id: str) -> bool:
    """Whether this person sees the process here: staff, elected people, and its owners from outside."""
    return person.staff or may_change(person, process_id)


def may_change(person: SignedIn, process_id: str) -> bool:
    """Whether this person may write drafts of the process."""
    return bool(person.roles & (owners_of(process_id) | OF_ALL))


def may_review(person: SignedIn, process_id: str) -> bool:
    """Whether this person's roles let drafts of others into force."""
    return bool(person.roles & (owners_of(process_id) | REVIEWERS))


def to_read(person: SignedIn, process_id: str) -> None:
    """Raises NotFound where the process does not exist for this person."""
    if not may_read(person, process_id):
        raise NotFound(kind="process", id=process_id)


def to_change(person: SignedIn, process_id: str) -> None:
    """Raises NotFound, Refused."""
    to_read(person, process_id)
    if not may_change(person, process_id):
        raise Refused(action="change", kind="process")
