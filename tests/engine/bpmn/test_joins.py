"""The complex gateway, token quantities, and parallel gateways whose flows have conditions."""

from __future__ import annotations

import pytest

from engine.bpmn import DiagramRefused
from tests.engine.bpmn.drawing import end, flows, gateway, read, spec, start, user, when
from tests.engine.bpmn.play import Play


def _complex(activation: str = "") -> str:
    inner = f"<activationCondition>={activation.replace('>', '&gt;')}</activationCondition>" if activation else ""
    return f'<complexGateway id="g">{inner}</complexGateway>'


def _two_of_three(behind: str) -> str:
    body = start() + gateway("parallel", "f") + user("a") + user("b") + user("c") + _complex("activationCount >= 2")
    return body + flows("start f a g", "f b g", "f c g") + behind


@pytest.mark.parametrize("stored", [False, True])
def test_two_of_three_go_on_and_the_third_is_taken_in(stored: bool) -> None:
    play = Play(spec(_two_of_three(user("z") + flows("g z"))), stored=stored)
    play.complete("b")
    assert "z" not in play.open()
    play.complete("c")
    assert play.open() == ["a", "z"]
    play.complete("z")
    assert not play.ended
    play.complete("a")
    assert play.ended
    assert play.entered().count("z") == 1


@pytest.mark.parametrize("stored", [False, True])
def test_the_reset_takes_the_flows_that_are_meant_for_it(stored: bool) -> None:
    behind = user("first") + user("late")
    behind += when("g", "first", "waitingForStart") + when("g", "late", "not(waitingForStart)")
    play = Play(spec(_two_of_three(behind)), stored=stored).complete("a").complete("b")
    assert play.open() == ["c", "first"]
    play.complete("c")
    assert play.open() == ["first", "late"]
    play.complete("first").complete("late")
    assert play.ended


@pytest.mark.parametrize("stored", [False, True])
def test_a_gateway_in_a_loop_starts_anew(stored: bool) -> None:
    body = start() + gateway("exclusive", "m") + gateway("parallel", "f") + user("a") + user("b")
    body += _complex("activationCount >= 1") + gateway("exclusive", "x", default="m") + end("e")
    body += flows("start m f a g x m", "f b g") + when("x", "e", "n > 1")
    play = Play(spec(body), stored=stored, n=1).complete("a")
    assert play.open() == ["a", "b", "b"]
    play.set(n=2)
    for _ in range(3):
        play.complete(play.open()[0])
    assert play.ended


def test_an_activation_condition_that_is_null_stands_still_until_it_is_not() -> None:
    body = _two_of_three(user("z") + flows("g z")).replace("activationCount &gt;= 2", "activationCount &gt;= needed")
    play = Play(spec(body), stored=True).complete("a")
    assert play.incidents() == [("g", "unknown_name")]
    play.set(needed=1).retry("g")
    assert play.open() == ["b", "c", "z"]


def test_a_choice_without_a_true_flow_stands_still() -> None:
    body = start() + _complex() + user("a") + user("b") + flows("start g") + when("g", "a", "x") + when("g", "b", "y")
    play = Play(spec(body), stored=True, x=False, y=False)
    assert play.incidents() == [("g", "no_flow_true")]
    play.set(x=True, y=True).retry("g")
    assert play.open() == ["a", "b"]


def test_a_condition_that_does_not_say_its_phase_is_refused() -> None:
    with pytest.raises(DiagramRefused) as refused:
        spec(_two_of_three(user("z") + user("y") + when("g", "z", "n > 1") + flows("g y")))
    assert [(one.code, one.element) for one in refused.value.findings] == [("condition_without_phase", "g")]


@pytest.mark.parametrize("stored", [False, True])
def test_an_activity_waits_for_its_tokens_and_gives_as_many_as_it_says(stored: bool) -> None:
    body = start() + user("a") + user("b") + user("c") + user("d") + gateway("parallel", "f")
    body = body.replace('<userTask id="c"', '<userTask id="c" startQuantity="2" completionQuantity="3"')
    play = Play(spec(body + flows("start f a c d", "f b c")), stored=stored).complete("a")
    assert play.open() == ["b"]
    play.complete("b")
    assert play.open() == ["c"]
    play.complete("c")
    assert play.open() == ["d", "d", "d"]
    for _ in range(3):
        play.complete("d")
    assert play.ended


def test_conditions_behind_a_parallel_gateway_are_warned_of_and_mean_nothing() -> None:
    body = start() + gateway("parallel", "f") + user("a") + user("b") + flows("start f")
    diagram = read(body + when("f", "a", "false") + when("f", "b", "true"))
    assert [finding.code for finding in diagram.findings] == ["condition_ignored", "condition_ignored"]
    assert Play(diagram.processes[0]).open() == ["a", "b"]


@pytest.mark.parametrize("stored", [False, True])
def test_an_inclusive_join_waits_for_no_token_that_can_reach_a_flow_that_has_one(stored: bool) -> None:
    body = start() + gateway("inclusive", "s") + user("a") + user("b") + gateway("exclusive", "x", "j") + user("z")
    body += gateway("inclusive", "j") + when("s", "a", "true") + when("s", "b", "true") + when("x", "a", "again")
    body += flows("start s", "a j z", "b x j")
    play = Play(spec(body), stored=stored, again=True).complete("a")
    assert play.open() == ["b", "z"]  # b may still come by x, but also by a, which has brought its token
    play.complete("b").complete("a")
    assert play.open() == ["z", "z"]


@pytest.mark.parametrize("stored", [False, True])
def test_an_inclusive_join_waits_for_no_second_token_of_the_same_flow(stored: bool) -> None:
    body = start() + gateway("inclusive", "s", "c") + gateway("parallel", "par") + user("a") + user("b") + user("c")
    body += gateway("exclusive", "m") + gateway("inclusive", "j") + user("z") + when("s", "par", "true")
    body += flows("start s c j z", "par a m j", "par b m")
    play = Play(spec(body), stored=stored).complete("a")
    assert play.open() == ["b", "z"]
    assert play.complete("b").open() == ["z", "z"]
