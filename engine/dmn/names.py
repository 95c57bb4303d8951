"""What the expressions of a decision may name while they are compiled, and how they are compiled."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from engine.dmn.mentions import Mention
from engine.dmn.run import DecisionRun
from engine.dmn.xml import among, refuse
from engine.feel.compiler import Expression, UnaryTests, compile_expression, compile_unary_tests
from engine.feel.errors import FeelSyntaxError
from engine.feel.quick import Shortcut
from engine.feel.run import Run
from engine.feel.types import ANY, TYPES, FeelType, named_type
from engine.feel.values import Value

if TYPE_CHECKING:
    from engine.dmn.tables import Table

Variables = dict[str, Value]
Compiled = TypeVar("Compiled", Expression, UnaryTests)
# A boxed expression, compiled: its value for these variables.
Logic = Callable[[Variables, DecisionRun], Any]


class Evaluable(Protocol):
    """What an expression in a decision must do."""

    @property
    def text(self) -> str:
        """As it is written."""

    def within(self, variables: Mapping[str, Value], run: Run) -> Value:
        """Its value."""


class Testable(Protocol):
    """What unary tests in a decision must do."""

    @property
    def text(self) -> str:
        """As they are written."""

    @property
    def admits_all(self) -> bool:
        """Whether they admit whatever comes."""

    @property
    def shortcut(self) -> Shortcut | None:
        """What answers for most inputs, and is unsure of the others."""

    def within(self, input_value: Value, variables: Mapping[str, Value], run: Run) -> Value:
        """Whether they admit the input."""


class Unreadable:
    """Stands for a text that is no expression, in a model read leniently: null, and the reason as a warning."""

    def __init__(self, owner: str, problem: FeelSyntaxError) -> None:
        self.text = ""
        self.owner = owner
        self.problem = problem

    admits_all = False
    shortcut = None

    def within(self, *given: Any) -> None:
        """Null. The run is the last argument."""
        told = {key: value for key, value in self.problem.params.items() if key != "position"}
        given[-1].warn("syntax", 0, decision=self.owner, **told)


@dataclass(frozen=True, slots=True)
class Names:
    """Names and types in scope; `file` and `owner` say where, for refusals.

    `lenient`: a text that is no expression answers null instead of refusing the file. `tables` gathers the decision
    tables as they are read; `element` is the id of the decision or knowledge model that is being read. `row` (from 1)
    and `heading` (of the column) say in which cell of a table. `mentions` gathers what the expressions name; `entries`:
    whether entries of items are in scope, whose names nobody knows.
    """

    file: str
    owner: str
    variables: frozenset[str]
    types: Mapping[str, FeelType]
    parts: frozenset[str] = frozenset()
    lenient: bool = False
    element: str = ""
    tables: list[Table] = field(default_factory=list)
    row: int = 0
    heading: str = ""
    mentions: list[Mention] = field(default_factory=list)
    entries: bool = False

    def at(self, *, row: int = 0, heading: str = "") -> Names:
        """The same in that cell of the table; a long heading (an expression may stand there) is cut for reading."""
        return replace(self, row=row, heading=heading if len(heading) <= 200 else heading[:200] + "…")

    def plus(self, more: Iterable[str]) -> Names:
        """With further variables."""
        return replace(self, variables=self.variables | frozenset(more))

    def expression(self, text: str) -> Evaluable:
        """A compiled expression. DmnRefused, naming the owner, if it is none."""
        try:
            return self._noted(compile_expression(text, names=self.variables | self.parts, types=self.types))
        except FeelSyntaxError as problem:
            return self._unreadable(problem)

    def tests(self, text: str) -> Testable:
        """Compiled unary tests. DmnRefused, naming the owner, if they are none."""
        try:
            return self._noted(compile_unary_tests(text, names=self.variables | self.parts, types=self.types))
        except FeelSyntaxError as problem:
            return self._unreadable(problem)

    def _noted(self, compiled: Compiled) -> Compiled:
        read, called, scope = compiled.sure, compiled.functions, self.variables
        place = (self.owner, self.element, self.row, self.heading)
        self.mentions.append(Mention(*place, read, called, scope, self.entries))
        return compiled

    def _unreadable(self, problem: FeelSyntaxError) -> Unreadable:
        if not self.lenient:
            params = {key: value for key, value in problem.params.items() if key != "name"}
            refuse(self.file, self.owner, "syntax", row=self.row, heading=self.heading, **params)
        return Unreadable(self.owner, problem)

    def type(self, reference: str | None) -> FeelType | None:
        """The type of a `typeRef`; Any without one. An unknown name is refused; read leniently, it is None."""
        found = ANY if not reference else find_type(reference, self.types)
        if found is None and not self.lenient:
            refuse(self.file, self.owner, "type_unknown", row=self.row, heading=self.heading, type=reference,
                   **among(str(reference), {*self.types, *TYPES}))  # fmt: skip
        return found


def find_type(reference: str, types: Mapping[str, FeelType]) -> FeelType | None:
    """The type of that name, given or built in; old files write `feel:string`."""
    found = types.get(reference)
    if found is None and ":" in reference:
        prefix, _colon, reference = reference.partition(":")
        found = types.get(f"{prefix}.{reference}") or types.get(reference)
    return found or named_type(reference, types)
