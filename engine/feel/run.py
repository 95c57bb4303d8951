"""One evaluation: what it may use, what it noticed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from engine.feel.limits import MAX_PARTS, MAX_VALUE_DEPTH, MAX_WARNINGS, Budget, BudgetExceeded
from engine.feel.values import Function, Value, type_name

# variables, the run, then the slots of names bound inside the expression
Frame: TypeAlias = list[Any]
Code: TypeAlias = Callable[[Frame], Any]


# Parameters of warnings that quote a value, not a name or a type.
QUOTED: Final = frozenset({"text", "pattern", "reason", "cause", "keys", "index"})


class Place(NamedTuple):
    """Where in a decision an expression stands: rows count from 1; None for an input column itself."""

    decision: str
    row: int | None
    column: str


@dataclass(frozen=True, slots=True)
class Warning:  # noqa: A001 - the standard's word; Python's own is never wanted beside it
    """Why a value is null or may surprise: a code, the parameters of its message, a position in the text, a place."""

    code: str
    params: Mapping[str, object]
    position: int | None = None
    place: Place | None = None


class Evaluation(NamedTuple):
    """What an evaluation answers."""

    value: Value
    warnings: tuple[Warning, ...]


@dataclass(frozen=True, slots=True)
class Environment:
    """What an evaluation knows of the world: the clock, the zone of `now()` and `today()`, further functions.

    `quotes`: whether warnings may carry pieces of the values themselves. Only for whoever may see all of them anyway,
    at a prompt: what a process writes down must not hold what it was given (`privacy.transient`).
    """

    now: Callable[[], dt.datetime]
    zone: ZoneInfo
    functions: Mapping[str, Function] = field(default_factory=dict)
    budget: Budget = field(default_factory=Budget)
    quotes: bool = False


def _measure(value: Value, left: int, depth: int) -> int:
    """How much of the allowance is left after the parts of a value. A list within a list counts each time."""
    if depth > MAX_VALUE_DEPTH:
        raise BudgetExceeded("depth", MAX_VALUE_DEPTH)
    parts = value if isinstance(value, list) else value.values() if isinstance(value, dict) else ()
    left -= len(parts)
    if left < 0:
        raise BudgetExceeded("size", MAX_PARTS)
    for part in parts:
        if type(part) is list or type(part) is dict:
            left = _measure(part, left, depth + 1)
    return left


class Run:
    """The budget left and the warnings so far; for these `position` is the call being made, `place` the cell."""

    __slots__ = ("calls", "environment", "place", "position", "steps", "warnings")
    position: int | None
    place: Place | None

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.warnings: list[Warning] = []
        self.steps = environment.budget.steps
        self.calls = 0
        self.position = None
        self.place = None

    def warn(self, code: str, position: int | None = None, **params: object) -> None:
        """Note something, once for each place."""
        where = self.position if position is None else position
        if len(self.warnings) >= MAX_WARNINGS:
            return
        for known in self.warnings:
            if known.position == where and known.code == code and known.place == self.place:
                return
        if not self.environment.quotes:
            params = {name: value for name, value in params.items() if name not in QUOTED}
        self.warnings.append(Warning(code, params, where, self.place))

    def neither(self, value: Value, position: int | None = None) -> None:
        """Note that a value is neither true nor false. Null is not noted: why it is null has been said."""
        if value is not None and not isinstance(value, bool):
            self.warn("not_boolean", position, type=type_name(value))

    def spend(self, steps: int) -> None:
        """Use some of the budget. BudgetExceeded when it is gone."""
        self.steps -= steps
        if self.steps < 0:
            raise BudgetExceeded("steps", self.environment.budget.steps)

    def text(self, text: str) -> str:
        """The text, if it is not too long."""
        self.fits("text", len(text))
        return text

    def fits(self, kind: str, size: int) -> None:
        """BudgetExceeded if a text of that size would be too long."""
        if size > self.environment.budget.text:
            raise BudgetExceeded(kind, self.environment.budget.text)

    def whole(self, value: Value) -> Value:
        """The value, if all that is inside it is neither too much nor too deep to be written down."""
        if isinstance(value, (list, dict)):
            _measure(value, MAX_PARTS, 0)
        return value

    def items(self, items: list[Value]) -> list[Value]:
        """The list, if it is not too long."""
        if len(items) > self.environment.budget.items:
            raise BudgetExceeded("items", self.environment.budget.items)
        return items

    def enter(self) -> None:
        """One call deeper."""
        self.calls += 1
        self.spend(1)
        if self.calls > self.environment.budget.calls:
            raise BudgetExceeded("calls", self.environment.budget.calls)
