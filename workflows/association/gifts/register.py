"""The register of gifts: what was given, by whom, when it counts for the tax, and whether it still stands.

A gift has a source (a line of an order, an instalment, an entry by hand) and stands once for it: a message or a bank
file that comes twice changes nothing. A gift whose money went back is reversed and kept; if the money comes again, it
is another gift of the same source, with its own date.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, Uuid, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.models import Base, Moment
from engine.personal import Personal

NOTED, BOOKED, REVERSED, REFUSED, SALE = "NOTED", "BOOKED", "REVERSED", "REFUSED", "SALE"
ONE_OFF, INSTALMENT = "ONE_OFF", "INSTALMENT"
ZERO = Decimal("0.00")
RECEIPTABLE = frozenset({"GIFT_IND", "GIFT_CORP"})


class Gift(Base):
    """One gift. `state`: NOTED until it is classed, BOOKED while it stands, else REVERSED, REFUSED or SALE."""

    __tablename__ = "gift"
    __privacy__ = (
        Personal(
            "receipt", "donor_id", "keep", ids="noted_by judged_by", since="noted_at",
            plain="key currency origin plan means fund conditions class state reason",
        ),
        Personal("gift", "donor_id", "empty", erase="tribute note", since="noted_at"),  # no evidence of a receipt
        Personal("gift", "host_id", "empty", unlink="host_id", withheld="donor_id amount conditions tribute note"),
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    key: Mapped[str] = mapped_column(String(60))  # of its source, and of the messages about it
    turn: Mapped[int] = mapped_column(default=1)  # the how manyth gift of that source
    donor_id: Mapped[UUID] = mapped_column(ForeignKey("donor.id"))
    amount: Mapped[Decimal] = mapped_column(Numeric(14, 2))  # in euros
    currency: Mapped[str] = mapped_column(String(3), default="EUR")
    foreign_amount: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    counterpart: Mapped[Decimal] = mapped_column(Numeric(12, 2), default=Decimal("0.00"))
    origin: Mapped[str] = mapped_column(String(12))  # BASKET, ENTRY, PLEDGE, REGULAR, LEGACY, GALA
    plan: Mapped[str] = mapped_column(String(10), default=ONE_OFF)
    means: Mapped[str] = mapped_column(String(12))
    fund: Mapped[str] = mapped_column(String(24), default="UNRESTRICTED")
    credited_on: Mapped[date | None]
    received_on: Mapped[date | None]
    host_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))  # of a gala table: never its judge
    with_logo: Mapped[bool] = mapped_column(default=False)
    doubtful: Mapped[bool] = mapped_column(default=False)
    matched_by_employer: Mapped[bool] = mapped_column(default=False)
    conditions: Mapped[str] = mapped_column(String(300), default="")
    tribute: Mapped[str] = mapped_column(String(140), default="")
    note: Mapped[str] = mapped_column(String(600), default="")  # of an ambassador, for the mail of thanks
    class_: Mapped[str | None] = mapped_column("class", String(32))
    given_on: Mapped[date | None]
    fiscal_year: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(8), default=NOTED)
    order_line_id: Mapped[UUID | None] = mapped_column(ForeignKey("sales_order_line.id"), index=True)
    noted_at: Mapped[datetime] = mapped_column(Moment)
    noted_by: Mapped[str] = mapped_column(String(64))
    reversed_at: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str | None] = mapped_column(String(35))
    judged_by: Mapped[str | None] = mapped_column(String(64))
    sold: Mapped[Decimal] = mapped_column(Numeric(14, 2), default=Decimal("0.00"))  # of what was paid, the part sold
    thanked_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (
        Index("uq_gift_key_turn", "key", "turn", unique=True),
        Index("ix_gift_donor", "donor_id", "fiscal_year"),
        Index("ix_gift_year", "fiscal_year", "state"),
        CheckConstraint("amount > 0", name="ck_gift_amount"),
    )


def standing(session: Session, key: str) -> Gift | None:
    """The gift of this source that stands."""
    query = select(Gift).where(Gift.key == key, Gift.state.in_((NOTED, BOOKED)))
    return session.scalars(query.order_by(Gift.turn.desc()).limit(1)).first()


def next_turn(session: Session, key: str) -> int:
    """The how manyth gift of this source the next one is."""
    return int(session.scalar(select(func.coalesce(func.max(Gift.turn), 0)).where(Gift.key == key)) or 0) + 1


def is_first(session: Session, gift: Gift) -> bool:
    """Whether the donor gave nothing before that stands."""
    query = select(Gift.id).where(
        Gift.donor_id == gift.donor_id, Gift.state == BOOKED, Gift.id != gift.id, Gift.noted_at <= gift.noted_at
    )
    return session.scalar(query.limit(1)) is None


def book(gift: Gift, *, class_: str, given_on: date) -> None:
    """Classes and dates a gift: from here on it counts. The year is the calendar year of the gift's date."""
    gift.class_, gift.given_on, gift.fiscal_year, gift.state = class_, given_on, given_on.year, BOOKED


def reverse(gift: Gift, reason: str, now: datetime) -> bool:
    """The money went back. Answers False where that was known."""
    if gift.state not in (NOTED, BOOKED):
        return False
    gift.state, gift.reversed_at, gift.reason = REVERSED, now, reason[:35] or None
    return True


def of_donor(session: Session, donor_id: UUID) -> Sequence[Gift]:
    """Every gift of a donor, the newest first, reversed ones included."""
    query = select(Gift).where(Gift.donor_id == donor_id)
    return session.scalars(query.order_by(Gift.noted_at.desc(), Gift.key)).all()


def total(session: Session, donor_id: UUID, year: int) -> Decimal:
    """What a donor gave in a year and what stands of it."""
    query = select(func.coalesce(func.sum(Gift.amount), 0)).where(
        Gift.donor_id == donor_id, Gift.fiscal_year == year, Gift.state == BOOKED, Gift.class_.in_(RECEIPTABLE)
    )
    return Decimal(session.scalar(query) or 0)
