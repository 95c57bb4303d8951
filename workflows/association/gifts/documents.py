"""The Foundation's papers: receipts with every mention the law asks for, cancellations, duplicates, thanks, statements.

Mentions: CGI art. 200, 238 bis, 978; model Cerfa 11580 (individuals) and 16216 (companies); LPF L. 14 A. A receipt is
French law's paper: its English version keeps the French mentions and translates them beneath.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.errors import Invalid
from workflows.association import issued_documents, letters, texts, wording
from workflows.association.gifts import donors, figures, receipts, signatures
from workflows.association.gifts.amount_words import in_words
from workflows.association.gifts.donors import Donor
from workflows.association.gifts.figures import Body
from workflows.association.gifts.receipts import COMPANY_FORM, ReceiptLine, TaxReceipt
from workflows.association.issued_documents import IssuedDocument
from workflows.association.letters import Table
from workflows.association.typesetting import Page, Picture, Sender

TAX_RECEIPT, GIFT_LETTER, GIFT_STATEMENT = "TAX_RECEIPT", "GIFT_LETTER", "GIFT_STATEMENT"
KINDS: Final = (TAX_RECEIPT, GIFT_LETTER, GIFT_STATEMENT)
DUPLICATE: Final = {"fr": "DUPLICATA", "en": "DUPLICATA (duplicate)"}
_NUMBER: Final = {"fr": "Numéro d’ordre", "en": "Numéro d’ordre (serial number)"}
_HEAD: Final = {"fr": ("Date et mode du versement", "Montant"), "en": ("Date and means of payment", "Amount")}
_TOTAL: Final = {"fr": "Total", "en": "Total"}
_SIGNED: Final = {"fr": "Signature : {}", "en": "Signature: {}"}
_TRANSLATION: Final = "(The beneficiary acknowledges gifts of {}.)"
_MEANS: Final = {
    "CARD": ("carte bancaire", "card"),
    "TRANSFER": ("virement", "transfer"),
    "SEPA": ("prélèvement", "direct debit"),
    "CHEQUE": ("chèque", "cheque"),
    "CHEQUE_POST": ("chèque", "cheque"),
    "CHEQUE_HAND": ("chèque", "cheque"),
    "CASH": ("remise d’espèces", "cash"),
    "SECURITIES": ("remise de titres", "securities"),
    "IN_KIND": ("don en nature", "gift in kind"),
}


class AddressMissing(Invalid):
    """No receipt is issued without the donor's complete postal address."""

    code: ClassVar[str] = "address_missing"


def means(code: str, lang: str) -> str:
    """A means of payment in words."""
    french, english = _MEANS.get(code, (code, code))
    return english if lang == "en" else french


def figures_between_stars(amount: Decimal) -> str:
    """“*** 100,00 € ***”, in French as the law reads it: nothing can be written before or behind it."""
    return f"*** {wording.amount(amount, 'fr')} ***"


def receipt(session: Session, issued: TaxReceipt, *, now: datetime, duplicate: int = 0) -> IssuedDocument:
    """The PDF of an entry of the series, as it was issued; with `duplicate`, a copy marked as such, same number.

    Raises AddressMissing, PageNotSet.
    """
    donor = session.get_one(Donor, issued.donor_id)
    lang, address = donors.language(session, donor), donors.address_of(session, donor)
    if address is None and issued.kind == receipts.RECEIPT:
        raise AddressMissing(field="address_lines")
    address = address or []
    body = figures.body(session, issued.issued_on, lang)
    kind = _kind(issued)
    values = _receipt_values(session, issued, donor, body, address, lang)
    mark = ((DUPLICATE[lang], wording.day(now.date(), lang)),) if duplicate else ()
    page = _page(
        session, body, kind, lang, [donors.name_of(session, donor), *address], values, issued.issued_on,
        table=_table(issued.lines, lang) if issued.lines else None,
        references=((_NUMBER[lang], issued.serial), *mark), signed_at=issued.issued_at,
    )  # fmt: skip
    return issued_documents.issue(
        session, page, key=f"receipt:{issued.serial}" + (f":{duplicate}" if duplicate else ""), kind=TAX_RECEIPT,
        person_id=donor.person_id, file_name=f"{issued.serial}{'-duplicata' if duplicate else ''}.pdf", now=now,
    )  # fmt: skip


def next_duplicate(session: Session, issued: TaxReceipt, *, now: datetime) -> IssuedDocument:
    """Another copy of a receipt that was lost, marked DUPLICATA. Raises AddressMissing."""
    copies = select(func.count()).where(IssuedDocument.key.like(f"receipt:{issued.serial}:%"))
    return receipt(session, issued, now=now, duplicate=int(session.scalar(copies) or 0) + 1)


def letter(
    session: Session, donor: Donor, kind: str, key: str, values: Mapping[str, str], *, on: date, now: datetime,
    table: Table | None = None, filed: str = GIFT_LETTER,
) -> IssuedDocument:  # fmt: skip
    """A letter to a donor on the Foundation's paper, kept as it was issued. Raises LetterRefused, PageNotSet."""
    lang = donors.language(session, donor)
    body = figures.body(session, on, lang)
    name = donors.name_of(session, donor)
    said = {"donor": name, "foundation": body.name, "issued_on": wording.day(on, lang), **values}
    reader = [name, *(donors.address_of(session, donor) or [])]
    page = _page(session, body, kind, lang, reader, said, on, table=table)
    return issued_documents.issue(
        session, page, key=key, kind=filed, person_id=donor.person_id, file_name=f"{kind}-{on}.pdf".replace("_", "-"),
        now=now,
    )  # fmt: skip


def sender(body: Body) -> Sender:
    """The Foundation at the head of its paper."""
    return Sender(body.name, body.address, (body.quality, f"SIREN {body.siren}"))


def own_page(
    session: Session, kind: str, lang: str, values: Mapping[str, str], on: date, table: Table | None = None
) -> Page:
    """A paper of the Foundation that is to nobody."""
    body = figures.body(session, on, lang)
    return _page(session, body, kind, lang, (), {"foundation": body.name, **values}, on, table=table)


def _kind(issued: TaxReceipt) -> str:
    if issued.kind == receipts.CANCELLATION:
        return "tax_receipt_cancellation"
    return "tax_receipt_company" if issued.form == COMPANY_FORM else "tax_receipt"


def _receipt_values(
    session: Session, issued: TaxReceipt, donor: Donor, body: Body, address: Sequence[str], lang: str
) -> dict[str, str]:
    french = figures.body(session, issued.issued_on, "fr")
    before = session.get(TaxReceipt, issued.replaces_id) if issued.replaces_id else None
    replaced = {"fr": "Annule et remplace le reçu {}.", "en": "Annule et remplace (cancels and replaces) {}."}[lang]
    return {
        "serial": issued.serial,
        "issued_on": wording.day(issued.issued_on, lang),
        "body": body.name,
        "body_address": ", ".join(body.address),
        "siren": body.siren,
        "purpose": french.purpose,
        "quality": french.quality,
        "donor": donors.name_of(session, donor),
        "donor_address": ", ".join(address) or "—",
        "donor_siren": donor.siren or "—",
        "amount": figures_between_stars(issued.amount),
        "words": in_words(issued.amount, "fr"),
        "translation": _TRANSLATION.format(in_words(issued.amount, "en")) if lang == "en" else "",
        "year": str(issued.fiscal_year),
        "nature": _nature(issued.lines),
        "replaces": replaced.format(before.serial) if before is not None and issued.lines else "",
        "before": before.serial if before is not None else "—",
        "before_amount": wording.amount(before.amount, "fr") if before is not None else "—",
    }


def _nature(lines: Sequence[ReceiptLine]) -> str:
    said = {"SECURITIES": "titres de sociétés cotés", "IN_KIND": "don en nature"}
    return ", ".join(sorted({said.get(line.means, "numéraire") for line in lines}))


def _table(lines: Sequence[ReceiptLine], lang: str) -> Table:
    rows = [
        (f"{wording.day(line.given_on, lang)} · {means(line.means, lang)}", wording.amount(line.amount, lang))
        for line in lines
    ]
    total = sum((line.amount for line in lines), Decimal("0.00"))
    return Table(_HEAD[lang], rows, (_TOTAL[lang], wording.amount(total, lang)))


def _page(
    session: Session, body: Body, kind: str, lang: str, reader: Sequence[str], values: Mapping[str, str],
    issued_on: date, *, table: Table | None = None, references: tuple[tuple[str, str], ...] = (),
    signed_at: datetime | None = None,
) -> Page:  # fmt: skip
    written = texts.letter(session, kind, lang, issued_on)
    return Page(
        lang=lang,
        title=letters.line(written.title, values),
        issued_on=issued_on,
        sender=sender(body),
        reader=list(reader),
        dateline=letters.line(written.dated, values),
        blocks=letters.blocks(written, values, table),
        references=references,
        signature=(body.signatory, body.signatory_quality),
        signed=_signed(session, body, lang, signed_at) if signed_at is not None else None,
    )


def _signed(session: Session, body: Body, lang: str, at: datetime) -> Picture | None:
    """The signature that stood when a receipt was issued: a duplicate of it bears the same."""
    found = signatures.standing(session, body.signatory, at)
    return Picture(found.body, _SIGNED[lang].format(body.signatory)) if found is not None else None
