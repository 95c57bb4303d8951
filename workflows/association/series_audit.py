"""The number series as an auditor reads them: the last number of each year, what lacks, what was cancelled.

Source: domain §1.9. A wrong document is cancelled or credited, never deleted: so that each number up to the last is on
a document, and a gap is a defect.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    documents of the series are not kept here. `ahead`: numbers on documents that the series has not come to."""

    name: str
    kind: str
    year: int | None
    last: int
    gaps: Sequence[tuple[int, int]] | None
    ahead: Sequence[int]
    cancelled: Sequence[str]


def audit(session: Session) -> list[Series]:
    """Every series, the documents that the law counts first, the latest year first."""
    lasts: dict[str, int] = {row.name: row.last for row in session.scalars(select(NumberSeries))}
    found = [each for kind in _NUMBERS for each in _of_kind(session, kind, lasts)]
    known = {each.name for each in found}
    others = [Series(name, *_parts(name), last, None, (), ()) for name, last in lasts.items() if name not in known]
    order = {kind: number for number, kind in enumerate(_NUMBERS)}
    return sorted([*found, *others], key=lambda each: (order.get(each.kind, len(order)), each.kind, -(each.year or 0)))


def _of_kind(session: Session, kind: str, lasts: Mapping[str, int]) -> Iterator[Series]:
    """The series whose documents are kept here, by those documents and by the numbers that were given."""
    documents: dict[str, list[tuple[str, int, bool]]] = {name: [] for name in lasts if _parts(name)[0] == kind}
    for text, cancelled in session.execute(_NUMBERS[kind]):
        before, _, number = str(text).rpartition("-")
        name = before or kind
        if number.isdecimal() and _parts(name)[0] == kind:
            documents.setdefault(name, []).append((str(text), int(number), bool(cancelled)))
    first = FIRST_MEMBER if kind == MEMBERS else 1
    for name, known in documents.items():
        last, there = lasts.get(name, first - 1), {number for _, number, _ in known}
        gone = sorted(text for text, _, cancelled in known if cancelled)
        ahead = sorted(number for number in there if number > last)
        yield Series(name, *_parts(name), last, runs(first, last, there), ahead, gone)


def _parts(name: str) -> tuple[str, int | None]:
    """Kind and year of a series: `AV-2026` is the credit notes of 2026."""
    kind, _, ended = name.rpartition("-")
    return (kind, int(ended)) if kind and len(ended) == 4 and ended.isdecimal() else (name, None)


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
