"""Cases by words, the newest first, in pieces of bounded cost; also where a word is in half of all cases, or in none.

Every word must begin a term of the case. The rarest one leads: what it finds is read in the order of its index, and the
other words are looked up for each. A piece reads CHUNK cases at most and says where the next one goes on, so that a
page costs the same among a million cases as among a thousand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    exists,
    func,
    literal_column,
    or_,
    select,
    text,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session

from engine.bounds import storable
from engine.folding import tokens
from engine.models import CaseTerm, ProcessInstance
from engine.terms import TERM, about

__all__ = ["Piece", "Place", "Sought", "first_matches", "found", "piece"]

Place = tuple[datetime, UUID]
CHUNK: Final = 1_000  # cases that one piece looks at, where other words are looked up for each
SHORT: Final = 200  # cases of a piece where all match
FEW: Final = 2_000  # what a word finds is sorted where it is no more than this
LISTS: Final = 24  # terms that begin with a word, each read in its own order
WORDS: Final = 8  # of what is asked
_LAST: Final = "\U0010ffff"  # stands behind every other letter


@dataclass(frozen=True, slots=True)
class Sought:
    """What is searched for: words that all begin a term of the case, or one of the records that it is about."""

    words: tuple[str, ...] = ()
    records: tuple[UUID, ...] = ()

    @classmethod
    def of(cls, typed: str, records: Sequence[UUID] = ()) -> Sought:
        """What a person typed, and the records whose names it may be."""
        asked = tokens(typed) if storable(typed) else []
        return cls(tuple(dict.fromkeys(word[:TERM] for word in asked))[:WORDS], tuple(records))


@dataclass(frozen=True, slots=True)
class Piece:
    """Matching cases, the newest first, and where the next piece begins; None: there is none."""

    places: Sequence[Place]
    rest: Place | None


def piece(session: Session, sought: Sought, after: Place | None = None) -> Piece:
    """The next matches after a place, by words and by records together."""
    parts: list[Piece] = []
    if sought.words:
        parts.append(_by_words(session, sought.words, after))
    if sought.records:
        parts.append(_by_terms(session, [about(record) for record in sought.records], after))
    rests = [part.rest for part in parts if part.rest is not None]
    rest = max(rests, key=_order) if rests else None
    places = {place for part in parts for place in part.places}
    known = places if rest is None else {place for place in places if _order(place) >= _order(rest)}
    return Piece(sorted(known, key=_order, reverse=True), rest)


def first_matches(session: Session, sought: Sought, limit: int) -> Sequence[UUID] | None:
    """All matching cases, where one piece knows them and they are no more than `limit`; else None."""
    whole = piece(session, sought)
    return [id_ for _, id_ in whole.places] if whole.rest is None and len(whole.places) <= limit else None


def found(sought: Sought) -> ColumnElement[bool]:
    """The condition on `process_instance`, for lists in another order."""
    mine = CaseTerm.instance_id == ProcessInstance.id
    sides = [exists().where(mine, CaseTerm.term == about(record)) for record in sought.records]
    by_words = and_(true(), *(exists().where(mine, begins(word)) for word in sought.words))
    return or_(*sides, by_words) if sought.words else or_(ProcessInstance.id.is_(None), *sides)


def begins(word: str) -> ColumnElement[bool]:
    """Terms that begin with the word."""
    return and_(CaseTerm.term >= word, CaseTerm.term < word + _LAST)


def _by_words(session: Session, words: Sequence[str], after: Place | None) -> Piece:
    counts = {word: _count(session, begins(word)) for word in words}
    leading = min(words, key=counts.__getitem__)
    if counts[leading] == 0:
        return Piece((), None)
    others = [word for word in words if word != leading]
    if counts[leading] < FEW:
        return _read(session, _list(begins(leading), after).distinct(), others)
    terms = _terms(session, leading)
    if len(terms) < LISTS:
        return _read(session, _merged(terms, after), others)
    newest = select(ProcessInstance.started_at, ProcessInstance.id.label("instance_id"))
    if after is not None:
        newest = newest.where(tuple_(ProcessInstance.started_at, ProcessInstance.id) < after)
    return _read(session, newest.order_by(ProcessInstance.started_at.desc(), ProcessInstance.id.desc()), words)


def _by_terms(session: Session, terms: Sequence[str], after: Place | None) -> Piece:
    some = CaseTerm.term.in_(terms)
    return _read(session, _list(some, after).distinct() if _count(session, some) < FEW else _merged(terms, after))


def _count(session: Session, of: ColumnElement[bool]) -> int:
    """How many rows there are, counted no further than FEW."""
    some = select(literal_column("1")).select_from(CaseTerm).where(of).limit(FEW).subquery()
    return int(session.execute(select(func.count()).select_from(some)).scalar_one())


_TERMS: Final = text("""
    WITH RECURSIVE seen(term, number) AS (
        SELECT MIN(term), 1 FROM case_term WHERE term >= :first AND term < :behind
        UNION ALL
        SELECT (SELECT MIN(term) FROM case_term WHERE term > seen.term AND term < :behind), number + 1
        FROM seen WHERE seen.term IS NOT NULL AND number < :most
    )
    SELECT term FROM seen WHERE term IS NOT NULL
""")


def _terms(session: Session, word: str) -> list[str]:
    """The different terms that begin with the word, each found by one look into the index; at most LISTS."""
    asked = {"first": word, "behind": word + _LAST, "most": LISTS}
    return [str(term) for term in session.scalars(_TERMS, asked)]


def _list(of: ColumnElement[bool], after: Place | None) -> Select[Any]:
    query = select(CaseTerm.started_at, CaseTerm.instance_id).where(of)
    if after is not None:
        query = query.where(tuple_(CaseTerm.started_at, CaseTerm.instance_id) < after)
    return query.order_by(CaseTerm.started_at.desc(), CaseTerm.instance_id.desc())


def _merged(terms: Sequence[str], after: Place | None) -> Select[Any]:
    """What several terms find: each list is read no further than all of them together."""
    if len(terms) == 1:
        return _list(CaseTerm.term == terms[0], after)
    lists = (_list(CaseTerm.term == term, after).limit(CHUNK).subquery() for term in terms)
    both = union_all(*(select(each) for each in lists)).subquery()
    newest = select(both.c.started_at, both.c.instance_id).distinct()
    return newest.order_by(both.c.started_at.desc(), both.c.instance_id.desc())


def _read(session: Session, source: Select[Any], words: Sequence[str] = ()) -> Piece:
    """The cases of a list that have the other words too. A list that was read to its limit may go on."""
    size = CHUNK if words else SHORT
    first = source.limit(size).subquery()
    newest = first.c.started_at.desc(), first.c.instance_id.desc()
    number = func.row_number().over(order_by=newest).label("number")
    each = select(first.c.started_at, first.c.instance_id, number).subquery()
    holds = [exists().where(CaseTerm.instance_id == each.c.instance_id, begins(word)) for word in words]
    held = select(each, and_(true(), *holds).label("holds")).subquery()
    rows = session.execute(select(held).where(or_(held.c.holds, held.c.number == size)).order_by(held.c.number)).all()
    last = rows[-1] if rows and rows[-1].number == size else None
    places = [(row.started_at, row.instance_id) for row in rows if row.holds]
    return Piece(places, None if last is None else (last.started_at, last.instance_id))


def _order(place: Place) -> tuple[datetime, str]:
    return place[0], place[1].hex
