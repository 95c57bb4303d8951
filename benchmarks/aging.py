"""Whether a case gets slower with age: a user-task loop, its state saved and loaded at every turn.

    python -m benchmarks.aging --turns 10000

The last line is one JSON object: `ratio` is the median CPU of a completion around the last turn over that around
turn 10, taken in turns so that both meet the same machine; `state_bytes` is the size of the live state at the end.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from benchmarks.databases import serve
from benchmarks.figures import finish
from benchmarks.subject import CLERK, opened
from engine import commands
from engine.engine import Engine
from engine.models import ProcessInstance
from engine.transaction import reading, transaction

DIAGRAM = Path(__file__).parent / "diagrams" / "loop.bpmn"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=10_000)
    parser.add_argument("--window", type=int, default=200, help="turns measured around turn 10 and around the last")
    arguments = parser.parse_args()
    with serve("sqlite") as server, opened(server.url) as engine:
        engine.create_tables()
        with transaction(engine) as session:
            commands.deploy(session, engine, {DIAGRAM.name: DIAGRAM.read_bytes()}, by=CLERK)
        old_case, _ = _turns(engine, _start(engine), arguments.turns)
        young, old = _in_turns(engine, old_case, arguments.window)
        state_bytes = _state_bytes(engine)
    finish(
        {
            "turns": arguments.turns,
            "ratio": old / young,
            "young_ms": young * 1000,
            "old_ms": old * 1000,
            "state_bytes": state_bytes,
        }
    )


def _start(engine: Engine) -> UUID:
    """The open task of a new case."""
    with transaction(engine) as session:
        return commands.start(session, engine, "loop", {"over": False}, by=CLERK).next_tasks[0]


def _turns(engine: Engine, task: UUID, turns: int) -> tuple[UUID, list[float]]:
    """Goes round; answers the task that is open then, and the CPU seconds of each turn."""
    costs = []
    for _ in range(turns):
        before = time.process_time()
        with transaction(engine) as session:
            task = commands.complete(session, engine, task, {"over": False}, by=CLERK).next_tasks[0]
        costs.append(time.process_time() - before)
    return task, costs


def _in_turns(engine: Engine, task: UUID, window: int) -> tuple[float, float]:
    """Median CPU seconds of turns 5 to 15 of new cases, and of the old case."""
    young: list[float] = []
    old: list[float] = []
    while len(young) < window:
        young += _turns(engine, _turns(engine, _start(engine), 4)[0], 11)[1]
        task, costs = _turns(engine, task, 11)
        old += costs
    return statistics.median(young), statistics.median(old)


def _state_bytes(engine: Engine) -> int:
    with reading(engine) as session:
        return max(len(state) for state in session.scalars(select(ProcessInstance.state)))


if __name__ == "__main__":
    main()
