"""Whether a case gets slower with age: a user-task loop, its state saved and loaded at every turn.

    python -m benchmarks.aging --turns 10000

The last line is one JSON object: `ratio` is the median cost of a completion around the last turn over that around turn 10,
`state_bytes` the size of the live state then. Through `engine.commands` on SQLite, and in memory.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

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
        costs, state_bytes = _turns(engine, arguments.turns)
        young = _young(engine, arguments.window)
    old = statistics.median(costs[-arguments.window :])
    finish(
        {
            "turns": arguments.turns,
            "ratio": old / young,
            "young_ms": young * 1000,
            "old_ms": old * 1000,
            "state_bytes": state_bytes,
        }
    )


def _turns(engine: Engine, turns: int) -> tuple[list[float], int]:
    """The CPU seconds of each turn of one case, and the size of its state at the end."""
    with transaction(engine) as session:
        started = commands.start(session, engine, "loop", {"over": False}, by=CLERK)
    task = started.next_tasks[0]
    costs = []
    for _ in range(turns):
        before = time.process_time()
        with transaction(engine) as session:
            task = commands.complete(session, engine, task, {"over": False}, by=CLERK).next_tasks[0]
        costs.append(time.process_time() - before)
    with reading(engine) as session:
        query = select(ProcessInstance.state).where(ProcessInstance.id == started.instance_id)
        return costs, len(session.scalars(query).one())


def _young(engine: Engine, window: int) -> float:
    """The median CPU seconds of turns 5 to 15 of new cases, measured last so that both sides meet the same machine."""
    costs: list[float] = []
    while len(costs) < window:
        costs += _turns(engine, 15)[0][4:]
    return statistics.median(costs)


if __name__ == "__main__":
    main()
