"""Calls that look at how their argument is written: `is defined(a.b)` and `get or else(a.b, c)` (additions)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from engine.feel.run import Code, Frame, Run
from engine.feel.scope import Scope
from engine.feel.syntax import Call, Node


def _quiet(code: Code) -> Code:
    """The same without its warnings: asking whether something is there is no mistake."""

    def quiet(frame: Frame) -> Any:
        run: Run = frame[1]
        before = len(run.warnings)
        value = code(frame)
        del run.warnings[before:]
        return value

    return quiet


def _single(node: Call) -> Node | None:
    if len(node.arguments) == 1:
        return node.arguments[0]
    return node.named[0][1] if len(node.named) == 1 else None


def _wrong(node: Call, name: str, parameters: tuple[str, ...]) -> Code:
    given = len(node.arguments) + len(node.named)

    def null(frame: Frame) -> None:
        frame[1].warn("wrong_arguments", node.position, function=name, parameters=parameters, given=given)

    return null


def _is_defined(node: Call, scope: Scope) -> Code:
    argument = _single(node)
    if argument is None:
        return _wrong(node, "is defined", ("value",))
    code = _quiet(scope.compile(argument))
    return lambda frame: code(frame) is not None


def _get_or_else(node: Call, scope: Scope) -> Code:
    parts = list(node.arguments) or [value for _name, value in node.named]
    if len(parts) != 2:
        return _wrong(node, "get or else", ("value", "default"))
    value, default = _quiet(scope.compile(parts[0])), scope.compile(parts[1])

    def choose(frame: Frame) -> Any:
        found = value(frame)
        return default(frame) if found is None else found

    return choose


SPECIAL: Final[Mapping[str, Callable[[Call, Scope], Code]]] = {
    "is defined": _is_defined,
    "get or else": _get_or_else,
}
