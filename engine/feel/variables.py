"""Compiling names and paths: variables, entries of contexts, properties of values (DMN 1.5, table 65)."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any, Final

from engine.feel.builtins import BUILTINS
from engine.feel.properties import property_of
from engine.feel.run import Code, Frame, Run
from engine.feel.scope import Handler, Scope
from engine.feel.syntax import Name, Node, Path
from engine.feel.values import Value, type_name


def _name(node: Node, scope: Scope) -> Code:
    assert isinstance(node, Name)
    name = node.name
    items, slot = scope.resolve(name)
    base = _slot(slot) if slot is not None else _variable(name, node.position, scope)
    if not items:
        if slot is None:
            scope.unit.sure.add(name)
        return base
    if len(items) == 1:
        return _entry_or(items[0], name, base)
    for item in reversed(items):
        base = _entry_or(item, name, base)
    return base


def _slot(slot: int) -> Code:
    return lambda frame: frame[slot]


def _entry_or(item: int, name: str, otherwise: Code) -> Code:
    def entry(frame: Frame) -> Any:
        current = frame[item]
        if type(current) is dict and name in current:
            return current[name]
        return otherwise(frame)

    return entry


def _variable(name: str, position: int, scope: Scope) -> Code:
    scope.unit.free.add(name)

    def variable(frame: Frame) -> Any:
        try:
            return frame[0][name]
        except KeyError:
            return missing(frame, name, position)

    return variable


def missing(frame: Frame, name: str, position: int) -> Value:
    """What a name that is no variable means: a function, or null and a warning."""
    run: Run = frame[1]
    found = run.environment.functions.get(name) or BUILTINS.get(name)
    if found is not None:
        return found
    warn_unknown("unknown_name", run, name, [*frame[0]], position)
    return None


def warn_unknown(code: str, run: Run, name: str, known: list[str], position: int | None) -> None:
    """Note an unknown name with the known ones (at most forty) and the nearest."""
    shown = sorted(known)[:40]
    nearest = difflib.get_close_matches(name, shown, n=1)
    run.warn(code, position, name=name, known=tuple(shown), nearest=nearest[0] if nearest else None)


def _path(node: Node, scope: Scope) -> Code:
    assert isinstance(node, Path)
    source, name, position = scope.compile(node.source), node.name, node.position

    def path(frame: Frame) -> Any:
        value = source(frame)
        if type(value) is dict and name in value:
            return value[name]
        return step(value, name, frame[1], position)

    return path


def step(value: Value, name: str, run: Run, position: int | None) -> Value:
    """The entry or property of a value; of a list, those of its items."""
    if isinstance(value, dict):
        if name not in value:
            warn_unknown("no_entry", run, name, [*value], position)
            return None
        return value[name]
    if isinstance(value, list):
        run.spend(len(value))
        return [step(item, name, run, position) for item in value]
    found, answer = property_of(value, name)
    if not found and value is not None:
        run.warn("no_property", position, name=name, type=type_name(value))
    return answer


HANDLERS: Final[Mapping[type[Node], Handler]] = {Name: _name, Path: _path}
