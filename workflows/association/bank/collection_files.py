"""Collection files for the bank: SEPA direct debits, core scheme (pain.008.001.08, EPC130-08).

The file is checked against the standard's schema before it leaves. Its ids come from us and not from chance, so that
the same collection written twice is the same file, and the bank's answers find their way back: one payment
information a sequence type and day (`<message id>-<n>`), one end-to-end id a debit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from lxml import etree
from sepaxml import SepaDD
from text_unidecode import unidecode

from workflows.association.bank.creditors import Creditor

SCHEMA: Final = "pain.008.001.08"
LONGEST_ID: Final = 35
_OUTSIDE: Final = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")  # of the SEPA character set, EPC217-08


@dataclass(frozen=True, slots=True)
class Debit:
    """One direct debit. `amount` in euros; `sequence`: RCUR or OOFF; `purpose`: what the debtor's statement says."""

    end_to_end_id: str
    amount: Decimal
    due_on: date
    sequence: str
    holder: str
    iban: str
    bic: str | None
    mandate: str
    signed_on: date
    purpose: str


@dataclass(frozen=True, slots=True)
class CollectionFile:
    """The bytes for the bank, and which batch each debit is in, by end-to-end id."""

    body: bytes
    batches: dict[str, str]


def write(
    creditor: Creditor, debits: Sequence[Debit], *, message_id: str, now: datetime, zone: ZoneInfo
) -> CollectionFile:
    """The file of these debits. Raises ValueError where there is none, or naming the element that no bank takes."""
    if not debits or len(message_id) > LONGEST_ID - 4:
        raise ValueError("a collection file has at least one debit and a message id of at most 31 characters")
    made = SepaDD(
        {
            "name": sepa_text(creditor.name, 70), "IBAN": creditor.iban.replace(" ", ""), "batch": True,
            "creditor_id": creditor.identifier, "currency": "EUR", "instrument": "CORE",
        },
        schema=SCHEMA, clean=False,
    )  # fmt: skip
    ordered = sorted(debits, key=_batch_of)
    for debit in ordered:
        made.add_payment(_payment(debit))
    body = _named(made.export(validate=False), message_id, now.astimezone(zone))
    batches = {
        debit.end_to_end_id: f"{message_id}-{number}"
        for number, (_key, inside) in enumerate(groupby(ordered, _batch_of), start=1)
        for debit in inside
    }
    return CollectionFile(body, batches)


def sepa_text(written: str, length: int) -> str:
    """The text in the SEPA character set: without accents, at most so many characters."""
    return " ".join(_OUTSIDE.sub(" ", unidecode(written)).split())[:length].strip()


def _batch_of(debit: Debit) -> tuple[str, date]:
    return debit.sequence, debit.due_on


def _payment(debit: Debit) -> dict[str, object]:
    cents = debit.amount * 100
    if cents <= 0 or cents != cents.to_integral_value():
        raise ValueError(f"{debit.end_to_end_id}: {debit.amount} is no amount in euros and cents")
    payment: dict[str, object] = {
        "name": sepa_text(debit.holder, 70), "IBAN": debit.iban, "amount": int(cents), "type": debit.sequence,
        "collection_date": debit.due_on, "mandate_id": debit.mandate, "mandate_date": debit.signed_on,
        "description": sepa_text(debit.purpose, 140), "endtoend_id": debit.end_to_end_id,
    }  # fmt: skip
    return payment | ({"BIC": debit.bic} if debit.bic else {})


def _named(body: bytes, message_id: str, now: datetime) -> bytes:
    """The file with our ids and our moment instead of those that the library draws."""
    root = etree.fromstring(body)
    inside = {"n": f"urn:iso:std:iso:20022:tech:xsd:{SCHEMA}"}
    for header in root.iterfind(".//n:GrpHdr/*", inside):
        name = etree.QName(header).localname
        header.text = {"MsgId": message_id, "CreDtTm": f"{now:%Y-%m-%dT%H:%M:%S}"}.get(name, header.text)
    for number, batch in enumerate(root.iterfind(".//n:PmtInf/n:PmtInfId", inside), start=1):
        batch.text = f"{message_id}-{number}"
    schema = _schema()
    if not schema.validate(root):
        raise ValueError(str(schema.error_log.last_error))
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return written


@cache
def _schema() -> etree.XMLSchema:
    """The standard's own schema, as the library carries it."""
    return etree.XMLSchema(etree.fromstring(files("sepaxml").joinpath("schemas", f"{SCHEMA}.xsd").read_bytes()))
