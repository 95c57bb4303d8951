"""How values enter a case: names checked, Python turned into FEEL; and how they are stored."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Final

from engine.bounds import storable
from engine.errors import InvalidVariable
from engine.feel import codec
from engine.feel.values import Context, Value, from_python

__all__ = ["check_names", "decode", "encode", "entering", "without"]

_MALFORMED: Final = "it has letters, digits and _ only, and begins with a letter"
_RESERVED: Final = "it is reserved"
_NAME = re.compile(r"[^\W\d]\w*")
_KEYWORDS: Final = frozenset(
    {
        "and", "between", "else", "every", "external", "false", "for", "function", "if", "in", "instance", "not",
        "null", "or", "return", "satisfies", "some", "then", "true",
    }
)  # fmt: skip


def entering(variables: Mapping[str, object] | None) -> Context:
    """The same variables as FEEL values. Raises InvalidVariable for a name the dialect refuses (§2), at any depth."""
    if not variables:
        return {}
    check_names(variables)
    return {name: from_python(value) for name, value in variables.items()}


def check_names(variables: Mapping[str, object]) -> None:
    """Raises InvalidVariable for the first name that cannot be one."""
    for name, value in variables.items():
        why = _fault(name) if isinstance(name, str) else _MALFORMED
        if why is not None:
            raise InvalidVariable(name=name, why=why)
        if not isinstance(value, bool | int | Decimal | None):
            _check_depth(name, value)


@lru_cache(maxsize=2_000)
def _fault(name: str) -> str | None:
    """What keeps a name from being a variable's. The same few names come again and again."""
    if not _NAME.fullmatch(name):
        return _MALFORMED
    if name in _KEYWORDS:
        return "FEEL uses this word itself"
    return _RESERVED if _is_reserved(name) else None


def _is_reserved(name: object) -> bool:
    return not isinstance(name, str) or name.startswith("_") or name == "typename"


def _check_key(name: object) -> None:
    if _is_reserved(name):
        raise InvalidVariable(name=name, why=_RESERVED)


def _check_depth(name: str, value: object) -> None:
    stack = [value]
    while stack:
        current = stack.pop()
        if isinstance(current, Mapping):
            for key, inner in current.items():
                _check_key(key)
                stack.append(inner)
        elif isinstance(current, list | tuple):
            stack.extend(current)
        elif isinstance(current, str) and not storable(current):
            raise InvalidVariable(name=name, why="its text holds a character that cannot be stored")


def encode(variables: Mapping[str, Value]) -> dict[str, object]:
    """What a JSON column stores: every FEEL value survives unchanged."""
    return {name: codec.encode(value) for name, value in variables.items()}


def decode(stored: Mapping[str, object]) -> Context:
    """The opposite of `encode`."""
    return {name: codec.decode(value) for name, value in stored.items()}


def without(variables: Mapping[str, Value], transient: Collection[str]) -> Mapping[str, Value]:
    """The variables that history may keep (`privacy.transient`)."""
    return {name: value for name, value in variables.items() if name not in transient} if transient else variables
