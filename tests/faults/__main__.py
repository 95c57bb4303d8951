"""The campaign of faults: whatever dies, nothing is lost, nothing stands still, nothing is done twice.

    python -m tests.faults --seed N --rounds R [--database both|postgresql|sqlite] [--stages S] [--without GUARD]

On PostgreSQL two web processes, a scheduler and real Celery workers over a real Valkey; on SQLite a web process with
its scheduler, and a worker beside it. While people bring cases to their end over HTTP, processes are killed (`kill -9`,
and failpoints before any statement), PostgreSQL is stopped at once, the broker emptied and hung, hints go astray,
workers sleep past their lease, clocks jump. An outside process writes down every effect. The last line counts; the exit
code is 1 where anything was lost, stands still, or happened twice that may not.
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.faults.campaign import STORM, play_round
from tests.faults.guards import GUARDS
from tests.faults.judge import Verdict
from tests.faults.stage import staged


def main() -> int:
    """Plays the rounds, on several stages at the same time: a round is mostly waiting, for leases and for sleepers.
    Answers the exit code."""
    asked = _arguments()
    logging.basicConfig(level=logging.CRITICAL)
    kinds = ["postgresql", "sqlite"] if asked.database == "both" else [asked.database]
    kinds *= asked.stages
    shares = [(kind, index, range(index, asked.rounds, len(kinds)), asked) for index, kind in enumerate(kinds)]
    total, kills = Verdict(), 0
    with ProcessPoolExecutor(len(kinds), multiprocessing.get_context("fork")) as players:
        for verdict, killed in players.map(_play, *zip(*shares, strict=True)):
            total.add(verdict)
            kills += killed
    print(
        f"rounds={asked.rounds} kills={kills} cases={total.cases} lost={total.lost} stuck={total.stuck}"
        f" doubled={total.doubled}"
    )
    return 0 if total.clean else 1


def _play(kind: str, index: int, rounds: range, asked: argparse.Namespace) -> tuple[Verdict, int]:
    """The rounds of one stage, and how many processes were killed."""
    total, began = Verdict(), time.monotonic()
    if not rounds:
        return total, 0
    with staged(kind, asked.seed * 2 * asked.stages + index, asked.without, asked.log) as stage:
        for number in rounds:
            verdict = play_round(stage, number, storm=asked.storm)
            total.add(verdict)
            for line in verdict.wrong:
                print(f"{kind} round {number}: {line}", flush=True)
            print(f"{kind} round {number}: {time.monotonic() - began:.0f} s, {stage.kills} kills", file=sys.stderr)
        return total, stage.kills


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--database", choices=["both", "postgresql", "sqlite"], default="both")
    parser.add_argument("--stages", type=int, default=1, help="of each database, each with servers of its own")
    parser.add_argument("--without", choices=sorted(GUARDS), default="", help="take a guard away: it must fail then")
    parser.add_argument("--log", type=Path, default=Path(os.devnull), help="what the processes say on their way")
    parser.add_argument("--storm", type=float, default=STORM, help="seconds of faults in a round")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
