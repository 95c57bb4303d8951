"""The figures of admission to a cohort: delays, fees and limits, each a dated parameter (domain §P2.4, §P2.5)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from workflows.association import parameters
from workflows.association.parameters import Column, Row, Table

OWNER: Final = "CAREERS_HEAD"
DELAYS: Final = Table(
    "cohort_delay", "Délais d’admission à un groupe", "Delays of admission to a cohort",
    (Column("days", "days", "Jours", "Days", minimum=1, maximum=400),),
    (
        Row("DATES", "Donner ses disponibilités", "Give one’s dates", 10),
        Row("ANSWER", "Répondre à l’offre d’une place", "Answer the offer of a seat", 5),
        Row("ANSWER_REMINDER", "Rappel de l’offre", "Reminder of the offer", 3),
        Row("FEE", "Participation due : jours avant la première séance", "Fee due: days before the first session", 14),
        Row("FEE_LEAST", "Délai de paiement, au moins", "Time to pay, at least", 5),
        Row("FEE_MORE", "Délai de paiement accordé en plus", "Time to pay, when more is given", 7),
        Row("WAITING", "Attente avant d’en reparler", "Wait before it is talked about again", 300),
    ),
    owner=OWNER, processes=("cohort_admission",),
)  # fmt: skip
FEES: Final = Table(
    "cohort_fee", "Participation à un groupe carrière", "Fee of a career group",
    (Column("amount", "amount", "Montant", "Amount", minimum=0, maximum=5_000),),
    first=(
        Row("POST", "Membre en poste", "Member in post", Decimal("350.00")),
        Row("SEEK", "Membre en recherche d’emploi", "Member looking for work", Decimal("150.00")),
        Row("GPOST", "Autre école, en poste", "Other school, in post", Decimal("500.00")),
        Row("GSEEK", "Autre école, en recherche d’emploi", "Other school, looking for work", Decimal("250.00")),
        Row("SCHOLAR", "Bourse", "Scholarship", Decimal("0.00")),
    ),
    about_fr="Montants de la démonstration. La table de décision « cohort_fee » choisit le tarif.",
    about_en="Amounts of the demonstration. The decision table “cohort_fee” chooses the rate.",
    owner=OWNER,
)  # fmt: skip
LIMITS: Final = Table(
    "cohort_limit", "Admission à un groupe : seuils", "Admission to a cohort: limits",
    (Column("count", "integer", "Nombre", "Number", minimum=0, maximum=100),),
    (
        Row("SEATS", "Places d’un groupe", "Seats of a cohort", 12),
        Row("SCHOLARSHIPS", "Bourses par groupe", "Scholarships a cohort", 2),
        Row("CLOSES", "Clôture des candidatures : semaines avant", "Applications close: weeks before", 4),
        Row("AGAIN", "Mois entre deux groupes", "Months between two cohorts", 24),
    ),
    owner=OWNER,
)  # fmt: skip


def days(session: Session, key: str, on: date) -> int:
    """A delay in calendar days."""
    return parameters.count(session, DELAYS, key, "days", on=on)


def limit(session: Session, key: str, on: date) -> int:
    """A limit."""
    return parameters.count(session, LIMITS, key, "count", on=on)


def fee(session: Session, tariff: str, on: date) -> Decimal:
    """What a rate costs on a day."""
    return parameters.amount(session, FEES, tariff, "amount", on=on)
