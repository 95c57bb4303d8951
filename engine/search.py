"""Cases by words, the newest first, in pieces of bounded cost; also where a word is in half of all cases, or in none.

Every word must begin a term of the case. The rarest one leads: what it finds is read in the order of its index, and the
other words are looked up for each; where a word is one term, its list is read beside. A piece reads a bounded number of
cases and says where the next one goes on, so that a page costs the same among a million cases as among a thousand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    exists,
    false,
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
from engine.terms import RECORD, TERM, about

__all__ = ["Piece", "Place", "Sought", "first_matches", "found", "pieces"]

Place = tuple[datetime, UUID]
Reader = Callable[[Place | None], "Piece"]  # reads the piece after a place
CHUNK: Final = 1_000  # cases that one piece looks at, where other words are looked up for each
WINDOW: Final = 5_000  # the same where every other word is one term, whose list is read beside them
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
    """All matching cases, where they are no more than `limit` and as many pieces as hold so many know them; else None.

    Where words are common each and rare together, those pieces may end without having found all.
    """
    if len(sought.words) == 1 and not sought.records and _count(session, begins(sought.words[0])) == FEW:
        return None  # as good as certainly more cases than are asked for: none has many terms that begin alike
    matches: list[UUID] = []
    for piece in islice(pieces(session, sought), limit // SHORT + 1):
        matches += [id_ for _, id_ in piece.places]
        if len(matches) > limit:
            return None
        if piece.rest is None:
            return matches
    return None


def found(sought: Sought, case: Any = ProcessInstance.id) -> ColumnElement[bool]:
    """The condition on a column with the ids of cases, for lists in another order."""
    mine = CaseTerm.instance_id == case
    # Few of a case's terms name records: those are read and compared. A look for each record would cost as many probes.
    records = CaseTerm.term.concat("").in_([about(record) for record in sought.records])
    sides = [_holds(mine, begins(RECORD), records)] if sought.records else []
    by_words = and_(true(), *(_holds(mine, begins(word)) for word in sought.words))
    return or_(*sides, by_words) if sought.words else or_(false(), *sides)


def begins(word: str) -> ColumnElement[bool]:
    """Terms that begin with the word."""
    return and_(CaseTerm.term >= word, CaseTerm.term < word + _LAST)


def _holds(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a case has such a term, looked up for this case: for an EXISTS, PostgreSQL may gather all cases that have
    one first, which costs what a word is common."""
    one: Select[Any] = select(literal_column("1")).select_from(CaseTerm).where(*conditions).limit(1)
    return one.scalar_subquery().is_not(None)


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
    leading = min(words, key=lambda word: (counts[word], len(terms[word])))  # where all are common, of few terms
    others = [word for word in words if word != leading]
    if len(terms[leading]) == LISTS:
        return lambda after: _read(session, _newest(after), words)
    alone = [terms[word][0] for word in others if len(terms[word]) == 1]
    several = [word for word in others if len(terms[word]) != 1]
    size = CHUNK if several else WINDOW if alone else SHORT
    return lambda after: _read(session, _merged(terms[leading], after, size), several, alone)


def _newest(after: Place | None) -> Select[Any]:
    query = select(ProcessInstance.started_at, ProcessInstance.id.label("instance_id"))
    if after is not None:
        query = query.where(tuple_(ProcessInstance.started_at, ProcessInstance.id) < after)
    return query.order_by(ProcessInstance.started_at.desc(), ProcessInstance.id.desc())


def _by_terms(session: Session, terms: Sequence[str]) -> Reader:
    some = CaseTerm.term.in_(terms)
    if _count(session, some) < FEW:
        return lambda after: _read(session, _list(some, after).distinct())
    return lambda after: _read(session, _merged(terms, after, SHORT))


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


def _merged(terms: Sequence[str], after: Place | None, most: int) -> Select[Any]:
    """What several terms find: each list is read no further than all of them together, `most` places."""
    if len(terms) == 1:
        return _list(CaseTerm.term == terms[0], after)
    lists = (_list(CaseTerm.term == term, after).limit(most).subquery() for term in terms)
    both = union_all(*(select(each) for each in lists)).subquery()
    newest = select(both.c.started_at, both.c.instance_id).distinct()
    return newest.order_by(both.c.started_at.desc(), both.c.instance_id.desc())


def _read(session: Session, source: Select[Any], words: Sequence[str] = (), terms: Sequence[str] = ()) -> Piece:
    """The cases of a list that have the other words and terms too. A list that was read to its limit may go on.

    What looks up a term names the moment of the case too: both lists are in the order of the index then, and PostgreSQL
    reads them side by side.
    """
    size = CHUNK if words else WINDOW if terms else SHORT
    first = source.limit(size).subquery()
    query = select(first.c.started_at, first.c.instance_id)
    if words or terms:
        same = CaseTerm.instance_id == first.c.instance_id
        alike = and_(same, CaseTerm.started_at == first.c.started_at)
        query = query.where(*(exists().where(CaseTerm.term == term, alike) for term in terms))
        query = query.where(*(_holds(same, begins(word)) for word in words))
    query = query.order_by(first.c.started_at.desc(), first.c.instance_id.desc())
    places = [(row.started_at, row.instance_id) for row in session.execute(query)]
    if words or terms:
        return Piece(places, _place_at(session, source, size))
    return Piece(places, places[-1] if len(places) == size else None)


def _place_at(session: Session, source: Select[Any], number: int) -> Place | None:
    """The place of this number in a list; None where it is shorter."""
    row = session.execute(source.offset(number - 1).limit(1)).one_or_none()
    return None if row is None else (row.started_at, row.instance_id)


def _order(place: Place) -> tuple[datetime, str]:
    return place[0], place[1].hex
