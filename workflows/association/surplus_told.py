"""What a member is told of money beyond what an order costs: what is done about it by when, what went back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from engine.models import ProcessInstance, UserTask
from workflows.association import surplus
from workflows.association.case_variables import local_day
from workflows.association.orders import Order
from workflows.association.payments import Payment
from workflows.association.surplus import PROCESS, Refund

CHOOSE: Final = "choose_use"
DECIDE: Final = "decide_use"
REFUND: Final = "record_refund"


@dataclass(frozen=True, slots=True)
class Surplus:
    """A surplus that is being settled. `step` is the task that it waits for; empty while none is open."""

    order_key: str
    amount: Decimal
    step: str
    case_id: UUID
    task_id: UUID | None
    choose_until: date  # the person, where the step is CHOOSE
    due_at: datetime | None  # the accounts, where it is DECIDE or REFUND


@dataclass(frozen=True, slots=True)
class Returned:
    """Money that went back for an order. `on` is the day of our transfer, None where the provider gave it back."""

    order_key: str
    amount: Decimal
    on: date | None


def going_on(session: Session, bought: Sequence[Order], now: datetime, zone: ZoneInfo) -> Sequence[Surplus]:
    """The surpluses of these orders that are being settled, the oldest first. Those of which nothing is left, whose
    case has not noticed it yet, are none."""
    by_key = {each.key: each for each in bought}
    task = and_(UserTask.instance_id == ProcessInstance.id, UserTask.state == "created")
    cases = (
        select(ProcessInstance, UserTask)
        .outerjoin(UserTask, task)
        .where(ProcessInstance.process_id == PROCESS, ProcessInstance.start_key.in_(by_key))
        .where(ProcessInstance.ended_at.is_(None))
        .order_by(ProcessInstance.started_at)
    )
    found = [
        _surplus(session, by_key[case.start_key], case, open_task, now, zone)
        for case, open_task in session.execute(cases)
    ]
    return [each for each in found if each.amount > 0]


def _surplus(
    session: Session, order: Order, case: ProcessInstance, task: UserTask | None, now: datetime, zone: ZoneInfo
) -> Surplus:
    started, today = local_day(case.started_at, zone), local_day(now, zone)
    return Surplus(
        order.key,
        surplus.left_over(session, order),
        task.element if task is not None else "",
        case.id,
        task.id if task is not None else None,
        surplus.choose_until(session, started, today),
        task.due_at if task is not None else None,
    )


def returned(session: Session, bought: Sequence[Order]) -> Sequence[Returned]:
    """What went back for these orders, by our transfers and by the provider, order by order."""
    keys = {each.id: each.key for each in bought}
    ours = select(Refund).where(Refund.order_id.in_(keys)).order_by(Refund.refunded_on, Refund.recorded_at)
    theirs = select(Payment).where(Payment.order_id.in_(keys), Payment.refunded > 0).order_by(Payment.received_at)
    return [
        *(Returned(keys[each.order_id], each.amount, each.refunded_on) for each in session.scalars(ours)),
        *(Returned(keys[each.order_id], each.refunded, None) for each in session.scalars(theirs)),
    ]
