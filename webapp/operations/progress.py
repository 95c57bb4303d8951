"""What happened in a case so far, as diagrams and journeys show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Progress:
    """Elements left (how often), flows taken in order, where tokens stand, and which of these wait for the reader."""

    left: Mapping[str, int] = field(default_factory=dict)
    flows: tuple[str, ...] = ()
    standing: frozenset[str] = frozenset()
    mine: frozenset[str] = frozenset()
    ended: bool = False
