"""Five rounds of the campaign, and more as a campaign: nothing lost, nothing stuck, doubled only where it may be."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.postgres import PostgresUnavailable, find_binaries

ROOT = Path(__file__).parents[2]
LAST = re.compile(r"rounds=(\d+) kills=(\d+) cases=(\d+) lost=0 stuck=0 doubled=\d+")


def campaign(*arguments: str, seconds: int) -> re.Match[str]:
    """What the last line counts. Fails with everything that was found wrong."""
    if "sqlite" not in arguments:
        try:
            find_binaries()
        except PostgresUnavailable as reason:
            pytest.skip(f"the campaign on PostgreSQL: {reason}")
    command = [sys.executable, "-m", "tests.faults", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=seconds)
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    last = LAST.fullmatch(done.stdout.splitlines()[-1])
    assert last is not None, done.stdout
    return last


@pytest.mark.parametrize(
    ("database", "rounds"), [("sqlite", 3), pytest.param("postgresql", 2, marks=pytest.mark.postgresql)]
)
def test_rounds_of_faults(database: str, rounds: int) -> None:
    last = campaign("--seed", "7", "--rounds", str(rounds), "--database", database, "--storm", "1", seconds=110)
    assert int(last[1]) == rounds
    assert int(last[2]) > 0
    assert int(last[3]) >= rounds


@pytest.mark.campaign
@pytest.mark.timeout(0)
def test_a_thousand_rounds_of_faults() -> None:
    last = campaign("--seed", "2026", "--rounds", "1000", "--stages", "2", seconds=8 * 3600)
    assert int(last[2]) > 1_000
