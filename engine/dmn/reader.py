"""Reading decision models: elements, their requirements, their logic, all compiled or refused by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from engine.dmn.boxed import inner, read_boxed, read_function
from engine.dmn.graph import DecisionNode, InputData, Knowledge, Node, Reference, ServiceNode
from engine.dmn.itemtypes import imported_types, part_names, read_types
from engine.dmn.model import Decision, DecisionModel
from engine.dmn.names import Names
from engine.dmn.requirements import origins_of
from engine.dmn.texts import texts_of
from engine.dmn.xml import Element, among, child, children, kind, label, name_of, parse, refuse
from engine.feel.types import FeelType

_NODES: Final = ("inputData", "decision", "businessKnowledgeModel", "decisionService")
_REQUIREMENTS: Final = ("requiredInput", "requiredDecision", "requiredKnowledge")


def read(
    xml: bytes, *, name: str, imported: Mapping[str, DecisionModel] | None = None, lenient: bool = False
) -> DecisionModel:
    """The decision model of a file. `imported` are models by namespace that it may import.

    DmnRefused (name, element, reason) for a file, an element or an expression that cannot run. `lenient`: a text
    that is no expression answers null with a warning instead.
    """
    root = parse(xml, name)
    imports = tuple(_imports(root, name, imported or {}))
    model = DecisionModel(root.get("name") or name, root.get("namespace") or "", imports, name)
    model.texts = texts_of(root)
    model.types = read_types(root, name, imported_types((alias, other.types) for alias, other in imports))
    _Reader(model, root, lenient).all()
    return model


def _imports(root: Element, name: str, imported: Mapping[str, DecisionModel]) -> Iterable[tuple[str, DecisionModel]]:
    for element in children(root, "import"):
        namespace = element.get("namespace") or ""
        if "/DMN/" not in (element.get("importType") or "/DMN/"):
            continue
        if namespace not in imported:
            refuse(name, label(element), "import_missing", namespace=namespace, **among(namespace, imported))
        yield element.get("name") or "", imported[namespace]


class _Reader:
    def __init__(self, model: DecisionModel, root: Element, lenient: bool) -> None:
        self.lenient = lenient
        self.model = model
        self.root = root
        self.elements: dict[str, Element] = {}
        self.parts = part_names(root)
        for _alias, other in model.imports:
            self.parts |= {node.name for node in other.nodes.values()}

    def all(self) -> None:
        for element in children(self.root, *_NODES):
            node_id = element.get("id") or element.get("name") or ""
            if node_id in self.elements:
                refuse(self.model.file, label(element), "id_twice", id=node_id)
            self.elements[node_id] = element
        if not self.lenient:
            self._imports_have_names_of_their_own()
        for node_id, element in self.elements.items():
            self.model.nodes[node_id] = self._node(node_id, element)
        decisions = [node for node in self.model.nodes.values() if isinstance(node, DecisionNode)]
        self.model.declares_inputs = any(isinstance(node, InputData) for node in self.model.nodes.values()) or any(
            other.declares_inputs for _alias, other in self.model.imports
        )
        self.model.origins = origins_of(self.model)
        self.model.decisions = {node.id: self._decision(node) for node in decisions}

    def _imports_have_names_of_their_own(self) -> None:
        taken = {self._name(element) for element in self.elements.values()}
        for element in children(self.root, "import"):
            alias = element.get("name") or ""
            if alias and alias in taken:
                refuse(self.model.file, label(element), "import_name", alias=alias)
            taken.add(alias)

    def _decision(self, node: DecisionNode) -> Decision:
        table = child(self.elements[node.id], "decisionTable")
        columns = [] if table is None else [part.get("name") or "" for part in children(table, "output")]
        outputs = tuple(columns) if len(columns) > 1 else (node.name,)
        return Decision(node.id, node.name, tuple(dict.fromkeys(self._inputs(node, set()))), outputs)

    def _inputs(self, node: Node, seen: set[int]) -> Iterable[str]:
        """The names of the input data that a decision rests on, directly or not, in this model and imported ones."""
        for reference in self.model.needs(node):
            needed = reference.node
            if isinstance(needed, InputData):
                yield self.model.ways.shortest(reference.model, needed.name)
            elif id(needed) not in seen:
                seen.add(id(needed))
                yield from self._inputs(needed, seen)

    def _node(self, node_id: str, element: Element) -> Node:
        variable = child(element, "variable")
        name = self._name(element)
        declared = self._type(variable, element)
        if kind(element) == "inputData":
            return InputData(node_id, name, declared)
        if kind(element) == "decisionService":
            data = self._references(children(element, "inputData"), element)
            inputs = (*data, *self._references(children(element, "inputDecision"), element))
            outputs = self._references(children(element, "outputDecision"), element)
            return ServiceNode(node_id, name, inputs, outputs, self._service_type(declared))
        requirements = self._references(self._requirement_elements(element), element)
        names = self._names(element, requirements)
        if kind(element) == "businessKnowledgeModel":
            encapsulated = child(element, "encapsulatedLogic")
            if encapsulated is None:
                refuse(self.model.file, name, "no_logic")
            names = names.plus([name])
            return Knowledge(node_id, name, requirements, read_function(encapsulated, names, name), declared)
        if not any(kind(part) for part in element if kind(part) not in _NOT_LOGIC):
            return DecisionNode(node_id, name, requirements, lambda _variables, _run: None, declared)
        logic = read_boxed(inner(element, names), names)
        return DecisionNode(node_id, name, requirements, logic, declared)

    @staticmethod
    def _service_type(declared: FeelType | None) -> FeelType | None:
        if declared is not None and declared.name == "function":
            return declared.result
        return declared

    def _name(self, element: Element) -> str:
        variable = child(element, "variable")
        return (name_of(variable) if variable is not None else "") or name_of(element)

    def _type(self, variable: Element | None, element: Element) -> FeelType | None:
        reference = variable.get("typeRef") if variable is not None else None
        if not reference:
            return None
        names = Names(self.model.file, label(element), frozenset(), self.model.types, lenient=self.lenient)
        return names.type(reference)

    def _requirement_elements(self, element: Element) -> Iterable[Element]:
        for requirement in children(element, "informationRequirement", "knowledgeRequirement"):
            yield from children(requirement, *_REQUIREMENTS)

    def _references(self, elements: Iterable[Element], owner: Element) -> tuple[Reference, ...]:
        return tuple(self._reference(element.get("href") or "", owner) for element in elements)

    def _reference(self, href: str, owner: Element) -> Reference:
        namespace, _hash, node_id = href.rpartition("#")
        if namespace and namespace != self.model.namespace:
            for alias, other in self.model.imports:
                if other.namespace == namespace and node_id in other.nodes:
                    return Reference(alias, other, node_id)
        elif node_id in self.elements:
            return Reference("", self.model, node_id)
        return refuse(
            self.model.file, label(owner), "requirement_missing", href=href, **among(href.lstrip("#"), self.elements)
        )

    def _names(self, element: Element, requirements: tuple[Reference, ...]) -> Names:
        own = {self._required_name(reference) for reference in requirements}
        if not self.lenient:
            self._required_once(element, requirements)
        return Names(
            self.model.file, label(element), frozenset(own), self.model.types, self.parts, self.lenient,
            element.get("id") or "", self.model.tables, mentions=self.model.mentions,
        )  # fmt: skip

    def _required_once(self, element: Element, requirements: tuple[Reference, ...]) -> None:
        named: dict[str, tuple[str, str]] = {}
        for reference in requirements:
            name, meant = self._full_name(reference), (reference.model.namespace, reference.id)
            if named.setdefault(name, meant) != meant:
                refuse(self.model.file, label(element), "names_twice", twice=name)

    def _full_name(self, reference: Reference) -> str:
        own = reference.model is self.model
        name = self._name(self.elements[reference.id]) if own else reference.node.name
        return f"{reference.alias}.{name}" if reference.alias else name

    def _required_name(self, reference: Reference) -> str:
        return reference.alias or self._full_name(reference)


_NOT_LOGIC: Final = frozenset(
    {
        "description", "extensionElements", "question", "allowedAnswers", "variable", "informationRequirement",
        "knowledgeRequirement", "authorityRequirement", "supportedObjective", "impactedPerformanceIndicator",
        "decisionMaker", "decisionOwner", "usingProcess", "usingTask",
    }
)  # fmt: skip
