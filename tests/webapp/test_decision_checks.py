"""Tables are checked at every deployment: rows against forms, and golden cases, which refuse by name."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from engine.dmn.grid import Possible
from engine.engine import Engine
from engine.errors import DeploymentRefused
from engine.registry import Registry, ServiceTask
from engine.transaction import transaction
from tests.engine.dmn.models import decision, definitions, inputs, table
from tests.fixtures.feel import feel_environment
from webapp import definitions as files
from webapp.decision_checks import GoldenCasesCheck, TablesCheck, answers_of_forms
from workflows.association.registry import registry
from workflows.association.settings import Association

REGISTRY = registry(Association())
RATE = table("UNIQUE", "kind, age", "rate", '"A"; < 18 => 1', '"A"; >= 18 => 2', '"B"; - => 3')
DMN = definitions(inputs("kind", "age") + decision("rate", RATE, "kind", "age"))


def form(*components: dict[str, object]) -> bytes:
    return json.dumps({"type": "default", "id": "f", "schemaVersion": 16, "components": components}).encode()


def select(*values: str) -> dict[str, object]:
    listed = [{"label": value, "value": value} for value in values]
    return {"type": "select", "id": "kind", "key": "kind", "label": "Kind", "values": listed}


def number(**rules: object) -> dict[str, object]:
    return {"type": "number", "id": "age", "key": "age", "label": "Age", "decimalDigits": 0, "validate": rules}


def cases(*written: dict[str, object]) -> dict[str, bytes]:
    return {"rate.cases.json": json.dumps({"decision": "rate", "cases": written}).encode()}


def test_what_forms_can_give() -> None:
    given = answers_of_forms({"f.form": form(select("A", "C"), number(min=0))}, Registry())
    assert given == {"kind": Possible('"A", "C"'), "age": Possible("? >= 0", True)}
    assert (
        answers_of_forms({"f.form": form(number()), "p.bpmn": b'<zeebe:output source="=1" target="age" />'}, Registry())
        == {}
    )


def test_work_and_called_processes_may_set_what_a_form_asks() -> None:
    def calls(inner: str) -> dict[str, bytes]:
        return {"f.form": form(select("A")), "p.bpmn": inner.encode()}

    known = Registry.collect([ServiceTask("facts", lambda work: None, frozenset({"kind"}))])
    other = Registry.collect([ServiceTask("facts", lambda work: None, frozenset({"age"}))])
    silent = Registry.collect([ServiceTask("facts", lambda work: None)])
    work = '<zeebe:taskDefinition retries="3" type="facts" />'
    assert answers_of_forms(calls(work), known) == {}
    assert answers_of_forms(calls(work), other) == {"kind": Possible('"A"')}
    assert answers_of_forms(calls(work), silent) == {} == answers_of_forms(calls(work), Registry())
    call = '<zeebe:calledElement processId="x" propagateAllChildVariables="{}" />'
    assert answers_of_forms(calls(call.format("false")), other) == {"kind": Possible('"A"')}
    assert answers_of_forms(calls(call.format("true")), other) == {}


def test_values_that_no_form_gives() -> None:
    found = TablesCheck(Registry())({"rate.dmn": DMN, "f.form": form(select("A", "C"))})
    assert [finding.code for finding in found] == ["value_not_given", "table_gap"]
    assert not any(finding.is_error for finding in found)
    assert "“kind”" in found[0].message
    assert '"B"' in found[0].message


def test_a_red_golden_case_is_named() -> None:
    green = {"name": "a child", "given": {"kind": "A", "age": 3}, "expect": 1}
    red = {"name": "a guest", "given": {"kind": "B"}, "expect": 4}
    check = GoldenCasesCheck(cases(green, red), feel_environment())
    [finding] = check({"rate.dmn": DMN})
    assert (finding.code, finding.element, finding.is_error) == ("golden_case_red", "rate", True)
    assert finding.params["case"] == "a guest"
    assert "“a guest”: expected 4, got 3 (row 3)" in finding.message


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "golden_cases_unreadable"),
        (b'{"decision": "rate"}', "golden_cases_unreadable"),
        (b'{"decision": "rate", "cases": [{"name": "x", "given": 3, "expect": 1}]}', "golden_cases_unreadable"),
        (
            b'{"decision": "rate", "cases": [{"name": "x", "given": {"a": "@x"}, "expect": 1}]}',
            "golden_cases_unreadable",
        ),
        (b'{"decision": "elsewhere", "cases": []}', "golden_cases_alone"),
    ],
)
def test_cases_that_cannot_be_run_are_told(body: bytes, code: str) -> None:
    [finding] = GoldenCasesCheck({"x.cases.json": body}, feel_environment())({"rate.dmn": DMN})
    assert (finding.code, finding.severity) == (code, "error")


def test_a_red_case_refuses_the_deployment(web_engine: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "membership_application"
    shutil.copytree(files.OWN / "membership_application", folder)
    with transaction(web_engine) as session:
        [deployed] = files.deploy(session, web_engine, [tmp_path])
    assert deployed.processes
    beside = folder / "dues_quote.cases.json"
    written = json.loads(beside.read_text(encoding="utf-8"))
    written["cases"][0]["expect"]["code"] = "NOBODY"
    beside.write_text(json.dumps(written), encoding="utf-8")
    with pytest.raises(DeploymentRefused, match=written["cases"][0]["name"]), transaction(web_engine) as session:
        files.deploy(session, web_engine, [tmp_path])
    assert [found.code for found in files.check_decisions(folder / "dues_quote.dmn") if found.is_error] == [
        "golden_case_red"
    ]


def test_a_table_without_inputs_is_told_of_a_variable_that_looks_like_a_known_one() -> None:
    """What comes from outside, and what a golden case gives, is left alone."""
    subject = definitions(decision("rate", table("UNIQUE", "agee, colour, kinds", "r", "< 18; -; - => amount1")))
    diagram = b'<zeebe:property name="case.variables" value="age, amount2" />'
    around = {"rate.dmn": subject, "f.form": form(select("A")), "p.bpmn": diagram}

    def told(golden: dict[str, bytes]) -> list[tuple[object, object, object]]:
        found = TablesCheck(Registry(), golden=golden)(around)
        return [
            (each.params["unknown"], each.params["nearest"], each.params["heading"])
            for each in found
            if each.code == "decision_name_near" and each.severity == "warning"
        ]

    assert told({}) == [("agee", "age", "agee"), ("kinds", "kind", "kinds")]
    assert told(cases({"name": "one", "given": {"kinds": "A"}, "expect": None})) == [("agee", "age", "agee")]


def test_nothing_is_told_of_names_in_our_own_tables() -> None:
    for folder in files.folders():
        for file in folder.glob("*.dmn"):
            assert [each.message for each in files.check_decisions(file) if "unknown" in each.params] == []
            stripped = re.sub(rb"<inputData .*?</inputData>|<informationRequirement .*?</informationRequirement>", b"",
                              file.read_bytes(), flags=re.DOTALL)  # fmt: skip
            found = files.check_tables(
                file.name, {**files.resources(folder), file.name: stripped}, files.golden_cases(folder), REGISTRY
            )
            assert [each.message for each in found if "unknown" in each.params] == []
