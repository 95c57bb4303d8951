"""People as the organisation's own sign-in knows them: who that is here, and which roles its groups give.

Roles that come from a group last a month beyond the last sign-in, so that whoever leaves the organisation loses them
by himself; a group that is no longer told ends its roles at once. Roles that were given here are left alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import Refused
from webapp.accounts.models import LinkedIdentity
from workflows.association import people, roles
from workflows.association.people import Person
from workflows.association.roles import WHOLE, RoleHolding

GIVEN_BY: Final = "service:organisation"
LASTING: Final = timedelta(days=31)


class NobodyLinked(Refused):
    """The organisation's sign-in knows you, and nobody here has your address. Ask an administrator to add it."""

    code: ClassVar[str] = "nobody_linked"


@dataclass(frozen=True, slots=True)
class Claims:
    """What the sign-in says of somebody. `address` only where it says that it has checked it."""

    issuer: str
    subject: str
    address: str | None
    groups: frozenset[str]

    @classmethod
    def read(cls, issuer: str, told: Mapping[str, Any], *, trusting: bool) -> Claims:
        """From the claims of an ID token and of the user-info answer. `trusting`: an address of which it does not say
        whether it was checked counts as checked."""
        groups = told.get("groups")
        named = map(str, groups) if isinstance(groups, list) else ()
        address = told.get("email")
        checked = told.get("email_verified", trusting) is True and isinstance(address, str)
        return cls(
            issuer, str(told["sub"]), str(address) if checked else None,
            frozenset(named),
        )  # fmt: skip


def person_of(session: Session, claims: Claims, now: datetime) -> Person:
    """Who that is: the linked person, or at first the only living one with the checked address. Raises NobodyLinked."""
    linked = session.get(LinkedIdentity, (claims.issuer, claims.subject))
    if linked is not None:
        linked.seen_at = now
        person = people.get(session, linked.person_id)
        if person is None or person.deceased_on is not None:
            raise NobodyLinked
        return person
    known = people.by_email(session, claims.address) if claims.address else []
    living = [each for each in known if each.deceased_on is None]
    if len(living) != 1 or bound(session, living[0].id):
        raise NobodyLinked
    session.add(
        LinkedIdentity(
            issuer=claims.issuer, subject=claims.subject, person_id=living[0].id, linked_at=now, seen_at=now
        )
    )  # fmt: skip
    return living[0]


def bound(session: Session, person_id: UUID) -> bool:
    """Whether the person signs in at the organisation, and by no way that it does not know of."""
    query = select(LinkedIdentity.subject).where(LinkedIdentity.person_id == person_id)
    return session.scalars(query.limit(1)).first() is not None


def roles_of(groups: Iterable[str], given: Mapping[str, str]) -> frozenset[str]:
    """The roles of these groups."""
    return frozenset(key for group in groups for key in given.get(group, "").split())


def take_roles(session: Session, person_id: UUID, wanted: Collection[str], today: date) -> bool:
    """Lets the person hold these roles by his groups, and no others by them. Answers whether one ended."""
    held = session.scalars(
        select(RoleHolding).where(
            RoleHolding.person_id == person_id, RoleHolding.appointed_by == GIVEN_BY, RoleHolding.scope == WHOLE,
            roles.in_force(today),
        )
    ).all()  # fmt: skip
    ended = False
    for holding in held:
        if holding.role in wanted:
            holding.to_date = today + LASTING
        else:  # a day that is over: from this moment
            holding.to_date, holding.ended_by, ended = today - timedelta(days=1), GIVEN_BY, True
    for key in sorted(set(wanted) - {holding.role for holding in held}):
        new = roles.grant(session, person_id, key, from_date=today, to_date=today + LASTING)
        new.appointed_by = GIVEN_BY
    return ended
