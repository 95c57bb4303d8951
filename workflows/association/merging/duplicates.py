"""Records that may be one person's: the same address, the same birth date or the same name, and names that are alike.

The pairs come from the database by what is equal; names are then compared, so that a couple that shares an address,
twins and namesakes are seldom suspected. Who was said to be two people is not suspected again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session, aliased

from workflows.association.contacts import Email
from workflows.association.merging.records import ASKED, DISTINCT, PersonMerge
from workflows.association.names import likeness
from workflows.association.people import Person

__all__ = ["Suspicion", "suspected"]

ALIKE: Final = 80  # of 100: first names, and one of the last names
COMPARED: Final = 200_000  # pairs at most


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Two records, the one that was first there first; `why`: EMAIL, BIRTH, NAME."""

    one: UUID
    other: UUID
    why: frozenset[str]


def suspected(session: Session, of: UUID | None = None, *, limit: int = 50) -> Sequence[Suspicion]:
    """Pairs, those with most in common first; of one person where she is named."""
    found: dict[tuple[UUID, UUID], set[str]] = {}
    one, other = aliased(Person), aliased(Person)
    for why, query in _queries(one, other, of):
        for row in session.execute(query.limit(COMPARED)):
            if _alike(row[2:5], row[5:8]):
                found.setdefault((row[0], row[1]), set()).add(why)
    known = _known(session)
    pairs = [(pair, why) for pair, why in found.items() if frozenset(pair) not in known]
    pairs.sort(key=lambda each: (-len(each[1]), str(each[0])))
    return [Suspicion(*pair, frozenset(why)) for pair, why in pairs[:limit]]


def _queries(
    one: type[Person], other: type[Person], of: UUID | None
) -> Iterator[tuple[str, Select[tuple[object, ...]]]]:
    names = [getattr(each, name) for each in (one, other) for name in ("first_names", "birth_name", "usage_name")]
    pair = [one.id < other.id, one.erased_on.is_(None), other.erased_on.is_(None)]
    if of is not None:
        pair.append(or_(one.id == of, other.id == of))
    ours, theirs = aliased(Email), aliased(Email)
    base: Select[tuple[object, ...]] = select(one.id, other.id, *names)
    by_address = (
        base.join(ours, ours.person_id == one.id)
        .join(theirs, and_(theirs.folded == ours.folded, theirs.person_id > ours.person_id))
        .join(other, other.id == theirs.person_id)
    )
    yield "EMAIL", by_address.where(*pair)
    yield "BIRTH", base.join(other, other.birth_date == one.birth_date).where(*pair)
    unsaid = or_(one.birth_date.is_(None), other.birth_date.is_(None), one.birth_date == other.birth_date)
    same = base.join(other, other.search_name == one.search_name).where(*pair, one.search_name != "", unsaid)
    yield "NAME", same


def _alike(one: Sequence[str | None], other: Sequence[str | None]) -> bool:
    """First names that are alike, and a last name of the one that is like one of the other."""
    if likeness(one[0] or "", other[0] or "") < ALIKE:
        return False
    return max(likeness(a or "", b or "") for a in one[1:] for b in other[1:]) >= ALIKE


def _known(session: Session) -> set[frozenset[UUID]]:
    rows = session.execute(
        select(PersonMerge.kept_id, PersonMerge.gone_id).where(PersonMerge.state.in_((ASKED, DISTINCT)))
    )
    return {frozenset((kept, gone)) for kept, gone in rows}
