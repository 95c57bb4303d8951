"""What the coordination sees: pairs, the silent ones first, each with what the table `pair_health` says; rounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

import workflows
from engine import dmn
from engine.calendar import PARIS
from engine.feel import Environment, Value
from engine.models import UserTask
from engine.terms import CaseTerm, about
from webapp import authorize
from webapp.authorize import Viewer
from workflows.association import people
from workflows.association.matching.reasons import Reason
from workflows.association.mentoring import cards, pairs, proposals, standing
from workflows.association.mentoring.demands import MentorDemand
from workflows.association.mentoring.proposals import DRAFT, LEFT, SPARE, MatchingRound, PairProposal
from workflows.association.mentoring.standing import Standing
from workflows.association.mentorships import LIVE, Mentorship

HEALTH = {
    "CALL_MENTEE_2WD": _("Call the mentee within two days"),
    "CALL_MENTOR_2WD": _("Call the mentor within two days"),
    "RELEASE": _("Release the mentor"),
    "NUDGE_MENTEE": _("Encourage the mentee to write"),
    "NUDGE_BOTH": _("Encourage both"),
    "COORDINATOR_CALL": _("Call the pair"),
    "PROPOSE_CLOSE": _("Suggest to close"),
    "OK": _("All is well"),
}
BECAME = {
    proposals.HELD: _("waits for the answers"),
    proposals.ASKED: _("waits for the answers"),
    proposals.PAIRED: _("both said yes"),
    proposals.DECLINED: _("one of them said no"),
    proposals.EXPIRED: _("no answer in time"),
    DRAFT: _("not proposed: no place was left"),
}
SHOWN_ROUNDS = 6  # of those that have left, on the board


@dataclass(frozen=True, slots=True)
class PairRow:
    """A pair on the board."""

    id: UUID
    mentor: str
    mentee: str
    silence: int
    action: str
    moods: tuple[int | None, int | None]
    instance_id: UUID | None
    offer_on: date | None  # since when a job offer between the two is told of


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A mentor who would do, with the reasons that both sides read, told of them."""

    id: UUID
    mentor: str
    score: int
    reasons: Sequence[Reason]
    locked: bool
    circle: bool
    action: str
    state: str


@dataclass(frozen=True, slots=True)
class DemandRow:
    """A demand in a round: the mentor who is proposed, the others, and those who were set aside. `over`: mentors who
    were proposed, and did not become hers."""

    name: str
    card: str
    chosen: ProposalRow | None
    others: Sequence[ProposalRow]
    aside: Sequence[ProposalRow]
    over: Sequence[ProposalRow]


def board(session: Session, now: datetime) -> Sequence[PairRow]:
    """Every pair that runs, the longest silence first."""
    live = session.scalars(select(Mentorship).where(Mentorship.state.in_(LIVE))).all()
    names = people.names_of(session, {person for each in live for person in (each.mentor_id, each.mentee_id)})
    rows = [_pair(each, names, now) for each in live]
    return sorted(rows, key=lambda row: (-row.silence, row.mentor, row.mentee))


def _pair(pair: Mentorship, names: Mapping[UUID, str], now: datetime) -> PairRow:
    silence = pairs.silence(pair, now.astimezone(PARIS).date())
    moods = (pair.mentee_mood, pair.mentor_mood)
    mentee, mentor = (None if mood is None else Decimal(mood) for mood in moods)
    given: dict[str, Value] = {
        "phase": pair.state, "days_since_last_sign": Decimal(silence), "mentee_mood": mentee, "mentor_mood": mentor,
    }  # fmt: skip
    said = _health().evaluate("pair_health", given, Environment(lambda: now, PARIS)).value
    return PairRow(
        pair.id, names.get(pair.mentor_id, "—"), names.get(pair.mentee_id, "—"), silence, str(said), moods,
        pair.instance_id, pair.offer_on,
    )  # fmt: skip


@cache
def _health() -> dmn.DecisionModel:
    entry = workflows.entry("mentorship")
    assert entry is not None
    return dmn.read((entry.path / "pair_health.dmn").read_bytes(), name="pair_health.dmn")


def drafts(session: Session, today: date) -> Sequence[tuple[MatchingRound, Standing]]:
    """The rounds that have not left yet, the newest first, and how each stands."""
    query = select(MatchingRound).where(MatchingRound.state == DRAFT).order_by(MatchingRound.computed_at.desc())
    return [(each, standing.of_round(session, each, today)) for each in session.scalars(query)]


def sent(session: Session, today: date) -> Sequence[tuple[MatchingRound, Standing]]:
    """The rounds that left last, the newest first."""
    query = select(MatchingRound).where(MatchingRound.state == "SENT").order_by(MatchingRound.computed_at.desc())
    return [(each, standing.of_round(session, each, today)) for each in session.scalars(query.limit(SHOWN_ROUNDS))]


def sending(session: Session, viewer: Viewer, round_id: UUID) -> UUID | None:
    """The task that sends a round; None where no case waits for it, or where the viewer may not do it."""
    query = select(UserTask.id).join(CaseTerm, CaseTerm.instance_id == UserTask.instance_id)
    mine = authorize.authorize(viewer, "work", UserTask)
    waits = UserTask.element == "review_round", UserTask.state == "created", mine
    return session.scalars(query.where(CaseTerm.term == about(round_id), *waits)).first()


_GROUPS = {
    "chosen": {DRAFT, proposals.HELD, proposals.ASKED, proposals.PAIRED},
    "others": {SPARE},
    "aside": {LEFT},
    "over": {proposals.DECLINED, proposals.EXPIRED},
}


def of_round(session: Session, round_: MatchingRound, now: datetime, language: str) -> Sequence[DemandRow]:
    """The demands of a round; those that a person has to look at first, then the lowest scores."""
    rows: dict[UUID, list[PairProposal]] = {}
    for each in proposals.of_round(session, round_.id):
        rows.setdefault(each.demand_id, []).append(each)
    demands = {each.id: each for each in session.scalars(select(MentorDemand).where(MentorDemand.id.in_(rows)))}
    persons = {each.person_id for each in demands.values()} | {each.mentor_id for row in rows.values() for each in row}
    names = people.names_of(session, persons)

    def shown(each: PairProposal) -> ProposalRow:
        why = cards.why(session, each, now, language, to_pair=False)
        return ProposalRow(
            each.id, names.get(each.mentor_id, "—"), each.score, why, each.locked, each.circle, each.action, each.state
        )

    def demand(demand_id: UUID, found: Sequence[PairProposal]) -> DemandRow:
        known = demands[demand_id]
        by_state = {name: [shown(each) for each in found if each.state in states] for name, states in _GROUPS.items()}
        chosen = next(iter(by_state["chosen"]), None)
        card, name = cards.mentee_card(known, language), names.get(known.person_id, "—")
        return DemandRow(name, card, chosen, by_state["others"], by_state["aside"], by_state["over"])

    found = [demand(demand_id, each) for demand_id, each in rows.items()]
    return sorted(found, key=_first)


def _first(row: DemandRow) -> tuple[bool, bool, int, str]:
    chosen = row.chosen
    return (chosen is not None, chosen is None or chosen.action != "PANEL", chosen.score if chosen else 0, row.name)
