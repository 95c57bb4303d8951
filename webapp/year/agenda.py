"""What is going to happen, by its moment: the acts of people, the bank and the calendar."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from datetime import datetime

from workflows.association.year import Planned

Entry = tuple[datetime, int, str, Planned]
FIRST, ORDINARY = 0, 1  # of one moment: who looks at the world, before who acts on it


@dataclass(slots=True)
class Agenda:
    """Acts in the order of their moments; of one moment, by rank and name. The same name is kept once."""

    entries: list[Entry] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def put(self, planned: Planned, rank: int = ORDINARY) -> None:
        """Adds an act; a second time under the same name changes nothing."""
        if planned.key not in self.names:
            self.names.add(planned.key)
            heapq.heappush(self.entries, (planned.moment, rank, planned.key, planned))

    @property
    def next(self) -> datetime | None:
        """The moment of the next act."""
        return self.entries[0][0] if self.entries else None

    def take(self) -> Planned:
        """The next act."""
        _, _, key, planned = heapq.heappop(self.entries)
        self.names.discard(key)
        return planned
