"""What every process of the campaign shares: how far the clocks are off, and whether failpoints kill."""

from __future__ import annotations

import mmap
import os
import random
import signal
import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import event

from engine.engine import Engine

LAYOUT = struct.Struct("dd")
UNSAID = 0.02  # share of the answers that are never given
ANSWERED = struct.Struct("Q")


@dataclass(slots=True)
class Weather:
    """A page of memory that forked processes see at once."""

    page: mmap.mmap = field(default_factory=lambda: mmap.mmap(-1, mmap.PAGESIZE))

    @property
    def offset(self) -> float:
        """Seconds by which all clocks are off."""
        return float(LAYOUT.unpack_from(self.page)[0])

    @property
    def stormy(self) -> bool:
        """Whether failpoints kill and hints go astray."""
        return bool(LAYOUT.unpack_from(self.page)[1])

    def set(self, *, offset: float | None = None, stormy: bool | None = None) -> None:
        """Changes the weather for everybody."""
        values = (self.offset if offset is None else offset, self.stormy if stormy is None else stormy)
        LAYOUT.pack_into(self.page, 0, *map(float, values))

    @property
    def answered(self) -> int:
        """How often people were answered: while this grows, nothing stands still, however slow the machine is."""
        return int(ANSWERED.unpack_from(self.page, LAYOUT.size)[0])

    def answer(self) -> None:
        """One more answer. Two at once may count as one."""
        ANSWERED.pack_into(self.page, LAYOUT.size, self.answered + 1)

    def now(self) -> datetime:
        """The clock of the engines."""
        return datetime.now(UTC) + timedelta(seconds=self.offset)

    def last_words(self, chance: random.Random) -> None:
        """Kills this process now and then between a commit and the answer about it, if it storms."""
        if self.stormy and chance.random() < UNSAID:
            os.kill(os.getpid(), signal.SIGKILL)

    def failpoints(self, engine: Engine, chance: random.Random) -> None:
        """Half of the processes die before a statement or commit that was drawn at their birth, if it storms then."""
        if chance.random() < 0.5:
            return
        fatal, numbers = int(10 ** chance.uniform(0.5, 3)), count(1)

        def step(*_: Any) -> None:
            if next(numbers) >= fatal and self.stormy:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(engine.database, "before_cursor_execute", step)
        event.listen(engine.database, "commit", step)
