"""Orders: one basket, two ledgers. Each line has a beneficiary, the association (dues) or the foundation (gift).

A gift is never dues: the association only collects it and hands it on, and the lines are never mixed (domain §1.1).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, Uuid, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from engine.models import Base, Moment
from engine.personal import Personal
from engine.prepared import attached, fetch
from workflows.association import known_rows

ASSOCIATION, FOUNDATION = "ASSOCIATION", "FOUNDATION"
LINE = "line:"  # before the id of a line, in the key of a gift
MEANS = ("CARD", "TRANSFER", "CHEQUE", "SEPA", "NONE")


class Order(Base):
    """What somebody promised to pay. `key` correlates payments; `state`: OPEN, PAID, CANCELED."""

    __tablename__ = "sales_order"
    __privacy__ = Personal(
        "accounting", "person_id application_id@application", "keep", since="closed_at",
        unlink="application_id instance_id", plain="key means currency state",
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    key: Mapped[str] = mapped_column(String(24), unique=True)
    application_id: Mapped[UUID | None] = mapped_column(Uuid, index=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    instance_id: Mapped[UUID | None] = mapped_column(Uuid, index=True)
    means: Mapped[str] = mapped_column(String(8))
    currency: Mapped[str] = mapped_column(String(3), default="EUR")
    state: Mapped[str] = mapped_column(String(8), default="OPEN")
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    lines: Mapped[list[OrderLine]] = relationship(cascade="all, delete-orphan", order_by="OrderLine.position")

    @property
    def total(self) -> Decimal:
        """The sum of all lines, in euros."""
        return sum((line.amount for line in self.lines), Decimal("0.00"))

    def total_for(self, beneficiary: str) -> Decimal:
        """The sum of the lines of one legal person."""
        return sum((line.amount for line in self.lines if line.beneficiary == beneficiary), Decimal("0.00"))


class OrderLine(Base):
    """An amount for one legal person. `kind`: DUES, FEE (of a service: `tariff_code` names it) or GIFT."""

    __tablename__ = "sales_order_line"
    __privacy__ = Personal("accounting", "order_id", "keep", plain="beneficiary kind tariff_code")
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("sales_order.id"))
    position: Mapped[int]
    beneficiary: Mapped[str] = mapped_column(String(12))
    kind: Mapped[str] = mapped_column(String(8))
    tariff_code: Mapped[str | None] = mapped_column(String(8))
    years: Mapped[int] = mapped_column(default=1)
    part: Mapped[int | None]  # which instalment of dues for life,
    parts: Mapped[int | None]  # of how many,
    part_of: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))  # and of what price
    amount: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    __table_args__ = (
        Index("ix_sales_order_line_order", "order_id", "position"),
        CheckConstraint("amount >= 0", name="ck_sales_order_line_amount"),
        CheckConstraint(
            "(kind IN ('DUES', 'FEE') AND beneficiary = 'ASSOCIATION') OR "
            "(kind = 'GIFT' AND beneficiary = 'FOUNDATION')",
            name="ck_sales_order_line_ledger",
        ),
    )


def by_key(session: Session, key: str) -> Order | None:
    """The order of this correlation key."""
    return known_rows.by(session, Order, Order.key, key)


def of_application(session: Session, application_id: UUID) -> Sequence[Order]:
    """All orders of an application, the newest first."""
    query = select(Order).where(Order.application_id == application_id)
    return session.scalars(query.order_by(Order.created_at.desc(), Order.key.desc())).all()


def beside(session: Session, order: Order) -> Sequence[Order]:
    """The orders of the same application or case, this one among them: money for one of them counts for all."""
    if order.application_id is not None:
        return of_application(session, order.application_id)
    return of_case(session, order.instance_id) if order.instance_id is not None else [order]


_OF_CASE: Final = (
    select(*Order.__table__.columns)
    .where(Order.instance_id == bindparam("case", type_=Uuid()))
    .order_by(Order.created_at.desc(), Order.key.desc())
)


def of_case(session: Session, instance_id: UUID) -> Sequence[Order]:
    """All orders of a case, the newest first."""
    return [attached(session, Order, row) for row in fetch(session, _OF_CASE, {"case": instance_id})]


def open_order(session: Session, order: Order, *, dues: Decimal, tariff: str, years: int, gift: Decimal) -> Order:
    """Adds the lines that carry an amount, and the dues line always, so that a free year is on record."""
    dues_line = OrderLine(
        id=uuid4(), position=1, beneficiary=ASSOCIATION, kind="DUES", tariff_code=tariff, years=years, amount=dues
    )
    order.lines.append(dues_line)
    if gift > 0:
        order.lines.append(OrderLine(id=uuid4(), position=2, beneficiary=FOUNDATION, kind="GIFT", amount=gift))
    session.add(order)
    return order


def gift_key(order: Order) -> str | None:
    """What messages about the latest gift of an order are correlated by; None where nothing is given."""
    given = gifts(order)
    return given[-1][0] if given else None


def gifts(order: Order) -> Sequence[tuple[str, Decimal]]:
    """Every gift of an order, by the key of its messages and its amount."""
    lines = (line for line in order.lines if line.beneficiary == FOUNDATION and line.amount > 0)
    return [(f"{LINE}{line.id}", line.amount) for line in lines]


def give_what_arrived(order: Order, missing: Decimal) -> None:
    """Takes what did not arrive off the gifts, the latest first: dues are owed, and a gift is the money that was
    received (CGI art. 200; a receipt that states more is fined, art. 1740 A)."""
    for line in reversed(order.lines):
        if line.beneficiary == FOUNDATION and missing > 0:
            taken = min(missing, line.amount)
            line.amount, missing = line.amount - taken, missing - taken


def cancel(order: Order, now: datetime) -> bool:
    """Cancels an unpaid order; answers False where it was already closed."""
    if order.state != "OPEN":
        return False
    order.state, order.closed_at = "CANCELED", now
    return True
