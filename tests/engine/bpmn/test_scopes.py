"""The ten rules of variables in scopes (dialect §4), and what fails in them."""

from __future__ import annotations

import pytest

from engine.bpmn import VariableRefused
from engine.bpmn.outcome import CalledCase, CalledCaseDropped, Done, Failed
from tests.engine.bpmn.drawing import boundary, end, flows, job, mapping, script, spec, start, sub, timer, user
from tests.engine.bpmn.play import DeskHost, Play, later, values


def test_a_result_changes_the_nearest_scope_that_has_the_name() -> None:
    inner = start("s") + user("a") + flows("s a")
    part = f'<subProcess id="part"><extensionElements>{mapping({"x": "=1"})}</extensionElements>{inner}</subProcess>'
    play = Play(spec(start() + part + user("b") + flows("start part b")), x=9)
    assert play.case.visible(play.token("a"))["x"] == 1
    play.complete("a", x=2, y=3)
    assert play.variables == values(x=9, y=3)


def test_inputs_are_local_and_see_each_other() -> None:
    play = Play(
        spec(start() + user("a", mapping({"p.q": "=n + 1", "r": "=p.q * 2", "s": "plain"})) + flows("start a")), n=1
    )
    seen = play.case.visible(play.token("a"))
    assert seen == values(n=1, p={"q": 2}, r=4, s="plain")
    assert play.variables == values(n=1)


def test_an_input_path_builds_a_whole_object_and_hides_the_outer_one() -> None:
    play = Play(spec(start() + user("a", mapping({"p.q": "=1"})) + flows("start a")), p={"z": 5})
    assert play.case.visible(play.token("a"))["p"] == values(v={"q": 1})["v"]


def test_outputs_keep_the_result_local_and_write_leaves_only() -> None:
    body = (
        start() + user("a", mapping(outputs={"p.q": "=answer", "twice": "=p.q * 2"})) + user("b") + flows("start a b")
    )
    play = Play(spec(body), p={"z": 5}).complete("a", answer=1, secret=2)
    assert play.variables == values(p={"z": 5, "q": 1}, twice=2)


def test_locals_of_a_sub_process_vanish_without_outputs() -> None:
    inner = start("s") + script("x", "local", "1 + 1") + flows("s x")
    part = (
        f'<subProcess id="part"><extensionElements>{mapping({"local": "=0"})}</extensionElements>{inner}</subProcess>'
    )
    assert Play(spec(start() + part + flows("start part"))).variables == {}
    out = mapping({"local": "=0"}, {"kept": "=local"})
    part = f'<subProcess id="part"><extensionElements>{out}</extensionElements>{inner}</subProcess>'
    assert Play(spec(start() + part + flows("start part"))).variables == values(kept=2)


def test_an_event_sub_process_reads_and_writes_the_locals_of_the_scope_around_it() -> None:
    inner = start("s") + user("a") + flows("s a")
    handler = f'<startEvent id="hs" isInterrupting="false">{timer("Duration", "P1D")}</startEvent>' + script(
        "w", "x", "x + 1"
    )
    inner += sub("h", handler + flows("hs w"), triggered=True)
    part = f'<subProcess id="part"><extensionElements>{mapping({"x": "=1"})}</extensionElements>{inner}</subProcess>'
    play = Play(spec(start() + part + user("b") + flows("start part b")), x=9).fire("hs")
    assert play.case.visible(play.token("a"))["x"] == 2
    assert play.complete("a").variables == values(x=9)  # the locals end with their scope


def test_branches_see_at_once_what_the_other_wrote_and_the_last_one_wins() -> None:
    body = start() + '<parallelGateway id="f"/><parallelGateway id="j"/>' + user("a") + user("b") + user("c")
    play = Play(spec(body + flows("start f a j c", "f b j")), x=0)
    play.complete("a", x=1)
    assert play.case.visible(play.token("b"))["x"] == 1
    assert play.complete("b", x=2).variables == values(x=2)  # joining merges nothing


def test_a_boundary_path_does_not_see_the_locals_of_the_activity() -> None:
    body = start() + user("a", mapping({"x": "=1"})) + boundary("late", "a", timer("Duration", "=wait")) + user("b")
    play = Play(spec(body + flows("start a", "late b")), wait="P1D").fire("late")
    assert dict(play.case.visible(play.token("b"))) == values(wait="P1D")


def test_a_failing_output_keeps_the_answer_and_goes_on_when_it_is_retried() -> None:
    body = (
        start()
        + user("a", mapping(outputs={"n": '=assert(limit, limit != null, "no limit")'}))
        + user("b")
        + flows("start a b")
    )
    play = Play(spec(body)).complete("a", given=1)
    assert [element for element, _ in play.incidents()] == ["a"]
    play.set(limit=7).retry("a")
    assert play.open() == ["b"]
    assert play.variables == values(limit=7, n=7)


def test_a_failing_input_is_mapped_again() -> None:
    body = start() + user("a", mapping({"n": '=assert(limit, limit != null, "no limit")'})) + flows("start a")
    play = Play(spec(body))
    assert [element for element, _ in play.incidents()] == ["a"]
    play.set(limit=7).retry("a")
    assert play.case.visible(play.token("a"))["n"] == 7


def test_output_mappings_of_a_start_event_take_the_start_variables() -> None:
    out = f"<extensionElements>{mapping(outputs={'kept': '=given + 1'})}</extensionElements>"
    play = Play(spec(f'<startEvent id="start">{out}</startEvent>' + user("a") + flows("start a")), given=1)
    assert play.variables == values(kept=2)


@pytest.mark.parametrize("name", ["_x", "__builtins__", "typename", "a b", "1a", "", "a.b", "null"])
def test_names_that_are_none_are_refused(name: str) -> None:
    with pytest.raises(VariableRefused):
        Play(spec(start() + user("a") + flows("start a")), **{name: 1})


def test_a_call_hands_over_and_takes_back() -> None:
    called = '<callActivity id="call"><extensionElements><zeebe:calledElement processId="=which"{0}/>{1}'
    called += "</extensionElements></callActivity>"
    for attributes, mapped, expected in (
        ("", "", values(which="child", x=5, y=6)),
        (' propagateAllChildVariables="false"', "", values(which="child", x=1)),
        (' propagateAllChildVariables="false"', mapping(outputs={"z": "=x + y"}), values(which="child", x=1, z=11)),
    ):
        play = Play(
            spec(start() + called.format(attributes, mapped) + end() + flows("start call end")), which="child", x=1
        )
        assert [(f.process_id, dict(f.variables)) for f in play.of(CalledCase)] == [
            ("child", values(which="child", x=1))
        ]
        play.case.complete_call(play.token("call"), values(x=5, y=6), play.host)
        assert play.variables == expected


def test_locals_alone_go_to_the_child_where_asked() -> None:
    setting = '<zeebe:calledElement processId="child" propagateAllParentVariables="false"/>' + mapping({"x": "=n + 1"})
    call = f'<callActivity id="call"><extensionElements>{setting}</extensionElements></callActivity>'
    play = Play(spec(start() + call + flows("start call")), n=1)
    assert [dict(f.variables) for f in play.of(CalledCase)] == [values(x=2)]


def test_an_interrupted_call_drops_its_child_and_a_missing_one_is_an_incident() -> None:
    setting = '<zeebe:calledElement processId="child"/>'
    body = start() + f'<callActivity id="call"><extensionElements>{setting}</extensionElements></callActivity>'
    body += boundary("late", "call", timer("Duration", "P1D")) + user("a") + flows("start call", "late a")
    play = Play(spec(body)).fire("late")
    assert play.of(CalledCaseDropped)
    play = Play(spec(body))
    play.case.fail_job(play.token("call", "call"), Failed("resource", "missing", {}, "no child"), play.host)
    play._after()
    assert play.incidents() == [("call", "missing")]
    assert play.retry("call").waiting("call") == ["call"]


def test_variables_of_a_job_follow_the_rules() -> None:
    host = DeskHost({"work": lambda call: Done(values(x=2, new=3))})
    body = start() + sub("part", start("s") + job("work", mapping({"x": "=1"})) + flows("s work")) + flows("start part")
    assert Play(spec(body), host, x=0).variables == values(x=0, new=3)


def test_a_failed_job_stands_still_and_is_asked_again() -> None:
    host = DeskHost({"work": later})
    play = Play(spec(start() + job("work") + user("a") + flows("start work a")), host)
    play.case.fail_job(play.token("work"), Failed("job", "no_retries", {}, "gone"), host)
    play._after()
    assert play.incidents() == [("work", "no_retries")]
    play.retry("work")
    assert len(host.calls) == 2
    assert play.finish_job("work").open() == ["a"]


@pytest.mark.parametrize("text", ["function(x) x", "[function(x) x]", "{f: function(x) x}"])
def test_a_function_is_no_value_of_a_variable(text: str) -> None:
    play = Play(spec(start() + script("a", "f", text) + flows("start a")))
    assert play.incidents() == [("a", "function_as_value")]
