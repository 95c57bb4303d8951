"""What the names of a decision model rest on: so that what may leave no trace is not told by what follows from it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

__all__ = ["Origins"]


@dataclass(frozen=True, slots=True)
class Origins:
    """What each name requires directly.

    `parameters`: names that are bound anew where a function or a service is called, so that nobody knows from what.
    `functions`: business knowledge models, in whose tables every name may be such a one. `open_to_all`: the model
    declares no inputs, so that each decision may read whatever the case has.
    """

    required: Mapping[str, frozenset[str]] = field(default_factory=dict)
    parameters: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
    open_to_all: bool = False

    def telling(self, names: Collection[str]) -> frozenset[str]:
        """These names, and all that may tell of them: the transitive closure over the requirements."""
        if not names:
            return frozenset()
        told = {*names, *self.parameters}
        if self.open_to_all:
            return frozenset(told.union(self.required))
        while more := {name for name, needs in self.required.items() if name not in told and needs & told}:
            told |= more
        return frozenset(told)
