"""What is wrong with a receipt, who says so, and who agrees: a second person decides, a bank needs none.

A correction changes what the register says (date, amount, who gave) and then asks the series for a new entry over what
stands. Source: domain §P5.5, F27; LPF art. L. 14 A (what a receipt states must be right).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, Numeric, String, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.calendar import PARIS
from engine.errors import Conflict, Invalid
from engine.models import Base, Moment
from engine.personal import Personal
from workflows.association.gifts import figures, receipts, register
from workflows.association.gifts.donors import Donor
from workflows.association.gifts.receipts import TaxReceipt
from workflows.association.gifts.register import BOOKED, Gift
from workflows.association.orders import OrderLine

LOST, REVERSED = "LOST", "REVERSED"
OF_ONE: Final = frozenset({"WRONG_DATE", "WRONG_AMOUNT", "WRONG_DONOR", "NOT_A_GIFT"})  # may mean one gift of several
REASONS: Final = ("WRONG_NAME", "WRONG_ADDRESS", "WRONG_DATE", "WRONG_AMOUNT", "WRONG_DONOR", "NOT_A_GIFT")
ASKED, AGREED, REFUSED = "ASKED", "AGREED", "REFUSED"


class ReceiptUnknown(Invalid):
    """There is no receipt “{serial}”. Its number is written like RF-FOND-2026-000123."""

    code: ClassVar[str] = "receipt_unknown"


class ReceiptNotValid(Invalid):
    """The receipt “{serial}” is not valid any more: correct the one that took its place."""

    code: ClassVar[str] = "receipt_not_valid"


class CorrectionUnderway(Conflict):
    """A correction of the receipt “{serial}” waits for its second reader."""

    code: ClassVar[str] = "correction_underway"


class CorrectionEmpty(Invalid):
    """Say what is right: the reason asks for a new date, a new amount or another donor."""

    code: ClassVar[str] = "correction_empty"


class CorrectionOfSeveral(Invalid):
    """The receipt “{serial}” states {count} gifts: say which of them is wrong, by its line on the receipt. Neither the
    amount nor the date of all of them is corrected at once."""

    code: ClassVar[str] = "correction_of_several"


class ReceiptLineUnknown(Invalid):
    """The receipt “{serial}” has no gift in line {line}: it states {count}, and the first one is line 1."""

    code: ClassVar[str] = "receipt_line_unknown"


class ReceiptLineGone(Conflict):
    """The gift in line {line} of the receipt “{serial}” counts no more: its own correction is under way."""

    code: ClassVar[str] = "receipt_line_gone"


class ReceiptCorrection(Base):
    """One correction. `state`: ASKED until a second person has decided, then AGREED or REFUSED. `gift_id`: the one gift
    of several that is wrong; None where it is all that the receipt states."""

    __tablename__ = "receipt_correction"
    __privacy__ = Personal("receipt", "receipt_id", "keep", ids="asked_by decided_by", plain="reason state")
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    receipt_id: Mapped[UUID] = mapped_column(ForeignKey("tax_receipt.id"))
    reason: Mapped[str] = mapped_column(String(16))
    new_amount: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    new_given_on: Mapped[date | None]
    new_donor_id: Mapped[UUID | None] = mapped_column(ForeignKey("donor.id"))
    state: Mapped[str] = mapped_column(String(8), default=ASKED)
    asked_at: Mapped[datetime] = mapped_column(Moment)
    asked_by: Mapped[str] = mapped_column(String(64))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_by: Mapped[str | None] = mapped_column(String(64))
    new_receipt_id: Mapped[UUID | None] = mapped_column(ForeignKey("tax_receipt.id"))
    gift_id: Mapped[UUID | None] = mapped_column(ForeignKey("gift.id"))
    __table_args__ = (Index("ix_receipt_correction_receipt", "receipt_id", "state"),)


def valid_receipt(session: Session, serial: str) -> TaxReceipt:
    """The receipt of this number, if it is valid. Raises ReceiptUnknown, ReceiptNotValid."""
    found = receipts.by_serial(session, serial)
    if found is None:
        raise ReceiptUnknown(field="serial", serial=serial[:30])
    if found.kind != receipts.RECEIPT or receipts.replaced_by(session, found) is not None:
        raise ReceiptNotValid(field="serial", serial=found.serial)
    return found


def ask(session: Session, correction: ReceiptCorrection, serial: str) -> ReceiptCorrection:
    """Puts a correction on record. Raises CorrectionUnderway, CorrectionEmpty, CorrectionOfSeveral."""
    if correction.reason != LOST and is_underway(session, correction.receipt_id):
        raise CorrectionUnderway(field="serial", serial=serial)
    needed = {
        "WRONG_DATE": correction.new_given_on, "WRONG_AMOUNT": correction.new_amount,
        "WRONG_DONOR": correction.new_donor_id,
    }  # fmt: skip
    if correction.reason in needed and needed[correction.reason] is None:
        raise CorrectionEmpty(field="reason")
    count = len(standing_gifts(session, session.get_one(TaxReceipt, correction.receipt_id)))
    if correction.reason in {"WRONG_DATE", "WRONG_AMOUNT"} and count > 1 and correction.gift_id is None:
        raise CorrectionOfSeveral(field="line", serial=serial, count=count)
    session.add(correction)
    session.flush()
    return correction


def told(session: Session, correction: ReceiptCorrection) -> dict[str, object]:
    """What the case of a correction knows of it: ids, its reason and its number, and within how many working days a
    second person is to agree (domain §P5.5); no names, no amounts."""
    receipt = session.get_one(TaxReceipt, correction.receipt_id)
    donor = session.get_one(Donor, receipt.donor_id)
    return {
        "correction_id": str(correction.id),
        "receipt_serial": receipt.serial,
        "reason": correction.reason,
        "donor_id": str(donor.id),
        "person_id": str(donor.person_id) if donor.person_id is not None else None,
        "asked_by": correction.asked_by,
        "agree_within": figures.delay(session, "AGREEMENT", correction.asked_at.astimezone(PARIS).date()),
    }


def is_underway(session: Session, receipt_id: UUID) -> bool:
    """Whether a correction of a receipt waits for its second reader; another copy of a lost one changes nothing."""
    waiting = select(ReceiptCorrection.id).where(
        ReceiptCorrection.receipt_id == receipt_id, ReceiptCorrection.state == ASKED, ReceiptCorrection.reason != LOST
    )
    return session.scalar(waiting.limit(1)) is not None


def standing_gifts(session: Session, receipt: TaxReceipt) -> Sequence[Gift]:
    """The gifts that a receipt states and that still stand, in its order."""
    found = [session.get_one(Gift, line.gift_id) for line in receipt.lines]
    return [gift for gift in found if gift.state == BOOKED and gift.class_ in register.RECEIPTABLE]


def gift_of_line(session: Session, receipt: TaxReceipt, line: int) -> Gift:
    """The gift that a line of a receipt states. Raises ReceiptLineUnknown, ReceiptLineGone."""
    stated = {each.position: each.gift_id for each in receipt.lines}
    if line not in stated:
        raise ReceiptLineUnknown(field="line", serial=receipt.serial, line=line, count=len(stated))
    found = next((gift for gift in standing_gifts(session, receipt) if gift.id == stated[line]), None)
    if found is None:
        raise ReceiptLineGone(field="line", serial=receipt.serial, line=line)
    return found


def carry_out(session: Session, correction: ReceiptCorrection, now: datetime) -> None:
    """Writes into the register what was agreed, of the one gift that was meant or of all that the receipt states."""
    receipt = session.get_one(TaxReceipt, correction.receipt_id)
    meant = correction.gift_id
    gifts = [gift for gift in standing_gifts(session, receipt) if meant is None or gift.id == meant]
    for gift in gifts:
        if correction.reason == "NOT_A_GIFT":
            gift.state, gift.reversed_at, gift.reason = register.SALE, now, correction.reason
        gift.donor_id = correction.new_donor_id or gift.donor_id
    if len(gifts) == 1:
        [gift] = gifts
        if correction.new_amount is not None:
            _set_amount(session, gift, correction.new_amount)
        if correction.new_given_on is not None:
            gift.given_on, gift.fiscal_year = correction.new_given_on, correction.new_given_on.year
    session.flush()


def _set_amount(session: Session, gift: Gift, amount: Decimal) -> None:
    """What was given, in the register and on the order that it came with: the two ledgers say the same."""
    line = session.get(OrderLine, gift.order_line_id) if gift.order_line_id is not None else None
    if line is not None:
        line.amount += amount - gift.amount
    gift.amount = amount


def replace(session: Session, receipt: TaxReceipt, *, reason: str, on: date, now: datetime, by: str) -> TaxReceipt:
    """Cancels a receipt by a new entry of the series: a receipt over what stands, or a cancellation of nought.

    Asked a second time it answers the entry that is there. A gift that is another's now, or of another year, while the
    others stay, has no place in it: see `moved`.
    """
    after = receipts.replaced_by(session, receipt)
    if after is not None:
        return after
    gone = {gift.id for gift in moved(session, receipt)}
    gifts = [gift for gift in standing_gifts(session, receipt) if gift.id not in gone]
    return receipts.issue(session, gifts, on=on, now=now, by=by, replaces=receipt, reason=reason)


def moved(session: Session, receipt: TaxReceipt) -> Sequence[Gift]:
    """The gifts of a receipt that are of another giver or year than those that stay; none where all of them are."""
    gifts = standing_gifts(session, receipt)
    away = [gift for gift in gifts if (gift.donor_id, gift.fiscal_year) != (receipt.donor_id, receipt.fiscal_year)]
    return away if len(away) < len(gifts) else []
