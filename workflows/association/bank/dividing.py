"""One line of the account in several parts: what pays an order, and the rest, which waits as a line of its own.

The parts add up to what the bank said, so that accounts and statements agree; a file that is read again finds the
first part by its fingerprint, and books nothing twice.
"""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import ClassVar
from uuid import uuid4

from sqlalchemy.orm import Session

from engine.errors import Invalid
from workflows.association.bank import accounts
from workflows.association.bank.accounts import BankLine

__all__ = ["PartTooLarge", "check", "part"]

CENT = Decimal("0.01")


class PartTooLarge(Invalid):
    """A part is at least one cent, and at most the {most} of the line."""

    code: ClassVar[str] = "line_part_too_large"


def check(line: BankLine, amount: Decimal) -> None:
    """Raises PartTooLarge."""
    if not CENT <= amount <= line.amount or amount != amount.quantize(CENT):
        raise PartTooLarge(field="part", most=line.amount)


def part(session: Session, line: BankLine, amount: Decimal) -> BankLine | None:
    """Leaves this much to the line; answers the rest, which waits as a line of its own, None where nothing is left.

    Raises PartTooLarge.
    """
    check(line, amount)
    if amount == line.amount:
        return None
    id_ = uuid4()
    rest = BankLine(
        id=id_, statement_id=line.statement_id, position=line.position, amount=line.amount - amount,
        fingerprint=hashlib.sha256(f"{line.fingerprint}\x1f{id_}".encode()).hexdigest(),
        booked_on=line.booked_on, value_date=line.value_date, end_to_end_id=line.end_to_end_id, batch_id=line.batch_id,
        bank_reference=line.bank_reference, reason=line.reason, counterparty=line.counterparty,
        remittance=line.remittance, state=accounts.UNMATCHED, part_of=line.part_of or line.id,
    )  # fmt: skip
    line.amount = amount
    session.add(rest)
    session.flush()
    return rest
