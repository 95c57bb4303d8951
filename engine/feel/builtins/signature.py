"""How built-in functions take their arguments: by place or by name, checked and converted.

A signature is written `string: string; start position: number; [length]: number`: brackets mark what may be left
out, `?` after a type admits null, `*` before a name takes the rest, `|` joins types.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from engine.feel.run import Run
from engine.feel.temporal import Date, DateTime, Time
from engine.feel.values import DaysDuration, Function, Range, Value, YearsDuration, type_name

_KINDS: Final[Mapping[str, tuple[type, ...]]] = {
    "number": (Decimal,),
    "string": (str,),
    "boolean": (bool,),
    "list": (list,),
    "context": (dict,),
    "date": (Date,),
    "time": (Time,),
    "date and time": (DateTime,),
    "days and time duration": (DaysDuration,),
    "years and months duration": (YearsDuration,),
    "duration": (DaysDuration, YearsDuration),
    "range": (Range,),
    "function": (Function,),
    "any": (object,),
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A formal parameter of a built-in function."""

    name: str
    shown: str
    kinds: tuple[type, ...]
    optional: bool
    nullable: bool
    rest: bool

    def fit(self, value: Value) -> tuple[Value, bool]:
        """The value as this parameter takes it, and whether it does."""
        if value is None:
            return None, self.nullable
        if isinstance(value, self.kinds):
            return value, True
        if isinstance(value, list) and len(value) == 1 and isinstance(value[0], self.kinds):
            return value[0], True
        if list in self.kinds:
            return [value], True
        return None, False


@dataclass(frozen=True, slots=True)
class Signature:
    """Parameters and what is done with them: `body(run, *arguments)`."""

    parameters: tuple[Parameter, ...]
    body: Callable[..., Value]

    def accepts(self, count: int) -> bool:
        """Whether so many arguments may be given by place."""
        least = sum(1 for parameter in self.parameters if not (parameter.optional or parameter.rest))
        return least <= count and (count <= len(self.parameters) or self._takes_rest)

    @property
    def _takes_rest(self) -> bool:
        return bool(self.parameters) and self.parameters[-1].rest

    def fit(self, arguments: list[Value]) -> tuple[list[Value], int | None]:
        """The arguments converted, and the place of the first that does not fit."""
        fitted: list[Value] = []
        last = len(self.parameters) - 1
        for place, argument in enumerate(arguments):
            value, fits = self.parameters[min(place, last)].fit(argument)
            if not fits:
                return fitted, place
            fitted.append(value)
        return fitted, None

    def placed(self, named: Mapping[str, Value]) -> list[Value] | None:
        """Named arguments in order; None if a name is unknown or one is missing."""
        names = [parameter.name for parameter in self.parameters]
        if any(name not in names for name in named):
            return None
        if any(p.name not in named and not p.optional for p in self.parameters):
            return None
        placed = [named.get(name) for name in names]
        while placed and names[len(placed) - 1] not in named:
            placed.pop()
        return placed


class Builtin(Function):
    """A built-in function with one or more signatures."""

    __slots__ = ("signatures",)

    def __init__(self, name: str, signatures: tuple[Signature, ...]) -> None:
        longest = max(signatures, key=lambda signature: len(signature.parameters))
        super().__init__(name, tuple(parameter.name for parameter in longest.parameters), longest.body)
        self.signatures = signatures

    def call(self, run: Run, arguments: list[Value]) -> Value:
        """See `Function.call`. Null with a warning where the standard says null."""
        run.spend(_cost(arguments))
        misfit: tuple[Signature, int] | None = None
        for signature in self.signatures:
            if not signature.accepts(len(arguments)):
                continue
            fitted, wrong = signature.fit(arguments)
            if wrong is None:
                return self._answer(run, signature, fitted)
            misfit = misfit or (signature, wrong)
        if misfit is None:
            run.warn("wrong_arguments", function=self.name, parameters=self.parameters, given=len(arguments))
            return None
        signature, wrong = misfit
        parameter = signature.parameters[min(wrong, len(signature.parameters) - 1)]
        given = type_name(arguments[wrong])
        run.warn(
            "bad_argument",
            function=self.name,
            parameter=parameter.name,
            expected=parameter.shown,
            given=given,
        )
        return None

    def call_named(self, run: Run, named: Mapping[str, Value]) -> Value:
        """See `Function.call_named`."""
        wrong: list[Value] | None = None
        written = list(named)
        # `before(range: …, point: …)`: two signatures have these names, and the order tells which is meant.
        for signature in sorted(self.signatures, key=lambda each: [p.name for p in each.parameters] != written):
            placed = signature.placed(named)
            if placed is None:
                continue
            gaps = [name for name in (p.name for p in signature.parameters[: len(placed)]) if name not in named]
            fitted, misfit = signature.fit(placed)
            if misfit is None or signature.parameters[misfit].name in gaps:
                return self._answer(run, signature, fitted if misfit is None else placed)
            wrong = placed
        if wrong is not None:
            return self.call(run, wrong)
        run.warn("wrong_arguments", function=self.name, parameters=self.parameters, given=tuple(named))
        return None

    def _answer(self, run: Run, signature: Signature, arguments: list[Value]) -> Value:
        try:
            return signature.body(run, *arguments)
        except (ArithmeticError, ValueError):
            run.warn("out_of_range", function=self.name)
            return None


def _cost(arguments: list[Value]) -> int:
    steps = 1
    for argument in arguments:
        if isinstance(argument, list):
            steps += len(argument)
        elif isinstance(argument, str):
            steps += len(argument) >> 6
    return steps


def signature(text: str, body: Callable[..., Any]) -> Signature:
    """A signature from its written form."""
    return Signature(tuple(_parameter(part.strip()) for part in text.split(";") if part.strip()), body)


def _parameter(text: str) -> Parameter:
    label, _colon, kind = text.partition(":")
    label, kind = label.strip(), kind.strip()
    nullable = kind.endswith("?")
    shown = kind.rstrip("?")
    kinds = tuple(python for part in shown.split("|") for python in _KINDS[part.strip()])
    rest, optional = label.startswith("*"), label.startswith("[")
    return Parameter(label.strip("*[]"), shown, kinds, optional, nullable or shown == "any", rest)


def builtin(name: str, *overloads: tuple[str, Callable[..., Any]]) -> Builtin:
    """A built-in function from its written signatures."""
    return Builtin(name, tuple(signature(text, body) for text, body in overloads))


def table(*functions: Builtin) -> dict[str, Builtin]:
    """Functions by name."""
    return {function.name: function for function in functions}
