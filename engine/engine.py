"""The engine as one value: database, clock, registered work, settings. Two of them live side by side in a process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy
from sqlalchemy.orm import Session

from engine import builtin
from engine.cache import DefinitionCache, LiveCases
from engine.calendar import PARIS, TimeLimits
from engine.clock import Clock, SystemClock
from engine.database import connect
from engine.feel import Environment
from engine.feel_calendar import calendar_functions
from engine.migration.tables import Base
from engine.registry import Registry
from engine.workdays import WorkCalendar

__all__ = ["Doorbell", "Engine", "EngineSettings", "Observer", "Sequencer"]


def _always(calendar: WorkCalendar) -> Callable[[Session], WorkCalendar]:
    return lambda _session: calendar


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """What an operator may turn. Times are lengths, counts are whole numbers."""

    zone: ZoneInfo = PARIS
    limits: TimeLimits = field(default_factory=TimeLimits)
    work_calendar: WorkCalendar = field(default_factory=WorkCalendar)
    # The working days that deadlines of tasks count: asked in each transaction, for they may stand in a table.
    staff_calendar: Callable[[Session], WorkCalendar] = field(default_factory=lambda: _always(WorkCalendar()))
    # For how long a held task waits for its undoing (`engine.undo`), at a moment: it may stand in a table too.
    undo_window: Callable[[Session, datetime], timedelta] = lambda _session, _now: timedelta(seconds=20)
    # Told of a case (by its process and business key) that somebody ended before its time, in the same transaction:
    # no element of a diagram runs any more, so what the case promised outside of itself is taken back here.
    canceled: Callable[[Session, Engine, str, str | None], None] = lambda _session, _engine, _process, _key: None
    lease: timedelta = timedelta(minutes=5)
    first_backoff: timedelta = timedelta(seconds=10)
    longest_backoff: timedelta = timedelta(hours=6)
    together: timedelta = timedelta(milliseconds=30)  # for which one transaction takes further timers
    machinery_attempts: int = 12  # half a day with these back-offs, then an incident (`engine.stuck`)
    request_memory: timedelta = timedelta(days=7)
    message_memory: timedelta = timedelta(days=30)
    call_depth: int = 10
    definitions: int = 200  # parsed versions kept in memory
    live_cases: int = 2_000
    pool_size: int = 10


@dataclass(slots=True)
class Doorbell:
    """Tells this process that jobs became due. A hint only: the job rows are the truth."""

    listeners: list[Callable[[Sequence[UUID]], None]] = field(default_factory=list)

    def ring(self, jobs: Sequence[UUID]) -> None:
        """Passes the ids on to whoever listens."""
        for listener in self.listeners:
            listener(jobs)


@dataclass(slots=True)
class Observer:
    """Is told what this process did once it is durable, for figures: ids of processes and lengths, no data."""

    completed: list[Callable[[str], None]] = field(default_factory=list)  # the process of a completed user task
    ran: list[Callable[[str, float], None]] = field(default_factory=list)  # the kind of a job, seconds

    def tell_completed(self, process_id: str) -> None:
        """A person completed a user task."""
        for listener in self.completed:
            listener(process_id)

    def tell_ran(self, kind: str, seconds: float) -> None:
        """A job was run, to whatever end."""
        for listener in self.ran:
            listener(kind, seconds)


@dataclass(slots=True)
class Sequencer:
    """Rising numbers, near the microseconds of real time: the order of events that share a moment of the clock."""

    last: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, count: int) -> range:
        """The next `count` numbers."""
        with self.lock:
            first = max(self.last + 1, time.time_ns() // 1_000)
            self.last = first + count - 1
            return range(first, first + count)


@dataclass(frozen=True, slots=True)
class Engine:
    """Everything a verb of `engine.commands` needs. Made by `open`, ended by `close` (or `with`)."""

    database: sqlalchemy.Engine
    clock: Clock
    registry: Registry
    settings: EngineSettings
    definitions: DefinitionCache
    live_cases: LiveCases
    environment: Environment
    doorbell: Doorbell = field(default_factory=Doorbell)
    sequencer: Sequencer = field(default_factory=Sequencer)
    observer: Observer = field(default_factory=Observer)

    @classmethod
    def open(
        cls,
        database_url: str,
        *,
        clock: Clock | None = None,
        registry: Registry | None = None,
        settings: EngineSettings | None = None,
    ) -> Engine:
        """An engine on this database. The tables are expected to be there (migrations, or `create_tables`)."""
        settings, clock = settings or EngineSettings(), clock or SystemClock()
        return cls(
            database=connect(database_url, pool_size=settings.pool_size),
            clock=clock,
            registry=Registry.of(builtin) + (registry or Registry()),
            settings=settings,
            environment=Environment(clock.now, settings.zone, calendar_functions(settings.work_calendar)),
            definitions=DefinitionCache(settings.definitions),
            live_cases=LiveCases(settings.live_cases),
        )

    def create_tables(self) -> None:
        """Makes the tables where there are none: tests, sandboxes, the twenty lines of the README."""
        Base.metadata.create_all(self.database)

    def beside(self, clock: Clock) -> Engine:
        """The same database, work and settings under another clock (time-lapse)."""
        return replace(self, clock=clock, environment=replace(self.environment, now=clock.now))

    def close(self) -> None:
        """Closes the connections."""
        self.database.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
