"""Boxed expressions (DMN 1.5, 10.2.1): each compiled to a function of the variables and the run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Final

from engine.dmn.functions import BoxedFunction, read_parameters
from engine.dmn.iterations import read_filter, read_for, read_quantified
from engine.dmn.names import Logic, Names, Variables
from engine.dmn.run import DecisionRun
from engine.dmn.tables import read_table
from engine.dmn.xml import Element, child, children, kind, label, name_of, refuse, text_of
from engine.feel.misfits import misfit
from engine.feel.types import FeelType
from engine.feel.values import Function, Value, type_name

Reader = Callable[[Element, Names], Logic]


def read_boxed(element: Element, names: Names) -> Logic:
    """A boxed expression, compiled, its result converted to its `typeRef`. DmnRefused if it cannot run."""
    reader = _READERS.get(kind(element))
    if reader is None:
        refuse(names.file, names.owner, "not_runnable", part=kind(element) or str(element.tag))
    return typed(reader(element, names), element.get("typeRef"), names)


def typed(logic: Logic, reference: str | None, names: Names) -> Logic:
    """The same, converted to a type; null with a warning where the value is none of its values."""
    if not reference:
        return logic
    wanted = names.type(reference)
    owner = names.owner
    if wanted is None:
        return logic
    if wanted.name == "Any":
        return logic
    return lambda variables, run: converted(logic(variables, run), wanted, owner, run)


def converted(value: Value, wanted: FeelType, owner: str, run: DecisionRun) -> Value:
    """The value as one of that type, or null with a warning."""
    answer, fits = wanted.coerced(value)
    if not fits:
        run.warn("bad_result", 0, decision=owner, **misfit(wanted, value))
    return answer


def inner(element: Element, names: Names) -> Element:
    """The one boxed expression inside an element. DmnRefused if there is none."""
    found = next((part for part in element if kind(part) in _READERS), None)
    if found is None:
        refuse(names.file, names.owner, "empty", part=kind(element), label=label(element))
    return found


def _literal(element: Element, names: Names) -> Logic:
    language = element.get("expressionLanguage") or ""
    if language and "feel" not in language.lower() and "DMN" not in language:
        refuse(names.file, names.owner, "language", language=language)
    text = text_of(element)
    if not text:
        return lambda _variables, _run: None
    return names.expression(text).within


def _context(element: Element, names: Names) -> Logic:
    entries: list[tuple[str, Logic]] = []
    for entry in children(element, "contextEntry"):
        variable = child(entry, "variable")
        name = name_of(variable) if variable is not None else ""
        logic = read_boxed(inner(entry, names), names)
        entries.append((name, typed(logic, variable.get("typeRef") if variable is not None else None, names)))
        names = names.plus([name] if name else [])
    counted = Counter(name for name, _logic in entries if name)
    twice = tuple(name for name, count in counted.items() if count > 1)

    def context(variables: Variables, run: DecisionRun) -> Value:
        if twice:
            run.warn("duplicate_entry", 0, keys=twice)
            return None
        visible, made = dict(variables), dict[str, Any]()
        for name, logic in entries:
            value: Value = logic(visible, run)
            if not name:
                return value
            visible[name] = made[name] = value
            if isinstance(value, BoxedFunction):
                value.variables[name] = value
        return made

    return context


def _list(element: Element, names: Names) -> Logic:
    items = [read_boxed(item, names) for item in element if kind(item) in _READERS]
    return lambda variables, run: [item(variables, run) for item in items]


def _relation(element: Element, names: Names) -> Logic:
    columns = [(name_of(column), column.get("typeRef")) for column in children(element, "column")]
    rows: list[list[tuple[str, Logic]]] = []
    for row in children(element, "row"):
        cells = [read_boxed(cell, names) for cell in row if kind(cell) in _READERS]
        if len(cells) != len(columns):
            refuse(names.file, names.owner, "relation")
        rows.append([(name, typed(cell, ref, names)) for (name, ref), cell in zip(columns, cells, strict=True)])
    return lambda variables, run: [{name: cell(variables, run) for name, cell in row} for row in rows]


def _invocation(element: Element, names: Names) -> Logic:
    called = read_boxed(inner(element, names), names)
    bindings: list[tuple[str, Logic]] = []
    for binding in children(element, "binding"):
        parameter = child(binding, "parameter")
        if parameter is None:
            refuse(names.file, names.owner, "binding")
        value = next((part for part in binding if kind(part) in _READERS), None)
        logic: Logic = read_boxed(value, names) if value is not None else _null
        bindings.append((name_of(parameter), typed(logic, parameter.get("typeRef"), names)))

    def invoke(variables: Variables, run: DecisionRun) -> Value:
        function = called(variables, run)
        if not isinstance(function, Function):
            run.warn("not_a_function", 0, type=type_name(function))
            return None
        named = {name: logic(variables, run) for name, logic in bindings}
        return function.call_named(run, named) if named else function.call(run, [])

    return invoke


def _null(_variables: Variables, _run: DecisionRun) -> None:
    return None


def read_function(element: Element, names: Names, name: str = "function") -> Logic:
    """A function definition, whose value is a function. Only those written in FEEL can run."""
    language = (element.get("kind") or "FEEL").upper()
    parameters = read_parameters(element, names)
    if language not in ("FEEL", "F"):

        def refused(_variables: Variables, run: DecisionRun) -> None:
            run.warn("external_function", 0, name=name, kind=language)

        return refused
    known = names.plus(parameter.name for parameter in parameters)
    body = read_boxed(inner(element, names), known)
    reference = element.get("typeRef")
    result = names.type(reference) if reference else None

    def function(variables: Variables, _run: DecisionRun) -> Value:
        return BoxedFunction(name, parameters, body, dict(variables), result)

    return function


def _conditional(element: Element, names: Names) -> Logic:
    parts = {}
    for part in ("if", "then", "else"):
        found = child(element, part)
        if found is None:
            refuse(names.file, names.owner, "part_missing", part="conditional", missing=part)
        parts[part] = read_boxed(inner(found, names), names)
    condition, yes, no = parts["if"], parts["then"], parts["else"]

    def choose(variables: Variables, run: DecisionRun) -> Value:
        chosen = condition(variables, run)
        if chosen is not None and not isinstance(chosen, bool):
            run.warn("not_boolean", 0, type=type_name(chosen))
            return None  # where `if` takes the other branch: so does the kit
        answer: Value = yes(variables, run) if chosen else no(variables, run)
        return answer

    return choose


def _part(element: Element, part: str, names: Names) -> Logic:
    found = child(element, part)
    if found is None:
        refuse(names.file, names.owner, "part_missing", part=kind(element), missing=part)
    return read_boxed(inner(found, names), names)


_READERS: Final[Mapping[str, Reader]] = {
    "literalExpression": _literal,
    "decisionTable": read_table,
    "context": _context,
    "list": _list,
    "relation": _relation,
    "invocation": _invocation,
    "functionDefinition": read_function,
    "conditional": _conditional,
    "filter": lambda element, names: read_filter(element, names, _part),
    "for": lambda element, names: read_for(element, names, _part),
    "some": lambda element, names: read_quantified(element, names, _part),
    "every": lambda element, names: read_quantified(element, names, _part),
}
