"""Passwords: argon2id (RFC 9106, the library's low-memory profile), and the same work whether or not there is one."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import ClassVar
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import Invalid
from webapp.accounts.models import Account
from workflows.association import people
from workflows.association.people import Person

SHORTEST = 12
LONGEST = 128
HASHER = PasswordHasher()


class PasswordRefused(Invalid):
    """Choose a longer password: at least {shortest} characters, and not your name or e-mail address."""

    code: ClassVar[str] = "password_refused"


@cache
def _nobodys_hash() -> str:
    """A hash that no password matches in practice: verified where there is no account, so that time tells nothing."""
    return HASHER.hash("nobody has this password")


def verify(session: Session, address: str, password: str) -> Person | None:
    """The living person who has this e-mail address and this password. Costs the same time when there is none."""
    rows = session.execute(
        select(Account, Person)
        .join(Person, Person.id == Account.person_id)
        .where(
            Account.person_id.in_([each.id for each in people.by_email(session, address)]),
            Account.password_hash.is_not(None),
            Person.deceased_on.is_(None),
        )
        .order_by(Person.id)
        .limit(1)
    ).first()
    account, person = rows if rows else (None, None)
    kept = account.password_hash if account is not None else None
    try:
        HASHER.verify(kept or _nobodys_hash(), password[: LONGEST + 1])
    except VerificationError:
        return None
    return person if kept else None


def confirms(session: Session, person: Person, password: str) -> bool:
    """Whether this is the person's present password."""
    account = session.get(Account, person.id)
    if account is None or account.password_hash is None:
        return False
    try:
        return HASHER.verify(account.password_hash, password[: LONGEST + 1])
    except VerificationError:
        return False


def set_password(session: Session, person: Person, password: str, now: datetime) -> Account:
    """Gives a person this password. Raises PasswordRefused: too short, too long, or a name or address of the person."""
    known = {person.display_name, person.birth_name, *(email.address for email in person.emails)}
    if not SHORTEST <= len(password) <= LONGEST or password.casefold() in {each.casefold() for each in known}:
        raise PasswordRefused(shortest=SHORTEST)
    account = account_of(session, person.id)
    account.password_hash = HASHER.hash(password)
    account.password_set_at = now
    return account


def account_of(session: Session, person_id: UUID) -> Account:
    """The person's account; made where there is none yet."""
    account = session.get(Account, person_id)
    if account is None:
        account = Account(person_id=person_id)
        session.add(account)
    return account
