"""The values of FEEL and their types' names.

null is None, boolean bool, number Decimal, string str, list list, context dict with text keys; temporal values,
ranges and functions are classes. Values are never changed in place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final, TypeAlias

from engine.feel.durations import DaysDuration, YearsDuration
from engine.feel.temporal import Date, DateTime, Time

if TYPE_CHECKING:
    from engine.feel.run import Run
    from engine.feel.types import FeelType

Value: TypeAlias = (
    "bool | Decimal | str | Date | Time | DateTime | DaysDuration | YearsDuration | Range | Function"
    " | list[Value] | dict[str, Value] | None"
)
Context: TypeAlias = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Range:
    """An interval of comparable values. `operator` is set for those written as a test (`< 10`, `= 3`)."""

    low: Value
    high: Value
    low_included: bool = True
    high_included: bool = True
    operator: str = ""


class Function:
    """Something that can be called: `body(run, *arguments)` answers a value and never raises.

    Hosts make their own with `Function.of`, whose body takes the arguments alone.
    """

    __slots__ = ("body", "kinds", "name", "parameters", "result")
    kinds: tuple[FeelType, ...]
    result: FeelType | None

    def __init__(self, name: str, parameters: tuple[str, ...], body: Callable[..., Value]) -> None:
        self.name = name
        self.parameters = parameters
        self.kinds = ()
        self.result = None
        self.body = body

    @staticmethod
    def of(name: str, parameters: tuple[str, ...], body: Callable[..., Value]) -> Function:
        """A function of the host that needs nothing but its arguments."""
        return Function(name, parameters, lambda _run, *arguments: body(*arguments))

    def call(self, run: Run, arguments: list[Value]) -> Value:
        """The result for arguments in order; null with a warning if their number is wrong."""
        if len(arguments) != len(self.parameters):
            run.warn("wrong_arguments", function=self.name, parameters=self.parameters, given=len(arguments))
            return None
        return self.body(run, *arguments)

    def call_named(self, run: Run, named: Mapping[str, Value]) -> Value:
        """The result for arguments by name, those left out being null; null with a warning if a name is wrong."""
        if not named.keys() <= set(self.parameters):
            run.warn("wrong_arguments", function=self.name, parameters=self.parameters, given=tuple(named))
            return None
        return self.call(run, [named.get(name) for name in self.parameters])

    def __repr__(self) -> str:
        return f"<function {self.name}({', '.join(self.parameters)})>"


_TYPE_NAMES: Final[dict[type, str]] = {
    type(None): "null",
    bool: "boolean",
    Decimal: "number",
    str: "string",
    Date: "date",
    Time: "time",
    DateTime: "date and time",
    DaysDuration: "days and time duration",
    YearsDuration: "years and months duration",
    Range: "range",
    list: "list",
    dict: "context",
}


def type_name(value: Value) -> str:
    """The name of a value's type, as `instance of` writes it; `null` for null."""
    found = _TYPE_NAMES.get(type(value))
    if found is None:
        return "function" if isinstance(value, Function) else type(value).__name__
    return found
