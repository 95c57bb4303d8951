"""Matching rounds and what they propose: one row a mentor who would do, the chosen one first, with its points."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Text, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.models import Base, Moment
from engine.personal import Impersonal, Personal

DRAFT, SPARE, HELD, ASKED, PAIRED = "DRAFT", "SPARE", "HELD", "ASKED", "PAIRED"
DECLINED, EXPIRED, LEFT = "DECLINED", "EXPIRED", "LEFT"
ROLLING, STUDENTS = "ROLLING", "STUDENTS"


class MatchingRound(Base):
    """One round. `key` is its number: the same key is not run twice. The figures are those of its last run; shares in
    percent."""

    __tablename__ = "matching_round"
    __privacy__ = Impersonal("figures of a round: how many, and how well")
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    key: Mapped[str] = mapped_column(String(48), unique=True)
    wave: Mapped[str] = mapped_column(String(8))
    seed: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(8), default=DRAFT)
    computed_at: Mapped[datetime] = mapped_column(Moment)
    runs: Mapped[int] = mapped_column(default=0)
    demands: Mapped[int] = mapped_column(default=0)
    matched: Mapped[int] = mapped_column(default=0)
    first_choices: Mapped[int] = mapped_column(default=0)
    blocking: Mapped[int] = mapped_column(default=0)
    mean: Mapped[int] = mapped_column(default=0)
    floor: Mapped[int] = mapped_column(default=0)


class PairProposal(Base):
    """A mentor for a demand. `rank` 0 is the round's choice, then the alternatives. `parts`: points by part, as
    “topics=35.0 sector=15.0”. `locked`: a person put these two together. `said`: what was answered, for the staff.
    `beside_id`: the pair that this one would work beside, three together."""

    __tablename__ = "pair_proposal"
    __privacy__ = (
        Personal("membership", "demand_id", erase="said", plain="parts state action", withheld="mentor_id said"),
        Personal("membership", "mentor_id", "empty", erase="said", plain="parts state action", withheld="said"),
    )
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    round_id: Mapped[UUID] = mapped_column(ForeignKey("matching_round.id"))
    demand_id: Mapped[UUID] = mapped_column(ForeignKey("mentor_demand.id", ondelete="CASCADE"))
    mentor_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    rank: Mapped[int]
    score: Mapped[int]
    parts: Mapped[str] = mapped_column(String(200), default="")
    circle: Mapped[bool] = mapped_column(default=False)
    locked: Mapped[bool] = mapped_column(default=False)
    action: Mapped[str] = mapped_column(String(24), default="")
    state: Mapped[str] = mapped_column(String(8), default=DRAFT)
    said: Mapped[str] = mapped_column(Text, default="")
    beside_id: Mapped[UUID | None] = mapped_column(Uuid)
    proposed_at: Mapped[datetime | None] = mapped_column(Moment)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (
        Index("uq_pair_proposal_mentor", "round_id", "demand_id", "mentor_id", unique=True),
        Index("ix_pair_proposal_demand", "demand_id", "state"),
    )


def points(proposal: PairProposal) -> dict[str, float]:
    """The points of a proposal by part."""
    pairs = (each.partition("=") for each in proposal.parts.split())
    return {name: float(value) for name, _, value in pairs}


def of_round(session: Session, round_id: UUID) -> Sequence[PairProposal]:
    """Every proposal of a round, by demand, the chosen one first."""
    query = select(PairProposal).where(PairProposal.round_id == round_id)
    return session.scalars(query.order_by(PairProposal.demand_id, PairProposal.rank)).all()


def held(session: Session, demand_id: UUID) -> PairProposal | None:
    """The proposal for which a place is reserved now."""
    query = select(PairProposal).where(PairProposal.demand_id == demand_id, PairProposal.state.in_((HELD, ASKED)))
    return session.scalars(query.order_by(PairProposal.rank)).first()


def spare(session: Session, demand_id: UUID) -> Sequence[PairProposal]:
    """What else the newest round had for a demand, the best first."""
    newest = (
        select(PairProposal.round_id).join(MatchingRound, MatchingRound.id == PairProposal.round_id)
        .where(PairProposal.demand_id == demand_id).order_by(MatchingRound.computed_at.desc()).limit(1)
        .scalar_subquery()
    )  # fmt: skip
    query = select(PairProposal).where(
        PairProposal.demand_id == demand_id, PairProposal.round_id == newest, PairProposal.state == SPARE
    )
    return session.scalars(query.order_by(PairProposal.rank)).all()
