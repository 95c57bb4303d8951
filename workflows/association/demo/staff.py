"""The staff of 17, the school's registrar, the foundation's officer and the elected: people with roles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random
from uuid import UUID

from sqlalchemy.orm import Session

from workflows.association import roles
from workflows.association.contacts import email_row
from workflows.association.demo.graduates import new_id
from workflows.association.names import fold
from workflows.association.people import Person, searchable

DOMAIN = "amicale.example"
_PEOPLE = (
    ("Hélène", "Vasseur", "GENERAL_DELEGATE PROCESS_OWNER"),
    ("Karim", "Benali", "MEMBERSHIP"),
    ("Lucie", "Fabre", "MEMBERSHIP DATA"),
    ("Thomas", "Nguyễn", "DATA"),
    ("Catherine", "Roussel", "CAREERS_HEAD COACH"),
    ("Olivier", "Marty", "COACH"),
    ("Anne-Sophie", "Klein", "COACH"),
    ("Inès", "Bouvier", "CAREERS_ASST"),
    ("Mamadou", "Diop", "MENTORING"),
    ("Céline", "Guyot", "EVENTS"),
    ("Hugo", "Perrot", "EVENTS GROUPS"),
    ("Marion", "Le Gall", "GROUPS"),
    ("Philippe", "Aubry", "EDITOR"),
    ("Emily", "Wright", "EDITORIAL_EN AD_SALES"),
    ("Sandrine", "Caron", "FINANCE"),
    ("Julien", "Prévost", "COMMS"),
    ("Nadia", "Haddad", "ADMIN DPO"),
    # Outside the staff of 17, but they act in cases.
    ("Bernard", "Lemoine", "REGISTRAR"),
    ("Claire", "Dumont", "FOUNDATION_GIFTS"),
    ("Sylvain", "Faure", "FOUNDATION_TREASURER"),
    ("François", "Berger", "PRESIDENT COMMITTEE"),
    ("Isabelle", "Rey", "TREASURER COMMITTEE"),
)
STAFF_COUNT = 17


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody who signs in to work."""

    person_id: UUID
    name: str
    email: str
    roles: tuple[str, ...]


def hire(session: Session, rng: Random, today: date) -> tuple[StaffMember, ...]:
    """Adds the staff and their roles; answers who they are, the general delegate first."""
    since = date(today.year - 3, 1, 1)
    hired = []
    for first, last, keys in _PEOPLE:
        local = ".".join("-".join(fold(part).split()) for part in (first, last))
        person = Person(
            id=new_id(rng), first_names=first, birth_name=last, lang="en" if first == "Emily" else "fr",
            country="FR", watched=False, search_name=searchable(first, last, None),
        )  # fmt: skip
        address = f"{local}@{DOMAIN}"
        person.emails.append(email_row(person.id, address))
        session.add(person)
        session.flush()
        for key in keys.split():
            roles.grant(session, person.id, key, from_date=since)
        hired.append(StaffMember(person.id, person.display_name, address, tuple(keys.split())))
    return tuple(hired)
