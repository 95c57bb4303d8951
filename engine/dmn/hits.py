"""Hit policies (DMN 1.5, 8.2.10): what a table answers for the rules that match."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from typing import Final, NamedTuple

from engine.dmn.names import Evaluable, Testable
from engine.dmn.run import DecisionRun
from engine.feel.builtins import BUILTINS
from engine.feel.decimals import add
from engine.feel.equality import equals
from engine.feel.types import FeelType
from engine.feel.values import Value

_POLICIES: Final = ("UNIQUE", "FIRST", "ANY", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT")
_AGGREGATORS: Final = ("", "SUM", "MIN", "MAX", "COUNT")


@dataclass(frozen=True, slots=True)
class HitPolicy:
    """A hit policy and, for COLLECT, its aggregator."""

    name: str
    aggregator: str = ""

    @property
    def first_only(self) -> bool:
        """Whether rules after the first match cannot matter."""
        return self.name == "FIRST"

    @property
    def lists(self) -> bool:
        """Whether the answer is a list."""
        return not self.aggregator and self.name in ("RULE ORDER", "OUTPUT ORDER", "COLLECT")


@dataclass(frozen=True, slots=True)
class Output:
    """An output column: name, type, values in order of priority and as tests, what holds when nothing matches."""

    name: str
    kind: FeelType | None
    values: Evaluable | None
    allowed: Testable | None
    default: Evaluable | None


class Hits(NamedTuple):
    """The rules that matched, their outputs row by row, the columns, the default outputs."""

    rules: tuple[int, ...]
    values: list[list[Value]]
    columns: tuple[Output, ...]
    default: list[Value] | None


def known_policies() -> tuple[str, ...]:
    """Every hit policy as it is written, with its aggregator behind it."""
    return (*_POLICIES, *(f"COLLECT {name}" for name in _AGGREGATORS if name))


def hit_policy(name: str | None, aggregation: str | None) -> HitPolicy | None:
    """The policy of those attributes; UNIQUE without any; None if unknown."""
    policy = HitPolicy(name or "UNIQUE", aggregation or "")
    if policy.name not in _POLICIES or policy.aggregator not in _AGGREGATORS:
        return None
    return None if policy.aggregator and policy.name != "COLLECT" else policy


def aggregate(policy: HitPolicy, hits: Hits, run: DecisionRun) -> tuple[Value, tuple[int, ...]]:
    """The answer of the table and the rules it rests on."""
    if not hits.rules:
        # The default as it is, also where hits are listed or counted; without one, null (10.3.2.10).
        return None if hits.default is None else _shape(hits.default, hits.columns), ()
    if policy.name in ("PRIORITY", "OUTPUT ORDER"):
        hits = _by_priority(hits, run)
    shaped = [_shape(row, hits.columns) for row in hits.values]
    if policy.aggregator:
        return _aggregated(policy.aggregator, shaped, run), hits.rules
    if policy.lists:
        return shaped, hits.rules
    if policy.name == "UNIQUE" and len(shaped) > 1:
        run.warn("several_hits", 0, decision=run.decision, rules=tuple(n + 1 for n in hits.rules))
        return None, hits.rules
    if policy.name == "ANY" and any(equals(shaped[0], other, run) is not True for other in shaped):
        run.warn("different_outputs", 0, decision=run.decision, rules=tuple(n + 1 for n in hits.rules))
        return None, hits.rules
    return shaped[0], hits.rules if policy.name == "ANY" else hits.rules[:1]


def _shape(row: list[Value], columns: tuple[Output, ...]) -> Value:
    if len(columns) == 1:
        return row[0]
    return {column.name: value for column, value in zip(columns, row, strict=True)}


def _by_priority(hits: Hits, run: DecisionRun) -> Hits:
    orders = [column.values.within({}, run) if column.values else [] for column in hits.columns]

    def ranks(row: list[Value]) -> list[int]:
        return [rank(value, order) for value, order in zip(row, orders, strict=True)]

    pairs = sorted(zip(hits.rules, hits.values, strict=True), key=lambda pair: ranks(pair[1]))
    rules, values = tuple(rule for rule, _ in pairs), [row for _, row in pairs]
    return Hits(rules, values, hits.columns, hits.default)


def rank(value: Value, order: Value) -> int:
    """The place of a value among the output values, 0 first; behind all of them if it is none."""
    listed = order if isinstance(order, list) else []
    for place, candidate in enumerate(listed):
        if equals(value, candidate) is True:
            return place
    return len(listed)


def _aggregated(aggregator: str, values: list[Value], run: DecisionRun) -> Value:
    if aggregator == "COUNT":
        return Decimal(len(values))
    if aggregator == "SUM" and all(isinstance(value, Decimal) for value in values):
        return reduce(add, (value for value in values if isinstance(value, Decimal)))
    return BUILTINS[aggregator.lower()].call(run, [values])
