"""`features/membership_application.feature`, the process it calls, and a list of what no scenario enters."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from pytest_bdd import scenarios

import workflows
from engine.bpmn import read_diagram
from tests.fixtures.office import ENTERED, Office

scenarios("membership_application.feature", "peer_confirmation.feature", "payment_incident.feature")
scenarios("membership_exit.feature", "committee_vote.feature", "honorary_membership.feature")
scenarios("identity_dispute.feature")
scenarios("membership_student.feature", "guardian_consent.feature", "membership_guest.feature")
scenarios("membership_renewal.feature", "reminder_ladder.feature", "payment_surplus.feature")
scenarios("bank_line.feature")
scenarios("donation_followup.feature", "receipt_correction.feature")
scenarios("privacy_request.feature")
scenarios("pledge_followup.feature", "foundation_year.feature", "lapsed_donor.feature")
scenarios("mentor_registration.feature", "mentorship_application.feature")
scenarios("mentorship_matching_round.feature", "mentorship.feature")
scenarios("cohort.feature", "cohort_participation.feature", "cohort_admission.feature")
scenarios("cohort_planning.feature", "cohort_merger.feature", "cohort_leads.feature", "cohort_hearing.feature")
scenarios("event_proposal.feature", "event_permit.feature", "event_publication.feature")
scenarios("event_registration.feature", "event_visitor.feature", "event_cancellation.feature")
scenarios("event_report.feature", "event_expense.feature", "event_incident.feature")
THIS = "test_every_element_is_entered_by_some_scenario"


def notes_of(config: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the scenarios of this run note what they entered: one folder for all workers."""
    given = str(config.getoption(ENTERED))
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if hasattr(config, "workerinput") else base
    folder = Path(given) if given else shared / "entered"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(autouse=True)
def note_what_was_entered(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """After a scenario, notes the elements that its cases entered; none of its tasks left four eyes to a null."""
    if request.node.name == THIS:
        yield
        return
    office: Office = request.getfixturevalue("office")
    yield
    note = notes_of(request.config, tmp_path_factory) / quote(request.node.name, safe="")
    note.write_text("\n".join(sorted(office.entered())), encoding="utf-8")
    assert office.open_to_everybody() == [], "four eyes: the diagram means to exclude somebody, and names nobody"


@pytest.mark.timeout(400)
def test_every_element_is_entered_by_some_scenario(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Reads what the scenarios of this run noted; those that no worker has run yet are run here."""
    folder = notes_of(request.config, tmp_path_factory)
    ours = [item for item in request.session.items if item.path == request.path and item.name != THIS]
    missing = [item.nodeid for item in ours if not (folder / quote(item.name, safe="")).exists()]
    if missing or not ours:
        run_scenarios(missing or [str(request.path)], folder)
    bodies = [body for files in workflows.definitions().values() for body in files.items()]
    diagrams = [read_diagram(body, name=name) for name, body in bodies if name.endswith(".bpmn")]
    drawn = {element for diagram in diagrams for process in diagram.processes for element in process.elements}
    entered = {element for note in folder.iterdir() for element in note.read_text(encoding="utf-8").split()}
    assert sorted(drawn - entered) == []


def run_scenarios(nodes: list[str], folder: Path) -> None:
    """Runs scenarios in a process of their own, which notes into the same folder and shares no file of other runs."""
    alone = {name: value for name, value in os.environ.items() if name != "PYTEST_XDIST_WORKER"}
    answer = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "0", "-k", f"not {THIS}", ENTERED, str(folder), *nodes],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
        env=alone,
    )
    assert answer.returncode == 0, answer.stdout[-3000:]
