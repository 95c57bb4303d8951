"""Restricting the use of somebody's data, and ending it (article 18 GDPR): they are kept, and used for nothing else.

The sender's guard asks for it (`mail_guard`), merges and campaigns leave such people alone.
"""

from __future__ import annotations

from datetime import datetime

from workflows.association.people import Person

__all__ = ["lift_restriction", "restrict_person"]


def restrict_person(person: Person, now: datetime) -> bool:
    """From now on the data of a person are only kept; answers whether that is new."""
    if person.restricted_since is not None:
        return False
    person.restricted_since = now
    return True


def lift_restriction(person: Person) -> bool:
    """They may be used again; the person is told before (article 18.3). Answers whether anything changed."""
    changed = person.restricted_since is not None and person.erased_on is None
    if changed:
        person.restricted_since = None
    return changed
