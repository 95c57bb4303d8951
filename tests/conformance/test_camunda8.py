"""Diagrams made by others, where they are: AMICALE_CAMUNDA8 names a folder of `.bpmn` files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.conformance.camunda8 import outcome

FOLDER = os.environ.get("AMICALE_CAMUNDA8")
FILES = sorted(Path(FOLDER).rglob("*.bpmn")) if FOLDER else []


@pytest.mark.skipif(not FILES, reason="NOT RUN: no diagrams of others (AMICALE_CAMUNDA8 names their folder)")
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_diagram_of_others_runs_or_is_refused(file: Path) -> None:
    found = outcome(file)
    assert found.verdict in ("run", "refused"), found.detail
    assert found.detail


def test_what_is_no_diagram_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.bpmn").write_bytes(b"\x89PNG")
    assert outcome(tmp_path / "a.bpmn").verdict == "refused"
