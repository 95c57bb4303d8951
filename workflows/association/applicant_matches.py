"""Whose application is this? People of the register and members who may be the applicant, compared by name and facts.

Candidates are found by equal facts (birth date, promotion, e-mail address) and compared by likeness of names, so that
a search reads one promotion and not 48,000 people. Source: domain §P1.3 steps 1 and 2.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, or_, select
from sqlalchemy.orm import Session

from workflows.association.applications import Application
from workflows.association.contacts import Email
from workflows.association.diplomas import Diploma
from workflows.association.memberships import Membership
from workflows.association.names import likeness
from workflows.association.people import Person

SAME_NAME = 88.0  # likeness from which two names are one
OTHER_NAME = 60.0  # likeness below which they are two


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person who shares a fact with the applicant. `name` is a likeness, 0 to 100."""

    person_id: UUID
    name: float
    same_birth_date: bool
    same_promotion: bool
    same_email: bool
    member: bool
    watched: bool

    @property
    def alike(self) -> bool:
        """The same name and at least one equal fact."""
        return self.name >= SAME_NAME and (self.same_birth_date or self.same_promotion or self.same_email)

    @property
    def contradicts(self) -> bool:
        """Another name where the facts say it is one person."""
        same_facts = self.same_email or (self.same_birth_date and self.same_promotion)
        return same_facts and self.name < OTHER_NAME


def candidates(session: Session, application: Application) -> tuple[Candidate, ...]:
    """Who may be the applicant, the most alike first; people who only share a promotion or birthday are left out."""
    rows = _sharing_a_fact(session, application)
    found = (_compare(application, row) for row in rows)
    wanted = [each for each in found if each.alike or each.contradicts]
    return tuple(sorted(wanted, key=lambda each: (-each.name, str(each.person_id))))


def _sharing_a_fact(session: Session, application: Application) -> Sequence[Row[Any]]:
    emails = select(Email.person_id).where(Email.folded == application.email.casefold())
    promotion = _of_promotion(application)
    facts = [Person.birth_date == application.birth_date, Person.id.in_(emails)]
    query = (
        select(
            Person.id, Person.first_names, Person.birth_name, Person.usage_name, Person.birth_date,
            Person.id.in_(promotion), Person.id.in_(emails), Membership.id.is_not(None),
            or_(Person.watched, Person.deceased_on.is_not(None)),
        )
        .outerjoin(Membership, Membership.person_id == Person.id)
        .where(or_(*facts, Person.id.in_(promotion)))
    )  # fmt: skip
    return session.execute(query).all()


def _of_promotion(application: Application) -> Select[tuple[UUID]]:
    """People of the same promotion; of no promotion for a guest."""
    return select(Diploma.person_id).where(
        Diploma.promotion_year == application.promotion_year, Diploma.programme == application.programme
    )


def _compare(application: Application, row: Row[Any]) -> Candidate:
    person_id, first, birth, usage, born, promotion, email, member, watched = row
    theirs = _spellings(str(first), str(birth), None if usage is None else str(usage))
    ours = _spellings(application.first_names, application.birth_name, application.usage_name)
    return Candidate(
        person_id=UUID(str(person_id)),
        name=max(likeness(one, other) for one in ours for other in theirs),
        same_birth_date=isinstance(born, date) and born == application.birth_date,
        same_promotion=bool(promotion) and application.category != "GUEST",
        same_email=bool(email),
        member=bool(member),
        watched=bool(watched),
    )


def _spellings(first: str, birth: str, usage: str | None) -> Iterable[str]:
    """The names by which somebody may be found: at birth, and as used since."""
    return [f"{first} {birth}"] + ([f"{first} {usage}"] if usage else [])
