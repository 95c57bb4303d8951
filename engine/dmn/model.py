"""A decision model: read from DMN 1.1 to 1.5, its decisions ready to be evaluated."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

from engine.dmn.graph import DecisionNode, Knowledge, Node, Reference, ServiceNode
from engine.dmn.mentions import Mention
from engine.dmn.origins import Origins
from engine.dmn.run import DecisionResult, DecisionRun
from engine.dmn.session import Session
from engine.dmn.tables import Table
from engine.dmn.texts import Text
from engine.dmn.ways import Ways
from engine.feel.limits import BudgetExceeded
from engine.feel.run import Environment
from engine.feel.types import FeelType
from engine.feel.values import Function, Value


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision as its users see it: the names of the inputs it rests on and of what it answers."""

    id: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


class DecisionModel:
    """The decisions of a file. `nodes` are its elements by id, `tables` its decision tables wherever they stand,
    `mentions` what its expressions name, `texts` what people read of it, by language.
    Where neither it nor a model that it imports declares input data (`declares_inputs`), every decision reads the
    variables that are given.

    `imports` are pairs of a name and a model. `origins`: what its names rest on.
    """

    def __init__(self, name: str, namespace: str, imports: tuple[tuple[str, DecisionModel], ...], file: str) -> None:
        self.name = name
        self.namespace = namespace
        self.imports = imports
        self.file = file
        self.types: Mapping[str, FeelType] = {}
        self.nodes: dict[str, Node] = {}
        self.decisions: Mapping[str, Decision] = {}
        self.tables: list[Table] = []
        self.mentions: list[Mention] = []
        self.texts: tuple[Text, ...] = ()
        self.declares_inputs = False
        self.origins = Origins()

    @cached_property
    def ways(self) -> Ways:
        """How elements of the imported models are called from here."""
        return Ways(self)

    def find(self, key: str) -> Node | None:
        """The element with that id, or else with that name."""
        found = self.nodes.get(key)
        return found or next((node for node in self.nodes.values() if node.name == key), None)

    def evaluate(self, decision_id: str, variables: Mapping[str, Value], environment: Environment) -> DecisionResult:
        """The answer of a decision, by id or name, for variables by name. KeyError if there is no such decision.

        Never raises otherwise: where something is wrong the value is null and a warning says why.
        """
        node = self.find(decision_id)
        if node is None:
            raise KeyError(decision_id)
        run = DecisionRun(environment)
        session = Session(self, variables, run)
        try:
            value = session.value(self, node.id)
            if isinstance(node, ServiceNode) and isinstance(value, Function):
                value = value.call(run, [session.argument(needed) for needed in node.inputs])
            run.whole(value)
        except (BudgetExceeded, RecursionError) as excess:
            run.warnings.clear()
            kind = excess.kind if isinstance(excess, BudgetExceeded) else "calls"
            run.warn("budget_exceeded", 0, kind=kind, decision=node.name)
            value = None
        return DecisionResult(value, tuple(run.warnings), tuple(run.matched), session.inputs, self.origins)

    def needs(self, node: Node) -> Collection[Reference]:
        """What an element requires directly."""
        return node.requirements if isinstance(node, (DecisionNode, Knowledge)) else ()
