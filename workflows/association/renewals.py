"""Renewals: one row a membership and period that ends, from the first notice to the payment or the end of the cycle.

The row makes a renewal exist once (whoever starts it, and however often), and is what the campaign's counts read.
Source: domain §P1.3 (P1d) and §P1.5.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    String,
    UniqueConstraint,
    Uuid,
    bindparam,
    func,
    select,
    tuple_,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import commands
from engine.assignment import Actor
from engine.engine import Engine
from engine.models import Base, Moment
from engine.personal import Personal
from engine.prepared import fetch, loaded
from workflows.association import figures, known_rows, mandates
from workflows.association.case_variables import uuid_or_none
from workflows.association.memberships import PAID_UP, Membership
from workflows.association.people import Person

PROCESS: Final = "membership_renewal"
RUNNING, RENEWED, NOT_RENEWED, STOPPED = "RUNNING", "RENEWED", "NOT_RENEWED", "STOPPED"
RENEWABLE: Final = (*sorted(PAID_UP), "LAPSED")
ONE_TIME: Final = frozenset({"STUDENT", "GUEST"})  # they end otherwise: a degree, the end of a service


class Renewal(Base):
    """One cycle: the period that ends on `cycle_end` is renewed, or is not."""

    __tablename__ = "renewal"
    __privacy__ = (
        Personal(
            "membership", "person_id", "empty", random="reference", ids="started_by", unlink="order_id",
            plain="state tariff_code means", withheld="partner_id", since="closed_at",
        ),
        Personal("membership", "partner_id", "empty", unlink="partner_id"),
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    reference: Mapped[str] = mapped_column(String(24), unique=True)
    membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    cycle_end: Mapped[date]
    instance_id: Mapped[UUID] = mapped_column(Uuid, index=True)
    state: Mapped[str] = mapped_column(String(12), default=RUNNING)
    tariff_code: Mapped[str | None] = mapped_column(String(8))  # of the last quote
    dues: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    means: Mapped[str | None] = mapped_column(String(8))  # how it was paid
    order_id: Mapped[UUID | None] = mapped_column(ForeignKey("sales_order.id"))
    partner_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)  # whose second half renews
    started_at: Mapped[datetime] = mapped_column(Moment)
    started_by: Mapped[str] = mapped_column(String(64))
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (
        UniqueConstraint("membership_id", "cycle_end"),
        Index("ix_renewal_cycle_end", "cycle_end", "state"),
        CheckConstraint("state IN ('RUNNING', 'RENEWED', 'NOT_RENEWED', 'STOPPED')", name="ck_renewal_state"),
    )


_OF_CYCLE: Final = select(Renewal.id).where(
    Renewal.membership_id == bindparam("membership", type_=Uuid()), Renewal.cycle_end == bindparam("end", type_=Date())
)
_SEEN: Final = select(*Renewal.__table__.columns).where(Renewal.instance_id == bindparam("case", type_=Uuid()))
_STATE: Final = select(Renewal.state).where(Renewal.instance_id == bindparam("case", type_=Uuid()))


@dataclass(frozen=True, slots=True)
class Means:
    """How a membership is renewed: by a debit that needs nobody, or by what the member chooses."""

    pay_means: str
    auto_renew: bool


def of_case(session: Session, instance_id: UUID) -> Renewal | None:
    """The renewal that this case carries."""
    return known_rows.by(session, Renewal, Renewal.instance_id, instance_id)


def seen(session: Session, instance_id: UUID) -> Renewal | None:
    """The same, to be read only: mails and forms tell of it again and again."""
    rows = fetch(session, _SEEN, {"case": instance_id})
    return loaded(Renewal, rows[0]._asdict()) if rows else None


def is_open(session: Session, membership_id: UUID, cycle_end: date) -> bool:
    """Whether the period that ends on this day has its renewal, under way or ended."""
    return bool(fetch(session, _OF_CYCLE, {"membership": membership_id, "end": cycle_end}))


def running(session: Session, person_id: UUID) -> Renewal | None:
    """The renewal that is under way for a person."""
    query = select(Renewal).where(Renewal.person_id == person_id, Renewal.state == RUNNING)
    return session.scalars(query.order_by(Renewal.cycle_end.desc())).first()


def close(renewal: Renewal, state: str, now: datetime) -> None:
    """Ends a renewal; one that has ended stays as it is."""
    if renewal.state == RUNNING:
        renewal.state, renewal.closed_at = state, now


def may_renew(membership: Membership) -> bool:
    """Whether this membership is one that is renewed: not for life, not of a student or guest, not ended."""
    return (
        membership.end_date != date.max
        and membership.category not in ONE_TIME
        and membership.statutory_status == "MEMBER"
        and membership.service_entitlement in RENEWABLE
    )


_UNTIL: Final = bindparam("until", type_=Date())
_AFTER: Final = bindparam("after", type_=Date())
# What was begun is gathered once: asked row by row, a database that knows nothing yet of how many renewals end on a day
# (a year that was just opened) took each time all those of the day.
_BEGUN: Final = select(Renewal.membership_id, Renewal.cycle_end).where(
    Renewal.cycle_end <= _UNTIL, Renewal.cycle_end > _AFTER
)
_DUE: Final = (
    select(Membership.person_id)
    .join(Person, Person.id == Membership.person_id)
    .where(
        Membership.end_date <= _UNTIL,
        Membership.end_date > _AFTER,
        Membership.category.not_in(ONE_TIME),
        Membership.statutory_status == "MEMBER",
        Membership.service_entitlement.in_(RENEWABLE),
        Person.deceased_on.is_(None),
        tuple_(Membership.id, Membership.end_date).not_in(_BEGUN),
    )
    .order_by(Membership.end_date, Membership.person_id)
)
_FIRST_DUE: Final = _DUE.limit(bindparam("limit", type_=Integer()))
_COUNT_DUE: Final = select(func.count()).select_from(_DUE.order_by(None).subquery())


def due(session: Session, today: date, *, limit: int | None = None) -> Sequence[UUID]:
    """People whose membership ends within the notice, or ended within the cycle, and who have no renewal yet; those
    whose membership ends first, at most `limit` of them."""
    if limit is None:
        return session.scalars(_DUE, _around(session, today)).all()
    return session.scalars(_FIRST_DUE, {**_around(session, today), "limit": limit}).all()


def count_due(session: Session, today: date) -> int:
    """How many they are."""
    return session.scalar(_COUNT_DUE, _around(session, today)) or 0


def _around(session: Session, today: date) -> Mapping[str, date]:
    return {
        "until": today + figures.days(session, "NOTICE", today),
        "after": today - figures.days(session, "CYCLE", today),
    }


def start(session: Session, engine: Engine, person_ids: Iterable[UUID], *, by: Actor) -> Sequence[UUID]:
    """Starts a renewal for each of these people, in the caller's transaction; answers the cases."""
    return [
        commands.start(session, engine, PROCESS, {"person_id": str(each)}, by=by).instance_id for each in person_ids
    ]


def grace_end(session: Session, renewal: Renewal) -> date:
    """The last day of grace of a renewal: by the figure that was in force when it began."""
    return renewal.cycle_end + figures.days(session, "GRACE", renewal.started_at.date())


def means_of(session: Session, membership: Membership, today: date) -> Means:
    """A standing mandate for more than one debit renews by itself where the member asked for it; nothing else does."""
    due_on = mandates.collection_day(session, today, membership.end_date)
    mandate = mandates.current(session, None, membership.person_id, on=due_on)
    recurrent = mandate is not None and mandate.kind == mandates.RECURRENT
    return Means("SEPA" if recurrent else "CARD", membership.auto_renew and recurrent)


def reason_settled(session: Session, case_id: UUID | None) -> str | None:
    """SETTLED where this case is a renewal that is paid, or not awaited any longer; None also for any other case."""
    renewal = of_case(session, case_id) if case_id is not None else None
    return "SETTLED" if renewal is not None and renewal.state != RUNNING else None


def reason_not_to_remind(session: Session, variables: Mapping[str, object]) -> str | None:
    """Why a member is not reminded of this renewal any more: SETTLED where it is paid, or not awaited any longer."""
    case_id = uuid_or_none(variables, "case_id")
    rows = fetch(session, _STATE, {"case": case_id}) if case_id is not None else ()
    return None if any(row.state == RUNNING for row in rows) else "SETTLED"
