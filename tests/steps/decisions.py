"""Decision tables are written, deployed, and refused where they contradict themselves."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pytest_bdd import given, parsers, then, when
from sqlalchemy import func, select

from engine.errors import DeploymentRefused
from engine.findings import Finding
from engine.models import Deployment
from engine.transaction import reading, transaction
from tests.engine.dmn.models import decision, definitions, inputs, table
from tests.fixtures.diagrams import end, process, start
from tests.fixtures.office import Office
from webapp import definitions as files


@dataclass(slots=True)
class Written:
    """A table as somebody writes it, and what became of it."""

    name: str
    policy: str
    inputs: str
    rows: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    before: int = 0


@given(parsers.parse('the table "{name}" of the policy {policy} with the inputs "{columns}"'), target_fixture="written")
def a_table(name: str, policy: str, columns: str) -> Written:
    return Written(name, policy, columns)


@given(parsers.parse('its row {number:d}: "{cells}" gives "{result}"'))
def its_row(written: Written, number: int, cells: str, result: str) -> None:
    written.rows.append(f'{cells} => "{result}"')
    assert len(written.rows) == number


@when("the table is deployed")
def is_deployed(office: Office, written: Written, tmp_path: Path) -> None:
    names = [name.strip() for name in written.inputs.split(",")]
    drawn = table(written.policy, written.inputs, "rate", *written.rows)
    folder = tmp_path / "tables"
    folder.mkdir()
    body = definitions(inputs(*names) + decision(written.name, drawn, *names))
    (folder / f"{written.name}.dmn").write_bytes(body if isinstance(body, bytes) else body.encode())
    (folder / "process.bpmn").write_bytes(process("reduced", [start(), end()], ["begin -> done"]))
    written.before = count(office)
    try:
        with transaction(office.engine) as session:
            files.deploy(session, office.engine, [folder])
    except DeploymentRefused as refused:
        written.findings = [finding for finding in refused.findings if finding.is_error]


@then(parsers.parse("the deployment is refused for the rows {one} and for the rows {other}"))
def is_refused(written: Written, one: str, other: str) -> None:
    assert [finding.code for finding in written.findings] == ["table_overlap"] * 2
    assert [finding.params["rows"] for finding in written.findings] == [one, other]


@then("each refusal shows an input that hits both rows")
def shows_an_input(written: Written) -> None:
    for finding in written.findings:
        example = str(finding.params["example"])
        assert all(name.strip() in example for name in written.inputs.split(",")), example
        assert example in finding.message


@then("nothing was deployed")
def nothing_was_deployed(office: Office, written: Written) -> None:
    assert count(office) == written.before


@then("the table is deployed")
def was_deployed(office: Office, written: Written) -> None:
    assert written.findings == []
    assert count(office) == written.before + 1


def count(office: Office) -> int:
    with reading(office.engine) as session:
        return session.scalar(select(func.count()).select_from(Deployment)) or 0
