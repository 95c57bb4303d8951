"""One evaluation of a decision: the expressions' budget and warnings, and which rules matched."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from engine.dmn.origins import Origins
from engine.feel.run import Environment, Run, Warning  # noqa: A004 - the standard's word
from engine.feel.values import Value

# Warnings that an engine of processes takes for incidents: the table contradicts its own hit policy.
FAILURES: Final = frozenset({"several_hits", "different_outputs", "budget_exceeded", "endless_decision"})


@dataclass(frozen=True, slots=True)
class Matched:
    """What a decision table did: the decision's name, the inputs by column, the rules (from 0) and their ids.

    `reads`: the variables that each column names.
    """

    decision: str
    inputs: tuple[tuple[str, Value], ...]
    rules: tuple[int, ...]
    ids: tuple[str, ...]
    reads: tuple[frozenset[str], ...] = ()

    def without(self, names: Collection[str]) -> Matched:
        """The same without the columns that read one of these variables, however the column is called."""
        kept = [column for column, read in zip(self.inputs, self.reads, strict=True) if read.isdisjoint(names)]
        return replace(self, inputs=tuple(kept), reads=tuple(read for read in self.reads if read.isdisjoint(names)))


@dataclass(frozen=True, slots=True)
class DecisionResult:
    """What a decision answers, why, and from what."""

    value: Value
    warnings: tuple[Warning, ...]
    matched: tuple[Matched, ...]
    inputs: Mapping[str, Value]
    origins: Origins = field(default_factory=Origins)

    def without(self, names: Collection[str]) -> DecisionResult:
        """The same without a trace of these inputs (`privacy.transient`), nor of what other decisions made of them."""
        telling = self.origins.telling(names)
        # Inputs of imported models are called `import.name`.
        inputs = {name: value for name, value in self.inputs.items() if {name, *name.split(".")}.isdisjoint(names)}
        return replace(self, matched=tuple(self._told(each, telling) for each in self.matched), inputs=inputs)

    def _told(self, matched: Matched, telling: frozenset[str]) -> Matched:
        if telling and matched.decision in self.origins.functions:
            return matched.without(frozenset().union(*matched.reads))
        return matched.without(telling)

    def may_tell(self, names: Collection[str]) -> bool:
        """Whether the answer may rest on one of these inputs."""
        if not names:
            return False
        read = {part for name in self.inputs for part in (name, *name.split("."))}
        return self.origins.open_to_all or not read.isdisjoint(names)

    @property
    def failure(self) -> Warning | None:
        """The warning that makes this an incident in a process, if there is one."""
        return next((warning for warning in self.warnings if warning.code in FAILURES), None)

    @property
    def failed(self) -> bool:
        """Whether the decision contradicted itself or its budget."""
        return self.failure is not None


class DecisionRun(Run):
    """A run that remembers matched rules. `decision` is the one being evaluated, for its warnings."""

    __slots__ = ("decision", "matched")

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.matched: list[Matched] = []
        self.decision = ""
