"""The records `proposal.*` and `round.*`: what people are told before they say yes, and the coordination."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from engine.calendar import PARIS
from workflows.association import people
from workflows.association.case_variables import text, uuid_or_none
from workflows.association.mentoring import by_hand, cards, proposals, standing
from workflows.association.mentoring.demands import MentorDemand
from workflows.association.mentoring.mentor_record import demand_of
from workflows.association.mentoring.proposals import MatchingRound, PairProposal
from workflows.association.records import Record, Subject, Values

_SHOWN: Final = frozenset({"mentor_card", "mentee_card", "goals", "why", "less", "said"})
_WRITTEN: Final = frozenset({"words", "mentor_no"})
_ROUND: Final = frozenset({"matched", "unmatched", "first_choices", "for_people"})


def _of(subject: Subject) -> PairProposal | None:
    found = uuid_or_none(subject.variables, "proposal_id")
    return subject.session.get(PairProposal, found) if found is not None else None


def _read(subject: Subject, fields: Iterable[str]) -> Values:
    proposal, session, lang = _of(subject), subject.session, subject.language
    if proposal is None:
        return {"said": "—"}
    demand = session.get_one(MentorDemand, proposal.demand_id)
    told = cards.why(session, proposal, subject.now, lang)
    return {
        "mentor_card": cards.proposed_mentor(session, proposal, lang),
        "mentee_card": cards.mentee_card(demand, lang),
        "goals": people.said_by(session, demand.person_id, demand.goals),
        "why": " · ".join(each.sentence for each in told if each.good) or "—",
        "less": " · ".join(each.sentence for each in told if not each.good) or "—",
        "said": proposal.said or "—",
    }


def _write(subject: Subject, values: Values) -> Values:
    """Keeps what was said with an answer; reserves the place of a mentor whom a person found.

    Raises MemberUnknown, NoPlaceLeft, KeptApart.
    """
    proposal = _of(subject)
    if proposal is not None and values.get("words"):
        proposal.said = f"{proposal.said} {text(values, 'words')}".strip()[:600]
    demand, number = demand_of(subject), text(values, "mentor_no").strip()
    if number and demand is not None:
        by_hand.propose(subject.session, demand, number, subject.now)
    return {}


def _read_round(subject: Subject, fields: Iterable[str]) -> Values:
    found = uuid_or_none(subject.variables, "round_id")
    round_ = subject.session.get(MatchingRound, found) if found is not None else None
    if round_ is None:
        return {}
    rows = [each for each in proposals.of_round(subject.session, round_.id) if each.rank == 0]
    stands = standing.of_round(subject.session, round_, subject.now.astimezone(PARIS).date())
    return {
        "matched": str(stands.matched),
        "unmatched": str(stands.unmatched),
        "first_choices": f"{round_.first_choices} %",
        "for_people": str(sum(each.action == "PANEL" for each in rows)),
    }


PROPOSAL: Final = Record(_SHOWN | _WRITTEN, _read, _WRITTEN, _write)
ROUND: Final = Record(_ROUND, _read_round)
