"""What the association's statutes and habits say about leaving: tables by date, decided by people, in no diagram.

Domain §P1.4 `exit_rule` (unpaid dues are a “presumed resignation” where the statutes say so), §P1.5 (formal notice).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from workflows.association import parameters
from workflows.association.parameters import Choice, Column, Row, Table

PRESUMED_RESIGNATION, SILENT = "PRESUMED_RESIGNATION", "SILENT"

STATUTES: Final = Table(
    "statutes",
    "Ce que disent les statuts",
    "What the statutes say",
    (
        Column(
            "rule", "choice", "Règle", "Rule",
            choices=(
                Choice(SILENT, "Muets : mise en demeure et vote", "Silent: a formal notice and a vote"),
                Choice(PRESUMED_RESIGNATION, "Démission présumée : vote seul", "Presumed resignation: a vote alone"),
            ),
        ),
    ),
    first=(Row("unpaid_dues", "Cotisation impayée", "Unpaid dues", SILENT),),
    about_fr="Recopiez l'article de vos statuts : la loi de 1901 ne dit rien du non-paiement.",
    about_en="Copy the article of your statutes: the law of 1901 says nothing about unpaid dues.",
)  # fmt: skip
NOTICES: Final = Table(
    "exit_notice",
    "Délais de fin d’adhésion",
    "Time limits when a membership ends",
    (Column("days", "days", "Jours", "Days", maximum=365),),
    first=(Row("formal_notice", "Mise en demeure, après réception", "Formal notice, after its reception", 30),),
    processes=("membership_exit",),
)
TASKS: Final = Table(
    "exit_task",
    "Temps des tâches de fin d’adhésion",
    "Time for the tasks when a membership ends",
    (Column("working_days", "working_days", "Jours ouvrés", "Working days", minimum=1, maximum=120),),
    first=(
        Row("posting", "Poster une lettre recommandée", "Post a registered letter", 3),
        Row("reception", "Noter la réception d'une lettre", "Record the reception of a letter", 15),
        Row("hearing", "Entendre une personne", "Hear a person", 20),
        Row("vote", "Voter et confirmer", "Vote and confirm", 20),
        Row("decision", "Décider d'un cas sans règle", "Decide where no rule holds", 5),
        Row("partner", "Prévenir l'autre membre d'un couple", "Tell the other half of a couple", 5),
        Row("death", "Vérifier un décès", "Check a death", 2),
        Row("review", "Examiner un dossier ouvert après un décès", "Look at an open case after a death", 5),
        Row("family", "Présenter les condoléances", "Offer condolences", 3),
        Row("memorial", "Écrire un hommage", "Write a memorial note", 10),
    ),
)


def formal_notice(session: Session, on: date, started: date) -> int:
    """How many days a formal notice leaves, counted from its reception."""
    return parameters.count(session, NOTICES, "formal_notice", "days", on=on, started=started)


def delays(session: Session, on: date) -> Mapping[str, int]:
    """The working days of each task, by key: what a diagram reads as `delays`."""
    return {row.key: int(str(row["working_days"])) for row in parameters.rows(session, TASKS, on=on)}


def unpaid_dues(session: Session, on: date) -> str:
    """What the statutes say of unpaid dues: PRESUMED_RESIGNATION or SILENT."""
    return parameters.text(session, STATUTES, "unpaid_dues", "rule", on=on)
