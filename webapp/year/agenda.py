"""What is going to happen, by its moment: the acts of people, the bank and the calendar."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from datetime import datetime

from webapp.year.deeds import Deed, Own
from workflows.association.year import Planned

Entry = tuple[datetime, int, str, Deed]


@dataclass(slots=True)
class Agenda:
    """Deeds in the order of their moments; of one moment, the player's own first, and by name. The same name is kept
    once. What is to be done alone is taken apart."""

    entries: list[Entry] = field(default_factory=list)
    lonely: list[Entry] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def put(self, deed: Deed) -> None:
        """Adds a deed; a second time under the same name changes nothing."""
        if deed.key not in self.names:
            self.names.add(deed.key)
            entry = (deed.moment, not isinstance(deed, Own), deed.key, deed)
            heapq.heappush(self.lonely if isinstance(deed, Planned) and deed.alone else self.entries, entry)

    @property
    def next(self) -> datetime | None:
        """The moment of the next deed that others may be done beside."""
        return self.entries[0][0] if self.entries else None

    @property
    def next_alone(self) -> datetime | None:
        """The moment of the next act that is done alone."""
        return self.lonely[0][0] if self.lonely else None

    def take(self) -> Deed:
        """The next deed that others may be done beside."""
        return self._popped(self.entries)

    def take_alone(self) -> Planned:
        """The next act that is done alone."""
        deed = self._popped(self.lonely)
        assert isinstance(deed, Planned)
        return deed

    def _popped(self, entries: list[Entry]) -> Deed:
        _, _, key, deed = heapq.heappop(entries)
        self.names.discard(key)
        return deed
