"""What a person says about a line that took money off the account: an order's money went back, a refund, or a fee.

Whatever the bank's ids leave open is told here once, and booked as if the bank had said it: money that went back takes
the payment back and begins the incident (domain §P1.4 `sepa_incident`); a refund that no case recorded is recorded.
"""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands
from engine.assignment import Actor
from engine.engine import Engine
from engine.errors import Invalid
from workflows.association import figures, payments, surplus
from workflows.association.bank import accounts, debits, intake
from workflows.association.bank.accounts import BankLine
from workflows.association.bank.debits import SENT, SETTLED, DirectDebit
from workflows.association.bank.matching import DEBIT, Bookkeeper
from workflows.association.orders import Order
from workflows.association.payments import Payment
from workflows.association.surplus import Refund

__all__ = ["FEE", "KINDS", "REFUND", "RETURN", "LineArrived", "NoSuchPayment", "RefundUnknown", "check", "tell"]

RETURN, REFUND, FEE = "RETURN", "REFUND", accounts.FEE
KINDS: Final = (RETURN, REFUND, FEE)


class LineArrived(Invalid):
    """This line brought money: choose the order that it pays, or set it aside."""

    code: ClassVar[str] = "line_arrived"


class NoSuchPayment(Invalid):
    """No payment of the order “{key}” is as large as this line. Choose the order whose money went back."""

    code: ClassVar[str] = "no_such_payment"


class RefundUnknown(Invalid):
    """Of the order “{key}” {left} are left over, less than this line, and its case recorded no such refund."""

    code: ClassVar[str] = "refund_unknown"


def tell(
    session: Session, engine: Engine, line_id: UUID, kind: str, order_key: str, *, entity: str, by: Actor
) -> BankLine:
    """Books a line that took money by what a person says it was.

    Raises NotFound, LineDecided, LineArrived, OrderUnknown, OrderOfAnother, OrderOwn, NoSuchPayment,
    RefundUnknown.
    """
    line = intake.open_line(session, line_id, entity)
    if line.amount >= 0:
        raise LineArrived
    keeper = Bookkeeper(session, engine, by, engine.clock.now(), entity)
    if kind == FEE:
        keeper.matched(line, FEE, None)
    elif kind == REFUND:
        _refunded(keeper, line, intake.order_named(session, order_key, entity, by.id))
    else:
        _went_back(keeper, line, intake.order_named(session, order_key, entity, by.id))
    return line


def check(session: Session, line: BankLine, kind: str, order_key: str, *, entity: str, by: str) -> None:
    """Whether a line can be booked so; what `tell` raises of it, and nothing is changed."""
    if line.amount >= 0:
        raise LineArrived
    if kind == FEE:
        return
    order = intake.order_named(session, order_key, entity, by)
    if kind == REFUND:
        _known_refund(session, line, order)
    else:
        _gone(session, line, order)


def _went_back(keeper: Bookkeeper, line: BankLine, order: Order) -> None:
    gone = _gone(keeper.session, line, order)
    if isinstance(gone, DirectDebit):
        keeper.give_back(gone, line.reason, debits.RETURNED)
        keeper.matched(line, DEBIT, gone.id)
        return
    payments.take_back(
        keeper.session, keeper.engine, order, gone, debit_id=None, told=f"line {line.id}", reason=line.reason,
        by=keeper.by, now=keeper.now,
    )  # fmt: skip
    keeper.matched(line, RETURN, gone.id)


def _gone(session: Session, line: BankLine, order: Order) -> DirectDebit | Payment:
    """What a line took back of an order: a debit that is at the bank or settled, or a payment; the newest first."""
    for debit in reversed(debits.of_order(session, order.id)):
        if debit.state in {SENT, SETTLED} and _covers(session, line, debit.amount):
            return debit
    for payment in reversed(payments.of_order(session, order.id)):
        if _covers(session, line, payment.net):
            return payment
    raise NoSuchPayment(field="order_key", key=order.key)


def _covers(session: Session, line: BankLine, amount: Decimal) -> bool:
    """Whether a line is this amount, or this amount with the bank's own fee."""
    most = figures.limit(session, "RETURN_FEE", line.booked_on)
    return amount > 0 and 0 <= -line.amount - amount <= most


def _refunded(keeper: Bookkeeper, line: BankLine, order: Order) -> None:
    """The refund that a case recorded; else one is recorded of what is left over, and nobody is asked about it more."""
    session, refund = keeper.session, _known_refund(keeper.session, line, order)
    if refund is None:
        refund = Refund(
            id=uuid4(), order_id=order.id, amount=-line.amount, refunded_on=line.booked_on,
            reference=(line.bank_reference or line.fingerprint)[:80], recorded_by=keeper.by.id[:64],
            recorded_at=keeper.now,
        )  # fmt: skip
        session.add(refund)
        session.flush()
        commands.correlate_message(
            session, keeper.engine, surplus.USED, order.key, source="bank refund", message_id=str(refund.id),
            by=keeper.by,
        )  # fmt: skip
    keeper.matched(line, REFUND, refund.id)


def _known_refund(session: Session, line: BankLine, order: Order) -> Refund | None:
    """The refund of this amount that a case recorded; None where there is none and as much is left over.

    Raises RefundUnknown.
    """
    together = [each.id for each in surplus.together(session, order)]
    linked = select(BankLine.matched_to).where(BankLine.match_kind == REFUND)
    known = select(Refund).where(Refund.order_id.in_(together), Refund.amount == -line.amount, Refund.id.not_in(linked))
    refund = session.scalars(known.order_by(Refund.recorded_at).limit(1)).first()
    left = surplus.left_over(session, order) if refund is None else Decimal(0)
    if refund is None and -line.amount > left:
        raise RefundUnknown(field="order_key", key=order.key, left=left)
    return refund
