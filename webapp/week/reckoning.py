"""What the general delegate wants to know on a Monday, in numbers: late, promised, to sign, in money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from engine import inbox
from engine.assignment import Actor
from engine.engine import Engine
from engine.inbox import Filters, Row
from engine.models import Incident, ProcessInstance, UserTask
from engine.shapes import OPEN, listing, page
from webapp.operations.drawing import SUBJECT_ROLES
from webapp.week.ahead import Load, load
from workflows.association.bank.accounts import UNMATCHED, BankLine, BankStatement
from workflows.association.orders import ASSOCIATION, Order, OrderLine
from workflows.association.payments import Payment

__all__ = ["Late", "Money", "Week", "late_of", "reckon"]

WEEK: Final = timedelta(days=7)
SIGNED: Final = 30  # tasks of one's own that are shown
LISTED: Final = 200  # late tasks of one role that are shown
LONG: Final = 150  # per cent of its time: then the general delegate was told (domain §1.5)


@dataclass(frozen=True, slots=True)
class Late:
    """Tasks of a role that are late: how many, how many by half their time again, since when the oldest is."""

    role: str
    count: int
    long: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Money:
    """Of the association alone: what came in seven days, what is promised and unpaid, what waits at the bank."""

    received: Decimal
    orders_paid: int
    awaited: Decimal
    orders_open: int
    unmatched: int
    incidents: int


@dataclass(frozen=True, slots=True)
class Week:
    """One Monday. `promised`: tasks due within seven days, by role; `standing`: incidents nobody has looked after."""

    late: Sequence[Late]
    promised: Sequence[tuple[str, int]]
    to_sign: Sequence[Row]
    money: Money
    loads: Sequence[Load]
    standing: int

    @property
    def late_in_all(self) -> int:
        return sum(each.count for each in self.late)

    @property
    def promised_in_all(self) -> int:
        return sum(count for _role, count in self.promised)


def reckon(session: Session, engine: Engine, reader: Actor) -> Week:
    """The week as this person has to know it; `to_sign` is his own list."""
    now = engine.clock.now()
    standing = select(func.count()).select_from(Incident).where(Incident.resolved_at.is_(None))
    return Week(
        late=_late(session, now),
        promised=_promised(session, now),
        to_sign=_to_sign(session, reader, now),
        money=_money(session, now),
        loads=load(session, engine, now),
        standing=session.scalars(standing).one(),
    )


def _late(session: Session, now: datetime) -> Sequence[Late]:
    long = func.sum(case((UserTask.escalation >= LONG, 1), else_=0))
    query = (
        select(UserTask.role, func.count(), long, func.min(UserTask.due_at))
        .where(OPEN, UserTask.due_at < now, UserTask.role.is_not(None), UserTask.role.not_in(SUBJECT_ROLES))
        .group_by(UserTask.role)
        .order_by(func.count().desc(), UserTask.role)
    )
    return [Late(*row) for row in session.execute(query)]


def late_of(session: Session, role: str, now: datetime) -> Sequence[Row]:
    """The tasks of this role that are late, the oldest first."""
    query = listing().where(OPEN, UserTask.due_at < now, UserTask.role == role)
    return [Row(*row) for row in session.execute(page(query, None, LISTED))]


def _promised(session: Session, now: datetime) -> Sequence[tuple[str, int]]:
    query = (
        select(UserTask.role, func.count())
        .where(
            OPEN, UserTask.due_at >= now, UserTask.due_at < now + WEEK, UserTask.role.is_not(None),
            UserTask.role.not_in(SUBJECT_ROLES),
        )
        .group_by(UserTask.role)
        .order_by(func.count().desc(), UserTask.role)
    )  # fmt: skip
    return [(role, count) for role, count in session.execute(query)]


def _to_sign(session: Session, reader: Actor, now: datetime) -> Sequence[Row]:
    """What waits for this person: his own tasks, then what he may take for his office, the most urgent first."""
    filters = Filters(now=now)
    mine = inbox.inbox(session, reader, filters, None, limit=SIGNED)
    office = inbox.queue(session, reader, Filters(role="GENERAL_DELEGATE", now=now), None, limit=SIGNED)
    known = {row.id for row in mine}
    return [*mine, *(row for row in office if row.id not in known)][:SIGNED]


def _money(session: Session, now: datetime) -> Money:
    amount, orders = func.coalesce(func.sum(OrderLine.amount), 0), func.count(Order.id.distinct())
    ours = select(amount, orders).join(Order, Order.id == OrderLine.order_id)
    ours = ours.where(OrderLine.beneficiary == ASSOCIATION)
    paid = select(Payment.order_id).where(Payment.received_at >= now - WEEK, Payment.reversed_at.is_(None))
    received, orders_paid = session.execute(ours.where(Order.id.in_(paid), Order.state == "PAID")).one()
    awaited, orders_open = session.execute(ours.where(Order.state == "OPEN")).one()
    lines = (
        select(func.count())
        .select_from(BankLine)
        .join(BankStatement, BankStatement.id == BankLine.statement_id)
        .where(BankLine.state == UNMATCHED, BankStatement.entity == ASSOCIATION)
    )
    running = select(func.count()).where(
        ProcessInstance.process_id == "payment_incident", ProcessInstance.ended_at.is_(None)
    )
    return Money(
        Decimal(received), orders_paid, Decimal(awaited), orders_open, session.scalars(lines).one(),
        session.scalars(running).one(),
    )  # fmt: skip
