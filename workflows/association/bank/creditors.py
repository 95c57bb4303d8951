"""The accounts of the two legal persons: the association collects dues, the Foundation gifts, each under its own name.

Dues are never booked from the Foundation's account. Account and creditor identifier are dated: an account that was
changed is still known by the statements that come later. The identifier (ICS, EPC262-08 AT-02) has two check digits
over country and national part (ISO 7064, mod 97-10); the three characters between are the creditor's own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from schwifty import IBAN
from schwifty.exceptions import SchwiftyException
from sqlalchemy.orm import Session

from engine.errors import Invalid
from workflows.association import parameters
from workflows.association.orders import ASSOCIATION, FOUNDATION, Order
from workflows.association.parameters import Column, Row, Table, Value

_ACCOUNT: Final = "ACCOUNT"
_IDENTIFIER: Final = re.compile(r"([A-Z]{2}\d{2})[A-Z0-9]{3}([A-Z0-9]{1,28})")
_COLUMNS: Final = (
    Column("holder", "text", "Titulaire", "Holder"),
    Column("iban", "text", "IBAN", "IBAN"),
    Column("identifier", "text", "Identifiant créancier SEPA (ICS)", "SEPA creditor identifier (ICS)"),
)


class CreditorRefused(Invalid):
    """“{value}” is not valid: check its length and its digits."""

    code: ClassVar[str] = "creditor_refused"


def _check(values: Mapping[str, Value]) -> None:
    iban, identifier = str(values["iban"]), str(values["identifier"])
    try:
        IBAN(iban.strip())
    except SchwiftyException as error:
        raise CreditorRefused(field="iban", value=iban[:40]) from error
    if not is_identifier(identifier):
        raise CreditorRefused(field="identifier", value=identifier[:40])


# The first rows are the worked examples of the formats' documentation: nobody's account.
ASSOCIATION_ACCOUNT: Final = Table(
    "association_account", "Compte de l’association", "Account of the association", _COLUMNS,
    (Row(_ACCOUNT, "Compte", "Account", "Amicale des diplômés", "FR76 3000 6000 0112 3456 7890 189", "FR72ZZZ123456"),),
    about_fr="Où vont les cotisations, et au nom de qui elles sont prélevées.",
    about_en="Where dues go, and in whose name they are collected.",
    owner="FINANCE", check=_check,
)  # fmt: skip
FOUNDATION_ACCOUNT: Final = Table(
    "foundation_account", "Compte de la Fondation", "Account of the Foundation", _COLUMNS,
    (Row(_ACCOUNT, "Compte", "Account", "Fondation Amicale", "FR14 2004 1010 0505 0001 3M02 606", "FR19ZZZ654321"),),
    about_fr="Où vont les dons promis, et au nom de qui ils sont prélevés.",
    about_en="Where promised gifts go, and in whose name they are collected.",
    owner="FOUNDATION_TREASURER", check=_check,
)  # fmt: skip
_TABLES: Final = {ASSOCIATION: ASSOCIATION_ACCOUNT, FOUNDATION: FOUNDATION_ACCOUNT}


@dataclass(frozen=True, slots=True)
class Creditor:
    """Who collects: name, account, and creditor identifier (ICS)."""

    name: str
    iban: str
    identifier: str


def creditor(session: Session, entity: str, on: date) -> Creditor:
    """The account of a legal person on a day."""
    row = parameters.row(session, _TABLES[entity], _ACCOUNT, on=on)
    return Creditor(str(row["holder"]), str(row["iban"]), str(row["identifier"]).replace(" ", ""))


def entity_of(session: Session, iban: str) -> str | None:
    """Whose account this is or was; None for one that is nobody's."""
    for entity, table in _TABLES.items():
        if _compact(iban) in {_compact(str(row["iban"])) for row in parameters.every_row(session, table)}:
            return entity
    return None


def collector(order: Order) -> str:
    """Who collects an order: the Foundation where it is gifts alone, else the association, also for the Foundation."""
    own = order.total_for(FOUNDATION)
    return FOUNDATION if own > 0 and own == order.total else ASSOCIATION


def is_identifier(text: str) -> bool:
    """Whether a creditor identifier has the form and the check digits that it should have."""
    found = _IDENTIFIER.fullmatch(text.replace(" ", ""))
    digits = "".join(str(int(each, 36)) for each in found[2] + found[1]) if found else "0"
    return int(digits) % 97 == 1


def _compact(iban: str) -> str:
    return iban.replace(" ", "").upper()
