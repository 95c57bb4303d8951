"""What of a person each role may see: parts of the page, by legal person and by need. One table, asked by every query.

The association and the foundation are two legal persons: who works for the foundation sees donors and their gifts and
nothing of the association's; at the association gifts are seen by those who account for them. Gifts and notes are not
shown until somebody asks for them, and that is noted.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sqlalchemy import ColumnElement, false, or_, select, true

from webapp.auth import SignedIn
from workflows.association.gifts.donors import Donor
from workflows.association.orders import FOUNDATION, Order, OrderLine
from workflows.association.people import Person

OFFICE: Final = frozenset({"MEMBERSHIP", "DATA", "DPO", "GENERAL_DELEGATE", "ADMIN"})
OPENERS: Final = OFFICE | {
    *("CAREERS_HEAD", "COACH", "CAREERS_ASST", "MENTORING", "EVENTS", "GROUPS", "FINANCE", "TREASURER", "PRESIDENT"),
}
FOUNDATION_ROLES: Final = frozenset({"FOUNDATION_GIFTS", "FOUNDATION_TREASURER", "MAJOR_GIFTS"})
FACETS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "standing": OPENERS,
        "contact": OPENERS | FOUNDATION_ROLES,
        "birth": OFFICE,
        "cases": OPENERS,
        "money": OFFICE | {"FINANCE", "TREASURER"},
        "documents": OFFICE | {"FINANCE"},
        "mails": OFFICE,
        "consents": OFFICE | {"EVENTS", "GROUPS", "MENTORING"},
        "gifts": frozenset({"FINANCE", "TREASURER", "DPO", "GENERAL_DELEGATE"}) | FOUNDATION_ROLES,
        "notes": frozenset({"MEMBERSHIP", "DATA", "DPO", "GENERAL_DELEGATE", "CAREERS_HEAD", "COACH", "MENTORING"}),
        "openings": frozenset({"DPO", "GENERAL_DELEGATE"}),
    }
)
ASKED_FOR: Final = frozenset({"gifts", "notes"})  # hidden until somebody asks


def allowed(person: SignedIn) -> frozenset[str]:
    """The parts that this viewer's roles open."""
    return frozenset(facet for facet, roles in FACETS.items() if roles & person.roles)


def shown(person: SignedIn, asked: frozenset[str]) -> frozenset[str]:
    """The parts that are shown: those that are open, without the ones that nobody asked for."""
    return frozenset(facet for facet in allowed(person) if facet not in ASKED_FOR or facet in asked)


def may_open(person: SignedIn) -> bool:
    """Whether this viewer's roles open pages of people at all."""
    return bool(person.roles & (OPENERS | FOUNDATION_ROLES))


def may_merge(person: SignedIn) -> bool:
    """Whether this viewer keeps the records of people and says which two are one."""
    return bool(person.roles & {"DATA", "MEMBERSHIP", "DPO", "GENERAL_DELEGATE"})


def keeps_privacy(person: SignedIn) -> bool:
    """Whether this viewer answers requests about data."""
    return bool(person.roles & {"DPO", "GENERAL_DELEGATE"})


def visible(person: SignedIn) -> ColumnElement[bool]:
    """The people that exist for this viewer: all of them for the association, donors for the foundation."""
    if person.roles & OPENERS:
        return true()
    if person.roles & FOUNDATION_ROLES:
        return or_(*_donors())
    return false()


def _donors() -> list[ColumnElement[bool]]:
    gave = select(Order.person_id).join(OrderLine).where(OrderLine.beneficiary == FOUNDATION, Order.state == "PAID")
    registered = select(Donor.person_id).where(Donor.person_id.is_not(None))
    return [Person.id.in_(gave), Person.id.in_(registered)]


def role_of(person: SignedIn) -> str:
    """The role by which the page opens: the one that sees most of it."""
    roles = sorted(person.roles & (OPENERS | FOUNDATION_ROLES))
    return max(roles, key=lambda role: sum(role in open_to for open_to in FACETS.values()), default="")
