"""How long a link that was mailed opens its case: the one that confirms an e-mail address, and every other one.

Source: domain §P1.5. The link that confirms goes to an address about which nothing is known yet, so it is short-lived.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import date, timedelta
from typing import Final

from sqlalchemy.orm import Session

from workflows.association import parameters
from workflows.association.parameters import Column, Row, Table

CONFIRMATION, JOURNEY = "confirmation", "journey"
CONFIRMING: Final = frozenset({"confirm_email", "confirm_email_reminder", "guest_confirm_email"})  # mail templates
LIVES: Final = Table(
    "link_life", "Durée de vie des liens", "How long links live",
    (Column("hours", "hours", "Heures", "Hours", minimum=1, maximum=2_400),),
    (
        Row(CONFIRMATION, "Confirmer une adresse e-mail", "Confirm an e-mail address", 48),
        Row(JOURNEY, "Ouvrir son dossier", "Open one’s file", 720),
    ),
    about_fr="Un lien confirmé ouvre ensuite le dossier aussi longtemps qu’un lien ordinaire.",
    about_en="A link that has confirmed opens the file from then on for as long as an ordinary link.",
)  # fmt: skip


def kind_of(template: str) -> str:
    """Which link a mail carries, by the name of its template."""
    return CONFIRMATION if template in CONFIRMING else JOURNEY


def hours(session: Session, kind: str, on: date) -> int:
    """For how many hours a link of this kind works that is sent on a day."""
    return parameters.count(session, LIVES, kind, "hours", on=on)


def values(session: Session, wanted: Set[str], on: date) -> Mapping[str, str]:
    """For how many hours the link that confirms works, where a mail says it."""
    return {"link_hours": str(hours(session, CONFIRMATION, on))} if "link_hours" in wanted else {}


def life(session: Session, kind: str, on: date) -> timedelta:
    """How long a link of this kind works that is sent on a day."""
    return timedelta(hours=hours(session, kind, on))
