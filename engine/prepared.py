"""Statements of the hot path, compiled once a connection: SQLAlchemy writes the SQL, the driver gets it directly.

Core's own cache still computes a key and a context for every call; where six statements make a completion, that is most
of its cost. The SQL and the conversion of parameters are the same.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Executable

__all__ = ["Prepared", "PreparedQuery", "execute", "fetch"]

_KEY = "amicale.prepared"
_QUERIES = "amicale.prepared.queries"
Row = Mapping[str, Any]


class Prepared:
    """One statement in the words of one driver."""

    __slots__ = ("names", "positional", "processors", "text")

    def __init__(self, statement: Executable, connection: Connection) -> None:
        compiled: Any = statement.compile(dialect=connection.dialect)  # type: ignore[attr-defined]
        processors: Mapping[str, Callable[[Any], Any]] = compiled._bind_processors
        self.text: str = str(compiled)
        self.positional = compiled.positiontup is not None
        self.names: Sequence[str] = compiled.positiontup or list(compiled.bind_names.values())
        self.processors = [processors.get(name) for name in self.names]

    def values(self, row: Row) -> Any:
        """The row's values as the driver takes them: in order, or by name."""
        converted = [
            row[name] if convert is None else convert(row[name])
            for name, convert in zip(self.names, self.processors, strict=True)
        ]
        return tuple(converted) if self.positional else dict(zip(self.names, converted, strict=True))


class PreparedQuery(Prepared):
    """A query with the conversion of what it answers: rows that are named tuples of the selected columns."""

    __slots__ = ("readers", "row")

    def __init__(self, statement: Executable, connection: Connection) -> None:
        super().__init__(statement, connection)
        columns: Any = statement.compile(dialect=connection.dialect)._result_columns  # type: ignore[attr-defined]
        self.row: Any = _row_of([column.keyname for column in columns])
        self.readers = [column.type._cached_result_processor(connection.dialect, None) for column in columns]

    def read(self, raw: Sequence[Any]) -> Any:
        """What the driver answered, as the columns' types mean it."""
        return self.row._make(
            value if convert is None else convert(value) for value, convert in zip(raw, self.readers, strict=True)
        )


def _row_of(names: Sequence[str]) -> Any:
    """A class of rows with these columns; they are known at run time only."""
    make: Any = namedtuple
    return make("Row", names)


def fetch(connection: Connection, statement: Executable, values: Row) -> list[Any]:
    """The rows that a query answers, as named tuples."""
    known: dict[Executable, PreparedQuery] = connection.info.setdefault(_QUERIES, {})
    prepared = known.get(statement)
    if prepared is None:
        prepared = known[statement] = PreparedQuery(statement, connection)
    return [prepared.read(raw) for raw in connection.exec_driver_sql(prepared.text, prepared.values(values))]


def execute(connection: Connection, statement: Executable, rows: Sequence[Row]) -> int:
    """Executes once for each row, in one round trip; answers how many rows matched. Nothing for no rows."""
    if not rows:
        return 0
    known: dict[Executable, Prepared] = connection.info.setdefault(_KEY, {})
    prepared = known.get(statement)
    if prepared is None:
        prepared = known[statement] = Prepared(statement, connection)
    parameters = prepared.values(rows[0]) if len(rows) == 1 else [prepared.values(row) for row in rows]
    return connection.exec_driver_sql(prepared.text, parameters).rowcount
