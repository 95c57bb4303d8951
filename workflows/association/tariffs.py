"""What dues cost: a dated parameter table, decided by the general assembly and never written in a diagram or table.

The decision `dues_quote` answers a tariff code (the rule); the amount in force on a day is read here (the figure). So
the assembly changes a figure without a new version of the decision, and a running case keeps the price of its start
unless the row says otherwise. Source: domain §1.6, §P1.4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from workflows.association import parameters
from workflows.association.parameters import Column, DatedRow, Row, Table

LIFE: Final = "LIF"  # of no row: so many years at the full rate (`figures`, LIFE_YEARS)
LIFE_PART: Final = "LIP"  # an instalment of it (`life_plans`)
_OF_NO_ROW: Final = {
    LIFE: {"fr": "à vie", "en": "for life"},
    LIFE_PART: {"fr": "à vie, par échéances", "en": "for life, in instalments"},
}
TABLE = Table(
    "dues_tariff",
    "Tarifs de cotisation",
    "Dues",
    (
        Column("amount", "amount", "Montant annuel", "Yearly amount", minimum=0, maximum=100_000),
        Column("whole_course", "flag", "Une fois pour toute la scolarité", "Once for the whole course"),
    ),
    first=(  # placeholders of the demonstration
        Row("STU", "Étudiant·e, toute la scolarité", "Student, the whole course", "90.00", True),
        Row("GST", "Invité·e, hors frais de service", "Guest, service fees apart", "0.00", False),
        Row("SEN", "65 ans et plus", "65 and over", "110.00", False),
        Row("Y0", "Première année offerte", "First year offered", "0.00", False),
        Row("JUN", "Diplômé·e depuis 1 à 3 ans", "Graduated 1 to 3 years ago", "70.00", False),
        Row("JSK", "En recherche d’emploi", "Looking for a job", "60.00", False),
        Row("ABR", "À l’étranger, magazine en ligne", "Abroad, online magazine", "130.00", False),
        Row("STD", "Plein tarif", "Full rate", "160.00", False),
    ),
    about_fr="Le barème voté par l’assemblée générale. La table de décision « dues_quote » choisit le code ; le "
    "montant est lu ici. Une adhésion commencée garde le prix de son premier jour.",
    about_en="What the general assembly voted. The decision “dues_quote” chooses the code, the amount is read here. An "
    "application that has begun keeps the price of its first day.",
    processes=("membership_application",),
    open_keys=True,
    key_limit=8,
    until_decided=False,
)


@dataclass(frozen=True, slots=True)
class Tariff:
    """The amount of one code in euros, from a day to a day, both included, and who decided it when."""

    code: str
    amount: Decimal
    label_fr: str
    label_en: str
    whole_course: bool  # one amount for the studies, however many years
    valid_from: date
    valid_to: date | None
    decided_by: str
    decided_on: date
    applies_to_running: bool


def in_force(session: Session, code: str, on: date, *, started: date | None = None) -> Tariff:
    """The tariff of this code on this day; for a case, the one that it keeps. Raises NotFound."""
    return _tariff(parameters.row(session, TABLE, code, on=on, started=started))


def name(session: Session, code: str, on: date, lang: str) -> str:
    """What a tariff was called on a day: “plein tarif”; its code where that day knows none."""
    if code in _OF_NO_ROW:
        return _OF_NO_ROW[code][lang]
    found = parameters.rows(session, TABLE, on=on)
    label = next((row.label_en if lang == "en" else row.label_fr for row in found if row.key == code), "")
    return label[:1].lower() + label[1:] or code


def all_in_force(session: Session, on: date) -> Sequence[Tariff]:
    """Every tariff of a day, by amount."""
    found = map(_tariff, parameters.rows(session, TABLE, on=on))
    return sorted(found, key=lambda tariff: (tariff.amount, tariff.code))


def codes(session: Session) -> Sequence[str]:
    """The codes that any day ever knew: what was paid long ago keeps its name."""
    return sorted({row.key for row in parameters.every_row(session, TABLE)})


def _tariff(row: DatedRow) -> Tariff:
    amount, whole_course = row["amount"], row["whole_course"]
    assert isinstance(amount, Decimal)
    return Tariff(
        row.key, amount, row.label_fr, row.label_en, bool(whole_course), row.valid_from, row.valid_to, row.decided_by,
        row.decided_on, row.applies_to_running,
    )  # fmt: skip
