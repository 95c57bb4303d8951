"""Service tasks of rounds and proposals: match, sort, reserve, present, take the next option, tie the two together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from engine.errors import WorkFailed
from engine.registry import ServiceWork, service_task
from workflows.association.case_variables import local_day, text, uuid
from workflows.association.mentoring import demands, figures, mentors, pairs, places, proposals, rounds, standing
from workflows.association.mentoring.proposals import MatchingRound, PairProposal
from workflows.association.mentoring.registration_work import demand_of

LEAVES = frozenset({"AUTO_PROPOSE", "PROPOSE_WITH_2_OPTIONS"})
LOOKED_AT = frozenset({"PANEL", "HUMAN_SEARCH"})


@service_task("matching.run", results=("round_id", "wave", "proposals", "actions"))
def run(work: ServiceWork) -> Mapping[str, object]:
    """Runs the round of this case, again where a person asks; answers what `proposal_quality` weighs, by demand."""
    wave = text(work.variables, "wave", proposals.ROLLING)
    key = f"{_today(work).isoformat()}-{work.instance_id}"
    known = work.variables.get("round_id")
    round_ = work.session.get(MatchingRound, UUID(str(known))) if known else None
    round_ = round_ or rounds.open_round(work.session, key[:48], wave, work.now)
    outcome = rounds.run(work.session, round_, work.now)
    asked = {each.id: each.asked_on for each in demands.open_ones(work.session)}
    today = _today(work)
    weighed = [
        {
            "demand_id": str(each.demand_id),
            "score": each.chosen.score if each.chosen else 0,
            "alternatives": len(each.alternatives),
            "waiting_days": (today - asked[each.demand_id]).days,
        }
        for each in outcome.suggestions
    ]
    return {"round_id": str(round_.id), "wave": wave, "proposals": weighed, "actions": []}


@service_task("matching.sort", results=("needs_person",))
def sort(work: ServiceWork) -> Mapping[str, object]:
    """Puts the action on each proposal. People look at a wave, at what the table sends to them, and at circles."""
    chosen = {each.demand_id: each for each in _of_round(work) if each.rank == 0}
    wanted, actions = work.variables.get("proposals"), work.variables.get("actions")
    looked_at = text(work.variables, "wave") == proposals.STUDENTS
    for each, action in zip(_listed(wanted), _listed(actions), strict=False):
        proposal = chosen.get(uuid(each, "demand_id")) if isinstance(each, Mapping) else None
        decided = "PANEL" if proposal is not None and proposal.circle else str(action)
        if proposal is not None:
            proposal.action = decided
        looked_at = looked_at or (decided in LOOKED_AT and proposal is not None)
    return {"needs_person": looked_at}


@service_task("matching.drop", results=())
def drop(work: ServiceWork) -> None:
    """The round is not used."""
    work.session.get_one(MatchingRound, uuid(work.variables, "round_id")).state = "DROPPED"


@service_task("matching.reserve", results=("reserved",))
def reserve(work: ServiceWork) -> Mapping[str, object]:
    """Reserves a place for each proposal that leaves, the alternatives standing by; answers whom to tell.

    What a person has looked at leaves whatever the table said, and what he locked before the rest. Where the place went
    meanwhile, the demand waits on.
    """
    round_ = work.session.get_one(MatchingRound, uuid(work.variables, "round_id"))
    seen = text(work.variables, "round_decision") == "SEND"
    proposed, reserved = _of_round(work), []
    asked = demands.alone(work.session, (each.demand_id for each in proposed))
    for each in standing.in_turn(proposed):
        demand = asked[each.demand_id]
        if each.state != proposals.DRAFT or demand.state != demands.OPEN or not (seen or each.action in LEAVES):
            continue
        if hold(work, each):
            demand.state = demands.PROPOSED
            reserved.append({"demand_id": str(demand.id)})
    round_.state = "SENT"
    return {"reserved": reserved}


def hold(work: ServiceWork, proposal: PairProposal) -> bool:
    """Reserves the place of a proposal; False where there is none left."""
    mentor = mentors.of(work.session, proposal.mentor_id)
    if mentor is None or mentor.state != mentors.ACTIVE:
        return False
    if not places.reserve(work.session, mentor, proposal.id, work.now, _today(work)):
        return False
    proposal.state, proposal.proposed_at = proposals.HELD, work.now
    return True


@service_task("proposal.present", results=("has_proposal", "proposal_id", "mentor_id", "answer_by"))
def present(work: ServiceWork) -> Mapping[str, object]:
    """The proposal for which a place is reserved, and until when it is."""
    found = proposals.held(work.session, uuid(work.variables, "demand_id"))
    if found is None:
        return {"has_proposal": False, "proposal_id": None, "mentor_id": None, "answer_by": None}
    demand_of(work).state = demands.PROPOSED
    by = _today(work) + timedelta(days=figures.days(work.session, "ANSWER", _today(work)))
    return {
        "has_proposal": True,
        "proposal_id": str(found.id),
        "mentor_id": str(found.mentor_id),
        "answer_by": pairs.morning(by),
    }


@service_task("proposal.silent", results=("mentee_answer",))
def silent(work: ServiceWork) -> Mapping[str, object]:
    """The mentee did not answer in time."""
    _proposal(work).state = proposals.EXPIRED
    return {"mentee_answer": "SILENT"}


@service_task("proposal.next", results=("has_next", "mentee_answer", "mentor_answer"))
def following(work: ServiceWork) -> Mapping[str, object]:
    """Gives the place back and reserves the next option that still has one; else the demand waits at its old place."""
    refused = _proposal(work)
    if refused.state in (proposals.HELD, proposals.ASKED):
        refused.state = proposals.DECLINED
    refused.answered_at = work.now
    places.free_up(work.session, refused.id)
    most = figures.limit(work.session, "OPTIONS", _today(work))
    tried = [each for each in _siblings(work, refused) if each.state in (proposals.DECLINED, proposals.EXPIRED)]
    spare = proposals.spare(work.session, refused.demand_id) if len(tried) < most else ()
    found = next((each for each in spare if hold(work, each)), None)
    demand_of(work).state = demands.OPEN if found is None else demands.PROPOSED
    return {"has_next": found is not None, "mentee_answer": None, "mentor_answer": None}


@service_task("proposal.confirm", results=())
def confirm(work: ServiceWork) -> None:
    """Both said yes: the place stays taken, and the other options are let go."""
    found = _proposal(work)
    found.state, found.answered_at = proposals.PAIRED, work.now
    demands.close(demand_of(work), demands.PAIRED, work.now)


def _siblings(work: ServiceWork, proposal: PairProposal) -> Sequence[PairProposal]:
    return [
        each for each in proposals.of_round(work.session, proposal.round_id) if each.demand_id == proposal.demand_id
    ]


def _proposal(work: ServiceWork) -> PairProposal:
    found = work.session.get(PairProposal, uuid(work.variables, "proposal_id"))
    if found is None:
        raise WorkFailed("the proposal of this case is not there", again=False)
    return found


def _of_round(work: ServiceWork) -> Sequence[PairProposal]:
    return proposals.of_round(work.session, uuid(work.variables, "round_id"))


def _listed(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else ()


def _today(work: ServiceWork) -> date:
    return local_day(work.now, work.engine.settings.zone)
