"""Item definitions (DMN 1.5, 7.3.3): the types a model names, with the values they allow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final
from zoneinfo import ZoneInfo

from engine.dmn.names import Names, Testable, find_type
from engine.dmn.xml import Element, among, child, children, name_of, refuse, text_of
from engine.feel.run import Environment, Run
from engine.feel.types import ANY, TYPES, FeelType
from engine.feel.values import Value

# Allowed values are written as constants: they see no variables, and no clock but this.
_CONSTANT: Final = Environment(now=lambda: dt.datetime(1970, 1, 1, tzinfo=dt.UTC), zone=ZoneInfo("UTC"))


def read_types(root: Element, file: str, imported: Mapping[str, FeelType]) -> dict[str, FeelType]:
    """The types a model defines, by name, beside the imported ones. DmnRefused for an unknown type in one."""
    definitions = {element.get("name") or "": element for element in children(root, "itemDefinition")}
    return _Types(file, definitions, dict(imported)).all()


def part_names(root: Element) -> frozenset[str]:
    """The names of all components: expressions may spell them behind a point."""
    return frozenset(name_of(part) for part in root.iter("{*}itemComponent"))


class _Types:
    def __init__(self, file: str, definitions: Mapping[str, Element], known: dict[str, FeelType]) -> None:
        self.file = file
        self.definitions = definitions
        self.known = known
        self.open: set[str] = set()

    def all(self) -> dict[str, FeelType]:
        for name in self.definitions:
            self.named(name, name)
        return self.known

    def named(self, reference: str, owner: str) -> FeelType:
        local = reference if reference in self.definitions else reference.rpartition(":")[2]
        if local in self.definitions and local not in self.known:
            if local in self.open:
                return ANY  # a type that contains itself: checked as deep as it is written, and no deeper
            self.open.add(local)
            self.known[local] = replace(self.read(self.definitions[local], local), title=local)
            self.open.discard(local)
        found = self.known.get(local) or find_type(reference, self.known)
        if found is None:
            names = {*self.known, *self.definitions, *TYPES} - {owner}
            refuse(self.file, owner, "type_unknown", type=reference, **among(reference, names))
        return found

    def read(self, element: Element, owner: str) -> FeelType:
        """One definition or component."""
        kind = self._base(element, owner)
        allowed = self._tests(child(element, "allowedValues"), owner)
        constraint = self._tests(child(element, "typeConstraint"), owner)
        collection = element.get("isCollection") == "true"
        if allowed is not None:
            kind = _narrowed(kind, allowed)
        if collection:
            kind = FeelType("list", element=kind)
        return kind if constraint is None else _narrowed(kind, constraint)

    def _base(self, element: Element, owner: str) -> FeelType:
        components = list(children(element, "itemComponent"))
        if components:
            return FeelType("context", entries=tuple(self._component(part, owner) for part in components))
        function = child(element, "functionItem")
        if function is not None:
            return self._function(function, owner)
        reference = child(element, "typeRef")
        text = (reference.text or "").strip() if reference is not None else ""
        return self.named(text, owner) if text else ANY

    def _component(self, part: Element, owner: str) -> tuple[str, FeelType]:
        name = name_of(part)
        return name, self.read(part, f"{owner}.{name}")

    def _function(self, element: Element, owner: str) -> FeelType:
        references = [part.get("typeRef") or "Any" for part in children(element, "parameters")]
        parameters = tuple(self.named(reference, owner) for reference in references)
        result = self.named(element.get("outputTypeRef") or "Any", owner)
        return FeelType("function", parameters=parameters, result=result)

    def _tests(self, element: Element | None, owner: str) -> Testable | None:
        text = text_of(element)
        if not text:
            return None
        return Names(self.file, owner, frozenset(), {}).tests(text)


def _narrowed(kind: FeelType, tests: Testable) -> FeelType:
    return replace(kind, allowed=Allowed(tests, kind.allowed))


@dataclass(frozen=True, slots=True)
class Allowed:
    """The constraint of a type: unary tests, and what the type it rests on allows."""

    tests: Testable
    before: Callable[[Value], bool] | None

    def __call__(self, value: Value) -> bool:
        if self.before is not None and not self.before(value):
            return False
        return self.tests.within(value, {}, Run(_CONSTANT)) is True

    @property
    def text(self) -> str:
        """As it is written."""
        return self.tests.text

    def all(self) -> Iterator[Testable]:
        """Every constraint that a value must meet."""
        yield self.tests
        if isinstance(self.before, Allowed):
            yield from self.before.all()


def imported_types(models: Iterable[tuple[str, Mapping[str, FeelType]]]) -> dict[str, FeelType]:
    """Types of imported models, behind the names of their imports."""
    return {f"{alias}.{name}" if alias else name: kind for alias, types in models for name, kind in types.items()}
