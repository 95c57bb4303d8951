"""By what cases are found: the words of their titles and numbers, and the records that they are about.

`case_term` is derived from the case and written in its transaction (`engine.step`). Terms are folded words, and `@`
with an id for every variable of the case that names a record (`person_id`). Names are in no term: whoever looks for a
person finds her in her own table first, then the cases about her (ARCHITECTURE.md §7).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Table, Uuid, bindparam, delete, exists, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.folding import fold, tokens
from engine.personal import Personal
from engine.prepared import write
from engine.schema import Base, Moment

__all__ = [
    "RECORD",
    "TERM",
    "CaseTerm",
    "about",
    "about_records",
    "drop_terms",
    "first_terms",
    "keep_terms",
    "subjects",
    "words",
]

RECORD: Final = "@"  # begins the term of a record
TERM: Final = 64  # letters of a word that count
MOST: Final = 60  # words of one case
# Compared by code points everywhere: the index then answers what begins with a word.
_WORD: Final = String(TERM).with_variant(String(TERM, collation="C"), "postgresql")


class CaseTerm(Base):
    """One term of one case, with the moment when the case began: what a term finds is read newest first."""

    __tablename__ = "case_term"
    __privacy__ = Personal("case", "instance_id@case", ids="term")
    instance_id: Mapped[UUID] = mapped_column(
        Uuid, ForeignKey("process_instance.id", ondelete="CASCADE"), primary_key=True
    )
    term: Mapped[str] = mapped_column(_WORD, primary_key=True)
    started_at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (Index("ix_case_term_newest", "term", "started_at", "instance_id"),)


_TABLE: Final = CaseTerm.__table__
assert isinstance(_TABLE, Table)
_KNOWN: Final = exists().where(
    _TABLE.c.instance_id == bindparam("instance_id", type_=Uuid), _TABLE.c.term == bindparam("term", type_=String)
)
_KEEP: Final = insert(_TABLE).from_select(
    ["instance_id", "term", "started_at"],
    select(
        bindparam("instance_id", type_=Uuid), bindparam("term", type_=String), bindparam("started_at", type_=Moment)
    ).where(~_KNOWN),
)
_FIRST: Final = insert(_TABLE)
_DROP: Final = delete(_TABLE).where(
    _TABLE.c.instance_id == bindparam("b_instance"), _TABLE.c.term == bindparam("b_term")
)


def words(title: str | None, titles: Mapping[str, str] | None, business_key: str | None) -> frozenset[str]:
    """The terms of a case's titles and of its number: what stands between spaces in one piece, and its parts."""
    found: dict[str, None] = {}
    for text in (business_key, title, *(titles or {}).values()):
        if text:
            found |= dict.fromkeys(word[:TERM] for word in (*tokens(text), *fold(text).split()))
    return frozenset(list(found)[:MOST])


def subjects(variables: Mapping[str, object]) -> frozenset[str]:
    """The terms of the records that variables name: those called `…_id` that hold the text of a UUID."""
    return frozenset(
        about(value)
        for name, value in variables.items()
        if type(value) is str and len(value) == 36 and name.endswith("_id") and value[8] == value[13] == "-"
    )


def about(record: UUID | str) -> str:
    """The term of a record."""
    return f"{RECORD}{record}".lower()


def about_records(terms: Iterable[str]) -> frozenset[str]:
    """Those that name records."""
    return frozenset(term for term in terms if term.startswith(RECORD))


def keep_terms(session: Session, instance_id: UUID, started_at: datetime, terms: Iterable[str]) -> None:
    """Writes terms of a case; one that is there already stays."""
    write(session, _KEEP, _rows(instance_id, started_at, terms))


def first_terms(session: Session, instance_id: UUID, started_at: datetime, terms: Iterable[str]) -> None:
    """Writes the terms of a case that is written in this transaction for the first time: several rows a statement."""
    write(session, _FIRST, _rows(instance_id, started_at, terms))


def _rows(instance_id: UUID, started_at: datetime, terms: Iterable[str]) -> list[dict[str, Any]]:
    return [{"instance_id": instance_id, "term": term, "started_at": started_at} for term in sorted(terms)]


def drop_terms(session: Session, instance_id: UUID, terms: Iterable[str]) -> None:
    """Deletes terms of a case."""
    write(session, _DROP, [{"b_instance": instance_id, "b_term": term} for term in sorted(terms)])
