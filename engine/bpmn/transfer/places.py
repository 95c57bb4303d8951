"""Where each place of one version of a process lies in another: nodes and flows by their ids, or by a given mapping."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import ClassVar

from engine.bpmn.gateways import flows_ahead
from engine.bpmn.graph import Graph
from engine.bpmn.listening import Branch
from engine.bpmn.model import Element
from engine.bpmn.nodes import Node
from engine.bpmn.process import ProcessSpec
from engine.bpmn.transfer.likeness import same_settings
from engine.errors import Invalid

__all__ = ["MappingRefused", "Places", "known_to"]


class MappingRefused(Invalid):
    """“{element}” cannot be mapped: {reason}."""

    code: ClassVar[str] = "migration_mapping"


def known_to(old: ProcessSpec, new: ProcessSpec, moved: Mapping[str, str] | None) -> Mapping[str, str]:
    """The part of a mapping whose elements both versions have: cases of several versions move by one."""
    pairs = (moved or {}).items()
    return {former: target for former, target in pairs if former in old.elements and target in new.elements}


class Places:
    """Two versions of a process, and what is where. Made once, shared by every case that moves between them.

    `moved`: the elements whose ids changed, former id by new one; all others keep theirs. Raises MappingRefused where
    that names what is not there, or brings two elements to one place.
    """

    def __init__(self, old: ProcessSpec, new: ProcessSpec, moved: Mapping[str, str] | None = None) -> None:
        self.old, self.new = old, new
        self.moved = dict(moved or {})
        self._nodes: dict[str, Node | None] = {}
        self._flows: dict[str, str | None] = {}
        self._ahead: dict[tuple[bool, str], dict[str, frozenset[str]]] = {}
        self._meets: dict[str, bool] = {}
        self._check()

    def _check(self) -> None:
        if self.old.process_id != self.new.process_id:
            reason = f"a case of {self.old.process_id} does not become one of {self.new.process_id}"
            raise MappingRefused(element=self.old.process_id, reason=reason)
        for former, target in self.moved.items():
            if former not in self.old.elements:
                raise MappingRefused(element=former, reason="the former version has no such element")
            if target not in self.new.elements:
                raise MappingRefused(element=target, reason="the new version has no such element")
        taken: dict[str, str] = {}
        for former in self.old.elements:
            target = self.id(former)
            if target in taken:
                raise MappingRefused(element=former, reason=f"“{taken[target]}” comes to “{target}” too")
            taken[target] = former

    def back(self) -> dict[str, str]:
        """The mapping of the way back."""
        return {target: former for former, target in self.moved.items()}

    def id(self, element: str) -> str:
        """The id of an element in the new version, whether it is there or not."""
        return self.moved.get(element, element)

    def element(self, element: str) -> Element | None:
        """The element in the new version."""
        return self.new.elements.get(self.id(element))

    def node(self, name: str) -> Node | None:
        """The node of the new version that a node of the former one became; None where there is none."""
        if name not in self._nodes:
            self._nodes[name] = self._find(name)
        return self._nodes[name]

    def _find(self, name: str) -> Node | None:
        graph: Graph = self.new.nodes
        node: Node = self.old.nodes.task_specs[name]
        if node is self.old.nodes.root:
            return graph.root
        if isinstance(node, Branch):
            gateway = self.node(node.owner.name)
            wanted = self.id(node.arc.target.element.id)
            branches = () if gateway is None else gateway.listeners
            return next((one for one in branches if isinstance(one, Branch) and one.element.id == wanted), None)
        found: Node | None = graph.task_specs.get(self.id(node.element.id) + name.removeprefix(node.element.id))
        return found

    def flow(self, flow: str) -> str | None:
        """The flow of the new version between the same two elements: the one of the same id, else the only one."""
        if flow not in self._flows:
            self._flows[flow] = self._find_flow(flow)
        return self._flows[flow]

    def _find_flow(self, flow: str) -> str | None:
        was = next((one for one in self.old.flows if one.id == flow), None)
        if was is None:
            return None
        ends = self.id(was.source), self.id(was.target)
        alike = [one.id for one in self.new.flows if (one.source, one.target) == ends]
        if flow in alike:
            return flow
        into = [one.id for one in self.new.flows if one.id == flow and one.target == ends[1]]
        return next(iter(into), alike[0] if len(alike) == 1 else None)

    def ahead(self, join: Node, *, new: bool) -> Mapping[str, frozenset[str]]:
        """From which nodes of its version a token can reach which flow into a join."""
        key = new, join.name
        if key not in self._ahead:
            self._ahead[key] = flows_ahead(join)
        return self._ahead[key]

    @cached_property
    def changed(self) -> frozenset[str]:
        """The elements of the new version that are new, or differ from what they were."""
        former = {self.id(one.id): one for one in self.old.elements.values()}
        return frozenset(
            id_ for id_, one in self.new.elements.items()
            if id_ not in former or not same_settings(former[id_], one, self.moved)
        )  # fmt: skip

    def meets_change(self, node: Node) -> bool:
        """Whether a token at this node of the new version may still come to an element that changed."""
        if node.name not in self._meets:
            self._meets[node.name] = self._meets_change(node)
        return self._meets[node.name]

    def _meets_change(self, start: Node) -> bool:
        stack, seen = [start], {start.name}
        while stack:
            node = stack.pop()
            if node is not start and node.element.id in self.changed:
                return True
            for following in self._following(node):
                if following.name not in seen:
                    seen.add(following.name)
                    stack.append(following)
        return False

    def _following(self, node: Node) -> list[Node]:
        graph = self.new.nodes
        found = [arc.target for arc in node.arcs]
        found += [one.event_node for one in (*node.listeners, *node.scope_starts)]
        inside = [one.id for one in self.new.inside(node.element.id)] if node is not graph.root else []
        found += [graph.task_specs[id_] for id_ in inside]
        parent = node.element.parent
        while parent is not None:  # when the scope around it ends, that goes on
            around = self.new.elements[parent]
            outer = graph.task_specs.get(f"{parent} (body)") or graph.task_specs[parent]
            found += [arc.target for arc in outer.arcs]
            found += [one.event_node for one in outer.listeners]
            parent = around.parent
        return found
