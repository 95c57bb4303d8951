"""The project's own pack of BPMN cases, in every mode; and the player of packs itself."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.bpmn import Modes, main, verdict

CASES = Path(__file__).parent / "cases"
PACK = json.loads((CASES / "pack.json").read_text(encoding="utf-8"))["cases"]
EVERY_MODE = {
    "plain": Modes(),
    "stored after each step": Modes(roundtrip=True),
    "in another order": Modes(shuffle=1),
    "flows without ids": Modes(no_flow_ids=True),
}
HEAD = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t">'
TWO_STEPS = (
    '<process id="p"><startEvent id="s"/><task id="a"/><userTask id="u"/><endEvent id="e"/>'
    '<sequenceFlow sourceRef="s" targetRef="a"/><sequenceFlow sourceRef="a" targetRef="u"/>'
    '<sequenceFlow sourceRef="u" targetRef="e"/></process>'
)
START = {"start": {"process": "p"}}


@pytest.mark.parametrize("mode", EVERY_MODE)
def test_every_case_passes(mode: str) -> None:
    verdicts = [verdict(case, CASES, EVERY_MODE[mode]) for case in PACK]
    assert [(one.case_id, one.detail) for one in verdicts if one.outcome != "passed" and not one.disputed] == []
    assert len(verdicts) == len(PACK) > 100


def _play(tmp_path: Path, steps: Sequence[Mapping[str, Any]], body: str = TWO_STEPS, **more: Any) -> tuple[str, str]:
    (tmp_path / "a.bpmn").write_text(f"{HEAD}{body}</definitions>", encoding="utf-8")
    case = {"id": "c", "feature": "f", "files": ["a.bpmn"], "steps": steps, **more}
    found = verdict(case, tmp_path)
    return found.outcome, found.detail


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ({"expect_open": []}, "open: expected [], got ['u']"),
        ({"expect_trace": ["b"], "ordered": True}, "trace: expected ['b'], got ['a']"),
        ({"expect_variables": {"x": True}}, "expected {'x': True}, got {'x': 1}"),
        ({"expect_ended": True}, "ended: expected True, got False"),
        ({"expect_incident": {"element": "u"}}, "incident expected at u, got []"),
        ({"expect_refused": {"element": "u"}}, "the deployment was accepted"),
        ({"complete": {"element": "u", "times": 2}}, "u is not open"),
        ({"complete_all": {"elements": ["u", "v"]}}, "not open: {'v': 1}"),
        ({"message": {"name": "M"}}, "message M received: False"),
        ({"dance": {}}, "the step “dance” is not of format 1"),
    ],
)
def test_the_first_step_that_fails_ends_the_case(tmp_path: Path, step: Mapping[str, Any], said: str) -> None:
    services = {"a": {"log": "a", "set": {"x": "1"}}}
    outcome, detail = _play(tmp_path, [START, step, {"never": 1}], services=services)
    assert outcome == "failed"
    assert said in detail
    assert "got ['a']" in detail  # the trace is always told


def test_a_case_that_cannot_be_played_is_told_and_the_next_is_played(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.bpmn").write_text(f"{HEAD}{TWO_STEPS}</definitions>", encoding="utf-8")
    (tmp_path / "broken.bpmn").write_text("<definitions", encoding="utf-8")
    refused = f'{HEAD}<process id="p"><choreographyTask id="odd"/></process></definitions>'
    (tmp_path / "refused.bpmn").write_text(refused, encoding="utf-8")
    cases = [
        {"id": "broken", "feature": "f", "files": ["broken.bpmn"], "steps": [START]},
        {"id": "missing", "feature": "f", "files": ["none.bpmn"], "steps": [START]},
        {"id": "refused", "feature": "g", "files": ["refused.bpmn"], "steps": [START]},
        {"id": "no_steps", "feature": "g", "files": ["sub/a.bpmn"]},
        {"id": "open", "feature": "g", "files": ["sub/a.bpmn"], "steps": [START, {"expect_ended": True}],
         "disputed": "x"},
        {"id": "good", "feature": "g", "files": ["sub/a.bpmn"], "steps": [START, {"expect_open": ["u"]}]},
    ]  # fmt: skip
    pack, out = tmp_path / "pack.json", tmp_path / "out.json"
    pack.write_text(json.dumps({"format": 1, "pack": "x", "cases": cases}), encoding="utf-8")
    assert main(["--pack", str(pack), "--root", str(tmp_path), "--json", str(out)]) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[-1] == "1 passed, 4 failed"
    assert "g: 1 of 4 passed" in said
    assert any("refused: odd: " in line for line in said)
    assert any("open  failed (disputed)" in line for line in said)
    rows = {row["id"]: row["outcome"] for row in json.loads(out.read_text(encoding="utf-8"))}
    assert rows == {
        "broken": "crashed", "missing": "crashed", "refused": "refused", "no_steps": "crashed", "open": "failed",
        "good": "passed",
    }  # fmt: skip


@pytest.mark.parametrize("text", ["{", '{"format": 2, "cases": []}', '{"cases": []}', "[]"])
def test_what_is_no_pack_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    pack = tmp_path / "pack.json"
    pack.write_text(text, encoding="utf-8")
    assert main(["--pack", str(pack), "--root", str(tmp_path)]) == 2
    assert "no pack of cases" in capsys.readouterr().err
