"""Finding somebody among fifty thousand by what one remembers: a name in any order, without accents, with a slip of the
keyboard; an e-mail address; a telephone number; a member's number, also one that a merge took away.

What contains every word is found by the database alone. Where nothing does, names that share a few letters are fetched
and compared (`rapidfuzz`), the most alike first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID

from rapidfuzz import fuzz
from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session

from workflows.association.contacts import Email, Phone, PhoneRefused, phone_number
from workflows.association.memberships import Membership
from workflows.association.names import fold
from workflows.association.people import Alias, Person

__all__ = ["LONGEST", "find"]

LONGEST: Final = 80  # characters of a question that are read
WORDS: Final = 6
ALIKE: Final = 80  # of 100: a letter more, less or other in a word of six
FETCHED: Final = 4_000  # names that are compared at most
_MEMBER_NO: Final = re.compile(r"\d{4,8}")
_PHONE: Final = re.compile(r"\+?[\d\s().-]{9,20}")


def find(session: Session, text: str, visible: ColumnElement[bool], *, limit: int = 25) -> Sequence[Person]:
    """The people this question means, the nearest first, among those for whom `visible` holds; tombstones never."""
    text = " ".join(text.replace("\x00", "").split())[:LONGEST]
    shown = and_(visible, Person.erased_on.is_(None))
    exact = _exact(text)
    if exact is not None:
        found = session.scalars(_named(exact, shown, limit)).unique().all()
        if found:
            return found
    words = fold(text).split()[:WORDS]
    if not words or "@" in text:
        return ()
    holds = and_(*(Person.search_name.contains(word, autoescape=True) for word in words))
    found = session.scalars(_named(holds, shown, limit)).all()
    return found or _alike(session, words, shown, limit)


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


def _alike(session: Session, words: Sequence[str], shown: ColumnElement[bool], limit: int) -> Sequence[Person]:
    """Names in which each word has a word like it. Somebody who types a name wrongly still types some of it right."""
    pieces = [or_(*(Person.search_name.contains(piece, autoescape=True) for piece in _pieces(word))) for word in words]
    near = select(Person.id, Person.search_name).where(and_(*pieces), shown)
    ranked: list[tuple[float, str, UUID]] = []
    for person_id, name in session.execute(near.order_by(func.length(Person.search_name)).limit(FETCHED)):
        likeness = _likeness(words, name.split())
        if likeness >= ALIKE:
            ranked.append((-likeness, name, person_id))
    best = [person_id for _likeness, _name, person_id in sorted(ranked)[:limit]]
    known = {person.id: person for person in session.scalars(select(Person).where(Person.id.in_(best)))}
    return [known[person_id] for person_id in best]


def _pieces(word: str) -> Iterator[str]:
    """The pairs of letters at the start and the end, and the triples between: a slip of one key leaves one of them."""
    if len(word) <= 3:
        yield word[:2]
        return
    yield from {word[at : at + 3] for at in range(len(word) - 2)}


def _likeness(words: Sequence[str], name: Sequence[str]) -> float:
    """0 to 100: how well the worst of the words is matched."""
    return min(max((fuzz.ratio(word, part) for part in name), default=0.0) for word in words)
