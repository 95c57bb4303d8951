"""The dated figures of gifts: delays, limits, tax rules of a year, funds, and the body that signs receipts.

Owners change them without a new diagram or table; a figure is read for the day on which it counts. Sources: CGI 200,
238 bis and 978; BOI-IR-RICI-250-30; domain §P5.4, §P5.5 and annex F.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from workflows.association import parameters
from workflows.association.parameters import Column, Row, Table

_OWNER: Final = "FOUNDATION_GIFTS"
DELAYS: Final = Table(
    "gift_delay", "Délais des dons", "Delays of gifts",
    (Column("days", "days", "Jours", "Days"),),
    (
        Row("AGREEMENT", "Accord sur un reçu corrigé, en jours ouvrés", "Corrected receipt: agreed in working days", 5),
        Row("IMPACT", "Nouvelles de ce que le don a permis", "News of what the gift did", 60),
        Row("REFUND_WATCH", "Attente avant le reçu d’un gros prélèvement", "Wait before receipts of large debits", 56),
        Row("CARD_CREDIT", "Carte : crédit du compte, en jours bancaires", "Card: account credited, in bank days", 2),
        Row("PRENOTICE", "Annonce d’un prélèvement", "Notice of a direct debit", 14),
        Row("THANKED", "Remerciement attendu sous", "Thanks expected within", 2),
        Row("ADDRESSES", "Adresses à compléter avant les reçus annuels", "Addresses before yearly receipts", 8),
        Row("DECLARATION_FIRST", "Premier rappel de la déclaration", "First reminder of the return", 60),
        Row("DECLARATION_SECOND", "Deuxième rappel de la déclaration", "Second reminder of the return", 30),
        Row("DECLARATION_LAST", "Dernier rappel de la déclaration", "Last reminder of the return", 10),
    ),
    owner=_OWNER,
)  # fmt: skip
MONTHS: Final = Table(
    "gift_months", "Durées des dons, en mois", "Lengths about gifts, in months",
    (Column("months", "months", "Mois", "Months"),),
    (Row("LAPSED", "Sans don depuis", "Without a gift for", 13),),
    owner=_OWNER,
)  # fmt: skip
LIMITS: Final = Table(
    "gift_limit", "Seuils des dons", "Limits of gifts",
    (Column("amount", "amount", "Montant", "Amount", minimum=0),),
    (
        Row("COUNTERPART_CEILING", "Plafond annuel des contreparties", "Yearly ceiling of counterparts", Decimal(73)),
        Row("REFUND_WATCH_FROM", "Prélèvement à surveiller à partir de", "Debits watched from", Decimal(1000)),
        Row("ORIGIN_CHECK_FROM", "Origine à vérifier à partir de", "Origin checked from", Decimal(50000)),
        Row("MAJOR_FROM", "Grand donateur à partir de", "Major donor from", Decimal(1000)),
    ),
    about_fr="Une contrepartie d’un quart du don ou plus, ou au-delà du plafond, fait du don une vente.",
    about_en="A counterpart of a quarter of the gift or more, or beyond the ceiling, makes the gift a sale.",
    owner=_OWNER,
)  # fmt: skip
SHARES: Final = Table(
    "gift_share", "Parts des dons", "Shares of gifts",
    (Column("percent", "percent", "Pourcentage", "Percentage", minimum=0, maximum=100),),
    (Row("COUNTERPART", "Contrepartie tolérée, sous", "Counterpart tolerated, below", Decimal(25)),),
    owner=_OWNER,
)  # fmt: skip
TAX: Final = Table(
    "tax_rule", "Réductions d’impôt", "Tax reductions",
    (
        Column("rate", "percent", "Taux", "Rate", minimum=0, maximum=100),
        Column("ceiling_share", "percent", "Plafond, en part du revenu ou du chiffre d’affaires",
               "Ceiling, as a share of income or turnover", required=False, minimum=0, maximum=100),
        Column("ceiling_amount", "amount", "Plafond en euros", "Ceiling in euros", required=False, minimum=0),
        Column("upper_from", "amount", "Seuil du second taux", "Threshold of the second rate", required=False),
        Column("upper_rate", "percent", "Second taux", "Second rate", required=False, minimum=0, maximum=100),
    ),
    (
        Row("IR", "Impôt sur le revenu", "Income tax", Decimal(66), Decimal(20), None, None, None),
        Row("IFI", "Impôt sur la fortune immobilière", "Tax on real estate wealth", Decimal(75), None, Decimal(50000),
            None, None),
        Row("IS", "Impôt sur les sociétés", "Tax on companies", Decimal(60), Decimal("0.5"), Decimal(20000),
            Decimal(2000000), Decimal(40)),
    ),
    about_fr="Rappelés pour information dans les remerciements ; l’année du don fait foi.",
    about_en="Told for information in mails of thanks; the year of the gift decides.",
    owner=_OWNER,
)  # fmt: skip
FUNDS: Final = Table(
    "gift_fund", "Affectations des dons", "Designations of gifts",
    (
        Column("words_fr", "text", "Dans une phrase : « pour … »", "In a French sentence: “pour …”"),
        Column("words_en", "text", "Dans une phrase anglaise : « for … »", "In a sentence: “for …”"),
    ),
    (
        Row("UNRESTRICTED", "Sans affectation", "Unrestricted", "ce dont l’École a le plus besoin",
            "what the School needs most"),
        Row("BURSARIES", "Bourses", "Scholarships", "les bourses d’études", "scholarships"),
        Row("CHAIRS", "Chaires", "Chairs", "les chaires d’enseignement et de recherche",
            "chairs of teaching and research"),
    ),
    owner=_OWNER, open_keys=True,
)  # fmt: skip
BODY: Final = Table(
    "gift_body", "La Fondation sur ses reçus", "The Foundation on its receipts",
    (
        Column("name", "text", "Nom", "Name"),
        Column("address", "text", "Adresse, lignes séparées par « ; »", "Address, lines separated by “;”"),
        Column("siren", "text", "SIREN ou RNA", "SIREN or RNA"),
        Column("purpose_fr", "text", "Objet", "Purpose in French"),
        Column("purpose_en", "text", "Objet en anglais", "Purpose"),
        Column("quality_fr", "text", "Qualité juridique", "Legal quality in French"),
        Column("quality_en", "text", "Qualité juridique en anglais", "Legal quality"),
        Column("signatory", "text", "Qui signe", "Who signs"),
        Column("signatory_quality_fr", "text", "En quelle qualité", "In which quality, in French"),
        Column("signatory_quality_en", "text", "En quelle qualité, en anglais", "In which quality"),
    ),
    (
        Row(
            "FOUNDATION", "La Fondation", "The Foundation", "Fondation Amicale", "1 rue des Diplômés; 75000 Paris",
            "123 456 782", "Bourses d’études, chaires d’enseignement et de recherche, ouverture sociale de l’École",
            "Scholarships, chairs of teaching and research, social opening of the School",
            "Fondation reconnue d’utilité publique", "Foundation of public utility (reconnue d’utilité publique)",
            "La trésorerie de la Fondation", "Trésorier", "Treasurer",
        ),
    ),
    about_fr="Mentions obligatoires des reçus fiscaux (CGI art. 200, 238 bis, 978 ; modèles Cerfa 11580 et 16216).",
    about_en="Mandatory mentions of tax receipts (CGI art. 200, 238 bis, 978; models Cerfa 11580 and 16216).",
    owner=_OWNER,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Body:
    """The body that receives gifts, as its receipts state it. `siren`: nine digits, or an RNA number."""

    name: str
    address: Sequence[str]
    siren: str
    purpose: str
    quality: str
    signatory: str
    signatory_quality: str


def delay(session: Session, key: str, on: date) -> int:
    """A length in days, in force on a day."""
    return parameters.count(session, DELAYS, key, "days", on=on)


def months(session: Session, key: str, on: date) -> int:
    """A length in months, in force on a day."""
    return parameters.count(session, MONTHS, key, "months", on=on)


def limit(session: Session, key: str, on: date) -> Decimal:
    """An amount in euros, in force on a day."""
    return parameters.amount(session, LIMITS, key, "amount", on=on)


def body(session: Session, on: date, lang: str) -> Body:
    """The Foundation as it states itself on a day, in one language."""
    row = parameters.row(session, BODY, "FOUNDATION", on=on)

    def said(name: str) -> str:
        return str(row[f"{name}_{'en' if lang == 'en' else 'fr'}"])

    lines = [line.strip() for line in str(row["address"]).split(";") if line.strip()]
    return Body(
        str(row["name"]), lines, str(row["siren"]), said("purpose"), said("quality"), str(row["signatory"]),
        said("signatory_quality"),
    )  # fmt: skip


def counterpart_excessive(session: Session, amount: Decimal, counterpart: Decimal, on: date) -> bool:
    """Whether what is given back makes a gift a sale: a quarter of it or more, or beyond the yearly ceiling."""
    if counterpart <= 0:
        return False
    share = parameters.amount(session, SHARES, "COUNTERPART", "percent", on=on)
    return counterpart >= amount * share / 100 or counterpart > limit(session, "COUNTERPART_CEILING", on)


def tax_rate(session: Session, rule: str, on: date) -> Decimal | None:
    """The percentage of a gift that a rule of the decision `tax_info` takes off the tax; None where there is none."""
    row = next((each for each in parameters.rows(session, TAX, on=on) if each.key == rule), None)
    return Decimal(str(row["rate"])) if row is not None else None


def fund_words(session: Session, fund: str, on: date, lang: str) -> str:
    """What a gift is for, in words that follow “pour” or “for”."""
    row = parameters.row(session, FUNDS, fund, on=on)
    return str(row["words_en" if lang == "en" else "words_fr"])
