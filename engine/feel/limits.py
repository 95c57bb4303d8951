"""How much an expression may cost. The defaults are the product's; a host may lower or raise them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MAX_CHARACTERS: Final = 4_000
MAX_NODES: Final = 600
MAX_DEPTH: Final = 40
MAX_WARNINGS: Final = 50
MAX_VALUE_DEPTH: Final = 100
MAX_PARTS: Final = 100_000


@dataclass(frozen=True, slots=True)
class Budget:
    """What one evaluation may use: turns and calls, characters of a text, items of a list, nested calls."""

    steps: int = 200_000
    text: int = 100_000
    items: int = 10_000
    calls: int = 60


class BudgetExceeded(Exception):
    """An evaluation used more than its budget: {kind}, at most {limit}."""

    def __init__(self, kind: str, limit: int) -> None:
        self.kind = kind
        self.limit = limit
        super().__init__(f"{kind} > {limit}")
