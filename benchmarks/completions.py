"""What a durable completion costs: through `engine.commands`, against the same statements without an engine.

    python -m benchmarks.completions --database sqlite|postgresql [--connections N] [--cases M] [--blocks B]
                                     [--compare dbos [--dbos-python PYTHON]]

Each connection is a process. In turns, all of them complete a block of cases through the engine on one database, then
send the very statements again, by the plain driver, to its clone, then take the same steps by bare SpiffWorkflow in
memory. fsync is on everywhere. The last line is one JSON object; a figure is the median over the blocks.

ratio_floor   completions a second over those of the floor: the same prepared statements with the same bytes in the same
              batches and transactions, their answers read, by sqlite3, or by libpq in pipeline mode, and no engine.
cpu_ratio     CPU of the process a completion (driver, locking, state, history, commit) over CPU of bare SpiffWorkflow
              for the same step of the same diagram, in memory, with nothing stored. `floor_cpu_ms` is the floor's part.
round_trips   counted at PostgreSQL's protocol by a proxy, on cases of their own; 0 on SQLite, which is in the process.
statements    likewise, without BEGIN and COMMIT. commits: what the server reported.
dbos_steps_per_s, ratio_dbos   DBOS Transact on the same server, as many processes as connections, workflows of five
              steps: durable steps a second, and our completions over them. Each is one durable transaction with the
              answer of a person or of a function in it; automatic elements that follow a completion (here a gateway)
              count nothing.
dbos_transitions_per_s, ratio_dbos_transitions   the same with the beginning and the outcome of each workflow, which
              are durable as well, counted beside its steps: like with like, since of our cases the beginning is not
              measured and the end is part of the last completion.
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from benchmarks.bare import Parsed, bare_case, bare_diagram
from benchmarks.comparison import Steps, check_installed, dbos_steps
from benchmarks.databases import PostgresqlServer, Server, plain_connection, serve
from benchmarks.figures import Cost, finish
from benchmarks.flights import FlightRecorder, replay_batches
from benchmarks.replay import Recorder, raw_commits, replay
from benchmarks.subject import ANSWERS, CONDITIONS, DIAGRAM, PROCESS_ID, complete_case, first_tasks, opened, prepare
from benchmarks.tap import tapped
from webapp.memory import settle

COUNTED = 20  # cases that are completed through the proxy


@dataclass(frozen=True, slots=True)
class Share:
    """What one connection does: where, and which cases in which blocks."""

    url: str
    clone: str
    blocks: Sequence[Sequence[UUID]]


@dataclass(frozen=True, slots=True)
class Block:
    """One block through the engine, as a replay, and by the bare library."""

    engine: Cost
    floor: Cost
    bare: Cost


@dataclass(frozen=True, slots=True)
class Counts:
    """What a completion sends."""

    statements: float
    round_trips: float
    commits: float


def main() -> None:
    arguments = _arguments()
    if arguments.compare == "dbos":
        check_installed(arguments.dbos_python)
    with serve(arguments.database) as server:
        per_connection = arguments.cases * arguments.blocks
        prepare(server.url, per_connection * arguments.connections + COUNTED)
        tasks = first_tasks(server.url)
        server.clone()
        shares = [
            Share(server.url, server.clone_url, _blocks(tasks[start : start + per_connection], arguments.blocks))
            for start in range(0, per_connection * arguments.connections, per_connection)
        ]
        results = _run(shares)
        counts = _counts(server, tasks[-COUNTED:])
        raw = _raw(server)
        figures = _figures(arguments, results, counts, raw)
        if arguments.compare == "dbos" and isinstance(server, PostgresqlServer):
            theirs = dbos_steps(server, arguments.dbos_python, arguments.connections)
            figures |= _compared(float(figures["completions_per_s"]), theirs)
    finish(figures)


def _compared(per_s: float, theirs: Steps) -> dict[str, float]:
    return {
        "dbos_steps_per_s": theirs.per_s, "ratio_dbos": per_s / theirs.per_s,
        "dbos_transitions_per_s": theirs.transitions_per_s, "ratio_dbos_transitions": per_s / theirs.transitions_per_s,
    }  # fmt: skip


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--connections", type=int, default=1)
    parser.add_argument("--cases", type=int, default=60, help="cases a block and connection (three completions each)")
    parser.add_argument("--blocks", type=int, default=7)
    parser.add_argument("--compare", choices=["dbos"], help="measure this as well, on PostgreSQL")
    parser.add_argument("--dbos-python", default=sys.executable, help="a Python that has the package dbos")
    arguments = parser.parse_args()
    if arguments.compare and arguments.database != "postgresql":
        parser.error("--compare needs --database postgresql")
    return arguments


def _blocks(tasks: Sequence[UUID], count: int) -> list[Sequence[UUID]]:
    size = len(tasks) // count
    return [tasks[index * size : (index + 1) * size] for index in range(count)]


def _run(shares: Sequence[Share]) -> list[list[Block]]:
    """All connections at once, in step: everybody through the engine, then everybody on the floor."""
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(len(shares))
    answers = context.Queue()
    processes = [context.Process(target=_work, args=(share, barrier, answers)) for share in shares]
    for process in processes:
        process.start()
    results = []
    for _ in processes:
        result = answers.get(timeout=600)
        if isinstance(result, str):
            raise SystemExit(result)
        results.append(result)
    for process in processes:
        process.join()
    return results


def _work(share: Share, barrier: Any, answers: Any) -> None:
    try:
        bare = bare_diagram(DIAGRAM, PROCESS_ID, CONDITIONS)
        with opened(share.url) as engine, plain_connection(share.clone) as plain:
            recorder = Recorder() if engine.database.dialect.name == "sqlite" else FlightRecorder()
            first, *others = share.blocks
            complete_case(engine, first[0])  # reads the definition
            settle()  # as every process that serves does
            recorder.listen(engine.database)
            _block(engine, first[1:], recorder, plain, bare, barrier)  # warms all sides and is not counted
            answers.put([_block(engine, tasks, recorder, plain, bare, barrier) for tasks in others])
    except BaseException as problem:
        barrier.abort()
        answers.put(f"{type(problem).__name__}: {problem}")
        raise


def _block(engine: Any, tasks: Sequence[UUID], recorder: Any, plain: Any, bare: Parsed, barrier: Any) -> Block:
    barrier.wait(timeout=300)
    costs = [complete_case(engine, task) for task in tasks]
    noted = recorder.clear()
    barrier.wait(timeout=300)
    if isinstance(recorder, FlightRecorder):
        floor = replay_batches(plain.connection, noted)
    else:
        floor = replay(plain.connection, plain.begin, noted)
    barrier.wait(timeout=300)
    in_memory = [bare_case(bare, ANSWERS) for _ in tasks]
    return Block(_sum(costs), floor, _sum(in_memory))


def _sum(costs: Sequence[Cost]) -> Cost:
    return sum(costs[1:], start=costs[0])


def _counts(server: Server, tasks: Sequence[UUID]) -> Counts:
    """Counted apart, so that counting costs the measured completions nothing."""
    completions = len(ANSWERS) * (len(tasks) - 1)
    if isinstance(server, PostgresqlServer):
        with tapped(server.server.port) as (port, tap), opened(server.at(port)) as engine:
            complete_case(engine, tasks[0])  # connects and prepares
            tap.clear()
            for task in tasks[1:]:
                complete_case(engine, task)
            statements = tap.statements - 2 * tap.commits  # without BEGIN and COMMIT
            return Counts(statements / completions, tap.round_trips / completions, tap.commits / completions)
    with opened(server.url) as engine:
        recorder = Recorder().listen(engine.database)
        for task in tasks[1:]:
            complete_case(engine, task)
        noted = recorder.clear()
    return Counts(sum(len(each.statements) for each in noted) / completions, 0.0, len(noted) / completions)


def _raw(server: Server) -> Cost:
    with plain_connection(server.clone_url) as plain:
        plain.connection.cursor().execute("CREATE TABLE raw_commit (id BIGINT PRIMARY KEY, body TEXT)")
        mark = "?" if server.kind == "sqlite" else "%s"
        insert = f"INSERT INTO raw_commit (id, body) VALUES ({mark}, {mark})"
        return raw_commits(plain.connection, plain.begin, lambda number: (insert, (number, "x" * 200)), 500)


def _figures(
    arguments: argparse.Namespace, results: Sequence[Sequence[Block]], counts: Counts, raw: Cost
) -> dict[str, float | int | str]:
    rounds = list(zip(*results, strict=True))
    rates = [
        (sum(block.engine.per_s for block in blocks), sum(block.floor.per_s for block in blocks)) for blocks in rounds
    ]
    every = [block for blocks in rounds for block in blocks]
    figures: Mapping[str, float | int | str] = {
        "database": arguments.database,
        "connections": arguments.connections,
        "completions": sum(block.engine.steps for block in every),
        "completions_per_s": statistics.median(engine for engine, _ in rates),
        "floor_per_s": statistics.median(floor for _, floor in rates),
        "spiff_steps_per_s": statistics.median(block.bare.per_s for block in every),
        "raw_commits_per_s": raw.per_s,
        "ratio_floor": statistics.median(engine / floor for engine, floor in rates),
        "cpu_ratio": statistics.median(block.engine.cpu_ms / block.bare.cpu_ms for block in every),
        "cpu_ms": statistics.median(block.engine.cpu_ms for block in every),
        "floor_cpu_ms": statistics.median(block.floor.cpu_ms for block in every),
        "spiff_cpu_ms": statistics.median(block.bare.cpu_ms for block in every),
        "statements": counts.statements,
        "round_trips": counts.round_trips,
        "commits": counts.commits,
    }
    return dict(figures)


if __name__ == "__main__":
    main()
