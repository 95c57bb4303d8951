"""The demonstration: who can sign in, and with what. It is never loaded in production."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from engine.engine import Engine
from engine.transaction import reading, transaction
from webapp.accounts import passwords
from webapp.accounts.models import Account
from webapp.settings import Settings
from workflows.association import contacts, people, roles
from workflows.association.people import Person
from workflows.association.roles import ROLES

PASSWORD = "bienvenue-amicale"  # noqa: S105 (shown to whoever starts the demonstration)
KINDS = frozenset({"staff", "elected"})


@dataclass(frozen=True, slots=True)
class Desk:
    """Somebody who can sign in with a password: for the list that `amicale run` prints."""

    name: str
    address: str
    roles: tuple[str, ...]


def empty(engine: Engine) -> bool:
    """Whether the database knows nobody yet."""
    with reading(engine) as session:
        return not session.scalar(select(exists(select(Person.id))))


def load(engine: Engine, settings: Settings, *, size: str) -> None:
    """Loads the association of the demonstration into an empty database, and gives its staff their password."""
    with transaction(engine) as session:
        person = Person(id=uuid4(), first_names="Anna", birth_name="Berger", lang="fr")
        session.add(person)
        session.flush()
        person.emails.append(contacts.email_row(person.id, "anna.berger@amicale.example"))
        person.refresh_search_name()
        for key in ("MEMBERSHIP", "DATA", "GENERAL_DELEGATE", "FINANCE", "ADMIN"):
            roles.grant(session, person.id, key, from_date=date(2020, 1, 1))
        session.flush()
    give_passwords(engine, [person.id])


def give_passwords(engine: Engine, staff: Sequence[UUID]) -> None:
    """Gives each of these people the demonstration's password."""
    with transaction(engine) as session:
        for person in people.by_ids(session, staff).values():
            passwords.set_password(session, person, PASSWORD, engine.clock.now())


def desks(session: Session, today: date, language: str) -> list[Desk]:
    """Everybody with a password, in the order of the roles they hold."""
    rows = session.scalars(select(Person).join(Account).where(Account.password_hash.is_not(None))).unique()
    order = {key: number for number, key in enumerate(ROLES)}
    found = []
    for person in rows:
        held = sorted(roles.of(session, person.id, today), key=order.__getitem__)
        names = tuple(ROLES[key].fr if language == "fr" else ROLES[key].en for key in held)
        found.append((order.get(held[0], len(order)) if held else len(order), person, names))
    found.sort(key=lambda each: (each[0], each[1].display_name))
    return [Desk(person.display_name, person.primary_email or "", names) for _, person, names in found]
