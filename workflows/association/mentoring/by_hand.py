"""Proposals that a person of the coordination makes: a mentor for a request, or a third person for a pair.

The rules that no round may break hold here too: nobody meets whom they named in private, the reverse of a running pair,
or a former mentor. The refusal does not say which of them it was. Source: domain §P3.4, §P3.7.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID, uuid4

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from engine.calendar import PARIS
from engine.errors import Invalid
from workflows.association.case_variables import local_day
from workflows.association.mentoring import demands, mentors, places, proposals, rounds
from workflows.association.mentoring.demands import MentorDemand
from workflows.association.mentoring.proposals import PairProposal
from workflows.association.mentorships import Mentorship


class NoPlaceLeft(Invalid):
    """This mentor has no free place now: ask him to open one, or propose somebody else."""

    code: ClassVar[str] = "mentor_no_place_left"


class KeptApart(Invalid):
    """The rules of mentoring keep these two apart: propose somebody else."""

    code: ClassVar[str] = "mentoring_kept_apart"


class ThirdHasNotAsked(Invalid):
    """This person has no request for a mentor that waits: ask them to fill in “Find a mentor”, then come back here."""

    code: ClassVar[str] = "mentoring_third_has_not_asked"


def propose(session: Session, demand: MentorDemand, mentor_no: str, now: datetime) -> None:
    """Reserves the place of a mentor whom a person found. Raises MemberUnknown, NoPlaceLeft, KeptApart."""
    _hold(session, demand, mentors.person_of(session, mentor_no, "mentor_no"), now, field="mentor_no")


def join(session: Session, pair: Mentorship, number: str, now: datetime) -> MentorDemand:
    """Proposes the mentor of a pair to a third person, who works beside its mentee; answers her request.

    She has asked for a mentor herself, so that her aims and her commitment are hers; she and the mentor say yes or no
    to it as to every proposal. Raises MemberUnknown, ThirdHasNotAsked, NoPlaceLeft, KeptApart."""
    person_id = mentors.person_of(session, number, "third_no")
    asked = [each for each in demands.open_ones(session) if each.person_id == person_id]
    if not asked or person_id in (pair.mentor_id, pair.mentee_id):
        raise ThirdHasNotAsked(field="third_no")
    if person_id in mentors.kept_apart(session, pair.mentee_id):
        raise KeptApart(field="third_no")
    _hold(session, asked[0], pair.mentor_id, now, field="third_no", beside=pair.beside_id or pair.id)
    return asked[0]


def _hold(
    session: Session, demand: MentorDemand, mentor_id: UUID, now: datetime, *, field: str, beside: UUID | None = None
) -> None:
    found, today = mentors.of(session, mentor_id), local_day(now, PARIS)
    if found is None or found.state != mentors.ACTIVE or found.person_id == demand.person_id:
        raise NoPlaceLeft(field=field)
    if mentor_id in mentors.kept_apart(session, demand.person_id) or _were_paired(session, mentor_id, demand.person_id):
        raise KeptApart(field=field)
    last = proposals.held(session, demand.id)
    if last is not None:
        last.state = proposals.LEFT
        places.free_up(session, last.id)
        session.flush()
    proposal = _proposal(session, demand, mentor_id, now, today)
    proposal.state, proposal.proposed_at, proposal.beside_id = proposals.HELD, now, beside
    session.flush()
    if not places.reserve(session, found, proposal.id, now, today):
        raise NoPlaceLeft(field=field)
    demand.state = demands.PROPOSED


def _proposal(session: Session, demand: MentorDemand, mentor_id: UUID, now: datetime, today: date) -> PairProposal:
    """The row of this proposal; the same one where it is made again on the same day."""
    round_ = rounds.open_round(session, f"{today.isoformat()}-by-hand", proposals.ROLLING, now)
    round_.state = "SENT"
    known = select(PairProposal).where(
        PairProposal.round_id == round_.id, PairProposal.demand_id == demand.id, PairProposal.mentor_id == mentor_id
    )
    found = session.scalars(known).one_or_none()
    if found is None:
        found = PairProposal(
            id=uuid4(), round_id=round_.id, demand_id=demand.id, mentor_id=mentor_id, rank=0, score=0, locked=True
        )
        session.add(found)
    return found


def _were_paired(session: Session, one: UUID, other: UUID) -> bool:
    """Whether they are or were a pair, whichever of them the mentor was."""
    ways = or_(
        and_(Mentorship.mentor_id == one, Mentorship.mentee_id == other),
        and_(Mentorship.mentor_id == other, Mentorship.mentee_id == one),
    )
    return session.scalar(select(Mentorship.id).where(ways).limit(1)) is not None
