"""The part of the DMN Technology Compatibility Kit at hand passes, all but functions in Java."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from tests.conformance.tck import main, run

KIT = Path(os.environ.get("AMICALE_CONFORMANCE", "")) / "tck"
# A folder whose cases cannot pass, and why.
EXCEPTED = {"0076-feel-external-java": "they call classes of a Java machine"}

pytestmark = pytest.mark.skipif(
    "AMICALE_CONFORMANCE" not in os.environ or not KIT.is_dir(),
    reason="NOT RUN: the compatibility kit is absent (AMICALE_CONFORMANCE names the folder that holds tck/)",
)


@pytest.mark.parametrize("level", ["compliance-level-2", "compliance-level-3"])
def test_level(level: str) -> None:
    outcomes = list(run([KIT / level]))
    assert len(outcomes) > 50
    failures = [outcome for outcome in outcomes if not outcome.passed and outcome.folder not in EXCEPTED]
    assert failures == []


def test_the_command_counts_and_writes_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "cases.csv"
    folder = KIT / "compliance-level-2" / "0004-simpletable-U"
    assert main([str(folder), "--csv", str(table)]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    lines = table.read_text(encoding="utf-8").splitlines()
    assert last == f"{len(lines) - 1} passed, 0 failed"
    assert Counter(line.split(",")[2] for line in lines[1:]) == {"True": len(lines) - 1}
