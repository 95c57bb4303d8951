"""Twelve people complete the twelve tasks of one case at the same instant, over HTTP, again and again.

    python -m benchmarks.crowd [--database postgresql|sqlite] [--rounds N] [--processes P]

The web processes are `amicale run`; each person is signed in on one of them. Before a round everybody has the page of
the task before him, a barrier lets all go at once. The last line is one JSON object: `successes` of `expected` POSTs
were answered with a redirect, `ended` of `rounds` cases ended, each task completed once in history (`doubled` says
how many were not). `spread_p95_ms` is how far apart the answers of a round are.
"""

from __future__ import annotations

import argparse
import statistics
import threading
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select

from benchmarks.browser import Browser
from benchmarks.figures import finish
from benchmarks.office import ANSWER, Office, office
from engine.models import HistoryEvent, ProcessInstance
from engine.transaction import reading

PEOPLE = 12


@dataclass(slots=True)
class Outcome:
    """What the rounds came to."""

    statuses: Counter[int] = field(default_factory=Counter)
    spreads: list[float] = field(default_factory=list)
    rounds: int = 0
    ended: int = 0
    doubled: int = 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="postgresql")
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--processes", type=int, default=4)
    arguments = parser.parse_args()
    with office(arguments.database, processes=arguments.processes, people=PEOPLE, tasks=PEOPLE) as it:
        found = run(it, arguments.rounds)
    finish(
        {
            "database": arguments.database, "processes": arguments.processes, "rounds": found.rounds,
            "expected": found.rounds * PEOPLE, "successes": found.statuses[303],
            "failures": found.statuses.total() - found.statuses[303], "ended": found.ended, "doubled": found.doubled,
            "spread_p95_ms": 1000 * (statistics.quantiles(found.spreads, n=20)[-1] if found.rounds > 1 else 0),
        }
    )  # fmt: skip


def run(it: Office, rounds: int) -> Outcome:
    """So many cases, everybody at once in each."""
    browsers = [Browser(it.web[number % len(it.web)].port) for number in range(PEOPLE)]
    for browser, address in zip(browsers, it.people, strict=True):
        browser.sign_in(address)
    found, cases = Outcome(), it.start(rounds)
    for tasks in cases:
        _round(browsers, tasks, found)
    for browser in browsers:
        browser.connection.close()
    with reading(it.engine) as session:
        statuses = session.scalars(select(ProcessInstance.status).where(ProcessInstance.process_id == it.process_id))
        found.ended = sum(status == "completed" for status in statuses)
        closed = Counter(session.scalars(select(HistoryEvent.token).where(HistoryEvent.kind == "task_completed")))
    found.doubled = sum(closed[task] != 1 for tasks in cases for task in tasks)
    return found


def _round(browsers: Sequence[Browser], tasks: Sequence[UUID], found: Outcome) -> None:
    gate = threading.Barrier(len(browsers))

    def act(browser: Browser, task: UUID) -> tuple[int, float]:
        _, hidden = browser.open(task)
        gate.wait()
        answer = browser.post(f"/tasks/{task}?tab=queue", {**hidden, **ANSWER})
        return answer.status, answer.seconds

    with ThreadPoolExecutor(len(browsers)) as people:
        answers = list(people.map(act, browsers, tasks))
    found.rounds += 1
    found.statuses.update(status for status, _ in answers)
    found.spreads.append(max(seconds for _, seconds in answers) - min(seconds for _, seconds in answers))


if __name__ == "__main__":
    main()
