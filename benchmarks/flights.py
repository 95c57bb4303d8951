"""PostgreSQL's side of the floor: the batches that the engine sent, sent again by libpq alone, byte for byte."""

from __future__ import annotations

import select
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import pq
from sqlalchemy import Engine as Database
from sqlalchemy import event

from benchmarks.figures import Cost
from engine.wire import Errand, Wire

Batch = Sequence[tuple[bytes, bytes, Sequence[bytes | None]]]  # name, SQL, values


@dataclass(slots=True)
class FlightRecorder:
    """Notes every batch of this process. A statement that took another way would be missing: that is an error.

    Strays are looked for up to the first `clear`, in a block that is not counted: a listener to every statement makes
    SQLAlchemy's connection, which a completion does without.
    """

    batches: list[Batch] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)
    _listened: Database | None = None

    def listen(self, database: Database) -> FlightRecorder:
        """Starts to note."""
        Wire.observer = self._note
        event.listen(database, "before_cursor_execute", self._stray)
        self._listened = database
        return self

    def clear(self) -> list[Batch]:
        """Answers what was noted and begins anew. Raises RuntimeError for a statement outside of the batches."""
        if self._listened is not None:
            event.remove(self._listened, "before_cursor_execute", self._stray)
            self._listened = None
        if self.strays:
            raise RuntimeError(f"sent outside of the batches: {self.strays[0]}")
        noted, self.batches = self.batches, []
        return noted

    def _note(self, errands: Sequence[Errand]) -> None:
        self.batches.append([(each.statement.name, each.statement.sql, each.values) for each in errands])

    def _stray(self, _connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if cursor is not None:
            self.strays.append(statement)


def replay_batches(connection: psycopg.Connection[Any], batches: Sequence[Batch]) -> Cost:
    """One round trip a batch, as it was; a step is a batch that commits."""
    libpq = connection.pgconn
    poll = select.poll()
    poll.register(libpq.socket, select.POLLIN)
    known: set[bytes] = set()
    for batch in batches:
        for name, sql, _ in batch:
            if name not in known:
                libpq.prepare(name, sql)  # an error where it is prepared already: the block before did
                known.add(name)
    wall, cpu = time.perf_counter(), time.process_time()
    for batch in batches:
        _send(libpq, poll, batch)
    commits = sum(batch[-1][1] == b"COMMIT" for batch in batches)
    return Cost(commits, time.perf_counter() - wall, time.process_time() - cpu)


def _send(libpq: Any, poll: Any, batch: Batch) -> None:
    libpq.enter_pipeline_mode()
    for name, _, values in batch:
        libpq.send_query_prepared(name, values)
    libpq.pipeline_sync()
    libpq.flush()
    while True:
        while libpq.is_busy():
            poll.poll()
            libpq.consume_input()
        result = libpq.get_result()
        if result is None:
            continue
        if result.status == pq.ExecStatus.PIPELINE_SYNC:
            break
        if result.status not in (pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK):
            raise RuntimeError(result.error_message)
    libpq.exit_pipeline_mode()
