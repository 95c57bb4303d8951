"""Types of FEEL: which values belong to them, and the implicit conversions (DMN 1.5, 10.3.2.9)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from engine.feel.syntax import TypeName
from engine.feel.temporal import Date, DateTime, Time
from engine.feel.values import DaysDuration, Function, Range, Value, YearsDuration

_SIMPLE: Final[dict[str, type | tuple[type, ...]]] = {
    "number": Decimal,
    "string": str,
    "boolean": bool,
    "date": Date,
    "time": Time,
    "date and time": DateTime,
    "days and time duration": DaysDuration,
    "years and months duration": YearsDuration,
    "list": list,
    "context": dict,
    "range": Range,
    "function": Function,
}
TYPES: Final = (*_SIMPLE, "Any")
_PARAMETRIC: Final = frozenset({"list", "context", "range", "function"})
_SYNONYMS: Final = {
    "dateTime": "date and time",
    "date time": "date and time",
    "dayTimeDuration": "days and time duration",
    "day time duration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "year month duration": "years and months duration",
    "any": "Any",
    "null": "Null",
}


@dataclass(frozen=True, slots=True)
class FeelType:
    """A type. `element` of a list or range; `entries` of a context; `allowed` narrows it, and
    `title` names it (item definitions)."""

    name: str
    element: FeelType | None = None
    entries: tuple[tuple[str, FeelType], ...] | None = None
    parameters: tuple[FeelType, ...] | None = None
    result: FeelType | None = None
    allowed: Callable[[Value], bool] | None = None
    title: str = field(default="", compare=False)

    @property
    def is_list(self) -> bool:
        """Whether its values are lists."""
        return self.name == "list"

    def includes(self, value: Value) -> bool:
        """Whether a value, not null, belongs to this type."""
        return self.shapes(value) and (self.allowed is None or self.allowed(value))

    def shapes(self, value: Value) -> bool:
        """Whether a value is of this kind, allowed or not."""
        if self.name == "Any":
            return True
        if value is None:
            return self.name == "Null"
        kind = _SIMPLE.get(self.name)
        if kind is None or not isinstance(value, kind):
            return False
        if isinstance(value, list):
            return self.element is None or all(self.element.admits(item) for item in value)
        if isinstance(value, dict):
            return self._fits_entries(value)
        if isinstance(value, Range):
            return self._fits_range(value)
        return not isinstance(value, Function) or self._fits_function(value)

    def _fits_function(self, value: Function) -> bool:
        """A function may take more than it is asked to, and answer less."""
        if self.parameters is None:
            return True
        if len(value.parameters) != len(self.parameters):
            return False
        if any(not asked.conforms(taken) for asked, taken in zip(self.parameters, value.kinds, strict=False)):
            return False
        return self.result is None or value.result is None or value.result.conforms(self.result)

    def conforms(self, other: FeelType) -> bool:
        """Whether every value of this type belongs to another one, as far as their shapes tell."""
        if other.name == "Any" or self == other or self.name == "Null":
            return True
        if self.name != other.name:
            return False
        if other.element is not None:
            return self.element is not None and self.element.conforms(other.element)
        mine = dict(self.entries or ())
        return all(name in mine and mine[name].conforms(kind) for name, kind in other.entries or ())

    def _fits_entries(self, value: dict[str, Value]) -> bool:
        entries = self.entries or ()
        return all(name in value and kind.admits(value[name]) for name, kind in entries)

    def _fits_range(self, value: Range) -> bool:
        if self.element is None:
            return True
        ends = [end for end in (value.low, value.high) if end is not None]
        return all(self.element.includes(end) for end in ends)

    @property
    def shown(self) -> str:
        """The name that people gave it with the values that it allows, or else what it is."""
        plain = self.title or (f"list<{self.element.shown}>" if self.is_list and self.element else self.name)
        told = getattr(self.allowed, "text", "")
        return f"{plain} ({told})" if told else plain

    def admits(self, value: Value) -> bool:
        """Whether a value may stand where this type is asked: one of its values, or null."""
        return value is None or self.includes(value)

    def coerced(self, value: Value) -> tuple[Value, bool]:
        """The value as one of this type, after the implicit conversions; (null, False) if it is none."""
        if self.admits(value):
            return value, True
        if isinstance(value, list) and len(value) == 1 and not self.is_list and self.admits(value[0]):
            return value[0], True
        if self.is_list and not isinstance(value, list) and self.includes([value]):
            return [value], True
        if self.name == "date and time" and isinstance(value, Date):
            midnight = DateTime(value, Time(0, 0, 0, 0, 0))
            if self.includes(midnight):
                return midnight, True
        return None, False


ANY: Final = FeelType("Any")


def named_type(name: str, types: Mapping[str, FeelType]) -> FeelType | None:
    """The type of that name, built in or given; None if there is none."""
    found = types.get(name)
    if found is not None:
        return found
    name = _SYNONYMS.get(name, name)
    return FeelType(name) if name in _SIMPLE or name in ("Any", "Null") else None


def incomplete(written: TypeName, types: Mapping[str, FeelType]) -> str | None:
    """The type in it that lacks its parts: `list`, unlike `list<Any>`, is none (grammar rule 52, table 61)."""
    bare = not (written.arguments or written.entries or written.result)
    if bare and written.name in _PARAMETRIC and written.name not in types:
        return written.name
    inside = (*written.arguments, *(entry for _name, entry in written.entries), written.result)
    return next((name for part in inside if part is not None and (name := incomplete(part, types))), None)


def resolve(written: TypeName, types: Mapping[str, FeelType]) -> FeelType | None:
    """The type that is written so; None if a name in it is unknown."""
    base = named_type(written.name, types)
    if base is None:
        return None
    inside = [resolve(argument, types) for argument in written.arguments]
    entries = [(name, resolve(entry, types)) for name, entry in written.entries]
    result = resolve(written.result, types) if written.result is not None else None
    known = tuple(kind for kind in inside if kind is not None)
    fields = tuple((name, kind) for name, kind in entries if kind is not None)
    if len(known) != len(inside) or len(fields) != len(entries):
        return None
    if written.name == "function":
        return FeelType("function", parameters=known, result=result) if written.result else base
    if written.entries:
        return FeelType("context", entries=fields)
    return FeelType(base.name, element=known[0]) if known else base
