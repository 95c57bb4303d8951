"""What a durable completion costs: through `engine.commands`, against the same statements without an engine.

    python -m benchmarks.completions --database sqlite|postgresql [--connections N] [--cases M] [--blocks B]

Each connection is a process. In turns, all of them complete a block of cases through the engine on one database and
then send the very statements again, by the plain driver, to its clone. The last line is one JSON
object; `ratio_floor` is the engine's rate over the floor's, block by block, as a median.
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from benchmarks.bare import bare_steps
from benchmarks.databases import Server, plain_connection, serve
from benchmarks.figures import Cost, finish
from benchmarks.replay import Recorder, raw_commits, replay
from benchmarks.subject import ANSWERS, CONDITIONS, DIAGRAM, PROCESS_ID, complete_case, first_tasks, opened, prepare


@dataclass(frozen=True, slots=True)
class Share:
    """What one connection does: where, and which cases in which blocks."""

    url: str
    clone: str
    blocks: Sequence[Sequence[UUID]]


@dataclass(frozen=True, slots=True)
class Block:
    """One block through the engine and as a replay."""

    engine: Cost
    floor: Cost
    statements: int
    commits: int


def main() -> None:
    arguments = _arguments()
    with serve(arguments.database) as server:
        per_connection = arguments.cases * arguments.blocks
        prepare(server.url, per_connection * arguments.connections)
        tasks = first_tasks(server.url)
        server.clone()
        shares = [
            Share(server.url, server.clone_url, _blocks(tasks[start : start + per_connection], arguments.blocks))
            for start in range(0, len(tasks), per_connection)
        ]
        results = _run(shares)
        raw = _raw(server)
    bare = bare_steps(DIAGRAM, PROCESS_ID, ANSWERS, CONDITIONS, cases=300)
    finish(_figures(arguments, results, bare, raw))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--connections", type=int, default=1)
    parser.add_argument("--cases", type=int, default=60, help="cases a block and connection (three completions each)")
    parser.add_argument("--blocks", type=int, default=7)
    return parser.parse_args()


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
        with opened(share.url) as engine, plain_connection(share.clone) as plain:
            recorder = Recorder().listen(engine.database)
            for task in share.blocks[0]:  # the first block warms both sides and is not counted
                complete_case(engine, task)
            replay(plain.connection, plain.begin, recorder.clear())
            answers.put([_block(engine, tasks, recorder, plain, barrier) for tasks in share.blocks[1:]])
    except BaseException as problem:
        barrier.abort()
        answers.put(f"{type(problem).__name__}: {problem}")
        raise


def _block(engine: Any, tasks: Sequence[UUID], recorder: Recorder, plain: Any, barrier: Any) -> Block:
    barrier.wait(timeout=300)
    costs = [complete_case(engine, task) for task in tasks]
    noted = recorder.clear()
    barrier.wait(timeout=300)
    floor = replay(plain.connection, plain.begin, noted)
    cost = sum(costs[1:], start=costs[0])
    return Block(cost, floor, sum(len(transaction.statements) for transaction in noted), len(noted))


def _raw(server: Server) -> Cost:
    with plain_connection(server.clone_url) as plain:
        plain.connection.cursor().execute("CREATE TABLE raw_commit (id BIGINT PRIMARY KEY, body TEXT)")
        mark = "?" if server.kind == "sqlite" else "%s"
        insert = f"INSERT INTO raw_commit (id, body) VALUES ({mark}, {mark})"
        return raw_commits(plain.connection, plain.begin, lambda number: (insert, (number, "x" * 200)), 500)


def _figures(
    arguments: argparse.Namespace, results: Sequence[Sequence[Block]], bare: Cost, raw: Cost
) -> Mapping[str, float | int | str]:
    rounds = list(zip(*results, strict=True))
    rates = [
        (sum(block.engine.per_s for block in blocks), sum(block.floor.per_s for block in blocks)) for blocks in rounds
    ]
    every = [block for blocks in rounds for block in blocks]
    completions = sum(block.engine.steps for block in every)
    cpu_ms = statistics.median(block.engine.cpu_ms for block in every)
    statements = sum(block.statements for block in every) / completions
    return {
        "database": arguments.database,
        "connections": arguments.connections,
        "completions": completions,
        "completions_per_s": statistics.median(engine for engine, _ in rates),
        "floor_per_s": statistics.median(floor for _, floor in rates),
        "spiff_steps_per_s": bare.per_s,
        "raw_commits_per_s": raw.per_s,
        "ratio_floor": statistics.median(engine / floor for engine, floor in rates),
        "cpu_ratio": cpu_ms / bare.cpu_ms,
        "cpu_ms": cpu_ms,
        "statements": statements,
        "round_trips": statements + 2 if arguments.database == "postgresql" else statements,
        "commits": sum(block.commits for block in every) / completions,
    }


if __name__ == "__main__":
    main()
