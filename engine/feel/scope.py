"""What names mean while an expression is compiled: slots of the frame, items of filters, variables."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping

from engine.feel.run import Code
from engine.feel.syntax import Node
from engine.feel.types import FeelType

Handler = Callable[[Node, "Scope"], Code]
FIRST_SLOT = 2


class Unit:
    """What one expression shares: how nodes compile, its slots, its free names, the types it may name.

    `sure`: the free names that can be nothing but variables; those in a filter may be entries of its items.
    """

    __slots__ = ("called", "free", "given", "handlers", "slots", "sure", "types")

    def __init__(
        self, handlers: Mapping[type[Node], Handler], given: frozenset[str], types: Mapping[str, FeelType]
    ) -> None:
        self.handlers = handlers
        self.given = given
        self.types = types
        self.free: set[str] = set()
        self.sure: set[str] = set()
        self.called: set[str] = set()
        self.slots = FIRST_SLOT

    def variables(self, builtin: Container[str]) -> frozenset[str]:
        """The free names that are read as variables: neither called nor, unless given, built in."""
        free = self.free - self.called
        return frozenset(name for name in free if name in self.given or name not in builtin)

    def slot(self) -> int:
        """A new place in the frame."""
        self.slots += 1
        return self.slots - 1


class Scope:
    """A level of names. A filter's level has an `item`, whose entries are names too."""

    __slots__ = ("bindings", "item", "parent", "unit")

    def __init__(self, unit: Unit, parent: Scope | None = None, item: int | None = None) -> None:
        self.unit = unit
        self.parent = parent
        self.item = item
        self.bindings: dict[str, int] = {} if item is None else {"item": item}

    def bind(self, name: str) -> int:
        """A name of this level and its slot."""
        slot = self.bindings[name] = self.unit.slot()
        return slot

    def inner(self, item: int | None = None) -> Scope:
        """A level inside this one."""
        return Scope(self.unit, self, item)

    def compile(self, node: Node) -> Code:
        """The closure that evaluates a node here."""
        return self.unit.handlers[type(node)](node, self)

    def resolve(self, name: str) -> tuple[list[int], int | None]:
        """Slots of the items that may have an entry of that name, inner first; then its own slot, if bound."""
        items: list[int] = []
        level: Scope | None = self
        while level is not None:
            if level.item is not None:
                items.append(level.item)  # its entries come first, even one that is called `item`
            slot = level.bindings.get(name)
            if slot is not None:
                return items, slot
            level = level.parent
        return items, None
