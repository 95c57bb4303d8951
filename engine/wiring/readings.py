"""The variables that the expressions of a process read, element by element."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass

from engine.bpmn.model import Element
from engine.errors import AmicaleError
from engine.feel import Expression, static_or_expression
from engine.feel.syntax import Call, Comparison, Filter, Literal, Name, Node

__all__ = ["Reading", "names_read", "of_element", "of_properties"]

# Functions that ask whether there is a value at all: reading an unknown name there is meant.
_ASKING = frozenset({"is defined", "get or else", "is empty", "is blank", "count"})


@dataclass(frozen=True, slots=True)
class Reading:
    """One expression and the names that it needs."""

    text: str
    names: frozenset[str]


def of_element(element: Element) -> Iterator[Reading]:
    """Every expression of an element and of the flows out of it, but those of output mappings.

    An output mapping reads the result, which is known at run time only.
    """
    for name in (one.name for one in fields(element)):
        if name not in ("outputs", "copies_out", "properties", "names"):
            yield from _inside(getattr(element, name))


def of_properties(properties: Mapping[str, str], functions: tuple[str, ...]) -> Iterator[Reading]:
    """The expressions among the properties of a process (`case.title`)."""
    for name, value in properties.items():
        if "case." in name and value.lstrip().startswith("="):
            try:
                yield from _inside(static_or_expression(value, names=functions))
            except AmicaleError:  # told by the reader, with its place
                continue


def _inside(value: object) -> Iterator[Reading]:
    if isinstance(value, Expression):
        yield Reading(f"={value.text}", names_read(value))
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _inside(one)
    elif isinstance(value, tuple):
        for one in value:
            yield from _inside(one)
    elif is_dataclass(value):
        for each in fields(value):
            yield from _inside(getattr(value, each.name))


def names_read(expression: Expression) -> frozenset[str]:
    """The variables without which it answers null: not those that it asks for, nor what may be a field of an item."""
    return frozenset(expression.names) - frozenset(_optional(expression.tree))


def _optional(tree: object, *, asked: bool = False) -> Iterator[str]:
    if isinstance(tree, tuple | list):
        for one in tree:
            yield from _optional(one, asked=asked)
        return
    if not isinstance(tree, Node):
        return
    if asked and isinstance(tree, Name):
        yield tree.name
    if isinstance(tree, Call) and isinstance(tree.function, Name) and tree.function.name in _ASKING:
        asked = True
    if isinstance(tree, Comparison) and any(
        isinstance(side, Literal) and side.value is None for side in (tree.left, tree.right)
    ):
        asked = True
    for each in fields(tree):
        within = asked or (isinstance(tree, Filter) and each.name == "condition")
        yield from _optional(getattr(tree, each.name), asked=within)
