"""Variables in scopes (dialect §4): nearest name wins, results climb to the first scope that has the name.

SpiffWorkflow's own `task.data` stays empty; each token may hold `locals`, and the root's are the case's variables.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from engine.bpmn.errors import VariableRefused, VariablesTooBig
from engine.bpmn.evaluation import value_of
from engine.bpmn.model import Copy, Mapped
from engine.bpmn.tokens import Token
from engine.bpmn.weight import MAX_WEIGHT, check_weight, weight_of
from engine.feel.values import Value

__all__ = ["NAME", "checked", "copy_in", "copy_out", "map_in", "map_out", "note_change", "write", "write_path"]

NAME: Final = re.compile(r"[^\W\d_]\w*")
_RESERVED: Final = frozenset({"typename", "null", "true", "false"})


@lru_cache(maxsize=2_000)
def _is_name(name: str) -> bool:
    return NAME.fullmatch(name) is not None and name not in _RESERVED


def checked(variables: Mapping[str, Value]) -> Mapping[str, Value]:
    """Variables that come from outside.

    Raises VariableRefused for a name that is none (`_x`, `typename`, `a b`), VariablesTooBig for what no case holds.
    """
    weight = 0
    for name, value in variables.items():
        if not _is_name(name):
            raise VariableRefused(name=name)
        weight += weight_of(value)
    if weight > MAX_WEIGHT:
        raise VariablesTooBig(limit=MAX_WEIGHT)
    return variables


def write(start: Token, variables: Mapping[str, Value]) -> None:
    """Rule 3: from `start` upward the first scope that has the name is changed; without one, the root."""
    for name, value in variables.items():
        check_weight(start, value)
        _home(start, name)[name] = value


def _home(start: Token, name: str) -> dict[str, Value]:
    at: Token | None = start
    while at is not None and (at.locals is None or name not in at.locals):
        at = at.scope
    return note_change(at or start.workflow.root, name)


def note_change(home: Token, name: str) -> dict[str, Value]:
    """The variables of a scope, one of which is about to be written."""
    tree = home.workflow
    tree.changed = True
    home.locals = names = home.locals if home.locals is not None else {}
    if tree.conditions:
        tree.changes.append((home, name, "update" if name in names else "create"))
    return names


def copy_in(token: Token, copies: Sequence[Copy]) -> None:
    """Data input associations: locals, before the input mappings."""
    for copy in copies:
        value = _copied(token, copy)
        check_weight(token, value)
        token.locals = dict(token.locals or {})
        _place(token.locals, copy.path or (copy.target,), value)


def copy_out(token: Token, copies: Sequence[Copy]) -> None:
    """Data output associations, when the result is written. An output that was never set changes nothing."""
    for copy in copies:
        home = _above(token, copy.target)
        if home is not None and (copy.transformation is not None or copy.source in token.sight()):
            value = _copied(token, copy)
            check_weight(token, value)
            write_path(home, copy.path or (copy.target,), value)


def _copied(token: Token, copy: Copy) -> Value:
    if copy.transformation is not None:
        return value_of(copy.transformation, token, "mapping")
    return token.sight().get(copy.source)


def map_in(token: Token, mappings: Sequence[Mapped]) -> None:
    """Rule 4: inputs create locals, in order; `a.b` builds the whole object `a`, hiding an outer one."""
    for mapping in mappings:
        if token.locals is None:
            token.locals = {}
        value = None if mapping.source is None else value_of(mapping.source, token, "mapping")
        check_weight(token, value)
        _place(token.locals, mapping.target, value)


def map_out(token: Token, mappings: Sequence[Mapped], result: Mapping[str, Value]) -> None:
    """Rule 5: the result stays local, mappings run over it in order, targets are written from the parent scope.

    One instance of a multi-instance activity keeps its item and what its output element reads to itself. Nothing is
    written unless every source could be evaluated.
    """
    for value in result.values():
        check_weight(token, value)
    token.locals = {**(token.locals or {}), **result}
    sight = dict(token.sight())
    written: list[tuple[Sequence[str], Value]] = []
    for mapping in mappings:
        if mapping.source is not None:
            value = value_of(mapping.source, token, "mapping", sight)
            check_weight(token, value)
            _place(sight, mapping.target, value)
            written.append((mapping.target, value))
    for target, value in written:
        home = _above(token, target[0])
        if home is not None:
            write_path(home, target, value)


def _above(token: Token, name: str) -> Token | None:
    """Where what leaves a token is written from: its parent scope, but for what a loop made local to an instance."""
    loop = token.task_spec.element.loop
    if token.index is None or loop is None:
        return token.scope
    answer = loop.output_name or (loop.output_item.text.partition(".")[0].strip() if loop.output_item else None)
    is_own = name in (loop.item, answer, "loopCounter") and token.locals is not None and name in token.locals
    return token if is_own else token.scope


def write_path(start: Token, target: Sequence[str], value: Value) -> None:
    """Changes one leaf and keeps its siblings: `a.b` copies `a` and replaces `b` in it."""
    home = _home(start, target[0])
    _place(home, target, value)


def _place(names: dict[str, Value], target: Sequence[str], value: Value) -> None:
    """Writes at a path; contexts on the way are copied, never changed in place: others may hold them."""
    if len(target) == 1:
        names[target[0]] = value
        return
    known = names.get(target[0])
    inner: dict[str, Value] = dict(known) if isinstance(known, dict) else {}
    _place(inner, target[1:], value)
    names[target[0]] = inner
