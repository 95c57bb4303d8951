"""Which roles must have a second step in their sign-in, and how many days their holders have to add one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.association import parameters
from workflows.association.parameters import Column, Row, Table
from workflows.association.role_names import ROLES
from workflows.association.roles import RoleHolding, held

__all__ = ["TABLE", "due"]

TABLE: Final = Table(
    "second_step",
    "Deuxième étape de connexion exigée",
    "Second step of sign-in required",
    (
        Column("required", "flag", "Exigée", "Required"),
        Column("grace", "days", "Jours pour l’ajouter", "Days to add it", maximum=90),
    ),
    first=tuple(
        Row(role.key, role.fr, role.en, False, 14) for role in ROLES.values() if role.kind in ("staff", "elected")
    ),
    about_fr="Qui tient un tel rôle ajoute une application ou une clé de sécurité dans ce délai, compté du jour de la "
    "décision ou du début de son mandat. Après, se connecter mène à cet ajout et à rien d’autre.",
    about_en="Whoever holds such a role adds an app or a security key within these days, counted from the decision or "
    "from the beginning of the mandate. After them signing in leads to adding one, and nowhere else.",
    owner="ADMIN",
)


def due(session: Session, person_id: UUID, today: date) -> date | None:
    """The first day on which this person may do nothing without a second step; None where no role asks for it."""
    days = []
    for holding in session.execute(select(RoleHolding.role, RoleHolding.from_date).where(held(person_id, today))):
        if TABLE.first_row(holding.role) is None:
            continue
        rule = parameters.row(session, TABLE, holding.role, on=today)
        if rule.values["required"]:
            grace = timedelta(days=int(str(rule.values["grace"])))
            days.append(max(rule.valid_from, holding.from_date) + grace)
    return min(days, default=None)
