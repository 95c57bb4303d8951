"""Evaluating the elements of a decision requirements graph, each once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from engine.dmn.boxed import converted
from engine.dmn.functions import BoxedFunction, Parameter
from engine.dmn.graph import DecisionNode, InputData, Knowledge, Reference, ServiceNode
from engine.dmn.names import Logic, Variables
from engine.dmn.run import DecisionRun
from engine.feel.misfits import misfit
from engine.feel.values import Function, Value

if TYPE_CHECKING:
    from engine.dmn.model import DecisionModel

Key = tuple[str, str]


class Session:
    """Values by element. `given` are the variables from outside, as of `Ways.given`."""

    def __init__(self, root: DecisionModel, given: Mapping[str, Value], run: DecisionRun) -> None:
        self.root = root
        self.given = given
        self.run = run
        self.values: dict[Key, Value] = {}
        self.inputs: Variables = {}
        self._open: set[Key] = set()

    def value(self, model: DecisionModel, node_id: str) -> Value:
        """The value of an element: an input, a decision's result, a function."""
        key = (model.namespace, node_id)
        if key in self.values:
            return self.values[key]
        node = model.nodes[node_id]
        if isinstance(node, InputData):
            value = self._input(model, node)
        elif isinstance(node, ServiceNode):
            value = self.service(node)
        elif key in self._open:
            value = self._again(node)
        else:
            self._open.add(key)
            value = self._evaluated(model, node)
            self._open.discard(key)
        self.values[key] = value
        return value

    def _again(self, node: DecisionNode | Knowledge) -> Value:
        self.run.warn("endless_decision", 0, decision=node.name)
        return None

    def _input(self, model: DecisionModel, node: InputData) -> Value:
        given = self._given(model, node.name)
        self.inputs[self.root.ways.shortest(model, node.name)] = given
        if node.kind is None:
            return given
        value, fits = node.kind.coerced(given)
        if not fits:
            self.run.warn("bad_input", 0, column=node.name, **misfit(node.kind, given))
        return value

    def _given(self, model: DecisionModel, name: str) -> Value:
        value, is_given = self.root.ways.given(self.given, model, name)
        if not is_given:
            called = self.root.ways.shortest(model, name)
            self.run.warn("missing_input", 0, name=called, known=tuple(sorted(self.given))[:40])
        return value

    def argument(self, needed: Reference) -> Value:
        """What is given for an input of a decision service that is asked from outside."""
        return self.root.ways.given(self.given, needed.model, needed.node.name)[0]

    def _evaluated(self, model: DecisionModel, node: DecisionNode | Knowledge) -> Value:
        variables = self._scope(model, node.requirements)
        if isinstance(node, Knowledge):
            function = node.logic(variables, self.run)
            if isinstance(function, BoxedFunction):
                function.variables[node.name] = function
            return self._typed_function(function, node)
        outer, self.run.decision = self.run.decision, node.name
        value: Value = node.logic(variables, self.run)
        self.run.decision = outer
        return value if node.kind is None else converted(value, node.kind, node.name, self.run)

    def _typed_function(self, function: Value, node: Knowledge) -> Value:
        if isinstance(function, BoxedFunction) and function.result is None and node.kind is not None:
            function.result = node.kind if node.kind.name != "function" else node.kind.result
        return function

    def _scope(self, model: DecisionModel, requirements: tuple[Reference, ...]) -> Variables:
        # Files drawn in Camunda's Modeler mostly declare no inputs: their tables read the variables of the case.
        variables: Variables = {} if model.declares_inputs else dict(self.given)
        return variables | qualified((needed, self.value(needed.model, needed.id)) for needed in requirements)

    def service(self, node: ServiceNode) -> Function:
        """A decision service as a function: its decisions are evaluated on the arguments alone."""
        parameters = tuple(self._parameter(reference) for reference in node.inputs)
        return BoxedFunction(node.name, parameters, self._serve(node), {}, node.kind)

    def _parameter(self, reference: Reference) -> Parameter:
        needed = reference.node
        kind = needed.kind if isinstance(needed, (InputData, DecisionNode)) else None
        return Parameter(reference.name, kind)

    def _serve(self, node: ServiceNode) -> Logic:
        def serve(variables: Variables, run: DecisionRun) -> Value:
            inner = Session(self.root, {}, run)
            for reference in node.inputs:
                inner.values[(reference.model.namespace, reference.id)] = variables[reference.name]
            results = [(reference, inner.value(reference.model, reference.id)) for reference in node.outputs]
            return results[0][1] if len(results) == 1 else qualified(results)

        return serve


def qualified(values: Iterable[tuple[Reference, Value]]) -> Variables:
    """Values by name; those of imported elements in a context that is called like the import (DMN 1.5, 10.4)."""
    found: Variables = {}
    imported: dict[str, dict[str, Value]] = {}
    for reference, value in values:
        if reference.alias:
            context = imported.setdefault(reference.alias, {})
            context[reference.node.name] = value
            found[reference.alias] = context
        else:
            found[reference.node.name] = value
    return found
