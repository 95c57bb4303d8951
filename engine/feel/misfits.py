"""Why a value is none of a type: which part of it is wrong, in names and types alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.feel.types import FeelType
from engine.feel.values import Value, type_name

__all__ = ["misfit"]

OUTSIDE = "…"


def misfit(kind: FeelType, value: Value) -> dict[str, Any]:
    """What is `expected`, down to the part that is wrong, and of what type that part is `given`.

    `tPerson → age: tAge ([0..120])`. A value of the right type that is not allowed is given as an ellipsis: values are
    not told.
    """
    if isinstance(value, list) and len(value) == 1 and not kind.is_list:
        value = value[0]
    for part, wanted, inner in _wrong_parts(kind, value):
        found = misfit(wanted, inner)
        return {**found, "expected": f"{kind.shown} → {part}: {found['expected']}"}
    return {"expected": kind.shown, "given": OUTSIDE if kind.shapes(value) else type_name(value)}


def _wrong_parts(kind: FeelType, value: Value) -> Iterator[tuple[str, FeelType, Value]]:
    """The parts that do not fit: where, of which type they should be, what they are; null where one is missing."""
    if isinstance(value, dict):
        for name, wanted in kind.entries or ():
            if name not in value or not wanted.admits(value[name]):
                yield name, wanted, value.get(name)
    elif isinstance(value, list) and kind.element is not None:
        for place, item in enumerate(value, 1):
            if not kind.element.admits(item):
                yield f"[{place}]", kind.element, item
