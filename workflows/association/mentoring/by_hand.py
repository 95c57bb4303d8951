"""Proposals that a person of the coordination makes: a mentor for a request, or a third person for a pair.

What excludes two from each other in every round excludes them here too: whom they named in private, the reverse of a
running pair, a former mentor, the same team, no common language, the other track. The refusal does not say which of
them it was. A proposal that was refused or ran out may be made again: a round would not, but whoever names a mentor by
hand has spoken with them. Source: domain §P3.4, §P3.7.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from datetime import date, datetime
from itertools import count
from typing import Any, ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.calendar import PARIS
from engine.errors import Invalid
from workflows.association.case_variables import local_day
from workflows.association.matching.profiles import Answers
from workflows.association.mentoring import demands, lists, mentors, pairs, places, proposals, rounds
from workflows.association.mentoring.demands import MentorDemand
from workflows.association.mentoring.mentors import MentorProfile
from workflows.association.mentoring.proposals import PairProposal
from workflows.association.mentorships import LIVE, Mentorship

_EXCLUSIONS: Final = "workflows.association.matching.exclusions"  # loads numpy: see `rounds`


class NoPlaceLeft(Invalid):
    """This mentor has no free place now: ask him to open one, or propose somebody else."""

    code: ClassVar[str] = "mentor_no_place_left"


class KeptApart(Invalid):
    """The rules of mentoring keep these two apart: propose somebody else."""

    code: ClassVar[str] = "mentoring_kept_apart"


class ThirdHasNotAsked(Invalid):
    """This person has no request for a mentor that waits: ask them to fill in “Find a mentor”, then come back here."""

    code: ClassVar[str] = "mentoring_third_has_not_asked"


class PairIsOver(Invalid):
    """This pair has ended: nobody joins it any more. Leave the field of the third person empty."""

    code: ClassVar[str] = "mentor_pair_over"


def propose(session: Session, demand: MentorDemand, mentor_no: str, now: datetime) -> None:
    """Reserves the place of a mentor whom a person found. Raises MemberUnknown, NoPlaceLeft, KeptApart."""
    mentor_id = mentors.person_of(session, mentor_no, "mentor_no")
    demands.alone(session, [demand.id])
    _hold(session, demand, mentor_id, now, field="mentor_no")


def third(session: Session, pair: Mentorship, number: str, now: datetime) -> tuple[MentorDemand, Sequence[UUID]]:
    """The request of a third person whom the coordination names, and the mentees who are asked before she joins them.

    She has asked for a mentor herself, so that her aims and her commitment are hers; those who work with the mentor
    already, she and he say yes or no to it. Raises PairIsOver, MemberUnknown, ThirdHasNotAsked, NoPlaceLeft, KeptApart.
    """
    if pair.state not in LIVE:
        raise PairIsOver(field="third_no")
    person_id = mentors.person_of(session, number, "third_no")
    asked = [each for each in demands.open_ones(session) if each.person_id == person_id]
    mentees = [each.mentee_id for each in (pair, *pairs.beside(session, pair))]
    if not asked or person_id in (pair.mentor_id, *mentees):
        raise ThirdHasNotAsked(field="third_no")
    _check_third(session, pair, asked[0], now)
    return asked[0], mentees


def join(session: Session, pair: Mentorship, demand: MentorDemand, now: datetime) -> bool:
    """Proposes the mentor of a pair to a third person to whom its mentees agreed; False where that no longer goes."""
    demands.alone(session, [demand.id])
    if demand.state != demands.OPEN or pair.state not in LIVE:
        return False
    try:
        _check_third(session, pair, demand, now)
        with session.begin_nested():  # the last place may go to somebody else between the look and the deed
            _hold(session, demand, pair.mentor_id, now, field="third_no", beside=pair.beside_id or pair.id)
    except (NoPlaceLeft, KeptApart):
        return False
    return True


def _check_third(session: Session, pair: Mentorship, demand: MentorDemand, now: datetime) -> None:
    apart = mentors.kept_apart(session, demand.person_id)
    if any(each.mentee_id in apart for each in (pair, *pairs.beside(session, pair))):
        raise KeptApart(field="third_no")
    found = _mentor(session, demand, pair.mentor_id, now, "third_no")
    if places.free(session, {found.person_id: found}, local_day(now, PARIS))[found.person_id] < 1:
        raise NoPlaceLeft(field="third_no")


def _hold(
    session: Session, demand: MentorDemand, mentor_id: UUID, now: datetime, *, field: str, beside: UUID | None = None
) -> None:
    found, today = _mentor(session, demand, mentor_id, now, field), local_day(now, PARIS)
    last = proposals.held(session, demand.id)
    if last is not None:
        last.state = proposals.LEFT
        places.free_up(session, last.id)
        session.flush()
    proposal = _proposal(session, demand, mentor_id, now, today)
    proposal.state, proposal.proposed_at, proposal.beside_id = proposals.HELD, now, beside
    proposal.said, proposal.answered_at = "", None  # of the same day's proposal before, which was let go
    session.flush()
    if not places.reserve(session, found, proposal.id, now, today):
        raise NoPlaceLeft(field=field)
    demand.state = demands.PROPOSED


def _mentor(session: Session, demand: MentorDemand, mentor_id: UUID, now: datetime, field: str) -> MentorProfile:
    """The mentor, where the rules let him be proposed. Raises NoPlaceLeft, KeptApart."""
    found = mentors.of(session, mentor_id)
    if found is None or found.state != mentors.ACTIVE or found.person_id == demand.person_id:
        raise NoPlaceLeft(field=field)
    if found.sanctioned or _are_excluded(session, found, demand, now):
        raise KeptApart(field=field)
    return found


def _proposal(session: Session, demand: MentorDemand, mentor_id: UUID, now: datetime, today: date) -> PairProposal:
    """The row of this proposal: the same one where it was let go on the same day; what was answered, or came to be a
    pair, stays on record, and the proposal stands in a further round of that day."""
    for number in count(1):
        key = f"{today.isoformat()}-by-hand" + (f"-{number}" if number > 1 else "")
        round_ = rounds.open_round(session, key, proposals.ROLLING, now)
        round_.state = "SENT"
        found = session.scalars(
            select(PairProposal).where(
                PairProposal.round_id == round_.id, PairProposal.demand_id == demand.id,
                PairProposal.mentor_id == mentor_id,
            )
        ).one_or_none()  # fmt: skip
        if found is None or found.state == proposals.LEFT:
            break
    if found is None:
        found = PairProposal(
            id=uuid4(), round_id=round_.id, demand_id=demand.id, mentor_id=mentor_id, rank=0, score=0, locked=True
        )
        session.add(found)
    return found


def _are_excluded(session: Session, found: MentorProfile, demand: MentorDemand, now: datetime) -> bool:
    """Whether a round would keep these two apart for good, for whatever reason."""
    avoided, none = mentors.avoided(session, [found.person_id, demand.person_id]), frozenset[UUID]()
    mentor = lists.mentor_of(found, 1, avoided.get(found.person_id, none), now)
    mentee = lists.mentee_of(demand, avoided.get(demand.person_id, none), now)
    matching: Any = importlib.import_module(_EXCLUSIONS)
    excluded = matching.exclusions([mentee], [mentor], lists.ties(session), Answers())
    return bool(matching.any_of(excluded)[0, 0])
