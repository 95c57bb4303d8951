"""Several processes that play a year together, on one PostgreSQL: each has hands of its own, and a clock of its own.

The player deals out what may be done side by side and waits for all of it before time moves on. A process whose player
is gone ends; what it held is found and given back by whoever takes the play up.
"""

from __future__ import annotations

import os
import resource
import threading
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Final

from webapp.memory import settle
from webapp.settings import Settings
from webapp.year.deeds import Work
from webapp.year.hands import Done, Hand, grouped
from webapp.year.opening import Played, stage_of
from workflows.association.year.families import played

PATIENCE: Final = 30.0  # seconds until a process that was told to stop is ended


class HandLost(RuntimeError):
    """One of the processes that play has failed; its own words are above."""


@dataclass(frozen=True, slots=True)
class Crew:
    """The processes, by the connections to them."""

    lines: Sequence[Connection]

    def do(self, works: Sequence[Work], begins: datetime) -> Sequence[Done]:
        """Deals out works, those about the same thing to the same process; answers in their order."""
        waiting = deque(grouped(works))
        busy: dict[Connection, list[int]] = {}
        done: dict[int, Done] = {}
        free = list(self.lines)
        while waiting or busy:
            while free and waiting:
                line, group = free.pop(), waiting.popleft()
                line.send(("do", [works[place] for place in group], begins))
                busy[line] = group
            ready = wait(list(busy))
            for line in [each for each in busy if each in ready]:
                done.update(zip(busy.pop(line), _heard(line), strict=True))
                free.append(line)
        return [done[place] for place in range(len(works))]

    def drain(self, moment: datetime) -> int:
        """Runs what is due, until every process has found nothing more."""
        count = 0
        while True:
            for line in self.lines:
                line.send(("drain", moment))
            ran = sum(_heard(line) for line in self.lines)
            if not ran:
                return count
            count += ran

    def stop(self) -> Counter[str]:
        """Lets the processes end; answers what the rules refused in them."""
        refusals: Counter[str] = Counter()
        for line in self.lines:
            line.send(("stop",))
            refusals += _heard(line)
        return refusals


@contextmanager
def crew(count: int, settings: Settings, told: Played) -> Iterator[Crew]:
    """So many processes that play this story on the database of these settings, until the end of the block."""
    context = get_context("spawn")
    processes: list[BaseProcess] = []
    lines: list[Connection] = []
    try:
        for _ in range(count):
            ours, theirs = context.Pipe()
            process = context.Process(target=_play, args=(theirs, settings, told), daemon=True)
            process.start()
            theirs.close()
            processes.append(process)
            lines.append(ours)
        yield Crew(lines)
    finally:
        for line in lines:
            line.close()
        for each in processes:
            each.join(PATIENCE)
            if each.is_alive():
                each.kill()
                each.join()


def cpu_seconds() -> float:
    """CPU that this process and those of its crew that have ended used."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _heard(line: Connection) -> Any:
    try:
        answer = line.recv()
    except EOFError as lost:
        raise HandLost from lost
    if isinstance(answer, HandLost):
        raise answer
    return answer


def _follow() -> None:
    """Ends this process with its player, also in the middle of a drain: whoever takes the play up has it to himself."""
    player = parent_process()
    assert player is not None
    wait([player.sentinel])
    os._exit(1)


def _play(line: Connection, settings: Settings, told: Played) -> None:
    """A process of the crew: does what it is told until it is told to stop, or nobody is there any more."""
    threading.Thread(target=_follow, name="player", daemon=True).start()
    settle()
    with stage_of(settings, told) as (stage, clock):
        hand = Hand(stage, clock, played(told.families))
        while True:
            try:
                verb, *arguments = line.recv()
            except EOFError:
                return
            if verb == "stop":
                line.send(stage.refusals)
                return
            try:
                answer = hand.do(*arguments) if verb == "do" else hand.drain(*arguments)
            except Exception as error:
                line.send(HandLost(f"{type(error).__name__}: {error}"))
                raise
            line.send(answer)
