"""On which days a cohort meets: once a week, on no public holiday and in no break; and the figures that rule it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import ClassVar, Final

from sqlalchemy.orm import Session

from engine.errors import Invalid
from engine.workdays import french_holidays
from workflows.association import closures, parameters
from workflows.association.closures import Closing
from workflows.association.parameters import Column, DatedRow, Row, Table

RULES: Final = Table(
    "cohort_rule", "Groupes carrière : règles", "Career groups: rules",
    (Column("number", "integer", "Nombre", "Number", minimum=1, maximum=400),),
    (
        Row("sessions", "Séances d’un groupe", "Sessions of a cohort", 32),
        Row("minutes", "Durée d’une séance (minutes)", "Length of a session (minutes)", 180),
        Row("lead_weeks", "Prévoir un groupe : semaines avant", "Planning a cohort: weeks before", 12),
        Row("waiting_call", "Prévoir un groupe : personnes qui attendent", "Planning a cohort: people waiting", 14),
        Row("check_days", "Décision de démarrage : jours avant", "Decision to start: days before", 14),
        Row("postpone_weeks", "Report d’un groupe (semaines)", "Postponing a cohort (weeks)", 6),
        Row("information_notice", "Réunion d’information : jours avant", "Information meeting: days ahead", 10),
        Row("information_minutes", "Réunion d’information : durée (minutes)", "Information meeting: minutes", 90),
        Row("information_seats", "Réunion d’information : places", "Information meeting: seats", 40),
        Row("reminder_days", "Rappel d’une séance : jours avant", "Reminder of a session: days before", 2),
        Row("triad_sessions", "Trios : nouveau tirage toutes les … séances", "Triads: a new draw every … sessions", 2),
        Row("mirror_sessions", "Groupes miroir : nouveau tirage toutes les … séances",
            "Mirror groups: a new draw every … sessions", 4),
        Row("extra_most", "Séances en plus : au plus", "Further sessions: at most", 3),
        Row("lead_search_hours", "Absence : chercher qui anime sous … heures", "Absence: search within … hours", 48),
        Row("lead_days", "Trouver qui anime : jours", "Finding who leads: days", 14),
        Row("merger_answer", "Réunion de groupes : jours pour répondre", "Merger of groups: days to answer", 7),
        Row("merger_reminder", "Réunion de groupes : rappel (jours)", "Merger of groups: reminder (days)", 3),
        Row("hearing_days", "Audition : jours après le signalement", "Hearing: days after the report", 7),
        Row("target_completion", "Objectif : aller au bout (%)", "Target: followed to the end (%)", 85),
        Row("target_attendance", "Objectif : présence (%)", "Target: attendance (%)", 88),
        Row("pool_more", "Objectif : animation, au-delà de deux par groupe", "Target: leads beyond two a group", 3),
        Row("cell_least", "Bilan : ne rien montrer sous … personnes", "Report: show nothing below … people", 5),
        Row("review_session", "Bilan à mi-parcours : séance", "Mid-course review: session", 16),
        Row("opinion_reminder", "Rappels de l’avis : tous les … jours", "Reminders of the opinion: every … days", 4),
        Row("follow_up_1", "Premier suivi (mois)", "First follow-up (months)", 3),
        Row("follow_up_2", "Deuxième suivi (mois)", "Second follow-up (months)", 6),
        Row("follow_up_3", "Troisième suivi (mois)", "Third follow-up (months)", 12),
    ),
    about_fr="Ce qui règle la vie d’un groupe. Un groupe en cours garde les règles de son départ.",
    about_en="What rules the life of a cohort. A running one keeps the rules of its start.",
    owner="CAREERS_HEAD",
)  # fmt: skip
BREAKS: Final = Table(
    "cohort_break", "Groupes carrière : vacances", "Career groups: breaks",
    (
        Column("first", "month_day", "Premier jour", "First day"),
        Column("last", "month_day", "Dernier jour", "Last day"),
    ),
    first=(Row("CHRISTMAS", "Vacances de Noël", "Christmas break", "12-20", "01-03"),),
    about_fr="Pas de séance ces jours-là, ni les jours fériés. Pour des vacances d’une seule année, bornez la ligne.",
    about_en="No session on these days, nor on public holidays. For a break of one year, limit the row.",
    owner="CAREERS_HEAD", open_keys=True, check=closures.check,
)  # fmt: skip
PHASES: Final = Table(
    "cohort_phase", "Groupes carrière : phases", "Career groups: phases",
    (Column("last", "integer", "Dernière séance", "Last session", minimum=1, maximum=400),),
    (
        Row("LAUNCH", "Lancement : règles, charte, présentations", "Launch: rules, charter, introductions", 2),
        Row("SELF", "Se connaître : compétences, valeurs, envies", "Knowing oneself: skills, values, wishes", 10),
        Row("PROJECT", "Projet : deux scénarios, le regard des autres", "Project: two scenarios, feedback", 18),
        Row("FIELD", "Enquête : entretiens de réseau, marché", "Field inquiry: network interviews, market", 25),
        Row("ACTION", "Plan d’action : CV, entretiens, recherche", "Action plan: CV, interviews, search", 31),
        Row("CLOSING", "Clôture : présentation, fête, avis", "Closing: presentation, celebration, opinion", 32),
    ),
    about_fr="Jusqu’à quelle séance chaque phase va ; la page de chaque participant le montre.",
    about_en="Up to which session each phase goes; the page of each participant shows it.",
    owner="CAREERS_HEAD",
)  # fmt: skip
LONGEST: Final = 200  # weeks: a calendar of breaks alone would never end


class NoSuchCalendar(Invalid):
    """The breaks leave no day for the sessions of this cohort."""

    code: ClassVar[str] = "no_cohort_calendar"


def rule(session: Session, key: str, on: date) -> int:
    """A figure of the rules as it holds on a day."""
    return parameters.count(session, RULES, key, "number", on=on)


def phases(session: Session, on: date) -> Sequence[tuple[DatedRow, int, int]]:
    """Every phase with its first and last session, in order."""
    ordered = sorted(parameters.rows(session, PHASES, on=on), key=lambda row: int(str(row["last"])))
    firsts = [1, *(int(str(row["last"])) + 1 for row in ordered)]
    return [(row, first, int(str(row["last"]))) for row, first in zip(ordered, firsts, strict=False)]


def breaks(session: Session) -> Sequence[Closing]:
    """The breaks with the days on which they are in force."""
    return [Closing.of(row) for row in parameters.every_row(session, BREAKS)]


def dates(first: date, count: int, free: Sequence[Closing]) -> list[date]:
    """The days of so many weekly sessions from a first one on. Raises NoSuchCalendar."""
    found: list[date] = []
    day, holidays = first, french_holidays()
    for _ in range(LONGEST):
        if len(found) == count:
            return found
        if day not in holidays and not any(day in each for each in free):
            found.append(day)
        day += timedelta(weeks=1)
    raise NoSuchCalendar
