"""What would be proposed if a round left now: after what people locked, set aside and preferred since its matching."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.association.mentoring import places, proposals
from workflows.association.mentoring.mentors import ACTIVE, MentorProfile
from workflows.association.mentoring.proposals import DRAFT, MatchingRound, PairProposal


@dataclass(frozen=True, slots=True)
class Standing:
    """`matched`: how many requests would be proposed to; `unmatched`: how many would wait on. `mean`: of the scores of
    those matched, 0 where none is. `crowded`: the proposals for which their mentor has no place beside the others."""

    matched: int
    unmatched: int
    mean: int
    crowded: frozenset[UUID]


def in_turn(chosen: Iterable[PairProposal]) -> Sequence[PairProposal]:
    """The proposals in the order in which they get their places: what a person locked goes before the rest."""
    return sorted(chosen, key=lambda proposal: not proposal.locked)


def of_round(session: Session, round_: MatchingRound, today: date) -> Standing:
    """How a round stands; of one that has left, what was proposed at once, whatever became of it."""
    first = [each for each in proposals.of_round(session, round_.id) if each.rank == 0]
    if round_.state != DRAFT:
        return _standing(round_, [each.score for each in first if each.proposed_at is not None], frozenset())
    chosen = in_turn(each for each in first if each.state == DRAFT)
    left = Counter(_free(session, {each.mentor_id for each in chosen}, today))
    scores, crowded = list[int](), set[UUID]()
    for each in chosen:
        left[each.mentor_id] -= 1
        if left[each.mentor_id] < 0:
            crowded.add(each.id)
        else:
            scores.append(each.score)
    return _standing(round_, scores, frozenset(crowded))


def _standing(round_: MatchingRound, scores: Sequence[int], crowded: frozenset[UUID]) -> Standing:
    mean = round(sum(scores) / len(scores)) if scores else 0
    return Standing(len(scores), round_.demands - len(scores), mean, crowded)


def _free(session: Session, people: Iterable[UUID], today: date) -> dict[UUID, int]:
    query = select(MentorProfile).where(MentorProfile.person_id.in_(people), MentorProfile.state == ACTIVE)
    return places.free(session, {each.person_id: each for each in session.scalars(query)}, today)
