"""What a job type of a diagram names: service tasks (inside the transaction) and connectors (outside of it).

A module decorates its functions; `Registry.of(module, …)` collects them into a value. There is no global register.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import ModuleType
from typing import TYPE_CHECKING, Literal, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from engine.errors import DuplicateRegistration, ResultUndeclared

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = [
    "Connector", "ConnectorPolicy", "ConnectorWork", "Heard", "NotBegun", "Registry", "Round", "ServiceTask",
    "ServiceWork", "connector", "service_task",
]  # fmt: skip

ConnectorPolicy = Literal["idempotent", "at_least_once", "at_most_once"]
Result = Mapping[str, object] | None


@dataclass(frozen=True, slots=True)
class ServiceWork:
    """What a service task is given. It works in the caller's transaction: exactly once, with the step that asked."""

    engine: Engine
    session: Session
    instance_id: UUID
    process_id: str
    element: str
    token: UUID
    variables: Mapping[str, object]
    headers: Mapping[str, str]
    now: datetime


@dataclass(frozen=True, slots=True)
class ConnectorWork:
    """What a connector is given. No transaction is open; it may open its own.

    `idempotency_key` stays over retries, also those asked for by hand. What the receiver answers that proves the effect
    (a status, its own number for it) goes into `told`: it is recorded with the attempt, so no personal data.
    """

    engine: Engine
    idempotency_key: str
    instance_id: UUID | None  # None: work of no case, promised by a program
    process_id: str
    element: str
    variables: Mapping[str, object]
    headers: Mapping[str, str]
    attempt: int
    now: datetime
    told: dict[str, object] = field(default_factory=dict)


class NotBegun(Exception):
    """A call of a round that was not begun: its job is free again, and no attempt of it is used up."""


# What is written where a person rules that a call of no case, of which nobody heard, went out: it is given the work's
# variables and the moment from which on nobody knew, in the transaction of the ruling.
Heard = Callable[[Session, Mapping[str, object], datetime], None]
# The calls of several jobs, one after the other: for each, what it answered or why it failed. Where it raises, nothing
# has left: each is called alone then.
Round = Callable[[Sequence[ConnectorWork]], Sequence[Result | Exception]]


@dataclass(frozen=True, slots=True)
class ServiceTask:
    """A registered service task. `results` names every variable it may answer; None where that is not declared."""

    type: str
    work: Callable[[ServiceWork], Result]
    results: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Connector:
    """A registered connector, and what it does about an attempt of which nobody heard.

    `idempotent` (the receiver knows the key) and `at_least_once` are called again. `at_most_once` is not: the outcome
    is unknown until a person decides (`engine.unknown`).
    """

    type: str
    work: Callable[[ConnectorWork], Result]
    retries: int = 3
    policy: ConnectorPolicy = "at_least_once"
    results: frozenset[str] | None = None
    at_once: int | None = None  # calls that may run at the same time, over all workers; see engine/pacing.py
    per_minute: int | None = None  # calls that may begin in a minute, over all workers
    answers: bool = False  # what somebody asked for a moment ago: it leaves also while nothing else does
    round: Round | None = None  # how several are called at once (`engine.rounds`)
    heard: Heard | None = None  # what its own records say once a person has ruled that it went out (`engine.unknown`)

    @property
    def in_rounds(self) -> bool:
        """Whether several jobs are claimed and called at once: a worker that is lost leaves them all unheard, so only
        where each may be called again, and where nobody counts how many run."""
        limited = self.at_once is not None or self.per_minute is not None
        return self.round is not None and self.policy != "at_most_once" and not limited


_MARK = "__amicale_job_type__"
ServiceFunction = TypeVar("ServiceFunction", bound=Callable[[ServiceWork], Result])
ConnectorFunction = TypeVar("ConnectorFunction", bound=Callable[[ConnectorWork], Result])


def service_task(type_: str, *, results: Iterable[str] | None = None) -> Callable[[ServiceFunction], ServiceFunction]:
    """Marks a function as the service task of this type. `results`: every variable that it may answer."""

    def mark(function: ServiceFunction) -> ServiceFunction:
        setattr(function, _MARK, ServiceTask(type_, function, _declared(results)))
        return function

    return mark


def connector(
    type_: str,
    *,
    retries: int = 3,
    policy: ConnectorPolicy = "at_least_once",
    results: Iterable[str] | None = None,
    at_once: int | None = None,
    per_minute: int | None = None,
) -> Callable[[ConnectorFunction], ConnectorFunction]:
    """Marks a function as the connector of this type. `retries` counts attempts, where the diagram says none.

    `at_once` and `per_minute` limit its calls over all workers together.
    """

    def mark(function: ConnectorFunction) -> ConnectorFunction:
        setattr(function, _MARK, Connector(type_, function, retries, policy, _declared(results), at_once, per_minute))
        return function

    return mark


def _declared(results: Iterable[str] | None) -> frozenset[str] | None:
    return None if results is None else frozenset(results)


def as_declared(entry: ServiceTask | Connector, answered: Result) -> Result:
    """What the work answered. Raises ResultUndeclared for a variable that it does not name among its results."""
    if entry.results is not None and answered:
        undeclared = sorted(set(answered) - entry.results)
        if undeclared:
            raise ResultUndeclared(type=entry.type, name=undeclared[0])
    return answered


@dataclass(frozen=True, slots=True)
class Registry:
    """Job types by name."""

    service_tasks: Mapping[str, ServiceTask] = field(default_factory=dict)
    connectors: Mapping[str, Connector] = field(default_factory=dict)

    @classmethod
    def of(cls, *modules: ModuleType) -> Registry:
        """The marked functions that these modules define. Raises DuplicateRegistration for a type named twice."""
        return cls.collect(mark for module in modules for mark in _marks(module))

    @classmethod
    def collect(cls, entries: Iterator[ServiceTask | Connector] | list[ServiceTask | Connector]) -> Registry:
        """A registry of these entries. Raises DuplicateRegistration for a type named twice."""
        found: dict[str, ServiceTask | Connector] = {}
        for entry in entries:
            if entry.type in found:
                first, second = (_place(each.work) for each in (found[entry.type], entry))
                raise DuplicateRegistration(type=entry.type, first=first, second=second)
            found[entry.type] = entry
        return cls(
            {name: entry for name, entry in found.items() if isinstance(entry, ServiceTask)},
            {name: entry for name, entry in found.items() if isinstance(entry, Connector)},
        )

    def __add__(self, other: Registry) -> Registry:
        """Both together. Raises DuplicateRegistration."""
        return Registry.collect([*self._entries(), *other._entries()])

    def __contains__(self, type_: object) -> bool:
        return type_ in self.service_tasks or type_ in self.connectors

    def results_of(self, type_: str) -> frozenset[str] | None:
        """The variables that work of this type may answer; None where nobody knows."""
        entry = self.service_tasks.get(type_) or self.connectors.get(type_)
        return None if entry is None else entry.results

    def types(self) -> tuple[str, ...]:
        """Every registered type, sorted."""
        return tuple(sorted([*self.service_tasks, *self.connectors]))

    def _entries(self) -> list[ServiceTask | Connector]:
        return [*self.service_tasks.values(), *self.connectors.values()]


def _marks(module: ModuleType) -> Iterator[ServiceTask | Connector]:
    for _, function in inspect.getmembers(module, inspect.isfunction):
        if function.__module__ == module.__name__ and hasattr(function, _MARK):
            yield getattr(function, _MARK)


def _place(function: Callable[..., object]) -> str:
    return f"{function.__module__}.{getattr(function, '__qualname__', function)}"
