"""What the rows of a table answer, as far as it is written as constants."""

from __future__ import annotations

import datetime as dt
from typing import Final
from zoneinfo import ZoneInfo

from engine.dmn.hits import rank
from engine.dmn.tables import Rule, Table
from engine.feel.compiler import Expression
from engine.feel.equality import equals
from engine.feel.run import Environment, Run
from engine.feel.syntax import Call, FunctionLiteral, Name, Node
from engine.feel.values import Value

_STILL: Final = Environment(now=lambda: dt.datetime(1970, 1, 1, tzinfo=dt.UTC), zone=ZoneInfo("UTC"))


def constant_outputs(rule: Rule) -> list[Value] | None:
    """The outputs of a row; None if one of them is more than a constant."""
    found = []
    for output in rule.outputs:
        if not isinstance(output, Expression) or _computes(output.tree):
            return None
        found.append(output.within({}, Run(_STILL)))
    return found


def _computes(node: object) -> bool:
    """Whether a name, a call or a function stands anywhere in it."""
    if isinstance(node, tuple):
        return any(_computes(part) for part in node)
    if not isinstance(node, Node):
        return False
    if isinstance(node, (Name, Call, FunctionLiteral)):
        return True
    return any(_computes(getattr(node, name)) for name in node.__dataclass_fields__)


def same_output(table: Table, one: int, other: int) -> bool | None:
    """Whether two rows answer the same; None if that depends on more than constants."""
    left, right = constant_outputs(table.rules[one]), constant_outputs(table.rules[other])
    if left is None or right is None:
        texts = [[output.text for output in table.rules[row].outputs] for row in (one, other)]
        return True if texts[0] == texts[1] else None
    return all(equals(mine, its) is True for mine, its in zip(left, right, strict=True))


def ranks(table: Table) -> list[list[int] | None]:
    """The place of each row in the order of output values, lower wins; None where that is not constant."""
    orders = [column.values.within({}, Run(_STILL)) if column.values else [] for column in table.outputs]
    found: list[list[int] | None] = []
    for rule in table.rules:
        values = constant_outputs(rule)
        ranked = None if values is None else [rank(value, order) for value, order in zip(values, orders, strict=True)]
        found.append(ranked)
    return found
