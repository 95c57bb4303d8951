"""The floor under a durable step: the statements that the engine sent, sent again without an engine.

`Recorder` notes what SQLAlchemy hands to the driver, byte for byte; `replay` sends it again on a plain driver
connection to a clone of the same database, with the same transaction boundaries and the results fetched.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine as Database
from sqlalchemy import event

from benchmarks.figures import Cost


@dataclass(slots=True)
class Transaction:
    """The statements of one transaction with their parameters, in order."""

    statements: list[tuple[str, Any, bool]] = field(default_factory=list)


@dataclass(slots=True)
class Recorder:
    """Listens to one database; `transactions` are those that committed since `clear`."""

    transactions: list[Transaction] = field(default_factory=list)
    _open: Transaction = field(default_factory=Transaction)

    def listen(self, database: Database) -> Recorder:
        """Starts to note."""
        event.listen(database, "begin", lambda connection: self._begin())
        event.listen(database, "before_cursor_execute", self._execute)
        event.listen(database, "commit", lambda connection: self._commit())
        return self

    def clear(self) -> list[Transaction]:
        """Answers what was noted and begins anew."""
        noted, self.transactions = self.transactions, []
        return noted

    def _begin(self) -> None:
        self._open = Transaction()

    def _execute(
        self, _connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool
    ) -> None:
        if not statement.upper().startswith(("BEGIN", "COMMIT")):
            self._open.statements.append((statement, parameters, many))

    def _commit(self) -> None:
        self.transactions.append(self._open)
        self._open = Transaction()


def replay(connection: Any, begin: str, transactions: Sequence[Transaction]) -> Cost:
    """Sends the transactions again; `connection` is a driver connection in autocommit mode."""
    cursor = connection.cursor()
    wall, cpu = time.perf_counter(), time.process_time()
    for transaction in transactions:
        cursor.execute(begin)
        for statement, parameters, many in transaction.statements:
            if many:
                cursor.executemany(statement, parameters)
            else:
                cursor.execute(statement, parameters)
            if cursor.description:
                cursor.fetchall()
        cursor.execute("COMMIT")
    return Cost(len(transactions), time.perf_counter() - wall, time.process_time() - cpu)


def raw_commits(
    connection: Any, begin: str, insert: Callable[[int], tuple[str, tuple[object, ...]]], count: int
) -> Cost:
    """One prepared insert and a commit, `count` times: what the disk gives at best."""
    cursor = connection.cursor()
    wall, cpu = time.perf_counter(), time.process_time()
    for number in range(count):
        statement, parameters = insert(number)
        cursor.execute(begin)
        cursor.execute(statement, parameters)
        cursor.execute("COMMIT")
    return Cost(count, time.perf_counter() - wall, time.process_time() - cpu)
