"""What the Foundation's desk shows: the register of gifts with its sum, receipts with their gaps, promises that are
late, and the worksheet of the yearly declaration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from workflows.association import people
from workflows.association.gifts import documents, pledges, receipts, yearly
from workflows.association.gifts.donors import INDIVIDUAL, Donor
from workflows.association.gifts.receipts import TaxReceipt
from workflows.association.gifts.register import BOOKED, ZERO, Gift
from workflows.association.issued_documents import IssuedDocument

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Filter:
    """Which gifts: of a year, a fund, a state; empty means all."""

    year: int | None = None
    fund: str = ""
    state: str = ""

    def conditions(self) -> list[ColumnElement[bool]]:
        """What a gift has to be."""
        found: list[ColumnElement[bool]] = []
        if self.year is not None:
            found.append(Gift.fiscal_year == self.year)
        if self.fund:
            found.append(Gift.fund == self.fund)
        if self.state:
            found.append(Gift.state == self.state)
        return found


@dataclass(frozen=True, slots=True)
class Line:
    """A gift of the register."""

    donor: str
    given_on: date | None
    amount: Decimal
    fund: str
    means: str
    class_: str
    state: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the series of receipts, and what took its place."""

    serial: str
    issued_on: date
    donor: str
    amount: Decimal
    kind: str
    replaced_by: str
    document: UUID | None


def lines(session: Session, wanted: Filter, lang: str) -> tuple[Sequence[Line], int, Decimal]:
    """The newest gifts that are wanted, how many there are in all, and the sum of those that stand."""
    where = wanted.conditions()
    found = session.scalars(select(Gift).where(*where).order_by(Gift.noted_at.desc(), Gift.key).limit(SHOWN)).all()
    count = session.scalar(select(func.count()).select_from(Gift).where(*where)) or 0
    total = session.scalar(select(func.coalesce(func.sum(Gift.amount), 0)).where(*where, Gift.state == BOOKED))
    names = donor_names(session, {gift.donor_id for gift in found})
    shown = [
        Line(
            names.get(gift.donor_id, ""), gift.given_on, gift.amount, gift.fund, documents.means(gift.means, lang),
            gift.class_ or "", gift.state,
        )
        for gift in found
    ]  # fmt: skip
    return shown, int(count), Decimal(total or ZERO)


def donor_names(session: Session, ids: set[UUID]) -> dict[UUID, str]:
    """The names of donors, in two queries."""
    found = session.scalars(select(Donor).where(Donor.id.in_(ids))).all()
    persons = people.names_of(session, {each.person_id for each in found if each.person_id is not None})
    return {
        each.id: persons.get(each.person_id, "") if each.kind == INDIVIDUAL and each.person_id else each.name
        for each in found
    }


def years(session: Session) -> Sequence[int]:
    """The years in which something was given, the newest first."""
    query = select(Gift.fiscal_year).where(Gift.fiscal_year.is_not(None)).distinct()
    return sorted((year for year in session.scalars(query) if year is not None), reverse=True)


def worksheet(session: Session) -> Sequence[tuple[int, Decimal, int]]:
    """What is declared for each year: the total and the number of valid receipts, and nobody's name."""
    return [(year, *receipts.declared(session, year)) for year in years(session)]


def entries(session: Session, limit: int = SHOWN) -> Sequence[Entry]:
    """The latest entries of the series."""
    found = session.scalars(select(TaxReceipt).order_by(TaxReceipt.year.desc(), TaxReceipt.number.desc()).limit(limit))
    rows = found.all()
    names = donor_names(session, {row.donor_id for row in rows})
    after = {
        each.replaces_id: each.serial
        for each in session.scalars(select(TaxReceipt).where(TaxReceipt.replaces_id.in_({row.id for row in rows})))
    }
    keys = {f"receipt:{row.serial}" for row in rows}
    query = select(IssuedDocument.key, IssuedDocument.id).where(IssuedDocument.key.in_(keys))
    papers = dict(session.execute(query).tuples().all())
    return [
        Entry(
            row.serial, row.issued_on, names.get(row.donor_id, ""), row.amount, row.kind, after.get(row.id, ""),
            papers.get(f"receipt:{row.serial}"),
        )
        for row in rows
    ]  # fmt: skip


def waiting(session: Session, today: date) -> Sequence[tuple[str, int, bool]]:
    """Yearly receipts of past years that are not issued: donor, year, and whether the address is complete by now."""
    found = yearly.waiting(session, today)
    names = donor_names(session, {donor_id for _, donor_id, _ in found})
    return [(names.get(donor_id, ""), year, ready) for year, donor_id, ready in found[:SHOWN]]


def late(session: Session, today: date) -> Sequence[tuple[str, date, Decimal, int]]:
    """Instalments that are late: donor, day, amount, days."""
    found = pledges.late(session, today)
    names = donor_names(session, {pledge.donor_id for pledge, _ in found})
    return [
        (names.get(pledge.donor_id, ""), each.due_on, each.amount, (today - each.due_on).days)
        for pledge, each in found[:SHOWN]
    ]
