"""Tables filled by statements: a million rows are made where they are kept, and indexes are made after them.

Columns are given as SQL expressions over `n`, the number of the row from 0, and `p`, its part, where a row has several.
What differs between the databases has a name here: `uuid`, `moment`, `json`.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, DropIndex

from benchmarks.databases import plain_connection

__all__ = ["Filler", "chance", "filler", "literal", "pick", "scrambled"]

PRIME: Final = 2_147_483_647
FACTORS: Final = (48_271, 69_621, 40_692)
COARSE: Final = 977  # low digits of a product are not like chance
_POSTGRESQL: Final = (
    "SET session_replication_role = replica", "SET maintenance_work_mem = '1GB'", "SET synchronous_commit = off",
    "ALTER SYSTEM SET max_wal_size = '16GB'", "SELECT pg_reload_conf()",
)  # fmt: skip
_SQLITE: Final = (
    "PRAGMA journal_mode=OFF", "PRAGMA synchronous=OFF", "PRAGMA foreign_keys=OFF", "PRAGMA cache_size=-1000000",
    "PRAGMA threads=2",
)  # fmt: skip
_AFTERWARDS: Final = {
    True: ("ALTER SYSTEM RESET max_wal_size", "SELECT pg_reload_conf()", "VACUUM ANALYZE", "CHECKPOINT"),
    False: ("PRAGMA journal_mode=WAL",),
}


@dataclass(frozen=True, slots=True)
class Filler:
    """A connection that has the database for itself."""

    connection: Any
    postgresql: bool

    def rows(
        self,
        table: Table,
        columns: Mapping[str, str],
        count: int,
        *,
        parts: int = 1,
        of: str = "",
        where: str = "TRUE",
        backwards: bool = False,
    ) -> None:
        """`count` rows, `parts` of each where it holds; `of` names a table whose row is copied. Its other indexes are
        made afterwards. `backwards`: the last row first, so that a key that falls with `n` grows all the same."""
        began = time.perf_counter()
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        dialect: Any = postgresql.dialect() if self.postgresql else sqlite.dialect()  # type: ignore[no-untyped-call]
        for index in indexes:
            self.connection.execute(str(DropIndex(index).compile(dialect=dialect)))
        n = f"{count - 1} - i / {parts}" if backwards else f"i / {parts}"
        source = f"(SELECT {n} AS n, i % {parts} AS p FROM {self._series(count * parts)}) AS series"
        source += f" CROSS JOIN {of}" if of else ""
        names = ", ".join(map(json.dumps, columns))
        values = ", ".join(columns.values())
        self.connection.execute(f"INSERT INTO {table.name} ({names}) SELECT {values} FROM {source} WHERE {where}")
        for index in indexes:
            self.connection.execute(str(CreateIndex(index).compile(dialect=dialect)))
        sys.stderr.write(f"{table.name}: {count:,} rows, {time.perf_counter() - began:.0f} s\n")

    def listed(self, name: str, texts: Sequence[str]) -> None:
        """A table for the time of the filling: each text with its place from 0, `k`."""
        self.connection.execute(f"CREATE TEMPORARY TABLE {name} (k INTEGER PRIMARY KEY, term TEXT)")
        mark = "%s" if self.postgresql else "?"
        query = f"INSERT INTO {name} VALUES ({mark}, {mark})"
        with self.transaction():
            self.connection.cursor().executemany(query, list(enumerate(texts)))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Several statements with one commit."""
        self.connection.execute("BEGIN")
        yield
        self.connection.execute("COMMIT")

    def uuid(self, high: str, low: str, *, dashed: bool = False) -> str:
        """An id of two numbers as it is kept, or as text with dashes."""
        digits = self.hex(high, low)
        if dashed:
            pieces = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
            return " || '-' || ".join(f"substr({digits}, {first}, {size})" for first, size in pieces)
        return f"CAST({digits} AS uuid)" if self.postgresql else f"({digits})"

    def moment(self, seconds: str) -> str:
        """A moment by its whole seconds since 1970."""
        if self.postgresql:
            return f"to_timestamp({seconds})"
        return f"strftime('%Y-%m-%d %H:%M:%S.000000', {seconds}, 'unixepoch')"

    def json(self, text: str) -> str:
        """JSON by its text."""
        return f"CAST({text} AS jsonb)" if self.postgresql else f"({text})"

    def padded(self, number: str, digits: int) -> str:
        """A number with leading zeros."""
        return (
            f"right('{'0' * digits}' || {number}, {digits})" if self.postgresql else f"printf('%0{digits}d', {number})"
        )

    def hex(self, high: str, low: str) -> str:
        """The 32 hexadecimal digits of an id of two numbers."""
        return f"{self._hex(high)} || {self._hex(low)}"

    def _hex(self, number: str) -> str:
        return f"lpad(to_hex({number}), 16, '0')" if self.postgresql else f"printf('%016x', {number})"

    def _series(self, count: int) -> str:
        if self.postgresql:
            return f"generate_series(0::bigint, {count - 1}) AS numbers(i)"
        counted = f"SELECT 0 UNION ALL SELECT i + 1 FROM numbers LIMIT {count}"
        return f"(WITH RECURSIVE numbers(i) AS ({counted}) SELECT i FROM numbers)"


@contextmanager
def filler(url: str) -> Iterator[Filler]:
    """Who fills the database, which nobody else may have open; at the end it is as durable as ever, and looked through
    on PostgreSQL (VACUUM ANALYZE)."""
    with plain_connection(url) as plain:
        made = Filler(plain.connection, postgresql=url.startswith("postgresql"))
        for each in _POSTGRESQL if made.postgresql else _SQLITE:
            made.connection.execute(each)
        try:
            yield made
        finally:
            for each in _AFTERWARDS[made.postgresql]:
                made.connection.execute(each)


def literal(text: str) -> str:
    """A text in a statement."""
    return "'" + text.replace("'", "''") + "'"


def pick(texts: Sequence[str], number: str) -> str:
    """One of few texts by a number, which counts round."""
    cases = " ".join(f"WHEN {place} THEN {literal(text)}" for place, text in enumerate(texts))
    return f"CASE ({number}) % {len(texts)} {cases} END"


def scrambled(number: str, salt: int = 0) -> str:
    """A number below 2³¹ that looks like chance: another one for every number below 2³¹, each time the same."""
    return f"(({number} + {salt}) * {FACTORS[0]} % {PRIME})"


def chance(number: str, salt: int) -> str:
    """A number below two million that looks like chance whatever is done with it: the product of two that are scrambled
    differently keeps nothing of the order, as a multiple alone does."""
    return f"({scrambled(number, salt)} * {scrambled(number, salt * FACTORS[1] + FACTORS[2])} % {PRIME} / {COARSE})"
