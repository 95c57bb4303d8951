"""`features/membership_application.feature`, and a list of what no scenario enters."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_bdd import scenarios

import workflows
from engine.bpmn import read_diagram
from tests.fixtures.office import ENTERED, PROCESS, Office

scenarios("membership_application.feature")


@pytest.fixture(autouse=True)
def note_what_was_entered(request: pytest.FixtureRequest) -> Iterator[None]:
    """After a scenario, appends the elements that its cases entered to the file that `--entered` names."""
    file = request.config.getoption(ENTERED)
    if not file:
        yield
        return
    office: Office = request.getfixturevalue("office")
    yield
    with Path(file).open("a", encoding="utf-8") as out:
        out.write("\n".join(sorted(office.entered())) + "\n")


@pytest.mark.timeout(400)
def test_every_element_is_entered_by_some_scenario(tmp_path: Path) -> None:
    """Runs the scenarios once more, in one process, and compares what they entered with the diagram."""
    file = tmp_path / "entered"
    answer = subprocess.run(
        [sys.executable, "-m", "pytest", __file__, "-q", "-n", "0", "-k", "not every_element", ENTERED, str(file)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout[-3000:]
    body = workflows.definitions()[PROCESS][f"{PROCESS}.bpmn"]
    drawn = {element for process in read_diagram(body, name=PROCESS).processes for element in process.elements}
    entered = set(file.read_text(encoding="utf-8").split())
    assert sorted(drawn - entered) == []
