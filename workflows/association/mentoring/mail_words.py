"""What a mail about mentoring may say: the other person, the card, the reasons and days of the case."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from workflows.association import people, wording
from workflows.association.case_variables import day, uuid_or_none
from workflows.association.mentoring import cards, mentors, pairs
from workflows.association.mentoring.demands import MentorDemand
from workflows.association.mentoring.proposals import PairProposal
from workflows.association.mentorships import Mentorship

NAMES: Final = frozenset(
    {
        *("other", "other_email", "card", "reasons", "answer_by", "why", "places", "since"),
        *("pair_ends_on", "pair_next_on", "pair_company", "pair_review"),
    }
)

_FOLLOWS_FR: Final = {"YES": "continuer", "ADJUST": "ajuster les objectifs : {changed}"}
_FOLLOWS_EN: Final = {"YES": "go on", "ADJUST": "adjust the goals: {changed}"}


def values(
    session: Session, variables: Mapping[str, object], reader: UUID | None, lang: str, wanted: Set[str]
) -> dict[str, str]:
    """The placeholders of mails about mentoring; a dash for what is not known, nothing where none is wanted."""
    if not wanted & NAMES:
        return {}
    answer = dict.fromkeys(NAMES, "—")
    if variables.get("answer_by"):
        answer["answer_by"] = wording.day(day(variables, "answer_by"), lang)
    mentor = mentors.of(session, reader) if reader is not None else None
    demand_id = uuid_or_none(variables, "demand_id")
    demand = session.get(MentorDemand, demand_id) if demand_id is not None else None
    if mentor is not None and demand is None:
        answer |= {"why": mentor.reason or "—", "places": str(mentor.capacity)}
    if demand is not None:
        answer |= {"why": demand.reason or "—", "since": wording.day(demand.asked_on, lang)}
    return answer | _of_pair(session, variables, reader, lang) | _of_proposal(session, variables, reader, lang)


def _of_pair(session: Session, variables: Mapping[str, object], reader: UUID | None, lang: str) -> dict[str, str]:
    found = uuid_or_none(variables, "pair_id")
    pair = session.get(Mentorship, found) if found is not None else None
    if pair is None:
        return {}
    other = pair.mentor_id if reader in (pair.mentee_id, None) else pair.mentee_id
    following = pairs.next_meeting(session, pair)
    together = company(session, pair, lang)
    return {
        "pair_company": together,
        "pair_review": review(session, pair, lang),
        "other": people.names_of(session, (other,)).get(other, "—"),
        "other_email": people.primary_email(session, other) or "—",
        "pair_ends_on": wording.day(pair.ends_on, lang),
        "pair_next_on": wording.day(following.on, lang) if following is not None else "—",
    }


def review(session: Session, pair: Mentorship, lang: str) -> str:
    """What both said in the latest review, a line each: how far they are, and what they change. That somebody would
    rather stop is for the coordination to talk about, and no mail tells it to the other."""
    last = {each.side: each for each in pairs.answers(session, pair.id) if each.kind == pairs.REVIEW}
    names = people.names_of(session, [each.person_id for each in last.values()])
    goal, sign, follows = ("goal", ":", _FOLLOWS_EN) if lang == "en" else ("objectif", "\u202f:", _FOLLOWS_FR)
    lines = []
    for each in last.values():
        said = [f"{goal} {number}{sign} {share} %" for number, share in enumerate(each.progress.split(), start=1)]
        said += [follows[each.choice].format(changed=each.changed)] if each.choice in follows else []
        lines.append(f"- {names.get(each.person_id, '—')}{sign} {', '.join(said)}")
    return "\n".join(lines) or "—"


def company(session: Session, pair: Mentorship, lang: str) -> str:
    """That three people or more work together, and who; nothing for a pair of two."""
    others = pairs.beside(session, pair)
    if not others:
        return ""
    named = [pair.mentor_id, pair.mentee_id, *(each.mentee_id for each in others)]
    names = people.names_of(session, named)
    said = ", ".join(names.get(each, "—") for each in named)
    count = len(named)
    return (
        f"There are {count} of you: {said}." if lang == "en" else f"Vous êtes {count} à travailler ensemble : {said}."
    )


def _of_proposal(session: Session, variables: Mapping[str, object], reader: UUID | None, lang: str) -> dict[str, str]:
    found = uuid_or_none(variables, "proposal_id")
    proposal = session.get(PairProposal, found) if found is not None else None
    if proposal is None or uuid_or_none(variables, "pair_id") is not None:
        return {}
    demand = session.get_one(MentorDemand, proposal.demand_id)
    told = cards.why(session, proposal, proposal.proposed_at, lang) if proposal.proposed_at is not None else ()
    to_mentor = reader == proposal.mentor_id
    card = cards.mentee_card(demand, lang) if to_mentor else cards.proposed_mentor(session, proposal, lang)
    return {"card": card, "reasons": "\n".join(f"- {each.sentence}" for each in told if each.good) or "—"}
