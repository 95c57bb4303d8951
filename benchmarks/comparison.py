"""The same machine, the same server, somebody else's durable steps: DBOS Transact from PyPI."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.databases import PostgresqlServer

PROGRAM = Path(__file__).parent / "dbos_steps.py"
ABSENT = """DBOS Transact is no dependency of Amicale. Install it into an environment of its own and name its Python:
    python -m venv dbos-env && dbos-env/bin/pip install dbos
    python -m benchmarks.completions --database postgresql --compare dbos --dbos-python dbos-env/bin/python"""


def check_installed(python: str) -> None:
    """Raises SystemExit with the way to install it where this Python does not have it."""
    if subprocess.run([python, "-c", "import dbos"], capture_output=True).returncode != 0:
        raise SystemExit(ABSENT)


@dataclass(frozen=True, slots=True)
class Steps:
    """What all processes together did a second: durable steps, and everything that was made durable."""

    per_s: float
    transitions_per_s: float


def dbos_steps(server: PostgresqlServer, python: str, processes: int, seconds: float = 8.0) -> Steps:
    """Durable steps of all processes together, each with workflows of five steps one after the other."""
    server.server.create_database("dbos")
    url = server.url.rsplit("/", 1)[0] + "/dbos"
    subprocess.run([python, PROGRAM, url, "0"], check=True, capture_output=True)  # makes its tables
    command = [python, PROGRAM, url, str(seconds)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=sys.stderr) for _ in range(processes)]
    steps = transitions = 0.0
    for process in running:
        printed, _ = process.communicate(timeout=seconds + 120)
        if process.returncode != 0:
            raise SystemExit(f"DBOS ended with {process.returncode}")
        figures = json.loads(printed.splitlines()[-1])
        steps += figures["steps"] / figures["wall_s"]
        transitions += figures["transitions"] / figures["wall_s"]
    return Steps(steps, transitions)
