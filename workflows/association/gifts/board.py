"""The report to the Foundation's board: what a year brought, from how many, and how it was looked after (domain §P5.9).

Totals alone, and nobody's name: it is read by people who may not see who gave what.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflows.association import wording
from workflows.association.gifts import documents, figures, pledges, receipts, register
from workflows.association.gifts.donors import Donor
from workflows.association.gifts.pledges import Instalment
from workflows.association.gifts.receipts import TaxReceipt
from workflows.association.gifts.register import Gift
from workflows.association.letters import Table
from workflows.association.typesetting import typeset

THANKED_WITHIN: Final = "THANKED"
_HEAD: Final = {"fr": ("Destination et nombre de dons", "Montant"), "en": ("Designation and number of gifts", "Amount")}


@dataclass(frozen=True, slots=True)
class Report:
    """A year in figures. Shares are whole hundredths; None where there is nothing to divide by."""

    year: int
    total: Decimal
    gifts: int
    funds: tuple[tuple[str, int, Decimal], ...]
    donors: int
    individuals: int | None
    new_donors: int
    kept: int | None  # of the donors of the year before
    thanked: int | None  # in time
    receipts: int
    corrected: int
    gaps: int
    fulfilled: int | None  # of the instalments that were due


def report(session: Session, year: int, today: date) -> Report:
    """The figures of the gifts of a year: booked ones, by the law's date of a gift."""
    booked = (Gift.fiscal_year == year, Gift.state == register.BOOKED)
    total, count = session.execute(select(func.coalesce(func.sum(Gift.amount), 0), func.count()).where(*booked)).one()
    rows = session.execute(
        select(Gift.fund, func.count(), func.sum(Gift.amount)).where(*booked).group_by(Gift.fund).order_by(Gift.fund)
    )
    givers = set(session.scalars(select(Gift.donor_id).where(*booked).distinct()))
    earlier = select(Gift.donor_id).where(Gift.fiscal_year < year, Gift.state == register.BOOKED).distinct()
    last = select(Gift.donor_id).where(Gift.fiscal_year == year - 1, Gift.state == register.BOOKED).distinct()
    before, year_before = set(session.scalars(earlier)), set(session.scalars(last))
    people = session.scalar(
        select(func.count()).select_from(Donor).where(Donor.id.in_(givers), Donor.kind == "INDIVIDUAL")
    )
    _, valid = receipts.declared(session, year)
    replacing = (TaxReceipt.fiscal_year == year, TaxReceipt.replaces_id.is_not(None))
    return Report(
        year, Decimal(total), int(count), tuple((str(fund), int(n), Decimal(sum_)) for fund, n, sum_ in rows),
        len(givers), _share(people or 0, len(givers)), len(givers - before),
        _share(len(givers & year_before), len(year_before)), _thanked(session, year, today), valid,
        session.scalar(select(func.count()).select_from(TaxReceipt).where(*replacing)) or 0,
        len(receipts.gaps(session)), _fulfilled(session, year, today),
    )  # fmt: skip


def paper(session: Session, found: Report, lang: str, on: date) -> bytes:
    """The report as PDF on the Foundation's paper. Raises PageNotSet."""
    rows = [
        (f"{figures.fund_words(session, fund, on, lang)} · {count}", wording.amount(amount, lang))
        for fund, count, amount in found.funds
    ]
    values = {
        "year": str(found.year),
        "issued_on": wording.day(on, lang),
        "amount": wording.amount(found.total, lang),
        "count": str(found.gifts),
        "donors": str(found.donors),
        "individuals": _percent(found.individuals, lang),
        "new_donors": str(found.new_donors),
        "kept": _percent(found.kept, lang),
        "thanked": _percent(found.thanked, lang),
        "receipts": str(found.receipts),
        "corrected": str(found.corrected),
        "gaps": str(found.gaps),
        "fulfilled": _percent(found.fulfilled, lang),
    }
    table = Table(_HEAD[lang], rows, ("Total", values["amount"]))
    return typeset(documents.own_page(session, "board_report", lang, values, on, table))


def _share(part: int, whole: int) -> int | None:
    return round(100 * part / whole) if whole else None


def _percent(share: int | None, lang: str) -> str:
    if share is None:
        return "—"
    return f"{share}%" if lang == "en" else f"{share}\u00a0%"


def _thanked(session: Session, year: int, today: date) -> int | None:
    """The share of gifts that were thanked for within the time of the table, of those whose time is over."""
    within = timedelta(days=figures.delay(session, THANKED_WITHIN, today))
    query = select(Gift.noted_at, Gift.thanked_at).where(Gift.fiscal_year == year, Gift.state == register.BOOKED)
    due = [(noted, thanked) for noted, thanked in session.execute(query) if noted.date() + within < today]
    return _share(sum(thanked is not None and thanked <= noted + within for noted, thanked in due), len(due))


def _fulfilled(session: Session, year: int, today: date) -> int | None:
    """The share of the instalments due in a year, and before today, that were paid."""
    first, last = date(year, 1, 1), min(date(year, 12, 31), today)
    query = select(Instalment.state, func.count()).where(Instalment.due_on >= first, Instalment.due_on <= last)
    counts = {str(state): int(count) for state, count in session.execute(query.group_by(Instalment.state))}
    asked = sum(count for state, count in counts.items() if state not in {pledges.SKIPPED, pledges.DROPPED})
    return _share(counts.get(pledges.PAID, 0), asked)
