"""A matching round on record: run it, lock and set aside pairs, run it again, prefer another."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from engine.calendar import PARIS
from engine.errors import Conflict
from workflows.association.matching.profiles import Answers
from workflows.association.mentoring import figures, lists, mentors, places, proposals
from workflows.association.mentoring.proposals import DRAFT, LEFT, SPARE, STUDENTS, MatchingRound, PairProposal

if TYPE_CHECKING:
    from workflows.association.matching.rounds import Choice, Outcome

# Loaded by the first round: numpy and scipy are half a second of each process's start, and few processes match anybody.
_MATCHING: Final = "workflows.association.matching.rounds"


class RoundSent(Conflict):
    """This round has left already: what it proposed cannot be changed any more."""

    code: ClassVar[str] = "round_sent"


class MentorLocked(Conflict):
    """All places of this mentor are taken by pairs that are locked in this round: let one of them go first."""

    code: ClassVar[str] = "mentor_locked"


def of_key(session: Session, key: str) -> MatchingRound | None:
    """The round of a number."""
    return session.scalars(select(MatchingRound).where(MatchingRound.key == key)).one_or_none()


def alone(session: Session, round_id: UUID) -> MatchingRound | None:
    """The round of an id, while whoever else would change it waits: so that what is counted in it stands."""
    return session.get(MatchingRound, round_id, with_for_update=True)


def open_round(session: Session, key: str, wave: str, now: datetime) -> MatchingRound:
    """The round of a number, made where there is none. Its seed is its number: on record, and the same for ever."""
    found = of_key(session, key)
    if found is None:
        found = MatchingRound(id=uuid4(), key=key, wave=wave, seed=key, state=DRAFT, computed_at=now)
        session.add(found)
        session.flush()
    return found


def run(session: Session, round_: MatchingRound, now: datetime) -> Outcome:
    """Runs a round over who is free and who waits now; locked pairs stand. Raises RoundSent."""
    still_open(round_)
    kept = proposals.of_round(session, round_.id)
    found = lists.read(session, now, students=round_.wave == STUDENTS)
    answers = Answers(
        locked=[(each.mentor_id, each.demand_id) for each in kept if each.locked],
        refused=found.refused | {(each.mentor_id, each.demand_id) for each in kept if each.state == LEFT},
    )
    matching: Any = importlib.import_module(_MATCHING)
    outcome: Outcome = matching.match(
        found.mentors, found.mentees, method="STABLE" if round_.wave == STUDENTS else "BEST", seed=round_.seed,
        ties=found.ties, answers=answers, terms=figures.terms(session, now.astimezone(PARIS).date()),
    )  # fmt: skip
    _keep(session, round_, outcome)
    round_.runs += 1
    round_.computed_at = now
    return outcome


def still_open(round_: MatchingRound) -> None:
    """Raises RoundSent."""
    if round_.state != DRAFT:
        raise RoundSent


def _keep(session: Session, round_: MatchingRound, outcome: Outcome) -> None:
    """Writes what a run found in the place of what the last one did; what was set aside stays on record."""
    session.execute(
        delete(PairProposal).where(PairProposal.round_id == round_.id, PairProposal.state.in_((DRAFT, SPARE)))
    )
    for each in outcome.suggestions:
        if each.chosen is not None:
            session.add(_row(round_, each.demand_id, each.chosen, 0, locked=each.locked))
        for rank, other in enumerate(each.alternatives, 1):
            session.add(_row(round_, each.demand_id, other, rank))
    session.flush()
    measured = outcome.figures
    round_.demands, round_.matched, round_.blocking = measured.demands, measured.matched, measured.blocking
    round_.first_choices, round_.mean = round(100 * measured.first_choices), round(measured.mean)
    round_.floor = outcome.floor


def _row(round_: MatchingRound, demand_id: UUID, choice: Choice, rank: int, *, locked: bool = False) -> PairProposal:
    parts = " ".join(f"{name}={value:.1f}" for name, value in choice.parts.items())
    return PairProposal(
        id=uuid4(), round_id=round_.id, demand_id=demand_id, mentor_id=choice.mentor_id, rank=rank, score=choice.score,
        parts=parts, circle=choice.circle, locked=locked, state=SPARE if rank else DRAFT,
    )  # fmt: skip


def prefer(session: Session, round_: MatchingRound, proposal: PairProposal, today: date) -> None:
    """Puts an alternative in the first place and locks it: the rest is matched around it at the next run.

    Raises RoundSent, MentorLocked.
    """
    still_open(round_)
    _place_for(session, round_, proposal, today)
    for each in _of_demand(session, round_, proposal.demand_id):
        if each.id != proposal.id and each.state == DRAFT:
            each.state, each.rank, each.locked = SPARE, proposal.rank or 1, False
    proposal.state, proposal.rank, proposal.locked = DRAFT, 0, True


def lock(session: Session, round_: MatchingRound, proposal: PairProposal, today: date, *, locked: bool) -> None:
    """Locks a pair, so that it stands whatever is run again; or lets it go. Raises RoundSent, MentorLocked."""
    still_open(round_)
    if locked:
        _place_for(session, round_, proposal, today)
    proposal.locked = locked and proposal.state == DRAFT


def _place_for(session: Session, round_: MatchingRound, proposal: PairProposal, today: date) -> None:
    """Raises MentorLocked where pairs of other people that are locked take all places of this mentor."""
    mentor = mentors.of(session, proposal.mentor_id)
    free = places.free(session, {proposal.mentor_id: mentor}, today)[proposal.mentor_id] if mentor is not None else 0
    others = select(func.count()).where(
        PairProposal.round_id == round_.id, PairProposal.mentor_id == proposal.mentor_id,
        PairProposal.locked.is_(True), PairProposal.demand_id != proposal.demand_id,
    )  # fmt: skip
    if (session.scalar(others) or 0) >= free:
        raise MentorLocked


def set_aside(round_: MatchingRound, proposal: PairProposal, *, aside: bool) -> None:
    """Keeps a pair out of this round; or takes it back. Raises RoundSent."""
    still_open(round_)
    proposal.locked = False
    proposal.state = LEFT if aside else SPARE if proposal.rank else DRAFT


def _of_demand(session: Session, round_: MatchingRound, demand_id: UUID) -> Iterable[PairProposal]:
    return session.scalars(
        select(PairProposal).where(PairProposal.round_id == round_.id, PairProposal.demand_id == demand_id)
    )
