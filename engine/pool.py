"""The pool of connections, with the last ones at hand: a transaction takes one up where another put it down.

SQLAlchemy's pool makes a proxy, a weak reference and a lock, and rolls back, each time that a connection is used. A
transaction that has ended leaves nothing to undo: its connection, still checked out, is simply lent again. Few are kept
so: whoever uses the pool itself (migrations, backups) finds the others.
"""

from __future__ import annotations

import sqlite3
import time
from collections import deque
from typing import Any, Final

from psycopg import pq
from sqlalchemy import PoolProxiedConnection, QueuePool

from engine.wire import Wire

__all__ = ["IDLE_SECONDS", "KEPT", "LendingPool"]

IDLE_SECONDS: Final = 30.0  # after so long in the pool a connection may be dead without our having been told
KEPT: Final = 4  # at most, and less than the pool has
_IDLE: Final = pq.TransactionStatus.IDLE


class LendingPool(QueuePool):
    """A `QueuePool`; threads share what it has at hand, the last that was put down first."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._at_hand: deque[tuple[PoolProxiedConnection, Any, float]] = deque()  # with the driver's, and since when

    @property
    def at_hand(self) -> int:
        """How many connections are checked out and in nobody's use."""
        return len(self._at_hand)

    def take(self) -> tuple[PoolProxiedConnection, Any]:
        """A connection with no transaction on it, and the driver's inside it (to ask for that costs three calls).

        Raises what connecting raises, and sqlalchemy.exc.TimeoutError.
        """
        while self._at_hand:
            try:
                pooled, driver, since = self._at_hand.pop()
            except IndexError:  # another thread took the last one
                break
            if is_sound(driver, since):
                return pooled, driver
            pooled.close()  # the pool looks closer, and replaces it where it is dead
        pooled = self.connect()
        return pooled, pooled.driver_connection

    def put_down(self, pooled: PoolProxiedConnection, driver: Any) -> None:
        """Gives a connection back: to whoever comes next where nothing is left to undo, else to the pool."""
        if len(self._at_hand) < KEPT and ended(driver):
            self._at_hand.append((pooled, driver, time.monotonic()))
        else:
            pooled.close()

    def dispose(self) -> None:
        while self._at_hand:
            self._at_hand.pop()[0].close()
        super().dispose()


def ended(driver: Any) -> bool:
    """Whether no transaction is left open, and nothing waits to be sent. On SQLite, where it travels nowhere, what was
    not committed is undone here."""
    if isinstance(driver, Wire):
        return not driver.waits and driver.pgconn.transaction_status == _IDLE
    if not isinstance(driver, sqlite3.Connection):
        return False
    if driver.in_transaction:
        driver.rollback()
    return True


def is_sound(driver: Any, since: float) -> bool:
    """Whether a connection that lay still since then is surely alive."""
    if isinstance(driver, Wire):
        return not driver.dropped() and time.monotonic() - since <= IDLE_SECONDS
    return isinstance(driver, sqlite3.Connection)
