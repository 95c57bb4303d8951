"""Decision tables (DMN 1.5, chapter 8)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.dmn.hits import HitPolicy, Hits, Output, aggregate, hit_policy, known_policies
from engine.dmn.names import Evaluable, Logic, Names, Testable, Variables
from engine.dmn.run import DecisionRun, Matched
from engine.dmn.xml import Element, among, child, children, name_of, refuse, text_of
from engine.feel.compiler import Expression
from engine.feel.misfits import misfit
from engine.feel.quick import UNSURE, Shortcut
from engine.feel.run import Place
from engine.feel.types import FeelType
from engine.feel.values import Value


@dataclass(frozen=True, slots=True)
class Input:
    """An input column: how it is called, its expression, the type and the values it admits."""

    label: str
    expression: Evaluable
    kind: FeelType | None
    allowed: Testable | None


@dataclass(frozen=True, slots=True)
class Rule:
    """A row: the tests of those columns that it does not leave open, each with its shortcut, and the outputs."""

    id: str
    tests: tuple[tuple[int, Shortcut, Testable], ...]
    outputs: tuple[Evaluable, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A compiled decision table. `owner` is the name of its decision, `element` the id.

    `reads`: the variables that each input column names.
    """

    owner: str
    element: str
    policy: HitPolicy
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    reads: tuple[frozenset[str], ...]

    def evaluate(self, variables: Variables, run: DecisionRun) -> Value:
        """The output under the hit policy."""
        outer = run.place
        value = self._evaluated(variables, run)
        run.place = outer
        return value

    def _evaluated(self, variables: Variables, run: DecisionRun) -> Value:
        inputs = self._inputs(variables, run)
        if inputs is None:
            return None
        found: list[int] = []
        run.spend(len(self.rules))
        for number, rule in enumerate(self.rules):
            for column, shortcut, test in rule.tests:
                holds = shortcut(inputs[column])
                if holds is UNSURE:
                    run.place = Place(self.owner, number + 1, self.inputs[column].label)
                    holds = test.within(inputs[column], variables, run)
                if holds is not True:
                    break
            else:
                found.append(number)
                if self.policy.first_only:
                    break
        values = [self._outputs(number, variables, run) for number in found]
        default = None if found else self._default(variables, run)
        run.place = None
        hits = Hits(tuple(found), values, self.outputs, default)
        value, used = aggregate(self.policy, hits, run)
        columns = tuple((column.label, value) for column, value in zip(self.inputs, inputs, strict=True))
        ids = tuple(self.rules[n].id for n in used)
        run.matched.append(Matched(self.owner, columns, used, ids, self.reads))
        return value

    def _inputs(self, variables: Variables, run: DecisionRun) -> list[Value] | None:
        values: list[Value] = []
        for column in self.inputs:
            run.place = Place(self.owner, None, column.label)
            value = column.expression.within(variables, run)
            if column.kind is not None:
                given = value
                value, fits = column.kind.coerced(given)
                if not fits:
                    run.warn("bad_input", column=column.label, **misfit(column.kind, given))
            if not _allowed(column, value, variables, run):
                run.warn("input_not_allowed", column=column.label)
                return None
            values.append(value)
        return values

    def _outputs(self, number: int, variables: Variables, run: DecisionRun) -> list[Value]:
        values: list[Value] = []
        for column, expression in zip(self.outputs, self.rules[number].outputs, strict=True):
            run.place = Place(self.owner, number + 1, column.name or self.owner)
            value = self._typed(column, expression.within(variables, run), run)
            if column.allowed is not None and value is not None and not _among(column.allowed, value, variables, run):
                run.warn("output_not_allowed", 0, decision=self.owner, column=column.name or self.owner)
                value = None
            values.append(value)
        return values

    def _typed(self, column: Output, given: Value, run: DecisionRun) -> Value:
        if column.kind is None:
            return given
        value, fits = column.kind.coerced(given)
        if not fits:
            run.warn("bad_result", decision=self.owner, **misfit(column.kind, given))
        return value

    def _default(self, variables: Variables, run: DecisionRun) -> list[Value] | None:
        if all(column.default is None for column in self.outputs):
            return None
        return [self._default_of(column, variables, run) for column in self.outputs]

    def _default_of(self, column: Output, variables: Variables, run: DecisionRun) -> Value:
        if column.default is None:
            return None
        run.place = Place(self.owner, None, column.name or self.owner)
        return self._typed(column, column.default.within(variables, run), run)


def _allowed(column: Input, value: Value, variables: Variables, run: DecisionRun) -> bool:
    if column.allowed is None or value is None:
        return True
    return _among(column.allowed, value, variables, run)


def _among(allowed: Testable, value: Value, variables: Variables, run: DecisionRun) -> bool:
    """Whether a value is one of those allowed."""
    holds = UNSURE if allowed.shortcut is None else allowed.shortcut(value)
    return (allowed.within(value, variables, run) if holds is UNSURE else holds) is True


def read_table(element: Element, names: Names) -> Logic:
    """A decision table, compiled. DmnRefused for an unknown hit policy or a row of another width."""
    policy = hit_policy(element.get("hitPolicy"), element.get("aggregation"))
    if policy is None:
        shown = f"{element.get('hitPolicy')} {element.get('aggregation') or ''}".strip()
        refuse(names.file, names.owner, "hit_policy", policy=shown, **among(shown, known_policies()))
    inputs = tuple(_input(column, number, names) for number, column in enumerate(children(element, "input"), 1))
    outputs = tuple(_output(column, names) for column in children(element, "output"))
    if not outputs:
        refuse(names.file, names.owner, "no_output")
    if policy.aggregator and len(outputs) > 1 and not names.lenient:  # “do not support aggregation” (10.3.2.10)
        refuse(names.file, names.owner, "several_outputs", policy=f"{policy.name} {policy.aggregator}")
    rules = tuple(_rules(children(element, "rule"), inputs, outputs, names))
    table = Table(names.owner, names.element, policy, inputs, outputs, rules, tuple(map(_read_by, inputs)))
    names.tables.append(table)
    return table.evaluate


def _input(column: Element, number: int, names: Names) -> Input:
    expression = child(column, "inputExpression")
    text = text_of(expression)
    if expression is None or not text:
        refuse(names.file, names.owner, "input_empty", input=column.get("label") or number)
    values = text_of(child(column, "inputValues"))
    heading = column.get("label") or text
    names = names.at(heading=heading)
    return Input(
        heading,
        names.expression(text),
        names.type(expression.get("typeRef")),
        names.tests(values) if values else None,
    )


def _output(column: Element, names: Names) -> Output:
    values = text_of(child(column, "outputValues"))
    default = text_of(child(column, "defaultOutputEntry"))
    names = names.at(heading=name_of(column) or names.owner)
    kind = names.type(column.get("typeRef"))
    order = values or getattr(kind and kind.allowed, "text", "")  # of its type, where the column lists no values
    return Output(
        name_of(column),
        kind,
        names.expression(f"[{order}]") if order else None,
        names.tests(values) if values else None,
        names.expression(default) if default else None,
    )


def _rules(
    rows: Iterable[Element], inputs: tuple[Input, ...], outputs: tuple[Output, ...], names: Names
) -> Iterable[Rule]:
    for number, row in enumerate(rows, 1):
        tests = [text_of(cell) for cell in children(row, "inputEntry")]
        results = [text_of(cell) for cell in children(row, "outputEntry")]
        if len(tests) != len(inputs) or len(results) != len(outputs):
            refuse(names.file, names.owner, "cells", row=number)
        asked = [
            names.at(row=number, heading=column.label).tests(text) for column, text in zip(inputs, tests, strict=True)
        ]
        yield Rule(
            row.get("id") or str(number),
            tuple((n, test.shortcut or _unsure, test) for n, test in enumerate(asked) if not test.admits_all),
            tuple(
                names.at(row=number, heading=column.name or names.owner).expression(text or "null")
                for column, text in zip(outputs, results, strict=True)
            ),
        )


def _read_by(column: Input) -> frozenset[str]:
    return column.expression.names if isinstance(column.expression, Expression) else frozenset()


def _unsure(_value: Value) -> object:
    return UNSURE
