"""PostgreSQL in few round trips: what needs no answer waits, and travels with the next question or with the commit.

A step asks once (its rows, under their lock) and then only tells. psycopg's own pipeline mode would do, at four times
the CPU: here the statements of a batch go to libpq as they are, prepared once a connection (libpq, "Pipeline Mode").
Everything else that uses the connection, the ORM above all, finds it as it expects it: what waits is sent first.
"""

from __future__ import annotations

import select
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, ClassVar, Final, TypeVar

import psycopg
from psycopg import pq
from psycopg.abc import PQGen
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result
from psycopg.pq.abc import PGresult

__all__ = ["Errand", "Statement", "Wire"]

RV = TypeVar("RV")
Values = Sequence[bytes | None]
DIVISION_BY_ZERO: Final = "22012"  # how a guard refuses, see `Statement.guarded`
UNIQUE_VIOLATION: Final = "23505"
_numbers: Final = count(1)
_GOOD: Final = (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK)
_IDLE: Final = pq.TransactionStatus.IDLE
_SOUND: Final = pq.TransactionStatus.INTRANS  # a transaction is open and nothing in it failed
PREPARED: Final = 400  # statements of the ORM that a connection keeps prepared; psycopg alone keeps 100


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """SQL with `$1`, `$2`, ... under the name by which every connection prepares it; `text` is what listeners hear."""

    sql: bytes
    name: bytes
    text: str

    @classmethod
    def of(cls, sql: str) -> Statement:
        """A statement with a name of its own."""
        return cls(sql.encode(), b"amicale_%d" % next(_numbers), sql)

    @classmethod
    def guarded(cls, sql: str) -> Statement:
        """An UPDATE or DELETE that must match one row: else it fails, and with it the commit that follows unseen."""
        guarded = f"WITH matched AS ({sql} RETURNING 1) SELECT 1 / count(*) FROM matched"  # noqa: S608 - ours
        return cls(guarded.encode(), b"amicale_%d" % next(_numbers), sql)


@dataclass(slots=True, eq=False)
class Errand:
    """A statement with its values as text; never changed. `refusal` is what a guard, or a key that is taken, means."""

    statement: Statement
    values: Values = ()
    refusal: Callable[[], Exception] | None = None


_BEGIN: Final = Errand(Statement(b"BEGIN", b"amicale_begin", "BEGIN"))
_COMMIT: Final = Errand(Statement(b"COMMIT", b"amicale_commit", "COMMIT"))
_ROLLBACK: Final = Errand(Statement(b"ROLLBACK", b"amicale_rollback", "ROLLBACK"))
# One name for all savepoints: a name means the innermost, and each is released once it is over (PostgreSQL, SAVEPOINT).
_SAVEPOINT: Final = Errand(Statement.of("SAVEPOINT here"))
_RELEASE: Final = Errand(Statement.of("RELEASE SAVEPOINT here"))
_UNDO: Final = Errand(Statement.of("ROLLBACK TO SAVEPOINT here"))


class Wire(psycopg.Connection[tuple[Any, ...]]):
    """A connection with errands that wait. One thread at a time has it, as the pool gives it."""

    observer: ClassVar[Callable[[Sequence[Errand]], None] | None] = None  # sees every batch: for measurements

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.prepared_max = PREPARED
        self._errands: list[Errand] = []
        self._named: set[bytes] = set()  # statements that the server knows for sure
        self._doubted: set[bytes] = set()  # those that psycopg may have deallocated since
        self._loaders: dict[Statement, Any] = {}  # psycopg's `Transformer`
        self._poll: Any = None
        self._interest = 0

    def leave(self, errands: Sequence[Errand]) -> None:
        """Sends them with the next question or with the commit, which raise what becomes of them."""
        self._errands.extend(errands)

    @property
    def waits(self) -> bool:
        """Whether something is still to be sent."""
        return bool(self._errands)

    def save(self) -> None:
        """Places a savepoint: it travels with what is said after it."""
        self._errands.append(_SAVEPOINT)

    def release(self) -> None:
        """The innermost savepoint is over; one after which nothing was said was never needed."""
        if self._errands and self._errands[-1] is _SAVEPOINT:
            self._errands.pop()
        else:
            self._errands.append(_RELEASE)

    def undo(self) -> None:
        """Undoes what was said since the innermost savepoint, which is over then. Raises psycopg.Error."""
        inner = 0
        for place in range(len(self._errands) - 1, -1, -1):
            inner += self._errands[place] is _RELEASE
            if self._errands[place] is _SAVEPOINT:
                if not inner:
                    del self._errands[place:]  # it was not sent, nor was anything after it
                    return
                inner -= 1
        self._errands.clear()
        self._exchange([_UNDO, _RELEASE] * (inner + 1))  # those inside whose end was not sent are undone before it

    def ask(self, errand: Errand, *, alone: bool = False) -> list[tuple[Any, ...]]:
        """Sends what waits and this query, in one round trip; answers its rows. Raises psycopg.Error or a refusal.

        `alone`: where nothing was begun, the query is a transaction of its own: what only reads sees no difference
        (READ COMMITTED), and has nothing to roll back.
        """
        waiting = self._taken()
        result = self._exchange([*waiting, errand], begins=bool(waiting) or not alone)
        reader = self._loaders.get(errand.statement)
        if reader is None:
            reader = self._loaders[errand.statement] = Transformer(self)
        reader.set_pgresult(result)
        return reader.load_rows(0, result.ntuples, tuple)

    def wait(self, gen: PQGen[RV], *arguments: Any, **options: Any) -> RV:
        """Everything that psycopg itself sends comes through here: what waits goes first."""
        if self._errands:
            self._exchange(self._taken())
        return super().wait(gen, *arguments, **options)

    def commit(self) -> None:
        if not self._errands and self.pgconn.transaction_status == _IDLE:
            return
        try:
            self._exchange([*self._taken(), _COMMIT])
        except Exception:
            if not self.closed:
                self.rollback()  # a commit that fails ends the transaction all the same
            raise

    def rollback(self) -> None:
        """Undoes the transaction, if there is one. What is prepared stays so where nothing failed: most often something
        was read, and psycopg would have the server forget all its statements with each."""
        waited, status = self._taken(), self.pgconn.transaction_status
        if status == _IDLE and not waited:
            return  # as the pool does it with every connection that comes back
        if status == _SOUND:
            self._exchange([_ROLLBACK])
            return
        if status != _IDLE:
            self._doubt()
        super().rollback()

    def _deallocate(self, name: bytes | None) -> PQGen[None]:
        """psycopg lets the server forget one of its statements, or after a change of tables all that there are."""
        if name is None:
            self._doubt()
        return super()._deallocate(name)

    def _doubt(self) -> None:
        self._doubted |= self._named
        self._named.clear()

    def _taken(self) -> list[Errand]:
        taken, self._errands = self._errands, []
        return taken

    def _exchange(self, errands: list[Errand], *, begins: bool = True) -> PGresult:
        """One round trip; the last result. A connection that breaks in the middle is closed."""
        connection = self.pgconn
        if begins and connection.transaction_status == _IDLE and not self._autocommit:
            errands.insert(0, _BEGIN)
        if Wire.observer is not None:
            Wire.observer(errands)
        try:
            connection.enter_pipeline_mode()
            sent = self._send(errands)
            result, good = self._received(sent)
            connection.exit_pipeline_mode()
        except BaseException:
            self.close()
            raise
        if sent is not errands:
            self._named.update(errand.statement.name for errand in sent[:good])
        if good < len(sent):
            raise self._meaning(sent[good], result)
        return result

    def _send(self, errands: list[Errand]) -> list[Errand]:
        """Hands everything to libpq; answers which errand each result will be of."""
        connection, sent = self.pgconn, errands
        names = [errand.statement.name for errand in errands]
        if self._named.issuperset(names):
            for name, errand in zip(names, errands, strict=True):
                connection.send_query_prepared(name, errand.values)
        else:
            sent = self._prepare(errands)
        connection.pipeline_sync()
        while connection.flush():  # more than the socket takes at once: read meanwhile, or both sides would wait
            self._poller(select.POLLIN | select.POLLOUT).poll()
            connection.consume_input()
        return sent

    def _prepare(self, errands: list[Errand]) -> list[Errand]:
        """The same where the server does not know every statement yet."""
        connection, known, sent = self.pgconn, set(self._named), []
        for errand in errands:
            name = errand.statement.name
            if name not in known:
                if name in self._doubted:  # to close what is not there is no error (protocol: "Close")
                    connection.send_close_prepared(name)
                    sent.append(errand)
                connection.send_prepare(name, errand.statement.sql)
                sent.append(errand)
                known.add(name)
            connection.send_query_prepared(name, errand.values)
            sent.append(errand)
        return sent

    def _received(self, sent: list[Errand]) -> tuple[PGresult, int]:
        """The last result, or the first that is a failure, and how many were good before it.

        Waits in `poll`, where other threads may run. `get_result` itself is never called where it would wait.
        """
        connection, good = self.pgconn, 0
        told: PGresult | None = None  # the first failure
        is_busy, get_result = connection.is_busy, connection.get_result
        for _ in sent:
            if is_busy():
                self._await()
            answer = get_result()
            if answer is None:
                raise psycopg.OperationalError("the connection is lost")
            result = answer
            if result.status in _GOOD and told is None:
                good += 1
            elif connection.status == pq.ConnStatus.BAD:
                raise error_from_result(result, encoding="utf-8")
            elif told is None:
                told = result
            get_result()  # None, the end of this errand's results: it comes with the result
        if is_busy():
            self._await()
        get_result()  # the synchronisation
        return told or result, good

    def _await(self) -> None:
        """Until the next result is here."""
        connection, poller = self.pgconn, self._poller(select.POLLIN)
        while connection.is_busy():
            poller.poll()
            connection.consume_input()

    def _meaning(self, errand: Errand, result: PGresult) -> Exception:
        """What the failure of an errand is called."""
        error = error_from_result(result, encoding="utf-8")
        if errand.refusal is not None and error.sqlstate in (DIVISION_BY_ZERO, UNIQUE_VIOLATION):
            return errand.refusal()
        self._doubt()
        return error

    def _poller(self, interest: int) -> Any:
        if self._poll is None:
            self._poll = select.poll()
        if interest != self._interest:
            self._poll.register(self.pgconn.socket, interest)
            self._interest = interest
        return self._poll

    def dropped(self) -> bool:
        """Whether the server has closed, or said something unasked, since the last answer; costs no round trip."""
        return bool(self._poller(select.POLLIN).poll(0))
