"""The elements of a decision requirements graph, and what one needs of another (DMN 1.5, chapter 6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from engine.dmn.names import Logic
from engine.feel.types import FeelType

if TYPE_CHECKING:
    from engine.dmn.model import DecisionModel


class Reference(NamedTuple):
    """An element as another one names it: behind the name of an import, or plainly."""

    alias: str
    model: DecisionModel
    id: str

    @property
    def node(self) -> Node:
        """What is meant."""
        return self.model.nodes[self.id]

    @property
    def name(self) -> str:
        """Its qualified name: `import.name`, or the name alone for an element of the same model (DMN 1.5, 10.4)."""
        return f"{self.alias}.{self.node.name}" if self.alias else self.node.name


@dataclass(frozen=True, slots=True)
class InputData:
    """A value that comes from outside; `kind` is None when its type is unknown."""

    id: str
    name: str
    kind: FeelType | None


@dataclass(frozen=True, slots=True)
class DecisionNode:
    """A decision: what it needs, its logic, the type of its result."""

    id: str
    name: str
    requirements: tuple[Reference, ...]
    logic: Logic
    kind: FeelType | None


@dataclass(frozen=True, slots=True)
class Knowledge:
    """A business knowledge model: its logic answers a function."""

    id: str
    name: str
    requirements: tuple[Reference, ...]
    logic: Logic
    kind: FeelType | None


@dataclass(frozen=True, slots=True)
class ServiceNode:
    """A decision service: a function of its inputs to the results of its output decisions."""

    id: str
    name: str
    inputs: tuple[Reference, ...]
    outputs: tuple[Reference, ...]
    kind: FeelType | None


Node: TypeAlias = InputData | DecisionNode | Knowledge | ServiceNode
