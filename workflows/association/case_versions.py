"""How long cases that were moved to another version of their process may go back to the one they had."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from sqlalchemy.orm import Session

from workflows.association import parameters
from workflows.association.parameters import Column, Row, Table

__all__ = ["RULES", "way_back"]

RULES: Final = Table(
    "case_version_rule", "Dossiers déplacés d’une version à l’autre", "Cases moved between versions",
    (Column("days", "days", "Jours", "Days", minimum=1, maximum=180),),
    (Row("way_back", "Retour possible à la version précédente", "Way back to the former version", 14),),
    about_fr="Pendant ce délai, un dossier passé à une nouvelle version de son processus peut revenir à la précédente.",
    about_en="For this long, a case that was moved to a new version of its process may go back to the former one.",
    owner="PROCESS_OWNER",
)  # fmt: skip


def way_back(session: Session, today: date) -> timedelta:
    """How long the way back is open for cases that are moved today."""
    return timedelta(days=parameters.count(session, RULES, "way_back", "days", on=today))
