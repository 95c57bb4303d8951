"""Start, tasks, gateways, ends: the elements that every process has."""

from __future__ import annotations

from tests.engine.bpmn.drawing import end, flows, gateway, job, script, spec, start, user, when
from tests.engine.bpmn.play import DeskHost, Play, later

SIMPLE = start() + user("a") + job("b") + end() + flows("start a b end")


def test_a_user_task_waits_and_a_service_task_runs() -> None:
    play = Play(spec(SIMPLE), name="x")
    assert play.open() == ["a"]
    play.complete("a", answer=3)
    assert play.ended
    assert play.entered() == ["start", "a", "b", "end"]
    assert play.variables["answer"] == 3


def test_a_promised_job_waits() -> None:
    play = Play(spec(SIMPLE), DeskHost({"b": later}))
    play.complete("a")
    assert play.waiting() == ["b"]
    play.finish_job("b", done=True)
    assert play.ended


def test_parallel_branches_share_one_scope_at_once() -> None:
    """The proof test of dialect §4: one branch sets x, the other's gateway reads it."""
    body = start() + gateway("parallel", "fork") + script("set_x", "x", "1") + user("look")
    body += gateway("exclusive", "choose", "no") + user("yes") + user("no")
    body += flows("start fork set_x", "fork look choose", "choose no") + when("choose", "yes", "x = 1")
    play = Play(spec(body))
    assert play.complete("look").open() == ["yes"]


def test_a_parallel_join_waits_for_every_flow() -> None:
    body = start() + gateway("parallel", "fork") + user("a") + user("b") + gateway("parallel", "join") + user("c")
    body += flows("start fork a join c", "fork b join")
    play = Play(spec(body))
    assert play.complete("a").open() == ["b"]
    assert play.complete("b").open() == ["c"]


def test_exclusive_gateway_without_true_flow_is_an_incident_and_can_be_retried() -> None:
    body = start() + gateway("exclusive", "g") + user("a") + user("b") + flows("start g")
    play = Play(spec(body + when("g", "a", "x = 1") + when("g", "b", "x = 2")), x=3)
    assert play.incidents() == [("g", "no_flow_true")]
    play.set(x=2).retry("g")
    assert play.open() == ["b"]
    assert play.incidents() == []


def test_several_flows_out_and_in_of_tasks() -> None:
    body = start() + user("a") + user("b") + user("c") + user("d") + flows("start a b d", "a c d")
    play = Play(spec(body))
    play.complete("a")
    assert play.open() == ["b", "c"]
    play.complete("b").complete("c")
    assert play.open() == ["d", "d"]
    play.complete("d").complete("d")
    assert play.ended
