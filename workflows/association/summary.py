"""The person a case is about, in a few lines, for the box beside a task: what each role needs and no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from workflows.association import applications, memberships, orders, people, wording
from workflows.association.case_variables import text, uuid_or_none
from workflows.association.diplomas import PROGRAMMES

Lines = Sequence[tuple[str, str]]
# Who decides on a person sees birth and studies; who handles money sees the order.
_KNOW_PEOPLE = frozenset({"MEMBERSHIP", "DATA", "REGISTRAR", "GENERAL_DELEGATE"})
_KNOW_MONEY = frozenset({"MEMBERSHIP", "FINANCE", "GENERAL_DELEGATE", "TREASURER"})
_LABELS = {
    "fr": ("Nom", "Naissance", "Études", "E-mail", "Adhésion", "Numéro", "Commande"),
    "en": ("Name", "Born", "Studies", "E-mail", "Membership", "Number", "Order"),
}


def summary(session: Session, variables: Mapping[str, object], language: str, roles: frozenset[str]) -> Lines:
    """Labelled lines about the person or applicant of a case, by what the reader's roles may see."""
    name, born, studies, email, membership_label, number, order_label = _LABELS.get(language, _LABELS["fr"])
    application_id, person_id = uuid_or_none(variables, "application_id"), uuid_or_none(variables, "person_id")
    application = applications.get(session, application_id) if application_id else None
    person = people.get(session, person_id) if person_id else None
    lines: list[tuple[str, str]] = []
    if not roles & (_KNOW_PEOPLE | _KNOW_MONEY):
        return lines
    shown = person or application
    if shown is not None:
        lines.append((name, shown.display_name))
    if roles & _KNOW_PEOPLE and shown is not None and shown.birth_date is not None:
        lines.append((born, wording.day(shown.birth_date, language)))
    if roles & _KNOW_PEOPLE and application is not None:
        programme = PROGRAMMES.get(application.programme or "", {}).get(language, application.school or "—")
        lines.append((studies, f"{programme} {application.promotion_year or ''}".strip()))
        lines.append((email, application.email))
    if person is not None:
        membership = memberships.of(session, person.id)
        lines.append((membership_label, membership.service_entitlement if membership else "NONE"))
        if membership is not None:
            lines.append((number, membership.member_no))
    order = orders.by_key(session, text(variables, "order_key"))
    if roles & _KNOW_MONEY and order is not None:
        lines.append((order_label, f"{order.key} · {wording.amount(order.total, language)}"))
    return lines
