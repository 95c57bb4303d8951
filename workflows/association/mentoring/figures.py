"""The figures of mentoring: delays, lengths, limits and weights, each a dated parameter (domain §P3.4, §P3.5)."""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from workflows.association import parameters
from workflows.association.matching.profiles import WEIGHTS as DECLARED_WEIGHTS
from workflows.association.matching.profiles import Terms
from workflows.association.parameters import Column, Row, Table

OWNER: Final = "MENTORING"
DELAYS: Final = Table(
    "mentoring_delay", "Délais du mentorat", "Delays of mentoring",
    (Column("days", "days", "Jours", "Days", minimum=1),),
    (
        Row("ANSWER", "Répondre à une proposition", "Answer a proposal", 5),
        Row("ANSWER_REMINDER", "Rappel d’une proposition", "Reminder of a proposal", 3),
        Row("FIRST_WORD", "Premier message", "First message", 7),
        Row("RELEASE", "Mentor libéré sans premier message", "Mentor released without a first message", 14),
        Row("CALL", "Premier appel", "First call", 14),
        Row("AGREEMENT", "Convention signée", "Agreement signed", 21),
        Row("CHECKIN_REMINDER", "Rappel du point mensuel", "Reminder of the check-in", 3),
        Row("CHECKIN_LAST_REMINDER", "Dernier rappel du point mensuel", "Last reminder of the check-in", 7),
        Row("CHECKIN_SILENCE", "Point mensuel sans réponse", "Check-in without an answer", 10),
        Row("REVIEW", "Bilan à mi-parcours", "Review at half time", 10),
        Row("FIT", "Question de la huitième semaine, après la présentation", "Question after eight weeks", 56),
        Row("FIT_ANSWER", "Réponse à cette question", "Answer to this question", 7),
        Row("LAST_MONTH", "Annonce du dernier mois : jours avant la fin", "Last month announced: days before", 30),
        Row("CLOSING", "Conclusion", "Closing", 14),
        Row("CLOSING_REMINDER", "Rappel de la conclusion", "Reminder of the closing", 5),
        Row("CLOSING_LAST_REMINDER", "Dernier rappel de la conclusion", "Last reminder of the closing", 10),
        Row("TRAINING", "Rappel de la formation", "Reminder of the training", 30),
        Row("RENEWAL", "Attente du renouvellement", "Wait for the renewal", 60),
        Row("WAITING", "Attente avant une recherche à la main", "Wait before a search by hand", 30),
        Row("REST", "Repos d’un mentor entre deux binômes", "Rest of a mentor between pairs", 30),
    ),
    owner=OWNER,
)  # fmt: skip
MONTHS: Final = Table(
    "mentoring_months", "Durées du mentorat, en mois", "Lengths of mentoring, in months",
    (Column("months", "months", "Mois", "Months", minimum=1),),
    (
        Row("PAIR", "Durée d’un binôme", "Length of a pair", 6),
        Row("EXTENSION", "Prolongation, une fois", "Extension, once", 3),
        Row("REVIEW", "Bilan à mi-parcours", "Review at half time", 3),
        Row("TRAINING_VALID", "Validité de la formation", "Validity of the training", 24),
        Row("NO_SHOWS", "Absences comptées sur", "No-shows are counted over", 12),
    ),
    owner=OWNER,
)  # fmt: skip
LIMITS: Final = Table(
    "mentoring_limit", "Seuils du mentorat", "Limits of mentoring",
    (Column("count", "integer", "Valeur", "Value", minimum=0, maximum=100),),
    (
        Row("CEILING", "Personnes par mentor, bourses comprises", "People a mentor, bursaries included", 3),
        Row("LOWEST", "Score le plus bas d’une proposition", "Lowest score of a proposal", 55),
        Row("BONUS", "Points pour l’attente", "Points for waiting", 5),
        Row("BONUS_AFTER", "Attente en jours avant ces points", "Days of waiting before these points", 21),
        Row("OPTIONS", "Propositions par demande et par tour", "Proposals a request and round", 3),
        Row("CELL", "Bilan : ne rien montrer sous … personnes", "Report: show nothing below … people", 5),
    ),
    owner=OWNER,
)  # fmt: skip
WEIGHTS: Final = Table(
    "matching_weight", "Poids de l’appariement", "Weights of matching",
    (Column("points", "integer", "Points", "Points", minimum=0, maximum=100),),
    (
        Row("topics", "Sujets", "Topics", DECLARED_WEIGHTS["topics"]),
        Row("sector", "Secteur", "Sector", DECLARED_WEIGHTS["sector"]),
        Row("function", "Métier", "Function", DECLARED_WEIGHTS["function"]),
        Row("language", "Langue", "Language", DECLARED_WEIGHTS["language"]),
        Row("place", "Lieu et fuseau", "Place and time zone", DECLARED_WEIGHTS["place"]),
        Row("rhythm", "Rythme", "Rhythm", DECLARED_WEIGHTS["rhythm"]),
        Row("seniority", "Expérience", "Experience", DECLARED_WEIGHTS["seniority"]),
    ),
    owner=OWNER,
)  # fmt: skip


def days(session: Session, key: str, on: date) -> int:
    """A delay in calendar days."""
    return parameters.count(session, DELAYS, key, "days", on=on)


def months(session: Session, key: str, on: date) -> int:
    """A length in months."""
    return parameters.count(session, MONTHS, key, "months", on=on)


def limit(session: Session, key: str, on: date) -> int:
    """A limit."""
    return parameters.count(session, LIMITS, key, "count", on=on)


def terms(session: Session, on: date) -> Terms:
    """The figures of a matching round on a day."""
    weights = {row.key: int(str(row["points"])) for row in parameters.rows(session, WEIGHTS, on=on)}
    return Terms(weights, limit(session, "LOWEST", on), limit(session, "BONUS", on), limit(session, "BONUS_AFTER", on))
