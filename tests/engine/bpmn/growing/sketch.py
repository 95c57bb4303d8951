"""A diagram that grows: its parts so far, new names, and blocks to put inside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import TypeVar

__all__ = ["Block", "Draw", "Ends", "Sketch"]

T = TypeVar("T")
Draw = Callable[[int], int]
Ends = tuple[str, str]  # where a block is entered, where it is left
Block = Callable[["Sketch", int], Ends]

LARGEST = 60  # names after which only simple blocks follow


@dataclass
class Sketch:
    """What stands in one scope. `draw(n)` answers a number below n.

    `plain`: the file is not marked for Camunda 8. `ad_hoc`: the scope may have no start and no end events.
    `quiet`: nothing is thrown, as it would begin this very scope again.
    """

    draw: Draw
    simple: Sequence[Block]
    nested: Sequence[Block]
    plain: bool = False
    ad_hoc: bool = False
    quiet: bool = False
    parts: list[str] = field(default_factory=list)
    numbers: count[int] = field(default_factory=lambda: count(1))
    last: int = 0

    def inner(self, *, ad_hoc: bool = False) -> Sketch:
        """An empty scope inside of this one, with names of its own."""
        found = Sketch(self.draw, self.simple, self.nested, self.plain, ad_hoc, numbers=self.numbers, last=self.last)
        found.quiet = self.quiet
        return found

    def name(self, kind: str) -> str:
        """A new id."""
        self.last = next(self.numbers)
        return f"{kind}{self.last}"

    def one_of(self, *things: T) -> T:
        """One of several, by chance."""
        return things[self.draw(len(things))]

    def chance(self, in_how_many: int) -> bool:
        """Whether something rare happens."""
        return self.draw(in_how_many) == 0

    def add(self, *parts: str) -> None:
        """More elements."""
        self.parts += parts

    def only(self, element_id: str, text: str) -> Ends:
        """A block of one element."""
        self.parts.append(text)
        return element_id, element_id

    def flow(self, source: str, target: str, condition: str = "") -> str:
        """A flow; its id."""
        flow_id = self.name("flow")
        inner = f"<conditionExpression>={condition}</conditionExpression>" if condition else ""
        self.parts.append(
            f'<sequenceFlow id="{flow_id}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'
        )
        return flow_id

    def block(self, depth: int) -> Ends:
        """A block by chance, and where it is entered and left."""
        kinds = self.simple if depth <= 0 or self.last > LARGEST else (*self.simple, *self.nested * 3)
        return kinds[self.draw(len(kinds))](self, depth - 1)

    def text(self) -> str:
        """Everything so far."""
        return "".join(self.parts)
