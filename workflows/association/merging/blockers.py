"""What speaks against a merge: each with a code that the page puts into words, so that it can be mended first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import Conflict
from workflows.association import memberships
from workflows.association.memberships import MembershipPeriod
from workflows.association.merging.leads import leading_to
from workflows.association.people import Person
from workflows.association.privacy import files, requests

__all__ = ["MergeBlocked", "blockers"]


class MergeBlocked(Conflict):
    """These two records cannot be merged as they are. The page says what has to be settled first."""

    code: ClassVar[str] = "merge_blocked"


def blockers(session: Session, kept: Person, gone: Person) -> Sequence[str]:
    """Codes: SAME, ERASED, ERASURE, RESTRICTED, TOGETHER, PAID_TWICE."""
    found = []
    if kept.id == gone.id:
        return ("SAME",)
    if kept.erased_on is not None or gone.erased_on is not None:
        return ("ERASED",)
    waits = any(requests.of_person(session, each.id) is not None for each in (kept, gone))
    if waits or files.erasure_asked(session, (kept.id, gone.id)):
        found.append("ERASURE")
    if kept.restricted_since is not None or gone.restricted_since is not None:
        found.append("RESTRICTED")
    if _together(session, kept.id, gone.id):
        found.append("TOGETHER")
    if _paid_twice(session, kept.id, gone.id):
        found.append("PAID_TWICE")
    return found


def _together(session: Session, one: UUID, other: UUID) -> bool:
    """Whether a row that needs two people has these two: a mentor and a mentee."""
    needed: dict[str, list[str]] = {}
    tables = {}
    for table, name in leading_to("person"):
        if not table.c[name].nullable:
            needed.setdefault(table.name, []).append(name)
            tables[table.name] = table
    for key, names in needed.items():
        table = tables[key]
        pairs = [(a, b) for a in names for b in names if a != b]
        if any(session.execute(select(1).where(table.c[a] == one, table.c[b] == other)).first() for a, b in pairs):
            return True
    return False


def _paid_twice(session: Session, one: UUID, other: UUID) -> bool:
    """Whether both paid for a day in common: one of the two is refunded or moved before (domain P1.7)."""
    ours, theirs = (_standing(session, each) for each in (one, other))
    return any(a.start_date <= b.end_date and b.start_date <= a.end_date for a in ours for b in theirs)


def _standing(session: Session, person_id: UUID) -> Sequence[MembershipPeriod]:
    membership = memberships.of(session, person_id)
    found = memberships.periods(session, membership.id) if membership is not None else ()
    return [each for each in found if each.reversed_at is None]
