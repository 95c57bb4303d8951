"""What a line of the account pays: a debit by its end-to-end id, an order by its key, or nobody knows yet.

What matches with certainty is booked; everything else waits for a person. Nothing is booked twice: a debit settles
once, a transfer that the accounts recorded by hand is recognised, and a payment has the bank's reference.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.assignment import Actor
from engine.engine import Engine
from workflows.association import figures, orders, payments
from workflows.association.bank import accounts, creditors, debits
from workflows.association.bank.accounts import BankLine
from workflows.association.bank.debits import DirectDebit
from workflows.association.bank.reports import Report
from workflows.association.orders import ASSOCIATION, Order
from workflows.association.payments import Payment

PAYMENT, DEBIT, BATCH, LINE = "PAYMENT", "DEBIT", "BATCH", "LINE"
BANK: Final = "BANK"
# An order's key as people copy it into a transfer: spaces, lower case, a missing hyphen.
_KEY: Final = re.compile(r"CMD[\s\-./]*(\d{4})[\s\-./]*(\d{6})(?!\d)", re.IGNORECASE)


@dataclass(slots=True)
class Booked:
    """What was made of the lines of a file."""

    settled: int = 0
    returned: int = 0
    transfers: int = 0
    outgoing: int = 0
    unmatched: list[BankLine] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Bookkeeper:
    """Books lines of a legal person's account in the transaction of a session, for somebody, at a moment."""

    session: Session
    engine: Engine
    by: Actor
    now: datetime
    entity: str

    def book(self, line: BankLine, booked: Booked) -> None:
        """Books one line where it is certain what it is."""
        if line.state == accounts.OUTGOING:
            booked.outgoing += 1
        elif line.amount < 0:
            self._book_return(line, booked)
        elif not (self._settles(line, booked) or self._settles_batch(line, booked) or self._pays_order(line, booked)):
            booked.unmatched.append(line)

    def _book_return(self, line: BankLine, booked: Booked) -> None:
        debit = self._debit(line)
        if debit is None or not self._returns(debit, line):
            booked.unmatched.append(line)
            return
        self.give_back(debit, line.reason, debits.RETURNED)
        self.matched(line, DEBIT, debit.id)
        booked.returned += 1

    def _returns(self, debit: DirectDebit, line: BankLine) -> bool:
        """All of the debit comes back; with the bank's own fee in the same amount, where it gives a reason."""
        fee = -line.amount - debit.amount
        return not fee or (bool(line.reason) and 0 < fee <= figures.limit(self.session, "RETURN_FEE", line.booked_on))

    def _debit(self, line: BankLine) -> DirectDebit | None:
        """The debit that the line names, where this legal person collected it."""
        return debits.by_end_to_end_id(self.session, self.entity, [line.end_to_end_id]).get(line.end_to_end_id)

    def _settles(self, line: BankLine, booked: Booked) -> bool:
        debit = self._debit(line)
        if debit is None or debit.amount != line.amount or debit.state not in {debits.SENT, debits.SETTLED}:
            return False
        self._settle(debit, line, booked)
        self.matched(line, DEBIT, debit.id)
        return True

    def _settles_batch(self, line: BankLine, booked: Booked) -> bool:
        """A batch that the bank books in one line: all of it, what it rejected before apart, or a person looks."""
        if line.end_to_end_id or not line.batch_id:
            return False
        batch = debits.in_batch(self.session, self.entity, line.batch_id)
        inside = [each for each in batch if each.state != debits.REJECTED]
        if not inside or sum((each.amount for each in inside), Decimal(0)) != line.amount:
            return False
        for debit in inside:
            self._settle(debit, line, booked)
        self.matched(line, BATCH, inside[0].file_id)
        return True

    def _settle(self, debit: DirectDebit, line: BankLine, booked: Booked) -> None:
        """Once: told again, by a notification and by the statement, it changes nothing."""
        if debit.state != debits.SENT:
            return
        order = self.session.get_one(Order, debit.order_id)
        payment = self._payment(order, debit.end_to_end_id, debit.amount, line)
        debits.settle(self.session, debit, payment.id, self.now)
        booked.settled += 1

    def give_back(self, debit: DirectDebit, reason: str, state: str) -> None:
        """The bank rejects a debit or returns it: its payment is reversed, and the case hears of it."""
        if debit.state in {debits.REJECTED, debits.RETURNED}:
            return
        order = self.session.get_one(Order, debit.order_id)
        payment = self.session.get(Payment, debit.payment_id) if debit.payment_id else None
        debit.state, debit.reason, debit.closed_at = state, reason, self.now
        payments.take_back(
            self.session, self.engine, order, payment, debit_id=debit.id, reason=reason, by=self.by, now=self.now
        )

    def _pays_order(self, line: BankLine, booked: Booked) -> bool:
        order = self._order(f"{line.end_to_end_id} {line.remittance}")
        if order is None or line.reason or not takes(self.entity, order):
            return False
        self.pay(order, line)
        booked.transfers += 1
        return True

    def pay(self, order: Order, line: BankLine) -> None:
        """Books what arrived for an order, unless the accounts recorded this very transfer by hand."""
        payment = self._recorded_by_hand(order, line)
        if payment is None:
            payment = self._payment(order, self._reference_of(line), line.amount, line)
        paid = sum((each.net for each in payments.of_order(self.session, order.id)), Decimal(0))
        if payments.is_enough(order.total, paid, payments.tolerance(self.session, line.booked_on)):
            debits.cancel(self.session, order.id, self.now)  # nobody is debited for what is paid
        self.matched(line, PAYMENT, payment.id)

    def _reference_of(self, line: BankLine) -> str:
        """The bank's reference, told apart by the line where the bank gave the same one to another transfer."""
        given = select(Payment.id).where(Payment.provider == BANK, Payment.provider_reference == line.bank_reference)
        if not line.bank_reference:
            return line.fingerprint
        taken = self.session.scalar(given) is not None
        return f"{line.bank_reference} {line.fingerprint[:12]}" if taken else line.bank_reference

    def _order(self, written: str) -> Order | None:
        """The one order whose key is in the text; None where there is none, or several."""
        keys = keys_in(written)
        return orders.by_key(self.session, keys.pop()) if len(keys) == 1 else None

    def _recorded_by_hand(self, order: Order, line: BankLine) -> Payment | None:
        linked = select(BankLine.matched_to).where(BankLine.match_kind == PAYMENT)
        query = select(Payment).where(
            Payment.order_id == order.id,
            Payment.provider == BANK,
            Payment.amount == line.amount,
            Payment.reversed_at.is_(None),
            Payment.id.not_in(linked),
        )
        return self.session.scalars(query.order_by(Payment.received_at).limit(1)).first()

    def _payment(self, order: Order, reference: str, amount: Decimal, line: BankLine) -> Payment:
        payment = Payment(
            id=uuid4(),
            order_id=order.id,
            provider=BANK,
            provider_reference=reference[:80],
            means=order.means if order.means in {"SEPA", "TRANSFER"} else "TRANSFER",
            amount=amount,
            currency="EUR",
            value_date=line.value_date,
            received_at=self.now,
            recorded_by=self.by.id[:64],
        )
        payments.add(self.session, payment)
        payments.announce(self.session, self.engine, order, payment, by=self.by)
        return payment

    def matched(self, line: BankLine, kind: str, to: UUID | None) -> None:
        """It is known what a line is: of which kind, and which record it belongs to."""
        line.state, line.match_kind, line.matched_to = accounts.MATCHED, kind, to
        line.decided_by, line.decided_at = self.by.id[:64], self.now

    def reject(self, report: Report) -> int:
        """Takes the bank's rejections of a collection file; answers how many debits they end."""
        ended = 0
        for rejection in report.rejections:
            if rejection.end_to_end_id:
                found = list(debits.by_end_to_end_id(self.session, self.entity, [rejection.end_to_end_id]).values())
            elif rejection.batch_id:
                found = list(debits.in_batch(self.session, self.entity, rejection.batch_id))
            else:
                found = list(debits.in_file(self.session, self.entity, report.message_id))
            for debit in found:
                if debit.state == debits.SENT:
                    self.give_back(debit, rejection.reason, debits.REJECTED)
                    ended += 1
        return ended


def takes(entity: str, order: Order) -> bool:
    """Whether money for this order belongs on this legal person's account: dues never on the Foundation's."""
    return entity in {ASSOCIATION, creditors.collector(order)}


def keys_in(written: str) -> set[str]:
    """The keys of orders that a text names, however people write them."""
    return {f"CMD-{year}-{number}" for year, number in _KEY.findall(written)}
