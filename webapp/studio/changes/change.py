"""One difference between two versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["added", "removed", "changed", "layout"]


@dataclass(frozen=True, slots=True)
class Change:
    """A difference in a sentence; `element` is what a picture marks, and `ways` come or go with it untold."""

    kind: Kind
    file: str
    element: str | None
    text: str
    ways: tuple[str, ...] = ()

    @property
    def marked(self) -> tuple[str, ...]:
        """What a picture marks of it."""
        return (self.element, *self.ways) if self.element else ()
