"""The words of names, each in a row of its own: whoever is looked for by a word is found by an index, also by its
beginning or with a slip of the pen.

They are written and deleted with the names, by the mapper itself, and follow an UPDATE that a session executes; rows
that are inserted in bulk bring theirs along (`rows_of`). They are personal data like the names, and live where those
live (ARCHITECTURE.md §7).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final
from uuid import UUID

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein
from sqlalchemy import (
    ColumnElement,
    Connection,
    ForeignKey,
    Index,
    Result,
    String,
    Update,
    Uuid,
    and_,
    bindparam,
    delete,
    event,
    insert,
    select,
)  # fmt: skip
from sqlalchemy.orm import InstrumentedAttribute, Mapped, ORMExecuteState, Session, mapped_column

from engine.models import Base
from engine.personal import Personal

__all__ = ["ApplicationWord", "PersonWord", "follow", "owners", "rows_of", "spelled"]

LONGEST: Final = 64
SHORTEST: Final = 4  # letters of a word that may hold a slip
NEIGHBOURS: Final = 20_000  # words that are compared at most
CORRECTIONS: Final = 5
FETCHED: Final = 500  # records that are read at once
_LAST: Final = "\U0010ffff"  # stands behind every other letter
# Compared by code points everywhere: the index then answers what begins with a word.
_WORD: Final = String(LONGEST).with_variant(String(LONGEST, collation="C"), "postgresql")


class PersonWord(Base):
    """A word of a person's names, folded."""

    __tablename__ = "person_word"
    __privacy__ = Personal("record", "owner_id", erase="word")
    owner_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    word: Mapped[str] = mapped_column(_WORD, primary_key=True)
    __table_args__ = (Index("ix_person_word_word", "word", "owner_id"),)


class ApplicationWord(Base):
    """A word of an applicant's names, folded."""

    __tablename__ = "application_word"
    __privacy__ = Personal("application", "owner_id", erase="word")
    owner_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("application.id", ondelete="CASCADE"), primary_key=True)
    word: Mapped[str] = mapped_column(_WORD, primary_key=True)
    __table_args__ = (Index("ix_application_word_word", "word", "owner_id"),)


Words = type[PersonWord] | type[ApplicationWord]


def rows_of(owner_id: object, folded: str) -> list[dict[str, object]]:
    """The rows of one owner, for an insert of many."""
    return [{"owner_id": owner_id, "word": word} for word in sorted({each[:LONGEST] for each in folded.split()})]


def follow(
    model: type[Any], words: Words, folded: Callable[[Any], str], settle: Callable[[Any], None] | None = None
) -> None:
    """From now on the words of a record are written with it; `folded` answers its names as they are searched for, and
    `settle` brings up to date what `folded` reads, where a statement changed names behind the mapper's back."""

    put, known_of = insert(words), select(words.word).where(words.owner_id == bindparam("owner", type_=Uuid()))

    def written(_mapper: object, connection: Connection, record: Any) -> None:
        rows = rows_of(record.id, folded(record))
        if rows:
            connection.execute(put, rows)

    def changed(_mapper: object, connection: Connection, record: Any) -> None:
        known = set(connection.scalars(known_of, {"owner": record.id}))
        rows = rows_of(record.id, folded(record))
        if known == {row["word"] for row in rows}:
            return
        connection.execute(delete(words).where(words.owner_id == record.id))
        written(_mapper, connection, record)

    def by_statement(state: ORMExecuteState) -> Result[Any] | None:
        statement = state.statement
        if not isinstance(statement, Update) or str(statement.table) != model.__tablename__:
            return None
        ids = _meant(state, model, statement)
        result = state.invoke_statement()
        for start in range(0, len(ids), FETCHED):
            some = select(model).where(model.id.in_(ids[start : start + FETCHED]))
            for record in state.session.scalars(some, execution_options={"populate_existing": True}).unique():
                if settle is not None:
                    settle(record)
                changed(None, state.session.connection(), record)
        return result

    event.listen(model, "after_insert", written)
    event.listen(model, "after_update", changed)
    event.listen(Session, "do_orm_execute", by_statement)


def _meant(state: ORMExecuteState, model: type[Any], statement: Update) -> list[UUID]:
    """The records that an UPDATE is about: of each set of values its own, else those for which its condition holds."""
    if isinstance(state.parameters, list):
        return [row["id"] for row in state.parameters]
    condition = statement.whereclause
    return list(state.session.scalars(select(model.id) if condition is None else select(model.id).where(condition)))


def begins(words: Words, word: str) -> ColumnElement[bool]:
    """Words that begin with this one."""
    return and_(words.word >= word, words.word < word + _LAST)


def owners(words: Words, owner: InstrumentedAttribute[UUID], groups: Iterable[Sequence[str]]) -> ColumnElement[bool]:
    """Whose names have, of each group, a word that begins so."""
    return and_(
        *(
            owner.in_(select(words.owner_id).where(begins(words, group[0])))
            if len(group) == 1
            else owner.in_(select(words.owner_id).where(words.word.in_(group)))
            for group in groups
        )
    )


def spelled(session: Session, words: Words, asked: Sequence[str]) -> list[Sequence[str]]:
    """Each word as asked where a name begins so, else the nearest words of names; empty where a word is like none."""
    groups: list[Sequence[str]] = []
    for word in asked:
        known = session.execute(select(words.word).where(begins(words, word)).limit(1)).first()
        group = (word,) if known is not None else _nearest(session, words, word)
        if not group:
            return []
        groups.append(group)
    return groups


def _nearest(session: Session, words: Words, word: str) -> Sequence[str]:
    """Words with one letter wrong, missing, doubled or swapped; two in a long one. The first letter is one of the
    first two."""
    if len(word) < SHORTEST:
        return ()
    near = [
        known
        for letter in dict.fromkeys(word[:2])
        for known in session.scalars(select(words.word).where(begins(words, letter)).distinct().limit(NEIGHBOURS))
    ]
    most = 1 if len(word) < 2 * SHORTEST else 2
    found = process.extract(word, near, scorer=DamerauLevenshtein.distance, score_cutoff=most, limit=CORRECTIONS)
    return [known for known, _distance, _place in found]
