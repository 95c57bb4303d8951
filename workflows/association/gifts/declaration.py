"""The worksheet of the yearly return of gifts: totals and numbers by the law's categories, and nobody's name.

CGI art. 222 bis: the total of the gifts that receipts state and the number of these receipts; individuals give under
articles 200 and 978 (model 11580), companies under article 238 bis (model 16216). Read anew each time: a receipt that
was cancelled since is not in it.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Final

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from workflows.association import wording
from workflows.association.gifts import documents
from workflows.association.gifts.receipts import COMPANY_FORM, INDIVIDUAL_FORM, RECEIPT, TaxReceipt
from workflows.association.letters import Table
from workflows.association.typesetting import typeset

CATEGORIES: Final = {
    INDIVIDUAL_FORM: ("Particuliers (CGI art. 200 et 978)", "Individuals (CGI art. 200 and 978)"),
    COMPANY_FORM: ("Entreprises (CGI art. 238 bis)", "Companies (CGI art. 238 bis)"),
}
_HEAD: Final = {"fr": ("Catégorie et nombre de reçus", "Montant"), "en": ("Category and number of receipts", "Amount")}
_COLUMNS: Final = {
    "fr": ("Année", "Catégorie", "Reçus", "Montant en euros"),
    "en": ("Year", "Category", "Receipts", "Amount in euros"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """What the valid receipts of one category state in all, and how many they are."""

    form: str
    amount: Decimal
    count: int

    def category(self, lang: str) -> str:
        """The category as the law names it."""
        return CATEGORIES[self.form][lang == "en"]


def parts(session: Session, year: int) -> Sequence[Part]:
    """Every category of a year, also one without receipts."""
    later = aliased(TaxReceipt)
    query = (
        select(TaxReceipt.form, func.sum(TaxReceipt.amount), func.count())
        .where(TaxReceipt.fiscal_year == year, TaxReceipt.kind == RECEIPT)
        .where(~exists().where(later.replaces_id == TaxReceipt.id))
        .group_by(TaxReceipt.form)
    )
    found = {form: (Decimal(amount), int(count)) for form, amount, count in session.execute(query)}
    return [Part(form, *found.get(form, (Decimal("0.00"), 0))) for form in CATEGORIES]


def sheet(year: int, found: Sequence[Part], lang: str) -> bytes:
    """The totals as CSV for a spreadsheet: UTF-8 with its mark, semicolons, amounts as the language writes them."""
    written = StringIO(newline="")
    rows = csv.writer(written, delimiter=";")
    rows.writerow(_COLUMNS[lang])
    for part in found:
        amount = f"{part.amount:.2f}"
        shown = amount if lang == "en" else amount.replace(".", ",")
        rows.writerow((year, part.category(lang), part.count, shown))
    return written.getvalue().encode("utf-8-sig")


def paper(session: Session, year: int, found: Sequence[Part], lang: str, on: date) -> bytes:
    """The totals as PDF on the Foundation's paper. Raises PageNotSet."""
    rows = [(f"{part.category(lang)} · {part.count}", wording.amount(part.amount, lang)) for part in found]
    total = sum((part.amount for part in found), Decimal("0.00"))
    values = {
        "year": str(year),
        "amount": wording.amount(total, lang),
        "count": str(sum(part.count for part in found)),
        "issued_on": wording.day(on, lang),
    }
    table = Table(_HEAD[lang], rows, ("Total", values["amount"]))
    return typeset(documents.own_page(session, "gift_declaration_totals", lang, values, on, table))
