"""Merging two records: one person asks, another confirms, and within the time that is kept for it somebody may undo it.

Neither may be the one concerned (four eyes, domain §1.3). The whole is one transaction: a case that somebody has in
hand at that moment is read anew by its `rev`, and goes on with the person that stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar
from uuid import UUID, uuid4

from sqlalchemy import delete
from sqlalchemy.orm import Session

from engine.errors import Conflict, NotFound
from workflows.association.merging import choices, moving, records
from workflows.association.merging.blockers import MergeBlocked, blockers
from workflows.association.merging.records import ASKED, DISTINCT, DONE, REFUSED, MergeUndo, PersonMerge
from workflows.association.name_words import PersonWord
from workflows.association.people import Person
from workflows.association.privacy.requests import NotYours

__all__ = ["MergeDecided", "ask", "confirm", "distinct", "refuse", "two"]


class MergeDecided(Conflict):
    """Somebody decided about these two records meanwhile. Look at them again."""

    code: ClassVar[str] = "merge_decided"


def two(session: Session, kept_id: UUID, gone_id: UUID) -> tuple[Person, Person]:
    """Both records, locked. Raises NotFound."""
    found = [session.get(Person, each, with_for_update=True) for each in (kept_id, gone_id)]
    kept, gone = found
    if kept is None or gone is None:
        raise NotFound(kind="person", id=str(gone_id if gone is None else kept_id))
    return kept, gone


def ask(
    session: Session, kept_id: UUID, gone_id: UUID, said: Mapping[str, str], *, by: str, now: datetime
) -> PersonMerge:
    """Proposes a merge with what was chosen. Raises NotFound, NotYours, MergeBlocked, MergeDecided."""
    kept, gone = two(session, kept_id, gone_id)
    _not_oneself(by, kept, gone)
    if blockers(session, kept, gone):
        raise MergeBlocked
    known = records.of_pair(session, kept_id, gone_id)
    if known is not None and known.state == ASKED:
        raise MergeDecided
    if known is not None:
        session.delete(known)  # two people, somebody said; somebody else sees that they are one
    chosen = choices.decided(choices.compared(session, kept, gone), said)
    made = PersonMerge(id=uuid4(), kept_id=kept_id, gone_id=gone_id, choices=chosen, asked_at=now, asked_by=by)
    session.add(made)
    session.flush()
    return made


def confirm(session: Session, merge: PersonMerge, *, by: str, now: datetime) -> None:
    """The second pair of eyes, and the merge. Raises MergeDecided, NotYours, MergeBlocked, CasesCollide."""
    if merge.state != ASKED:
        raise MergeDecided
    kept, gone = two(session, merge.kept_id, merge.gone_id)
    _not_oneself(by, kept, gone)
    if by == merge.asked_by:
        raise NotYours
    if blockers(session, kept, gone):
        raise MergeBlocked
    before = choices.apply(session, kept, gone, merge.choices)
    traces = moving.move(session, gone.id, kept.id)
    session.execute(delete(PersonWord).where(PersonWord.owner_id == gone.id))
    session.execute(delete(Person).where(Person.id == gone.id))
    merge.state, merge.rows, merge.decided_at, merge.decided_by = DONE, traces.rows, now, by
    pairs = {str(old): str(new) for old, new in traces.pairs.items()}
    told = {"before": before, "pairs": pairs, "moved": traces.moved, "folded": traces.folded, "texts": traces.texts}
    if not traces.mixed:
        session.add(MergeUndo(merge_id=merge.id, traces=told, at=now))
    session.flush()
    session.expire_all()


def refuse(session: Session, merge: PersonMerge, *, by: str, now: datetime) -> None:
    """They are not merged. Raises MergeDecided, NotYours."""
    if merge.state != ASKED:
        raise MergeDecided
    _not_oneself(by, *two(session, merge.kept_id, merge.gone_id))
    merge.state, merge.decided_at, merge.decided_by = REFUSED, now, by


def distinct(session: Session, one: UUID, other: UUID, *, by: str, now: datetime) -> None:
    """They are two people (twins, namesakes): they are not suspected any more. Raises NotFound, MergeDecided."""
    two(session, one, other)
    known = records.of_pair(session, one, other)
    if known is not None and known.state != DISTINCT:
        raise MergeDecided
    if known is None:
        session.add(
            PersonMerge(
                id=uuid4(), kept_id=one, gone_id=other, state=DISTINCT, choices={}, asked_at=now, asked_by=by,
                decided_at=now, decided_by=by,
            )
        )  # fmt: skip


def _not_oneself(by: str, *people: Person) -> None:
    if by in {f"person:{each.id}" for each in people}:
        raise NotYours
