"""The figures of memberships and orders that somebody decides: delays, waits, limits, counts; all of them dated.

Diagrams read `application_delay` by themselves. A running case keeps the rows of its start. Source: domain §1.6, §P1.5.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from workflows.association import parameters
from workflows.association.parameters import Column, Row, Table

_RENEWAL: Final = ("membership_application", "membership_renewal")
DAYS: Final = Table(
    "membership_delay", "Délais des adhésions", "Time limits of memberships",
    (Column("days", "days", "Jours", "Days", maximum=1_500),),
    (
        Row("GRACE", "Délai de grâce après le terme", "Grace after the end", 30),
        Row("NEWCOMER", "Nouvel·le adhérent·e pendant", "New member for", 90),
        Row("NOTICE", "Premier avis avant le terme", "First notice before the end", 60),
        Row("CYCLE", "Fin du cycle après le terme", "Cycle closed after the end", 365),
        Row("PRENOTICE", "Annonce d’un prélèvement", "Notice of a direct debit", 14),
        Row("TRANSFER_REMINDER", "Relance d’un virement attendu", "Reminder of an expected transfer", 7),
        Row("JOB_SEEKER", "Tarif recherche d’emploi : une fois en", "Job seeker's rate: once in", 730),
        Row("PEER", "Réponse d’un·e camarade de promotion", "Answer of a fellow graduate", 7),
        Row("LAST_CALL", "Dernier appel d’une échelle de relances", "Last call of a ladder of reminders", 30),
        Row("SCHOOL_WORD", "Diplôme annoncé avant l’adhésion", "Diploma told before the membership", 180),
    ),
    about_fr="La table de décision « dunning_step » commence au jour du premier avis : changez les deux ensemble.",
    about_en="The decision table “dunning_step” begins on the day of the first notice: change both together.",
    processes=_RENEWAL,
)  # fmt: skip
APPLICATION: Final = Table(
    "application_delay", "Délais d’une demande d’adhésion", "Time limits of an application",
    (Column("days", "days", "Jours", "Days", minimum=1, maximum=365),),
    (
        Row("confirmation_reminder", "Adresse à confirmer : relance", "Address to confirm: reminder", 1),
        Row("confirmation_close", "Adresse à confirmer : brouillon effacé", "Address to confirm: draft deleted", 30),
        Row("proof_reminder", "Justificatif : relances tous les", "Proof: reminders every", 7),
        Row("proof_close", "Justificatif : clôture", "Proof: closed", 21),
        Row("consents_reminder", "Choix et statuts : relance", "Choices and statutes: reminder", 7),
        Row("consents_close", "Choix et statuts : clôture", "Choices and statutes: closed", 30),
        Row("basket_close", "Panier : clôture", "Basket: closed", 30),
        Row("profile", "Bienvenue : profil à compléter", "Welcome: profile to complete", 3),
        Row("profile_close", "Profil à compléter : plus demandé après", "Profile to complete: asked no more after", 30),
        Row("groups", "Bienvenue : groupes proposés", "Welcome: groups suggested", 7),
        Row("satisfaction", "Bienvenue : avis demandé", "Welcome: opinion asked", 30),
        Row("satisfaction_close", "Avis : plus demandé après", "Opinion: asked no more after", 21),
        Row("current", "Bienvenue : adhérent·e établi·e", "Welcome: established member", 90),
    ),
)  # fmt: skip
WAITS: Final = Table(
    "order_wait", "Attente du paiement d’une commande", "How long an order waits for its money",
    (Column("days", "days", "Jours", "Days", maximum=400), Column("minutes", "minutes", "Minutes", "Minutes")),
    (
        Row("CARD", "Carte bancaire", "Card", 0, 30),
        Row("TRANSFER", "Virement", "Transfer", 15, 0),
        Row("CHEQUE", "Chèque", "Cheque", 21, 0),
        Row("SEPA", "Prélèvement, ses nouveaux essais compris", "Direct debit, with its further tries", 75, 0),
        Row("EMPLOYER", "Facture à l’employeur", "Invoice to the employer", 60, 0),
    ),
    processes=_RENEWAL,
)  # fmt: skip
LIMITS: Final = Table(
    "order_limit", "Seuils des paiements", "Limits of payments",
    (Column("amount", "amount", "Montant", "Amount", minimum=0),),
    (
        Row("TOLERANCE", "Écart admis entre dû et payé", "Difference that is allowed between due and paid", "2.00"),
        Row("RETURN_FEE", "Frais compris dans un rejet, au plus", "Fee inside of a return, at most", "30.00"),
        Row("LEAST_GIFT", "Plus petit don", "Smallest gift", "1.00"),
    ),
    processes=(*_RENEWAL, "payment_incident", "payment_surplus"),
)  # fmt: skip
NUMBERS: Final = Table(
    "membership_number", "Autres règles chiffrées des adhésions", "Other figures of memberships",
    (Column("number", "integer", "Valeur", "Value", minimum=0, maximum=1_000),),
    (
        Row("LIFE_YEARS", "Adhésion à vie : années au plein tarif", "Life membership: years at the full rate", 15),
        Row("LIFE_INSTALMENTS", "Adhésion à vie : échéances, une par an (0 : en une fois seulement)",
            "Life membership: instalments, one a year (0: at once only)", 4),
        Row("LIFE_PLAN_YEARS", "Adhésion à vie : échéances payables en, en années",
            "Life membership: instalments payable within, in years", 4),
        Row("LIFE_KEPT_PERCENT", "Adhésion à vie : part de ce qui est payé qui compte encore après ce délai, en %",
            "Life membership: share of what is paid that still counts after that time, in %", 100),
        Row("COUPLE_PERCENT", "Second membre d’un couple : part du tarif, en %",
            "Second member of a couple: share of the rate, in %", 50),
        Row("AGE_AT_DIPLOMA", "Âge supposé au diplôme, sans date de naissance",
            "Age supposed at the diploma, without a birth date", 23),
        Row("OF_AGE", "Majorité (code civil, art. 414)", "Of age (French civil code, art. 414)", 18),
        Row("PEERS_ASKED", "Camarades interrogé·es à la fois", "Fellow graduates asked at once", 2),
        Row("PEERS_NEEDED", "Camarades qui doivent confirmer", "Fellow graduates who must confirm", 2),
        Row("MANDATE_UNUSED", "Mandat caduc sans usage, en mois (EPC)", "Unused mandate lapses, in months (EPC)", 36),
        Row("MANDATE_ANEW", "Même compte signé à nouveau : nouveau mandat après, en mois sans usage",
            "Same account signed again: new mandate after, in months unused", 24),
        Row("CATCH_UP", "Relance plus en retard que, en heures : pas envoyée",
            "Reminder that is later than, in hours: not sent", 48),
    ),
    processes=_RENEWAL,
)  # fmt: skip
COURSE_END: Final = Table(
    "course_end", "Fin d’une scolarité", "End of a course",
    (Column("day", "month_day", "Jour", "Day"),),
    (Row("ALL", "L’année de la promotion", "In the year of the class", "09-30"),),
    processes=("membership_application", "membership_student"),
)  # fmt: skip


def days(session: Session, key: str, on: date, *, started: date | None = None) -> timedelta:
    """A length in days, in force on a day; for a running case, the one it keeps."""
    return timedelta(days=parameters.count(session, DAYS, key, "days", on=on, started=started))


def number(session: Session, key: str, on: date, *, started: date | None = None) -> int:
    """A count, in force on a day; for a running case, the one it keeps."""
    return parameters.count(session, NUMBERS, key, "number", on=on, started=started)


def catch_up(session: Session, on: date) -> timedelta:
    """A reminder that is later than this, after an outage, is left out. Domain, annex C."""
    return timedelta(hours=number(session, "CATCH_UP", on))


def limit(session: Session, key: str, on: date) -> Decimal:
    """An amount in euros, in force on a day."""
    return parameters.amount(session, LIMITS, key, "amount", on=on)


def wait(session: Session, means: str, on: date) -> timedelta | None:
    """How long an order of these means waits for its money; None where nothing is to be paid."""
    if WAITS.first_row(means) is None:
        return None
    row = parameters.row(session, WAITS, means, on=on)
    return timedelta(days=int(str(row["days"])), minutes=int(str(row["minutes"])))


def course_end(session: Session, year: int, on: date) -> date:
    """The day on which the courses of a class end. 29 February is the 28th in a year that has none."""
    month, day = map(int, parameters.text(session, COURSE_END, "ALL", "day", on=on).split("-"))
    try:
        return date(year, month, day)
    except ValueError:
        return date(year, month, day - 1)
