"""Durable steps by DBOS Transact, for comparison; run by `benchmarks.completions --compare dbos`, never imported.

    python benchmarks/dbos_steps.py URL SECONDS

Runs workflows of five steps, one after the other, each step a record that is durable before the next begins; prints one
JSON object with `steps`, `transitions` and `wall_s`. Needs the package `dbos` (`pip install dbos`) and nothing of ours.

A transition is whatever is committed before the next thing is done: each step, and beside them the beginning and the
outcome of each workflow (`init_workflow`, `record_operation_result`, `update_workflow_outcome` in DBOS 3). What DBOS
only reads in a transaction of its own, as it does before each step, is none.
"""

from __future__ import annotations

import json
import sys
import time

from dbos import DBOS, DBOSConfig

STEPS = 5
AROUND = 2  # the beginning of a workflow, and its outcome


@DBOS.step()
def decide(number: int) -> dict[str, object]:
    """As little as one of our completions brings."""
    return {"number": number, "approved": True}


@DBOS.workflow()
def approval(case: int) -> int:
    """Five steps in a row."""
    for number in range(STEPS):
        decide(number)
    return case


def main(url: str, seconds: float) -> None:
    """Warms up, then counts for so long."""
    config: DBOSConfig = {
        "name": "comparison", "system_database_url": url, "log_level": "ERROR", "run_migrations": True,
    }  # fmt: skip
    DBOS(config=config)
    DBOS.launch()
    for case in range(5):
        approval(case)
    done, begun = 0, time.perf_counter()
    while time.perf_counter() - begun < seconds:
        approval(done)
        done += 1
    wall = time.perf_counter() - begun
    print(json.dumps({"steps": done * STEPS, "transitions": done * (STEPS + AROUND), "wall_s": wall}), flush=True)
    DBOS.destroy()


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
