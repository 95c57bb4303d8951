"""The requirements of a model's elements (DMN 1.5, 6.2), gathered by name."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING

from engine.dmn.graph import DecisionNode, InputData, Knowledge, Node, ServiceNode
from engine.dmn.origins import Origins
from engine.dmn.ways import MOST

if TYPE_CHECKING:
    from engine.dmn.model import DecisionModel

__all__ = ["origins_of"]


def origins_of(model: DecisionModel) -> Origins:
    """What the names of a model rest on. What comes by an import is named by its alias, and by its own name.

    Inputs of imported models may be given in contexts that are called like the imports: they rest on these.
    """
    required: dict[str, set[str]] = {}
    parameters: set[str] = set()
    functions: set[str] = set()
    for node in _with_imported(model.nodes.values()):
        if isinstance(node, ServiceNode):
            parameters |= {reference.node.name for reference in node.inputs}
        if isinstance(node, Knowledge):
            functions.add(node.name)
        if not isinstance(node, DecisionNode | Knowledge):
            continue
        needed = required.setdefault(node.name, set())
        for reference in node.requirements:
            name = reference.node.name
            needed.add(name)
            if reference.alias:
                required.setdefault(reference.alias, set()).add(name)
    for way, other in islice(model.ways.all(), MOST):
        for node in other.nodes.values():
            if isinstance(node, InputData):
                required.setdefault(node.name, set()).update(way)
    frozen = {name: frozenset(needs) for name, needs in required.items()}
    return Origins(frozen, frozenset(parameters), frozenset(functions), not model.declares_inputs)


def _with_imported(nodes: Iterable[Node]) -> Iterable[Node]:
    """These elements and all that they require, each once."""
    seen: dict[int, Node] = {}
    waiting = [*nodes]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen[id(node)] = node
        references = node.requirements if isinstance(node, DecisionNode | Knowledge) else ()
        references += (*node.inputs, *node.outputs) if isinstance(node, ServiceNode) else ()
        waiting += [reference.node for reference in references]
    return seen.values()
