"""The names that elements of imported models have where they are seen from: `import.name` (DMN 1.5, 6.3.3 and 10.4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Final

from engine.dmn.graph import InputData
from engine.feel.values import Value

if TYPE_CHECKING:
    from engine.dmn.model import DecisionModel

__all__ = ["Ways"]

Way = tuple[str, ...]
MOST: Final = 1_000  # files that import one another crosswise have more ways than anybody means


class Ways:
    """The ways from one model to those that it imports, directly or not: the names of the imports that lead there."""

    def __init__(self, root: DecisionModel) -> None:
        self.root = root
        self.by_namespace: dict[str, list[Way]] = {}
        declared: dict[str, set[str]] = {}
        for way, model in islice(self.all(), MOST):
            self.by_namespace.setdefault(model.namespace, []).append(way)
            names = {node.name for node in model.nodes.values() if isinstance(node, InputData)}
            declared.setdefault(model.namespace, set()).update(names)
        counted = Counter(name for names in declared.values() for name in names)
        self.shared = frozenset(name for name, count in counted.items() if count > 1)

    def all(self) -> Iterator[tuple[Way, DecisionModel]]:
        """Every model with a way that leads to it, the root first. Imports never go round in a circle."""
        waiting: list[tuple[Way, DecisionModel]] = [((), self.root)]
        while waiting:
            way, model = waiting.pop(0)
            yield way, model
            # Without a name, what is imported stands among the importing model's own names (6.3.3).
            waiting += [((*way, alias) if alias else way, other) for alias, other in model.imports]

    def qualified(self, model: DecisionModel, name: str) -> str:
        """How that element of a model is called from here; of several ways, the shortest."""
        ways = self.by_namespace.get(model.namespace, [()])
        return ".".join((*min(ways, key=len), name))

    def shortest(self, model: DecisionModel, name: str) -> str:
        """The same for an input; its own name alone where no other input has that name."""
        return self.qualified(model, name) if name in self.shared else name

    def given(self, variables: Mapping[str, Value], model: DecisionModel, name: str) -> tuple[Value, bool]:
        """The value that is given to an input, and whether one is.

        Given as `{namespace}name`, in the contexts of the imports that lead there, as `import.name`; by its own name
        where it is an input of the root, or the only one of that name.
        """
        full = f"{{{model.namespace}}}{name}"
        if full in variables:
            return variables[full], True
        for way in sorted(self.by_namespace.get(model.namespace, ()), key=len):
            if not way:
                continue
            inside = _inside(variables, way)
            if name in inside:
                return inside[name], True
            flat = ".".join((*way, name))
            if flat in variables:
                return variables[flat], True
        plainly = model.namespace == self.root.namespace or name not in self.shared
        return (variables[name], True) if plainly and name in variables else (None, False)


def _inside(variables: Mapping[str, Value], way: Way) -> Mapping[str, Value]:
    """The context behind these names; empty where there is none."""
    at: Mapping[str, Value] = variables
    for name in way:
        found = at.get(name)
        if not isinstance(found, dict):
            return {}
        at = found
    return at
