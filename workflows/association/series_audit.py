"""The number series as an auditor reads them: the last number of each year, what lacks, what was cancelled.

Source: domain §1.9. A wrong document is cancelled or credited, never deleted: so that each number up to the last is on
a document, and a gap is a defect.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, aliased

from workflows.association.credit_notes import CreditNote
from workflows.association.gifts.receipts import SERIES, TaxReceipt
from workflows.association.invoices import Invoice
from workflows.association.mandates import Mandate
from workflows.association.memberships import Membership
from workflows.association.number_series import FIRST_MEMBER, MEMBER_NUMBERS, NumberSeries

INVOICES, CREDITS, RECEIPTS, MANDATES, MEMBERS = "INV-ASSO", "AV", SERIES, "MDT", MEMBER_NUMBERS
_CANCELLATION = aliased(TaxReceipt)
_NUMBERS: Final[Mapping[str, Select[Any]]] = MappingProxyType(
    {
        INVOICES: select(Invoice.number, exists().where(CreditNote.invoice_id == Invoice.id)),
        CREDITS: select(CreditNote.number, exists().where(CreditNote.id.is_(None))),
        RECEIPTS: select(TaxReceipt.serial, exists().where(_CANCELLATION.replaces_id == TaxReceipt.id)),
        MANDATES: select(Mandate.reference, Mandate.canceled_at.is_not(None)),
        MEMBERS: select(Membership.member_no, exists().where(Membership.id.is_(None))),
    }
)


@dataclass(frozen=True, slots=True)
class Series:
    """One series of one year. `gaps`: first and last number of each run that is on no document; None where the
    documents of the series are not kept here."""

    name: str
    kind: str
    year: int | None
    last: int
    gaps: Sequence[tuple[int, int]] | None
    cancelled: Sequence[str]


def audit(session: Session) -> list[Series]:
    """Every series, the documents that the law counts first, the latest year first."""
    order = {kind: number for number, kind in enumerate(_NUMBERS)}
    found = [_series(session, row) for row in session.scalars(select(NumberSeries))]
    return sorted(found, key=lambda each: (order.get(each.kind, len(order)), each.kind, -(each.year or 0)))


def _series(session: Session, row: NumberSeries) -> Series:
    kind, _, ended = row.name.rpartition("-")
    year = int(ended) if kind and ended.isdecimal() else None
    kind = kind if year is not None else row.name
    numbers = _NUMBERS.get(kind)
    if numbers is None:
        return Series(row.name, kind, year, row.last, None, ())
    column = numbers.selected_columns[0]
    query = numbers if year is None else numbers.where(column.startswith(f"{row.name}-", autoescape=True))
    known = [(str(text), bool(cancelled)) for text, cancelled in session.execute(query.order_by(column))]
    first = FIRST_MEMBER if kind == MEMBERS else 1
    there = {int(text.rpartition("-")[2]) for text, _ in known}
    return Series(row.name, kind, year, row.last, runs(first, row.last, there), [text for text, gone in known if gone])


def runs(first: int, last: int, there: Iterable[int]) -> list[tuple[int, int]]:
    """The runs of numbers from first to last that are not there.

    >>> runs(1, 9, [1, 2, 5, 9])
    [(3, 4), (6, 8)]
    """
    found, expected = [], first
    for number in sorted({each for each in there if first <= each <= last} | {last + 1}):
        if number > expected:
            found.append((expected, number - 1))
        expected = number + 1
    return found
