"""Tax receipts: one series a year without gaps, RF-FOND-YYYY-nnnnnn, in which nothing is ever changed or deleted.

A wrong receipt is answered by a new entry that names it: a replacement over what stands, or, where nothing stands any
more, a cancellation of nought. So whether a receipt is valid is read from the entries after it (domain §1.9).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, Uuid, event, exists, func, select
from sqlalchemy.orm import Mapped, Mapper, Session, aliased, mapped_column, relationship

from engine.errors import Conflict
from engine.models import Base, Moment
from engine.personal import Personal
from workflows.association.gifts.register import Gift
from workflows.association.number_series import NumberSeries, take

RECEIPT, CANCELLATION = "RECEIPT", "CANCELLATION"
INDIVIDUAL_FORM, COMPANY_FORM = "11580", "16216"
SERIES: Final = "RF-FOND"


class ReceiptKept(Conflict):
    """A tax receipt is never changed or deleted: cancel and replace it."""

    code: ClassVar[str] = "receipt_kept"


class ReceiptReplacedAlready(Conflict):
    """The receipt “{serial}” was replaced by “{by}” already."""

    code: ClassVar[str] = "receipt_replaced_already"


class TaxReceipt(Base):
    """One entry of the series. `kind`: RECEIPT or CANCELLATION; `form`: the number of the Cerfa form it stands for."""

    __tablename__ = "tax_receipt"
    __privacy__ = Personal(
        "receipt", "donor_id", "keep", ids="issued_by", plain="serial kind form reason", since="issued_at"
    )
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    serial: Mapped[str] = mapped_column(String(24), unique=True)
    year: Mapped[int]
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    form: Mapped[str] = mapped_column(String(5))
    donor_id: Mapped[UUID] = mapped_column(ForeignKey("donor.id"), index=True)
    fiscal_year: Mapped[int]
    amount: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("tax_receipt.id"), unique=True)
    reason: Mapped[str | None] = mapped_column(String(24))
    issued_on: Mapped[date]
    issued_at: Mapped[datetime] = mapped_column(Moment)
    issued_by: Mapped[str] = mapped_column(String(64))
    lines: Mapped[list[ReceiptLine]] = relationship(order_by="ReceiptLine.position")
    __table_args__ = (
        Index("uq_tax_receipt_number", "year", "number", unique=True),
        Index("ix_tax_receipt_fiscal_year", "fiscal_year", "kind"),
        CheckConstraint("(kind = 'RECEIPT') = (amount > 0)", name="ck_tax_receipt_amount"),
    )


class ReceiptLine(Base):
    """A gift that a receipt states, with the amount and the date as they were then."""

    __tablename__ = "tax_receipt_line"
    __privacy__ = Personal("receipt", "receipt_id", "keep", plain="means")
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    receipt_id: Mapped[UUID] = mapped_column(ForeignKey("tax_receipt.id"), index=True)
    position: Mapped[int]
    gift_id: Mapped[UUID] = mapped_column(ForeignKey("gift.id"), index=True)
    amount: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    given_on: Mapped[date]
    means: Mapped[str] = mapped_column(String(12))


def issue(
    session: Session, gifts: Sequence[Gift], *, on: date, now: datetime, by: str, replaces: TaxReceipt | None = None,
    reason: str | None = None,
) -> TaxReceipt:  # fmt: skip
    """Gives the next number to gifts of one donor and one year; without gifts, to the cancellation of a receipt.

    Raises ReceiptReplacedAlready.
    """
    if replaces is not None and (after := replaced_by(session, replaces)) is not None:
        raise ReceiptReplacedAlready(serial=replaces.serial, by=after.serial)
    if not gifts and replaces is None:
        raise ValueError("a receipt states a gift, or what it cancels")
    number = take(session, f"{SERIES}-{on.year:04}")
    donor_id = gifts[0].donor_id if gifts else replaces.donor_id  # type: ignore[union-attr]
    receipt = TaxReceipt(
        id=uuid4(), serial=f"{SERIES}-{on.year:04}-{number:06}", year=on.year, number=number,
        kind=RECEIPT if gifts else CANCELLATION, form=_form(gifts, replaces), donor_id=donor_id,
        fiscal_year=_year(gifts, replaces), amount=sum((gift.amount for gift in gifts), Decimal("0.00")),
        replaces_id=replaces.id if replaces is not None else None, reason=reason, issued_on=on, issued_at=now,
        issued_by=by[:64], lines=[_line(position, gift) for position, gift in enumerate(gifts, start=1)],
    )  # fmt: skip
    session.add(receipt)
    session.flush()
    return receipt


def _form(gifts: Sequence[Gift], replaces: TaxReceipt | None) -> str:
    if gifts:
        return COMPANY_FORM if gifts[0].class_ == "GIFT_CORP" else INDIVIDUAL_FORM
    return replaces.form if replaces is not None else INDIVIDUAL_FORM


def _year(gifts: Sequence[Gift], replaces: TaxReceipt | None) -> int:
    years = {gift.fiscal_year for gift in gifts}
    if len(years) > 1 or None in years:
        raise ValueError("a receipt states the gifts of one year")
    return next(iter(years)) or 0 if years else (replaces.fiscal_year if replaces is not None else 0)


def _line(position: int, gift: Gift) -> ReceiptLine:
    return ReceiptLine(
        id=uuid4(), position=position, gift_id=gift.id, amount=gift.amount, given_on=gift.given_on, means=gift.means
    )


def by_serial(session: Session, serial: str) -> TaxReceipt | None:
    """The entry of this number."""
    return session.scalars(select(TaxReceipt).where(TaxReceipt.serial == serial.strip().upper())).one_or_none()


def replaced_by(session: Session, receipt: TaxReceipt) -> TaxReceipt | None:
    """The entry that took the place of a receipt; None while it is valid."""
    return session.scalars(select(TaxReceipt).where(TaxReceipt.replaces_id == receipt.id)).one_or_none()


def of_gift(session: Session, gift_id: UUID) -> TaxReceipt | None:
    """The valid receipt that states a gift."""
    later = aliased(TaxReceipt)
    query = (
        select(TaxReceipt)
        .join(ReceiptLine, ReceiptLine.receipt_id == TaxReceipt.id)
        .where(ReceiptLine.gift_id == gift_id, ~exists().where(later.replaces_id == TaxReceipt.id))
    )
    return session.scalars(query.order_by(TaxReceipt.issued_at.desc()).limit(1)).first()


def of_donor(session: Session, donor_id: UUID) -> Sequence[TaxReceipt]:
    """Every entry of a donor, the newest first."""
    query = select(TaxReceipt).where(TaxReceipt.donor_id == donor_id)
    return session.scalars(query.order_by(TaxReceipt.year.desc(), TaxReceipt.number.desc())).all()


def gaps(session: Session) -> list[str]:
    """The numbers that were taken and stand nowhere: always none."""
    missing: list[str] = []
    series = select(NumberSeries).where(NumberSeries.name.like(f"{SERIES}-%")).order_by(NumberSeries.name)
    for row in session.scalars(series):
        year = int(row.name.rpartition("-")[2])
        there = set(session.scalars(select(TaxReceipt.number).where(TaxReceipt.year == year)))
        missing += [f"{row.name}-{number:06}" for number in range(1, row.last + 1) if number not in there]
    return missing


def declared(session: Session, year: int) -> tuple[Decimal, int]:
    """The worksheet of CGI art. 222 bis: what the valid receipts of a year state in all, and how many they are."""
    later = aliased(TaxReceipt)
    query = select(func.coalesce(func.sum(TaxReceipt.amount), 0), func.count()).where(
        TaxReceipt.fiscal_year == year, TaxReceipt.kind == RECEIPT, ~exists().where(later.replaces_id == TaxReceipt.id)
    )
    amount, count = session.execute(query).one()
    return Decimal(amount), int(count)


@event.listens_for(TaxReceipt, "before_update")
@event.listens_for(TaxReceipt, "before_delete")
@event.listens_for(ReceiptLine, "before_update")
@event.listens_for(ReceiptLine, "before_delete")
def _keep(mapper: Mapper[TaxReceipt], connection: object, target: object) -> None:
    raise ReceiptKept
