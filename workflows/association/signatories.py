"""Who signs the association's letters: an office by kind of letter, and whoever holds it on the day of the letter.

Dues are the treasurer's, a committee's decision is notified by the president (domain §P1.1), the rest goes out from the
general delegate. The Foundation's papers are signed by whom `gifts.figures.BODY` names.
"""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from workflows.association import parameters, people, role_names, roles
from workflows.association.parameters import Choice, Column, Row, Table
from workflows.association.role_names import ROLES

_OFFICES: Final = ("PRESIDENT", "TREASURER", "GENERAL_DELEGATE", "MEMBERSHIP", "FINANCE", "MENTORING")
SIGNATORIES: Final = Table(
    "letter_signatory", "Qui signe les lettres", "Who signs letters",
    (
        Column(
            "office", "choice", "Fonction", "Office",
            choices=tuple(Choice(key, ROLES[key].fr, ROLES[key].en) for key in _OFFICES),
        ),
    ),
    (
        Row("dues_attestation", "Attestation de cotisation", "Attestation of dues", "TREASURER"),
        Row("formal_notice", "Mise en demeure", "Formal notice", "PRESIDENT"),
        Row("removal_notice", "Notification d’une exclusion", "Notice of a removal", "PRESIDENT"),
        Row("resignation_receipt", "Reçu d’une démission", "Receipt of a resignation", "GENERAL_DELEGATE"),
        Row("honorary_letter", "Nomination d’un membre d’honneur", "Appointment as honorary member", "PRESIDENT"),
        Row("renew_60", "Appel de cotisation", "Call for dues", "TREASURER"),
        Row("winback_2", "Lettre à un ancien membre", "Letter to a former member", "GENERAL_DELEGATE"),
        Row("cohort_certificate", "Attestation, groupe carrière", "Certificate, career group", "GENERAL_DELEGATE"),
        Row("mentorship_certificate", "Certificat de mentorat", "Certificate of a mentorship", "GENERAL_DELEGATE"),
    ),
    about_fr="Le nom est celui de qui exerce la fonction le jour de la lettre ; si elle est vacante, elle est écrite "
    "seule. Une lettre sans ligne ici n’est pas signée.",
    about_en="The name is that of whoever holds the office on the day of the letter; a vacant office is written alone. "
    "A letter without a row here is not signed.",
)  # fmt: skip


def lines(session: Session, kind: str, lang: str, on: date, *, reader: UUID | None = None) -> tuple[str, ...]:
    """What stands under a letter: name and office, the office alone where it is vacant, nothing for an unsigned kind.

    Nobody signs what is about himself: the holder who is the `reader` is passed over.
    """
    office = next((str(row["office"]) for row in parameters.rows(session, SIGNATORIES, on=on) if row.key == kind), None)
    if office is None:
        return ()
    said = role_names.role_name(office, lang)
    holder = next((each for each in roles.holders(session, office, on) if each != reader), None)
    name = people.display_name(session, holder) if holder is not None else ""
    return (name, said) if name else (said,)
