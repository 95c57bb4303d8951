"""The demonstration: who can sign in, and with what. It is never loaded in production."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from engine.engine import Engine
from engine.transaction import reading, transaction
from webapp.accounts import passwords
from webapp.accounts.models import Account
from workflows.association import demo, people, roles
from workflows.association.contacts import Email
from workflows.association.demo import Demo
from workflows.association.memberships import Membership
from workflows.association.people import Person
from workflows.association.role_names import ROLES

PASSWORD = "bienvenue-amicale"  # noqa: S105 (shown to whoever starts the demonstration)


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


def load(engine: Engine, *, size: str, today: date) -> Demo:
    """Writes the association of the demonstration, whose staff then sign in with PASSWORD; answers who it is.

    Raises DemoPresent where the database knows people already, KeyError for an unknown size.
    """
    with transaction(engine) as session:
        made = demo.load(session, size=size, today=today)
        for person in people.by_ids(session, [member.person_id for member in made.staff]).values():
            passwords.set_password(session, person, PASSWORD, engine.clock.now())
    return made


def member(session: Session) -> str | None:
    """The address of some member: to try the sign-in by code with."""
    query = select(Email.address).join(Membership, Membership.person_id == Email.person_id).where(Email.is_primary)
    return session.scalars(query.order_by(Membership.member_no).limit(1)).first()


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
