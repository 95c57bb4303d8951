"""Gifts of baskets and promises that stand in the register above the money that arrived for them.

A basket that is short by no more than the tolerance counts as paid, and its gift is what arrived (`payment.settle`).
Gifts that were booked at the ordered amount before, or of which a provider gave a little back since, are found here.
Where no receipt states one, the register is corrected at once; else by the process `receipt_correction`, in which a
second person agrees. Source: CGI art. 200 and 1740 A.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy import Select, case, exists, func, select
from sqlalchemy.orm import Session

from engine.errors import Conflict
from workflows.association.gifts import corrections, receipts, register
from workflows.association.gifts.corrections import ReceiptCorrection
from workflows.association.gifts.pledges import Instalment
from workflows.association.gifts.receipts import TaxReceipt
from workflows.association.gifts.register import BOOKED, NOTED, Gift
from workflows.association.orders import Order, OrderLine
from workflows.association.payments import Payment
from workflows.association.surplus import Refund

__all__ = ["GiftStandsRight", "Overstated", "ask", "lower", "of_gift", "overstated"]

ZERO: Final = Decimal("0.00")


class GiftStandsRight(Conflict):
    """This gift is not above the money that arrived for it: it may have been corrected meanwhile."""

    code: ClassVar[str] = "gift_stands_right"


@dataclass(frozen=True, slots=True)
class Overstated:
    """A gift, the order that it came with, and what arrived of it. `receipt`: the valid one that states too much."""

    gift: Gift
    order_key: str
    arrived: Decimal
    receipt: TaxReceipt | None
    is_asked: bool  # whether its correction waits for the second person


def overstated(session: Session) -> Sequence[Overstated]:
    """Every gift of a paid order that is above what arrived, the latest first. Dues are counted as paid before."""
    short = _short(session)
    if not short:
        return []
    query = (
        select(Gift, Order.key, _POT)
        .join(OrderLine, OrderLine.id == Gift.order_line_id)
        .join(Order, Order.id == OrderLine.order_id)
        .where(_POT.in_(short), Order.state == "PAID", Gift.state.in_((NOTED, BOOKED)))
        .order_by(Order.created_at.desc(), OrderLine.position.desc(), Gift.id)
    )
    found = []
    for gift, key, pot in session.execute(query):
        missing = min(short[pot], gift.amount)
        if missing > 0:
            short[pot] -= missing
            found.append(_of(session, gift, key, gift.amount - missing))
    return found


def of_gift(session: Session, gift_id: UUID) -> Overstated:
    """The gift among those that are above their money. Raises GiftStandsRight."""
    found = next((each for each in overstated(session) if each.gift.id == gift_id), None)
    if found is None:
        raise GiftStandsRight(gift=str(gift_id))
    return found


def lower(found: Overstated, session: Session, now: datetime) -> None:
    """Brings a gift that no receipt states to what arrived of it, and the order's line with it."""
    gift, line = found.gift, session.get_one(OrderLine, found.gift.order_line_id)
    line.amount -= gift.amount - found.arrived
    if found.arrived > 0:
        gift.amount = found.arrived
    else:
        register.reverse(gift, "NOT_ARRIVED", now)


def ask(found: Overstated, session: Session, *, by: str, now: datetime) -> ReceiptCorrection:
    """Asks for the receipt over what arrived. Raises CorrectionUnderway."""
    assert found.receipt is not None, "a gift without a receipt is lowered"
    correction = ReceiptCorrection(
        id=uuid4(), receipt_id=found.receipt.id, reason="WRONG_AMOUNT" if found.arrived > 0 else "NOT_A_GIFT",
        new_amount=found.arrived or None, gift_id=found.gift.id, state=corrections.ASKED, asked_at=now,
        asked_by=by[:64],
    )  # fmt: skip
    return corrections.ask(session, correction, found.receipt.serial)


# Money counts for all orders of the same application or case; that of an instalment for it alone, since all
# of a promise share a case.
_POT: Final = func.coalesce(
    case((exists().where(Instalment.order_id == Order.id), Order.id)), Order.application_id, Order.instance_id, Order.id
)
_GIVEN: Final = (
    select(_POT)
    .select_from(Order)
    .join(OrderLine, OrderLine.order_id == Order.id)
    .join(Gift, Gift.order_line_id == OrderLine.id)
    .where(Order.state == "PAID", Gift.state.in_((NOTED, BOOKED)))
)
_COST: Final = (
    select(_POT.label("pot"), OrderLine.amount.label("amount"))
    .select_from(Order)
    .join(OrderLine, OrderLine.order_id == Order.id)
    .where(Order.state == "PAID")
)
_CAME: Final = (
    select(_POT.label("pot"), (Payment.amount - Payment.refunded - Payment.disputed).label("amount"))
    .select_from(Order)
    .join(Payment, Payment.order_id == Order.id)
    .where(Payment.reversed_at.is_(None))
)
_BACK: Final = (
    select(_POT.label("pot"), Refund.amount.label("amount"))
    .select_from(Order)
    .join(Refund, Refund.order_id == Order.id)
)


def _short(session: Session) -> dict[UUID, Decimal]:
    """What is missing for orders with gifts that count as paid, by the pot that their money is in."""
    cost, came, back = (_sums(session, query) for query in (_COST, _CAME, _BACK))
    short = {pot: cost[pot] - came.get(pot, ZERO) + back.get(pot, ZERO) for pot in cost}
    return {pot: missing for pot, missing in short.items() if missing > 0}


def _sums(session: Session, query: Select[Any]) -> dict[UUID, Decimal]:
    found = query.where(_POT.in_(_GIVEN)).subquery()
    rows = session.execute(select(found.c.pot, func.sum(found.c.amount)).group_by(found.c.pot))
    return {row[0]: Decimal(str(row[1])) for row in rows}


def _of(session: Session, gift: Gift, key: str, arrived: Decimal) -> Overstated:
    receipt = receipts.of_gift(session, gift.id)
    asked = receipt is not None and corrections.is_underway(session, receipt.id)
    return Overstated(gift, key, arrived, receipt, asked)
