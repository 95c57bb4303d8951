"""What the pages of mandates show, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.auth import SignedIn
from webapp.words import language
from workflows.association import people, role_names
from workflows.association.groups import Group
from workflows.association.role_names import role_name
from workflows.association.roles import RoleHolding

MOST = 200
APPOINT_ALL = frozenset({"GENERAL_DELEGATE", "ADMIN"})


@dataclass(frozen=True, slots=True)
class Mandate:
    """A mandate as a list shows it. `stands_in`: it is a substitute's."""

    id: UUID
    person_id: UUID
    name: str
    role: str
    scope: str
    first: date
    last: date | None
    stands_in: bool
    may_end: bool


def appointable(person: SignedIn) -> Sequence[tuple[str, str]]:
    """The roles to which somebody may appoint, in words: as the head of a role, and volunteers as their office."""
    lang = language()
    return [(key, role_name(key, lang)) for key in role_names.ROLES if may_appoint(person, key)]


def may_appoint(person: SignedIn, role: str) -> bool:
    """Whether somebody may appoint to this role and end a mandate in it."""
    known = role_names.ROLES.get(role)
    if known is None or known.kind not in role_names.MANDATED:
        return False
    volunteers = known.kind == "volunteer" and "GROUPS" in person.roles
    return volunteers or known.head in person.roles or bool(person.roles & APPOINT_ALL)


def mandates(session: Session, viewer: SignedIn, found: Iterable[RoleHolding]) -> Sequence[Mandate]:
    """These mandates in words."""
    rows, lang = list(found), language()
    names = people.names_of(session, {each.person_id for each in rows})
    return [
        Mandate(
            id=each.id, person_id=each.person_id, name=names.get(each.person_id, "–"),
            role=role_name(each.role, lang), scope=scope_words(session, each.scope, lang), first=each.from_date,
            last=each.to_date, stands_in=each.stands_for is not None,
            may_end=each.stands_for is None and may_appoint(viewer, each.role),
        )
        for each in rows
    ]  # fmt: skip


def running(session: Session, viewer: SignedIn, role: str, today: date) -> Sequence[RoleHolding]:
    """The mandates in force or to come of a role (all that the viewer appoints to, where it is empty)."""
    keys = [key for key, _ in appointable(viewer) if not role or key == role]
    query = select(RoleHolding).where(
        RoleHolding.role.in_(keys), (RoleHolding.to_date.is_(None)) | (RoleHolding.to_date >= today)
    )
    return session.scalars(query.order_by(RoleHolding.role, RoleHolding.scope, RoleHolding.from_date).limit(MOST)).all()


def scope_words(session: Session, scope: str, lang: str) -> str:
    """For whom a mandate is: nothing for the whole association, a group by its name, a case by its key."""
    kind, _, rest = scope.partition(":")
    if kind == "group" and rest:
        group = session.get(Group, UUID(rest))
        return group.name(lang) if group is not None else ""
    return rest.replace(":", " ") if kind == "class" else scope
