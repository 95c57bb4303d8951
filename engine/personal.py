"""What a table holds of people, said beside its columns: `__privacy__ = Personal(…)` or `Impersonal(…)`.

Erasure, export, retention and the register of processing read nothing else, so that a column which nobody thought of
cannot exist (a test names it). The category says purpose, basis and how long; a table of the association's own lists
the categories.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

__all__ = ["Impersonal", "Personal", "declared_of", "words"]

Rows = Literal["delete", "empty", "keep"]
ATTRIBUTE: Final = "__privacy__"


@dataclass(frozen=True, slots=True)
class Personal:
    """Rows that lead to a person. All fields are names of columns, with blanks between them.

    `category`: why it is kept and how long. `of`: the columns that lead to the person, by their foreign key or as
    `column@case` (cases about the person), `column@actor` ("person:ID"), `column@person`, `column@table`. `rows`: what
    an erasure does where the category allows one: delete the rows; empty the columns in `erase`; keep them, since they
    tell what was done at work. `ids`: texts with ids of people in them, which are replaced. `plain`: codes, references
    and figures that tell of nobody once the ids are gone. `unlink`: references that are cut. `random`: unique texts
    that others take the place of. `withheld`: columns about somebody else, left out of an export. `since`: the column
    from which the time to keep the row counts; without it the row goes with what it belongs to. `entries`: lists in
    JSON, of which those entries that name the person are taken out. `one`: columns that, with the person, name a thing
    of which there is one, beside what the table's unique keys say: where two records are found to be one person's, two
    such rows become one. `where`: SQL. `lasts`: how long after `since` such a row is of use, where that is shorter than
    what the category allows: then it goes.
    """

    category: str
    of: str = ""
    rows: Rows = "delete"
    erase: str = ""
    ids: str = ""
    plain: str = ""
    unlink: str = ""
    random: str = ""
    withheld: str = ""
    since: str = ""
    entries: str = ""
    one: str = ""
    where: str = ""
    lasts: timedelta | None = None

    @property
    def named(self) -> frozenset[str]:
        """Every column that is spoken of."""
        parts = (self.erase, self.ids, self.plain, self.unlink, self.random, self.entries)
        return frozenset(name for part in parts for name in part.split()) | {name for name, _ in self.leads}

    @property
    def leads(self) -> tuple[tuple[str, str], ...]:
        """The columns that lead to the person, each with the target that is named (empty: its foreign key)."""
        return tuple((name, target) for name, _, target in (each.partition("@") for each in self.of.split()))


@dataclass(frozen=True, slots=True)
class Impersonal:
    """No person is in this table; `why` says so to whoever doubts it."""

    why: str


def declared_of(model: type) -> Sequence[Personal] | Impersonal | None:
    """What a model says of itself; None where it says nothing."""
    said = model.__dict__.get(ATTRIBUTE)
    if isinstance(said, Impersonal):
        return said
    found = said if isinstance(said, tuple) else (said,)
    return tuple(found) if found and all(isinstance(each, Personal) for each in found) else None


def words(text: str) -> tuple[str, ...]:
    """The names in a list with blanks between them."""
    return tuple(text.split())
