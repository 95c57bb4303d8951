"""Deploying: atomic, digested, checked; running cases keep their version; start events follow the latest."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest
from sqlalchemy import func, inspect, select
from sqlalchemy import text as sql

from engine import commands
from engine.deployment import DeployResult
from engine.errors import DeploymentRefused, NotFound
from engine.findings import Finding
from engine.models import Deployment, ProcessDefinition, Resource
from engine.transaction import reading, transaction
from tests.engine.dmn.models import decision, definitions, literal
from tests.fixtures.diagrams import ONE_TASK, catch, end, exclusive, process, script, start, timer, user_task
from tests.fixtures.engines import ADMIN, Bench

TABLE = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:test">
<inputData id="in_score" name="score"><variable name="score"/></inputData>
<decision id="route" name="route"><variable name="route"/>
<informationRequirement id="r"><requiredInput href="#in_score"/></informationRequirement>
<decisionTable hitPolicy="UNIQUE"><input id="i"><inputExpression><text>score</text></inputExpression></input>
<output id="o" name="route"/>
<rule id="low"><inputEntry id="e1"><text>&lt; 10</text></inputEntry>
<outputEntry id="o1"><text>"look"</text></outputEntry></rule>
<rule id="high"><inputEntry id="e2"><text>&gt;= 10</text></inputEntry>
<outputEntry id="o2"><text>"pass"</text></outputEntry></rule>
</decisionTable></decision></definitions>"""
DECIDING = process(
    "deciding",
    [start(),
     '<businessRuleTask id="decide"><extensionElements><zeebe:calledDecision decisionId="route" '
     'resultVariable="way" bindingType="deployment"/></extensionElements></businessRuleTask>',
     user_task("look"), end()],
    ["begin -> decide", "decide -> look", "look -> done"],
)  # fmt: skip


def deploy(it: Bench, files: Mapping[str, bytes]) -> DeployResult:
    with transaction(it.engine) as session:
        return commands.deploy(session, it.engine, files, by=ADMIN, reason="test")


def count(it: Bench, model: type) -> int:
    with reading(it.engine) as session:
        return session.execute(select(func.count()).select_from(model)).scalar_one()


def test_the_same_bytes_are_the_same_version(bench: Callable[..., Bench]) -> None:
    it = bench()
    first = deploy(it, {"a.bpmn": ONE_TASK})
    second = deploy(it, {"a.bpmn": ONE_TASK})
    assert second.deployment_id == first.deployment_id
    assert [(each.version, each.created) for each in (*first.processes, *second.processes)] == [(1, True), (1, False)]
    assert (count(it, Deployment), count(it, ProcessDefinition)) == (1, 1)


def test_other_bytes_are_the_next_version_and_going_back_is_one_more(bench: Callable[..., Bench]) -> None:
    it = bench()
    other = ONE_TASK.replace(b'name="check"', b'name="Check"')
    versions = [deploy(it, {"a.bpmn": body}).processes[0].version for body in (ONE_TASK, other, ONE_TASK)]
    assert versions == [1, 2, 3]


def test_a_table_beside_the_diagram_is_part_of_the_version(bench: Callable[..., Bench]) -> None:
    it = bench()
    deploy(it, {"a.bpmn": DECIDING, "route.dmn": TABLE})
    old = it.start("deciding", {"score": 12})
    changed = deploy(it, {"a.bpmn": DECIDING, "route.dmn": TABLE.replace(b'"pass"', b'"fast"')})
    assert changed.processes[0].version == 2
    new = it.start("deciding", {"score": 12})
    assert (it.variables(old)["way"], it.variables(new)["way"]) == ("pass", "fast")
    (event,) = [event for event in it.history(new) if event.kind == "decided"]
    assert event.element == "decide"
    assert event.data is not None
    assert event.data["decision"] == "route"
    assert json.dumps(event.data["matched"]).count("high") == 1


def test_a_table_rests_on_one_of_another_file_of_its_deployment(bench: Callable[..., Bench]) -> None:
    it = bench()
    route = definitions(
        '<import name="limits" namespace="urn:limits" importType="http://www.omg.org/spec/DMN/20180521/MODEL/"/>'
        '<inputData id="score" name="score"><variable name="score"/></inputData><decision id="route" name="Route">'
        '<variable name="Route"/><informationRequirement><requiredInput href="#score"/></informationRequirement>'
        '<informationRequirement><requiredDecision href="urn:limits#least"/></informationRequirement>'
        + literal('if score >= limits.least then "pass" else "fail"') + "</decision>"
    )  # fmt: skip
    limits = definitions(decision("least", literal("10")), target="urn:limits")
    deploy(it, {"a.bpmn": DECIDING, "route.dmn": route, "z_limits.dmn": limits})
    old = it.start("deciding", {"score": 12})
    deploy(it, {"a.bpmn": DECIDING, "route.dmn": route, "z_limits.dmn": limits.replace(b"10", b"20")})
    new = it.start("deciding", {"score": 12})
    assert (it.variables(old)["way"], it.variables(new)["way"]) == ("pass", "fail")


def test_a_running_case_keeps_its_version(bench: Callable[..., Bench]) -> None:
    it = bench()
    two = process("moving", [start(), user_task("first"), user_task("old"), end()],
                  ["begin -> first", "first -> old", "old -> done"])  # fmt: skip
    deploy(it, {"a.bpmn": two})
    old = it.start("moving")
    deploy(it, {"a.bpmn": two.replace(b'"old"', b'"new"')})
    new = it.start("moving")
    it.engine = it.another()
    for case in (old, new):
        it.do(case, "first")
    assert (list(it.open(old)), list(it.open(new))) == (["old"], ["new"])


def test_a_broken_file_changes_nothing_and_every_finding_is_told(bench: Callable[..., Bench]) -> None:
    it = bench()
    broken = {"good.bpmn": ONE_TASK, "bad.bpmn": b"<definitions/>", "bad.dmn": b"\x89PNG", "bad.form": b"[]"}
    with pytest.raises(DeploymentRefused) as refusal:
        deploy(it, broken)
    assert len(refusal.value.findings) >= 3
    assert (count(it, Deployment), count(it, Resource)) == (0, 0)
    with pytest.raises(NotFound):
        it.start("one_task")


def test_the_checks_of_the_caller_refuse_too(bench: Callable[..., Bench]) -> None:
    it = bench()
    seen: list[str] = []

    def check(files: Mapping[str, bytes]) -> list[Finding]:
        seen.extend(files)
        return [Finding("error", "no_form", "The task check has no form.", element="check")]

    with pytest.raises(DeploymentRefused), transaction(it.engine) as session:
        commands.deploy(session, it.engine, {"a.bpmn": ONE_TASK}, by=ADMIN, checks=[check])
    assert seen == ["a.bpmn"]
    assert count(it, Deployment) == 0


def test_one_id_in_two_files_is_refused(bench: Callable[..., Bench]) -> None:
    it = bench()
    with pytest.raises(DeploymentRefused, match="one_task"):
        deploy(it, {"a.bpmn": ONE_TASK, "b.bpmn": ONE_TASK})


def test_start_timers_follow_the_latest_version(bench: Callable[..., Bench]) -> None:
    it = bench()

    def every(text: str) -> bytes:
        elements = [start("due", timer("cycle", text)), user_task("renew"), end()]
        return process("renewal", elements, ["due -> renew", "renew -> done"])

    deploy(it, {"a.bpmn": every("R/P1D")})
    assert it.later(timedelta(days=1)) == 1
    assert it.later(timedelta(days=2)) == 2
    deploy(it, {"a.bpmn": every("R2/P7D")})
    assert it.later(timedelta(days=6)) == 0
    for _ in range(4):
        it.later(timedelta(days=7))
    assert len(it.cases("renewal")) == 5
    assert it.jobs() == []


def test_titles_and_business_keys_come_from_the_diagram(bench: Callable[..., Bench]) -> None:
    it = bench()
    deploy(
        it,
        {
            "a.bpmn": process(
                "titled",
                [start(), user_task("look"), end()],
                ["begin -> look", "look -> done"],
                properties=[("case.title", "=&quot;Order &quot; + string(order)"), ("case.business_key", "=ref")],
            )
        },
    )
    case = it.case(it.start("titled", {"order": 7, "ref": "A-7"}))
    assert (case.title, case.business_key) == ("Order 7", "A-7")


def test_transient_variables_leave_no_trace_in_history(bench: Callable[..., Bench]) -> None:
    it = bench()
    deploy(
        it,
        {
            "a.bpmn": process(
                "quiet",
                [start(), user_task("ask"), script("use", "length", "string length(secret)"), user_task("look"), end()],
                ["begin -> ask", "ask -> use", "use -> look", "look -> done"],
                properties=[("privacy.transient", "secret")],
            )
        },
    )
    case = it.start("quiet", {"secret": "canary-1", "open": 1})
    it.do(case, "ask", {"secret": "canary-2", "said": True})
    stored = json.dumps([event.data for event in it.history(case)])
    assert "canary" not in stored
    assert "said" in stored


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("number(secret)", "not_readable"),
        ("get value({}, secret)", "no_key"),
        ("context([{key: secret, value: 1}, {key: secret, value: 2}])", "duplicate_entry"),
        ('replace("a", "(" + secret, "")', "bad_pattern"),
        ("[1][count(secret) + string length(secret)]", "no_item"),
        ("secret.part", "no_property"),
    ],
)
def test_a_null_keeps_its_reason_and_tells_nothing_of_the_secret(
    bench: Callable[..., Bench], written: str, code: str
) -> None:
    it = bench()
    text = written.replace("<", "&lt;").replace('"', "&quot;")
    elements = [start(), script("use", "found", text), exclusive("which"), user_task("look"), end()]
    flows = ["begin -> use", "use -> which", f"which -> look if ={text} = true and found", "look -> done"]
    deploy(it, {"a.bpmn": process("quiet", elements, flows, properties=[("privacy.transient", "secret")])})
    case = it.start("quiet", {"secret": "canary-7"})
    told = [event for event in it.history(case) if event.kind == "null_explained"]
    codes = {each["code"] for event in told for each in (event.data or {})["warnings"]}  # type: ignore[attr-defined]
    assert code in codes
    assert told[0].element == "use"
    with it.engine.database.connect() as connection:
        for table in inspect(connection).get_table_names():
            for row in connection.execute(sql(f'select * from "{table}"')).mappings():
                kept = {name: value for name, value in row.items() if name != "state"}
                assert "canary" not in str(kept), table


def test_a_long_run_of_automatic_elements_goes_on_by_jobs(bench: Callable[..., Bench]) -> None:
    it = bench()
    loop = process(
        "looping",
        [start(), script("count", "n", "if n = null then 1 else n + 1"), '<exclusiveGateway id="again"/>',
         user_task("look"), end()],
        ["begin -> count", "count -> again", "again -> count if =n &lt; 900", "again -> look default",
         "look -> done"],
    )  # fmt: skip
    deploy(it, {"a.bpmn": loop})
    case = it.start("looping")
    assert it.open(case) == {}
    assert [job.kind for job in it.jobs()] == ["continue"]
    it.run()
    assert list(it.open(case)) == ["look"]
    assert it.variables(case) == {"n": 900}


def test_an_endless_loop_without_a_wait_is_an_incident(bench: Callable[..., Bench]) -> None:
    it = bench()
    loop = process(
        "endless",
        [start(), script("count", "n", "1"), '<exclusiveGateway id="again"/>', end()],
        ["begin -> count", "count -> again", "again -> count default", "again -> done if =n = 2"],
    )
    deploy(it, {"a.bpmn": loop})
    it.start("endless")
    assert it.run() < 50
    assert len(it.incidents()) == 1


def test_a_waiting_case_costs_nothing_until_its_time(bench: Callable[..., Bench]) -> None:
    it = bench()
    deploy(it, {"a.bpmn": process("resting", [start(), catch("rest", timer("duration", "P1Y")), end()],
                                  ["begin -> rest", "rest -> done"])})  # fmt: skip
    case = it.start("resting")
    rev = it.case(case).rev
    it.later(timedelta(days=364))
    assert it.case(case).rev == rev
