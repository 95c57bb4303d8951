"""The records `proposal.*` and `round.*`: what people are told before they say yes, and the coordination."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final
from uuid import uuid4

from engine.calendar import PARIS
from engine.errors import Invalid
from workflows.association.case_variables import local_day, text, uuid_or_none
from workflows.association.mentoring import cards, demands, mentors, places, proposals, rounds
from workflows.association.mentoring.demands import MentorDemand
from workflows.association.mentoring.mentor_record import demand_of
from workflows.association.mentoring.proposals import MatchingRound, PairProposal
from workflows.association.records import Record, Subject, Values

_SHOWN: Final = frozenset({"mentor_card", "mentee_card", "goals", "why", "less", "said"})
_WRITTEN: Final = frozenset({"words", "mentor_no"})
_ROUND: Final = frozenset({"matched", "unmatched", "first_choices", "for_people"})


class NoPlaceLeft(Invalid):
    """This mentor has no free place now: ask him to open one, or propose somebody else."""

    code: ClassVar[str] = "mentor_no_place_left"


def _of(subject: Subject) -> PairProposal | None:
    found = uuid_or_none(subject.variables, "proposal_id")
    return subject.session.get(PairProposal, found) if found is not None else None


def _read(subject: Subject, fields: Iterable[str]) -> Values:
    proposal, session, lang = _of(subject), subject.session, subject.language
    if proposal is None:
        return {"said": "—"}
    demand = session.get_one(MentorDemand, proposal.demand_id)
    mentor = mentors.of(session, proposal.mentor_id)
    told = cards.why(session, proposal, subject.now, lang)
    return {
        "mentor_card": cards.mentor_card(mentor, lang) if mentor is not None else "—",
        "mentee_card": cards.mentee_card(demand, lang),
        "goals": demand.goals,
        "why": " · ".join(each.sentence for each in told if each.good) or "—",
        "less": " · ".join(each.sentence for each in told if not each.good) or "—",
        "said": proposal.said or "—",
    }


def _write(subject: Subject, values: Values) -> Values:
    """Keeps what was said with an answer; reserves the place of a mentor whom a person found.

    Raises MemberUnknown, NoPlaceLeft.
    """
    proposal = _of(subject)
    if proposal is not None and values.get("words"):
        proposal.said = f"{proposal.said} {text(values, 'words')}".strip()[:600]
    if text(values, "mentor_no").strip():
        _propose(subject, text(values, "mentor_no").strip())
    return {}


def _propose(subject: Subject, number: str) -> None:
    session, demand = subject.session, demand_of(subject)
    found = mentors.of(session, mentors.person_of(session, number, "mentor_no"))
    if demand is None or found is None or found.state != mentors.ACTIVE or found.person_id == demand.person_id:
        raise NoPlaceLeft(field="mentor_no")
    today = local_day(subject.now, PARIS)
    last = proposals.held(session, demand.id)
    if last is not None:
        last.state = proposals.LEFT
        places.free_up(session, last.id)
    round_ = rounds.open_round(session, f"{today.isoformat()}-by-hand", proposals.ROLLING, subject.now)
    round_.state = "SENT"
    proposal = PairProposal(
        id=uuid4(), round_id=round_.id, demand_id=demand.id, mentor_id=found.person_id, rank=0, score=0, locked=True,
        state=proposals.HELD, proposed_at=subject.now,
    )  # fmt: skip
    session.add(proposal)
    session.flush()
    if not places.reserve(session, found, proposal.id, subject.now, today):
        raise NoPlaceLeft(field="mentor_no")
    demand.state = demands.PROPOSED


def _read_round(subject: Subject, fields: Iterable[str]) -> Values:
    found = uuid_or_none(subject.variables, "round_id")
    round_ = subject.session.get(MatchingRound, found) if found is not None else None
    if round_ is None:
        return {}
    rows = [each for each in proposals.of_round(subject.session, round_.id) if each.rank == 0]
    return {
        "matched": str(round_.matched),
        "unmatched": str(round_.demands - round_.matched),
        "first_choices": f"{round_.first_choices} %",
        "for_people": str(sum(each.action == "PANEL" for each in rows)),
    }


PROPOSAL: Final = Record(_SHOWN | _WRITTEN, _read, _WRITTEN, _write)
ROUND: Final = Record(_ROUND, _read_round)
