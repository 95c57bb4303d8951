"""Who holds which role: (person, role, scope, from, to). Role keys are those of `candidateGroups`. Domain §1.3."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BindParameter, ColumnElement, ForeignKey, Index, String, Uuid, and_, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.models import Base
from engine.personal import Personal
from workflows.association.role_names import AT, MANDATED, ROLES, WORKING_ROLES

WHOLE = ""  # the scope of a role that is held for the whole association


class RoleHolding(Base):
    """A mandate: a person acts in a role from a day to a day, both included, and has its rights on these days alone.

    Scope: "", "group:<uuid>", "class:PGE:2013", or the business key of a case ("COH-2027-03")."""

    __tablename__ = "role_holding"
    __privacy__ = (
        Personal(
            "roles", "person_id", "empty", ids="appointed_by ended_by", plain="role scope end_reason", since="to_date"
        ),
        Personal(
            "work", "appointed_by@actor ended_by@actor", "keep", ids="appointed_by ended_by", withheld="person_id"
        ),
    )
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str] = mapped_column(String(32))
    scope: Mapped[str] = mapped_column(String(64), default=WHOLE)
    from_date: Mapped[date]
    to_date: Mapped[date | None]
    appointed_by: Mapped[str | None] = mapped_column(String(64))
    ended_by: Mapped[str | None] = mapped_column(String(64))
    end_reason: Mapped[str | None] = mapped_column(String(12))
    # Of a substitute: the holding in whose place this one stands while its holder is away.
    stands_for: Mapped[UUID | None] = mapped_column(ForeignKey("role_holding.id"), index=True)
    __table_args__ = (
        Index("ix_role_holding_person", "person_id", "role"),
        Index("ix_role_holding_role", "role", "scope"),
    )


def in_force(on: date | BindParameter[date]) -> ColumnElement[bool]:
    """The condition of a holding that runs on this day."""
    return (RoleHolding.from_date <= on) & or_(RoleHolding.to_date.is_(None), RoleHolding.to_date >= on)


def held_whole(person_id: Any, on: date | BindParameter[date]) -> ColumnElement[bool]:
    """The condition of what this person holds for the whole association on a day."""
    return and_(RoleHolding.person_id == person_id, RoleHolding.scope == WHOLE, in_force(on))


def held(person_id: Any, on: date | BindParameter[date]) -> ColumnElement[bool]:
    """The condition of what this person holds on a day, in whatever scope."""
    return and_(RoleHolding.person_id == person_id, in_force(on))


def of(session: Session, person_id: UUID, on: date) -> frozenset[str]:
    """The role keys a person holds for the whole association on a day."""
    return frozenset(session.scalars(select(RoleHolding.role).where(held_whole(person_id, on))))


def key(role: str, scope: str) -> str:
    """How a candidate of a task names a role: alone for the whole association, else with its scope."""
    return role if scope == WHOLE else f"{role}{AT}{scope}"


def parts(key: str) -> tuple[str, str]:
    """The role and the scope of such a key."""
    role, _, scope = key.partition(AT)
    return role, scope


def keys_of(session: Session, person_id: UUID, on: date) -> frozenset[str]:
    """Everything that a person may act as on a day: whole roles, and roles with their scopes."""
    return frozenset(key(each.role, each.scope) for each in holdings(session, person_id, on))


def lost(
    session: Session,
    person_id: UUID,
    candidates: Collection[str],
    held: Collection[str],
    on: date,
    *,
    as_substitute: bool = True,
) -> str | None:
    """The role that somebody held and holds no more, of those that a task is for; None where he may still act, and
    where it never was by his role that the task became his. `as_substitute`: also one that he held in somebody's place.
    """
    asked = [each for each in candidates if parts(each)[0] in ROLES and ROLES[parts(each)[0]].kind in MANDATED]
    if not asked or set(asked) & set(held) or any(each.startswith("user:") for each in candidates):
        return None
    for each in asked:
        role, scope = parts(each)
        past = select(RoleHolding.id).where(
            RoleHolding.person_id == person_id, RoleHolding.role == role, RoleHolding.scope == scope,
            RoleHolding.to_date < on,
        )  # fmt: skip
        past = past if as_substitute else past.where(RoleHolding.stands_for.is_(None))
        if session.scalar(past.limit(1)) is not None:
            return role
    return None


def holdings(session: Session, person_id: UUID, on: date) -> Sequence[RoleHolding]:
    """Every holding of a person on a day, scoped ones included, by role and scope."""
    query = select(RoleHolding).where(RoleHolding.person_id == person_id, in_force(on))
    return session.scalars(query.order_by(RoleHolding.role, RoleHolding.scope)).all()


def holders(session: Session, role: str, on: date, *, scope: str = WHOLE) -> Sequence[UUID]:
    """Who holds a role on a day: person ids, in a steady order."""
    query = select(RoleHolding.person_id).where(RoleHolding.role == role, RoleHolding.scope == scope, in_force(on))
    return session.scalars(query.order_by(RoleHolding.from_date, RoleHolding.person_id)).all()


def grant(
    session: Session, person_id: UUID, role: str, *, from_date: date, to_date: date | None = None, scope: str = WHOLE
) -> RoleHolding:
    """Gives a role. Raises KeyError for a role that the association does not know."""
    holding = RoleHolding(
        id=uuid4(), person_id=person_id, role=ROLES[role].key, scope=scope, from_date=from_date, to_date=to_date
    )
    session.add(holding)
    return holding


def end(session: Session, person_id: UUID, role: str, on: date, *, scope: str = WHOLE) -> int:
    """Ends a role after this day and answers how many holdings that closed."""
    query = select(RoleHolding).where(
        RoleHolding.person_id == person_id, RoleHolding.role == role, RoleHolding.scope == scope, in_force(on)
    )
    closed = session.scalars(query).all()
    for holding in closed:
        holding.to_date = on
    return len(closed)


def of_class(programme: str, year: int) -> str:
    """The scope of a class: its delegate acts for it alone."""
    return f"class:{programme}:{year}"


def works_here(roles: frozenset[str]) -> bool:
    """Whether somebody with these roles works for the association, employed or elected: one rule for pages, notices,
    digests and mentions."""
    return bool(roles & WORKING_ROLES)


def head_of(role: str) -> str:
    """The role that receives this role's escalations at 100 %; the general delegate for a role unknown here."""
    known = ROLES.get(parts(role)[0])
    return known.head if known is not None else "GENERAL_DELEGATE"
