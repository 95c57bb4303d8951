"""Finding somebody among fifty thousand by what one remembers.

A name in any order, without accents, by the beginning of its words or with a slip of the keyboard; an e-mail address; a
telephone number; a member's number, also one that a merge took away. Names are found by the index of their words
(`name_words`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true
from sqlalchemy.orm import Session

from workflows.association.contact_texts import PhoneRefused, phone_number
from workflows.association.contacts import Email, Phone
from workflows.association.memberships import Membership
from workflows.association.name_words import PersonWord, owners, spelled
from workflows.association.names import fold
from workflows.association.people import Alias, Person

__all__ = ["LONGEST", "find"]

LONGEST: Final = 80  # characters of a question that are read
WORDS: Final = 6
_MEMBER_NO: Final = re.compile(r"\d{4,8}")
_PHONE: Final = re.compile(r"\+?[\d\s().-]{9,20}")


def find(
    session: Session, text: str, visible: ColumnElement[bool] | None = None, *, limit: int = 25
) -> Sequence[Person]:
    """The people this question means, by name, among those for whom `visible` holds; tombstones never."""
    text = " ".join(text.replace("\x00", "").split())[:LONGEST]
    shown = and_(true() if visible is None else visible, Person.erased_on.is_(None))
    exact = _exact(text)
    if exact is not None:
        found = session.scalars(_named(exact, shown, limit)).unique().all()
        if found:
            return found
    words = fold(text).split()[:WORDS]
    groups = [] if "@" in text else spelled(session, PersonWord, words)
    return session.scalars(_named(owners(PersonWord, Person.id, groups), shown, limit)).all() if groups else ()


def _named(condition: ColumnElement[bool], shown: ColumnElement[bool], limit: int) -> Select[tuple[Person]]:
    return select(Person).where(condition, shown).order_by(Person.search_name, Person.id).limit(limit)


def _exact(text: str) -> ColumnElement[bool] | None:
    """The condition where the question is an address or a number; None where it is a name."""
    if "@" in text:
        return Person.id.in_(select(Email.person_id).where(Email.folded == text.casefold()))
    conditions: list[ColumnElement[bool]] = []
    if _MEMBER_NO.fullmatch(text):
        former = select(Alias.person_id).where(Alias.kind == "MEMBER_NO", Alias.value == text)
        conditions += [
            Person.id.in_(select(Membership.person_id).where(Membership.member_no == text)),
            Person.id.in_(former),
        ]
    if _PHONE.fullmatch(text):
        conditions.append(_has_phone(text))
    return or_(*conditions) if conditions else None


def _has_phone(text: str) -> ColumnElement[bool]:
    try:
        return Person.id.in_(select(Phone.person_id).where(Phone.number == phone_number(text)))
    except PhoneRefused:
        return false()
