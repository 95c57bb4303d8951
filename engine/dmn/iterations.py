"""Boxed filters, `for`, `some` and `every` (DMN 1.5, 10.2.1.7 to 10.2.1.9)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from engine.dmn.names import Logic, Names, Variables
from engine.dmn.run import DecisionRun
from engine.dmn.xml import Element, kind, name_of
from engine.feel.loops import NotIterable, item_at, iterated
from engine.feel.values import Value, type_name

Part = Callable[[Element, str, Names], Logic]


def read_filter(element: Element, names: Names, part: Part) -> Logic:
    """`in` filtered by `match`, which sees `item` and the entries of items that are contexts."""
    source = part(element, "in", names)
    match = part(element, "match", replace(names.plus(["item"]), entries=True))

    def kept(variables: Variables, run: DecisionRun) -> Value:
        value = source(variables, run)
        if value is None:
            return None
        items = value if isinstance(value, list) else [value]
        found: list[Value] = []
        for item in items:
            run.spend(1)
            entries = item if isinstance(item, dict) else {}
            holds: Value = match({**variables, "item": item, **entries}, run)
            if isinstance(holds, Decimal):
                return item_at(value, holds, run, 0)
            if holds is True:
                found.append(item)
            elif holds is not None and holds is not False:
                run.warn("not_boolean", 0, type=type_name(holds))
                return None
        return found

    return kept


def read_for(element: Element, names: Names, part: Part) -> Logic:
    """`return` for each item of `in`; it sees `partial`, the results so far."""
    variable = name_of(element, "iteratorVariable")
    source = part(element, "in", names)
    body = part(element, "return", names.plus([variable, "partial"]))

    def loop(variables: Variables, run: DecisionRun) -> Value:
        results: list[Value] = []
        try:
            for item in iterated(source(variables, run), run, 0):
                run.spend(1 + (len(results) >> 4))
                results.append(body({**variables, variable: item, "partial": results.copy()}, run))
                run.items(results)
        except NotIterable:
            return None
        return results

    return loop


def read_quantified(element: Element, names: Names, part: Part) -> Logic:
    """Whether `satisfies` holds for some or for every item of `in`."""
    variable = name_of(element, "iteratorVariable")
    decisive = kind(element) == "some"
    source = part(element, "in", names)
    condition = part(element, "satisfies", names.plus([variable]))

    def quantified(variables: Variables, run: DecisionRun) -> Value:
        known = True
        try:
            for item in iterated(source(variables, run), run, 0):
                run.spend(1)
                holds: Value = condition({**variables, variable: item}, run)
                if holds is decisive:
                    return decisive
                if not isinstance(holds, bool):
                    known = False
                    if holds is not None:
                        run.warn("not_boolean", 0, type=type_name(holds))
        except NotIterable:
            return None
        return (not decisive) if known else None

    return quantified
