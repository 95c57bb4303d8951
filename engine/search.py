"""Cases by words, the newest first, in pieces of bounded cost; also where a word is in half of all cases, or in none.

Every word must begin a term of the case. The rarest one leads: what it finds is read in the order of its index, and the
other words are looked up for each; or, where all are as common, the newest of each are laid side by side. A piece reads
a bounded number of cases and says where the next one goes on, so that a page costs the same among a million cases as
among a thousand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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

__all__ = ["Piece", "Place", "Sought", "first_matches", "found", "pieces"]

Place = tuple[datetime, UUID]
Reader = Callable[[Place | None], "Piece"]  # reads the piece after a place
CHUNK: Final = 1_000  # cases that one piece looks at, where other words are looked up for each
WINDOW: Final = 6_000  # places of each word's list that are laid side by side, where all words are common
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


def pieces(session: Session, sought: Sought, after: Place | None = None) -> Iterator[Piece]:
    """The matches after a place, by words and by records together, piece by piece until there are none left."""
    readers = [_by_words(session, sought.words)] if sought.words else []
    if sought.records:
        readers.append(_by_terms(session, [about(record) for record in sought.records]))
    while True:
        parts = [read(after) for read in readers]
        rests = [part.rest for part in parts if part.rest is not None]
        after = max(rests, key=_order) if rests else None
        places = {place for part in parts for place in part.places}
        known = places if after is None else {place for place in places if _order(place) >= _order(after)}
        yield Piece(sorted(known, key=_order, reverse=True), after)
        if after is None:
            return


def first_matches(session: Session, sought: Sought, limit: int) -> Sequence[UUID] | None:
    """All matching cases, where one piece knows them and they are no more than `limit`; else None."""
    whole = next(pieces(session, sought))
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


def _by_words(session: Session, words: Sequence[str]) -> Reader:
    """How the cases that have all words are read. What hangs on the words alone is asked once."""
    counts = {word: _count(session, begins(word)) for word in words}
    leading = min(words, key=counts.__getitem__)
    others = [word for word in words if word != leading]
    if counts[leading] == 0:
        return lambda _after: Piece((), None)
    if counts[leading] < FEW:
        return lambda after: _read(session, _list(begins(leading), after).distinct(), others)
    terms = {word: _terms(session, word) for word in words}
    if len(terms[leading]) == LISTS:
        return lambda after: _read(session, _newest(after), words)

    def looked_up(after: Place | None) -> Piece:
        return _read(session, _merged(terms[leading], after), others)

    if not others or any(len(found) == LISTS for found in terms.values()):
        return looked_up
    lists = [terms[word] for word in others]
    return lambda after: _met(session, terms[leading], lists, after) or looked_up(after)


def _newest(after: Place | None) -> Select[Any]:
    query = select(ProcessInstance.started_at, ProcessInstance.id.label("instance_id"))
    if after is not None:
        query = query.where(tuple_(ProcessInstance.started_at, ProcessInstance.id) < after)
    return query.order_by(ProcessInstance.started_at.desc(), ProcessInstance.id.desc())


def _met(
    session: Session, leading: Sequence[str], others: Sequence[Sequence[str]], after: Place | None
) -> Piece | None:
    """The cases of the newest places of every word's list. None where looking the other words up reaches further: a
    list that is much longer than the leading one ends much sooner."""
    ends = [_place_at(session, _merged(terms, after, WINDOW), WINDOW) for terms in (leading, *others)]
    rest = max((end for end in ends if end is not None), key=_order, default=None)
    reached = _place_at(session, _merged(leading, after), CHUNK)
    if rest is not None and (reached is None or _order(reached) < _order(rest)):
        return None
    first, *rows = (_merged(terms, after, WINDOW, rest).subquery() for terms in (leading, *others))
    query = select(first.c.started_at, first.c.instance_id)
    for each in rows:
        query = query.where(exists().where(each.c.instance_id == first.c.instance_id))
    query = query.order_by(first.c.started_at.desc(), first.c.instance_id.desc())
    return Piece([(row.started_at, row.instance_id) for row in session.execute(query)], rest)


def _place_at(session: Session, source: Select[Any], number: int) -> Place | None:
    """The place of this number in a list; None where it is shorter."""
    row = session.execute(source.offset(number - 1).limit(1)).one_or_none()
    return None if row is None else (row.started_at, row.instance_id)


def _by_terms(session: Session, terms: Sequence[str]) -> Reader:
    some = CaseTerm.term.in_(terms)
    if _count(session, some) < FEW:
        return lambda after: _read(session, _list(some, after).distinct())
    return lambda after: _read(session, _merged(terms, after))


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


def _list(of: ColumnElement[bool], after: Place | None, until: Place | None = None) -> Select[Any]:
    query = select(CaseTerm.started_at, CaseTerm.instance_id).where(of)
    if after is not None:
        query = query.where(tuple_(CaseTerm.started_at, CaseTerm.instance_id) < after)
    if until is not None:
        query = query.where(tuple_(CaseTerm.started_at, CaseTerm.instance_id) >= until)
    return query.order_by(CaseTerm.started_at.desc(), CaseTerm.instance_id.desc())


def _merged(
    terms: Sequence[str], after: Place | None, most: int | None = None, until: Place | None = None
) -> Select[Any]:
    """What several terms find: each list is read no further than all of them together, `most` places (CHUNK)."""
    if len(terms) == 1:
        return _list(CaseTerm.term == terms[0], after, until)
    lists = (_list(CaseTerm.term == term, after, until).limit(most or CHUNK).subquery() for term in terms)
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
