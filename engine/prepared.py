"""Statements of the hot path, compiled once a connection: SQLAlchemy writes the SQL, the driver gets it directly.

Core's own cache still computes a key and a context for every call; where six statements make a completion, that is most
of its cost. The SQL and the conversion of parameters are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Executable

__all__ = ["Prepared", "execute"]

_KEY = "amicale.prepared"
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
