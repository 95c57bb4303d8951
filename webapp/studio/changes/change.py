"""One difference between two versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["added", "removed", "changed", "layout"]


@dataclass(frozen=True, slots=True)
class Change:
    """A difference in a sentence; `element` is what a picture marks."""

    kind: Kind
    file: str
    element: str | None
    text: str
