"""What this process keeps in memory, bounded: parsed definitions, and live cases by `rev`. Fields of the engine value.

A case is taken out while it is worked on and put back after the commit; whoever rolls back simply does not put it back.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar, cast
from uuid import UUID

if TYPE_CHECKING:
    from engine.bpmn import Case

__all__ = ["DefinitionCache", "LiveCases"]

T = TypeVar("T")


@dataclass(slots=True)
class DefinitionCache:
    """Parsed things by kind and id, least recently used out first. Threads share it; what it holds is never changed."""

    size: int
    entries: OrderedDict[tuple[str, UUID], object] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, kind: str, key: UUID, make: Callable[[], T]) -> T:
        """The thing kept under this key, made where it is not there."""
        with self.lock:
            found = self.entries.get((kind, key))
            if found is not None:
                self.entries.move_to_end((kind, key))
                return cast("T", found)
        made = make()
        with self.lock:
            self.entries[kind, key] = made
            while len(self.entries) > self.size:
                self.entries.popitem(last=False)
        return made


@dataclass(slots=True)
class LiveCases:
    """A bounded store, least recently used out first."""

    size: int
    cases: OrderedDict[UUID, tuple[int, Case]] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def rev(self, instance_id: UUID) -> int | None:
        """The rev held here, if any."""
        with self.lock:
            found = self.cases.get(instance_id)
            return found[0] if found else None

    def take(self, instance_id: UUID, rev: int) -> Case | None:
        """The case as it was at this rev, taken out; None where another rev or nothing is held."""
        with self.lock:
            held = self.cases.pop(instance_id, None)
        return held[1] if held and held[0] == rev else None

    def put(self, instance_id: UUID, rev: int, case: Case) -> None:
        """Holds the case at this rev; an older rev never replaces a newer one."""
        with self.lock:
            held = self.cases.get(instance_id)
            if held is not None and held[0] >= rev:
                return
            self.cases[instance_id] = (rev, case)
            self.cases.move_to_end(instance_id)
            while len(self.cases) > self.size:
                self.cases.popitem(last=False)

    def drop(self, instance_id: UUID) -> None:
        """Forgets the case: it ended."""
        with self.lock:
            self.cases.pop(instance_id, None)
