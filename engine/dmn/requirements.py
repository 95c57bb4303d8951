"""The requirements of a model's elements (DMN 1.5, 6.2), gathered by name."""

from __future__ import annotations

from collections.abc import Iterable

from engine.dmn.graph import DecisionNode, Knowledge, Node, ServiceNode
from engine.dmn.origins import Origins

__all__ = ["origins_of"]


def origins_of(nodes: Iterable[Node], *, declares_inputs: bool) -> Origins:
    """What the names of these elements rest on. What comes by an import is named by its alias, and by its own name."""
    required: dict[str, set[str]] = {}
    parameters: set[str] = set()
    functions: set[str] = set()
    for node in _with_imported(nodes):
        if isinstance(node, ServiceNode):
            parameters |= {reference.model.nodes[reference.id].name for reference in node.inputs}
        if isinstance(node, Knowledge):
            functions.add(node.name)
        if not isinstance(node, DecisionNode | Knowledge):
            continue
        needed = required.setdefault(node.name, set())
        for reference in node.requirements:
            name = reference.model.nodes[reference.id].name
            needed.add(name)
            if reference.alias:
                required.setdefault(reference.alias, set()).add(name)
    frozen = {name: frozenset(needs) for name, needs in required.items()}
    return Origins(frozen, frozenset(parameters), frozenset(functions), not declares_inputs)


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
        waiting += [reference.model.nodes[reference.id] for reference in references]
    return seen.values()
