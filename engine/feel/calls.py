"""Compiling calls and functions written in FEEL."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any, Final

from engine.feel.builtins import BUILTINS
from engine.feel.constants import constant_of
from engine.feel.literals import constant
from engine.feel.misfits import misfit
from engine.feel.run import Code, Frame, Run
from engine.feel.scope import Handler, Scope
from engine.feel.special import SPECIAL
from engine.feel.syntax import Call, FunctionLiteral, Name, Node
from engine.feel.types import ANY, FeelType, resolve
from engine.feel.values import Function, Value, type_name


class Closure(Function):
    """A function written in FEEL, with the frame in which it was made."""

    __slots__ = ("code", "frame", "slots")

    def __init__(
        self,
        parameters: tuple[tuple[str, FeelType, int], ...],
        code: Code,
        frame: Frame,
    ) -> None:
        super().__init__("function", tuple(name for name, _, _ in parameters), self._run)
        self.kinds = tuple(kind for _, kind, _ in parameters)
        self.slots = tuple(slot for _, _, slot in parameters)
        self.code = code
        self.frame = frame

    def _run(self, run: Run, *arguments: Value) -> Value:
        frame = self.frame.copy()
        frame[1] = run
        for slot, kind, name, given in zip(self.slots, self.kinds, self.parameters, arguments, strict=True):
            value, fits = kind.coerced(given)
            if not fits:
                run.warn("bad_argument", parameter=name, **misfit(kind, given))
                return None
            frame[slot] = value
        run.enter()
        answer: Value = self.code(frame)
        run.calls -= 1
        return answer


def _function(node: Node, scope: Scope) -> Code:
    assert isinstance(node, FunctionLiteral)
    inner = scope.inner()
    parameters = []
    unknown = None
    for parameter in node.parameters:
        kind: FeelType | None = ANY
        if parameter.type is not None:
            kind = resolve(parameter.type, scope.unit.types)
            unknown = unknown or (parameter.type.name if kind is None else None)
        parameters.append((parameter.name, kind or ANY, inner.bind(parameter.name)))
    if node.external or unknown is not None:
        reason = "external_function" if node.external else "unknown_type"
        return _refused(reason, node.position, unknown)
    formal, body = tuple(parameters), inner.compile(node.body)
    return lambda frame: Closure(formal, body, frame.copy())


def _refused(reason: str, position: int, name: str | None) -> Code:
    def null(frame: Frame) -> None:
        frame[1].warn(reason, position, name=name)

    return null


def _call(node: Node, scope: Scope) -> Code:
    assert isinstance(node, Call)
    folded = constant_of(node, scope)
    if folded is not None:
        return constant(folded[0])
    function = node.function
    if isinstance(function, Name) and scope.resolve(function.name)[1] is None:
        if function.name in SPECIAL and function.name not in scope.unit.given:
            return SPECIAL[function.name](node, scope)
        if function.name not in scope.unit.given and function.name in BUILTINS:
            return _builtin(node, BUILTINS[function.name], scope)
        scope.unit.called.add(function.name)
        return _dynamic(node, _function_named(function, scope), function.name, scope)
    return _dynamic(node, scope.compile(function), "", scope)


def _builtin(node: Call, function: Function, scope: Scope) -> Code:
    position = node.position
    if node.named:
        names = [(name, scope.compile(argument)) for name, argument in node.named]

        def call_named(frame: Frame) -> Any:
            named = {name: code(frame) for name, code in names}
            frame[1].position = position
            return function.call_named(frame[1], named)

        return call_named
    codes = [scope.compile(argument) for argument in node.arguments]
    call = function.call

    def call_builtin(frame: Frame) -> Any:
        arguments = [code(frame) for code in codes]
        run: Run = frame[1]
        run.position = position
        return call(run, arguments)

    return call_builtin


def _function_named(node: Name, scope: Scope) -> Code:
    """The function of that name: a variable that is one, else the host's, else null and a warning."""
    read, name, position = scope.compile(node), node.name, node.position

    def find(frame: Frame) -> Any:
        variables = frame[0]
        found = variables.get(name)
        if isinstance(found, Function):
            return found
        hosted = frame[1].environment.functions.get(name) or BUILTINS.get(name)
        if hosted is not None:
            return hosted
        if found is None and name not in variables:
            known = [*frame[1].environment.functions, *BUILTINS]
            frame[1].warn("no_function", position, name=name, nearest=nearest(name, known))
            return None
        return read(frame)

    return find


def nearest(name: str, known: list[str]) -> str | None:
    """The known name that looks most like it, or None."""
    found = difflib.get_close_matches(name, known, n=1)
    return found[0] if found else None


def _dynamic(node: Call, function: Code, name: str, scope: Scope) -> Code:
    position = node.position
    codes = [scope.compile(argument) for argument in node.arguments]
    named = [(key, scope.compile(argument)) for key, argument in node.named]

    def call(frame: Frame) -> Any:
        called = function(frame)
        run: Run = frame[1]
        if not isinstance(called, Function):
            if called is not None or not name:
                run.warn("not_a_function", position, type=type_name(called))
            return None
        if named:
            by_name = {key: code(frame) for key, code in named}
            run.position = position
            return called.call_named(run, by_name)
        arguments = [code(frame) for code in codes]
        run.position = position
        return called.call(run, arguments)

    return call


HANDLERS: Final[Mapping[type[Node], Handler]] = {Call: _call, FunctionLiteral: _function}
