"""What dues cost: a dated parameter table, decided by the general assembly and never written in a diagram or table.

The decision `dues_quote` answers a tariff code (the rule); the amount in force on a day is read here (the figure). So
the assembly changes a figure without a new version of the table, and a running case keeps the price of its start
unless the row says otherwise. Source: domain §1.6.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import ClassVar
from uuid import UUID, uuid4

from sqlalchemy import Index, Numeric, String, Uuid, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.errors import Invalid, NotFound
from engine.models import Base


class TariffOverlaps(Invalid):
    """The tariff {code} already has an amount from {valid_from}: end that row first."""

    code: ClassVar[str] = "tariff_overlaps"


class DuesTariff(Base):
    """The amount of one tariff code in euros, from a day to a day, both included, and who decided it when."""

    __tablename__ = "dues_tariff"
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    code: Mapped[str] = mapped_column(String(8))
    amount: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    label_fr: Mapped[str] = mapped_column(String(120))
    label_en: Mapped[str] = mapped_column(String(120))
    whole_course: Mapped[bool] = mapped_column(default=False)  # one amount for the studies, however many years
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    decided_by: Mapped[str] = mapped_column(String(80))
    decided_on: Mapped[date]
    applies_to_running: Mapped[bool] = mapped_column(default=False)
    __table_args__ = (Index("ix_dues_tariff_code", "code", "valid_from"),)


def in_force(session: Session, code: str, on: date) -> DuesTariff:
    """The row of this code on this day. Raises NotFound."""
    query = select(DuesTariff).where(
        DuesTariff.code == code,
        DuesTariff.valid_from <= on,
        or_(DuesTariff.valid_to.is_(None), DuesTariff.valid_to >= on),
    )
    tariff = session.scalars(query.order_by(DuesTariff.valid_from.desc())).first()
    if tariff is None:
        raise NotFound(kind="tariff", id=f"{code} {on}")
    return tariff


def all_in_force(session: Session, on: date) -> Sequence[DuesTariff]:
    """Every tariff of a day, by amount."""
    query = select(DuesTariff).where(
        DuesTariff.valid_from <= on, or_(DuesTariff.valid_to.is_(None), DuesTariff.valid_to >= on)
    )
    return session.scalars(query.order_by(DuesTariff.amount, DuesTariff.code)).all()


def decide(session: Session, tariff: DuesTariff) -> DuesTariff:
    """Adds a row. Raises TariffOverlaps where another row of the code is in force within its time."""
    query = select(DuesTariff.valid_from).where(
        DuesTariff.code == tariff.code,
        or_(DuesTariff.valid_to.is_(None), DuesTariff.valid_to >= tariff.valid_from),
    )
    if tariff.valid_to is not None:
        query = query.where(DuesTariff.valid_from <= tariff.valid_to)
    clash = session.scalars(query.limit(1)).first()
    if clash is not None:
        raise TariffOverlaps(code=tariff.code, valid_from=clash)
    session.add(tariff)
    return tariff


# Domain §P1.4, placeholders of the demo association.
FIRST_TARIFFS: tuple[tuple[str, str, str, str], ...] = (
    ("STU", "90.00", "Étudiant·e, toute la scolarité", "Student, the whole course"),
    ("GST", "0.00", "Invité·e, hors frais de service", "Guest, service fees apart"),
    ("SEN", "110.00", "65 ans et plus", "65 and over"),
    ("Y0", "0.00", "Première année offerte", "First year offered"),
    ("JUN", "70.00", "Diplômé·e depuis 1 à 3 ans", "Graduated 1 to 3 years ago"),
    ("JSK", "60.00", "En recherche d'emploi", "Looking for a job"),
    ("ABR", "130.00", "À l'étranger, magazine en ligne", "Abroad, online magazine"),
    ("STD", "160.00", "Plein tarif", "Full rate"),
)


def decide_first(session: Session, *, valid_from: date, decided_by: str) -> None:
    """The first tariffs of a new association."""
    for code, amount, fr, en in FIRST_TARIFFS:
        decide(
            session,
            DuesTariff(
                id=uuid4(),
                code=code,
                amount=Decimal(amount),
                label_fr=fr,
                label_en=en,
                whole_course=code == "STU",
                valid_from=valid_from,
                decided_by=decided_by,
                decided_on=valid_from,
            ),
        )
