"""A case holds so much and no more; a case that can never go on says so."""

from __future__ import annotations

import pytest

from engine.bpmn import DiagramRefused
from engine.bpmn.errors import VariablesTooBig
from engine.bpmn.weight import MAX_TOKENS, MAX_WEIGHT
from tests.engine.bpmn.drawing import flows, gateway, many, script, spec, start, sub, throw, user, when
from tests.engine.bpmn.play import DeskHost, Play, values

LONG = "string join(for i in 1..9000 return &quot;0123456789&quot;)".replace("&quot;", '"')


def test_a_case_cannot_grow_without_end() -> None:
    body = start() + script("s", "s", LONG) + script("l", "l", "for i in 1..9000 return s") + flows("start s l")
    play = Play(spec(body))
    assert play.incidents() == [("l", "state_too_big")]
    assert len(play.case.dump()) < MAX_WEIGHT


def test_many_inputs_that_share_a_long_text_count_each() -> None:
    task = '<userTask id="u"><extensionElements><zeebe:userTask/><zeebe:ioMapping>'
    task += f'<zeebe:input source="=s" target="t"/></zeebe:ioMapping></extensionElements>{many("1..400")}</userTask>'
    play = Play(spec(start() + task.replace("=1..400", "=for i in 1..400 return i") + flows("start u")), s="x" * 90_000)
    assert {code for _, code in play.incidents()} == {"state_too_big"}
    assert len(play.case.dump()) < 2 * MAX_WEIGHT


def test_nested_instances_are_counted_together() -> None:
    counting = "for i in 1..300 return i"
    inner = start("i") + user("u", inner=many(counting)) + flows("i u")
    play = Play(spec(start() + sub("s", inner, inner=many(counting)) + flows("start s")))
    assert "too_many_tokens" in {code for _, code in play.incidents()}
    assert len(play.case.tokens) <= MAX_TOKENS


def test_variables_from_outside_are_bounded() -> None:
    play = Play(spec(start() + user("a") + flows("start a")))
    with pytest.raises(VariablesTooBig):
        play.complete("a", text="x" * (MAX_WEIGHT + 1))


def test_joins_that_wait_for_each_other_are_told_once() -> None:
    body = start() + gateway("parallel", "f") + gateway("inclusive", "j1") + gateway("inclusive", "j2")
    body += flows("start f j1 j2 j1", "f j2")
    split = body.replace('<inclusiveGateway id="j1"/>', '<inclusiveGateway id="j1" default="j1__e"/>')
    split = split.replace('<inclusiveGateway id="j2"/>', '<inclusiveGateway id="j2" default="j2__e"/>')
    split = split.replace(flows("j1 j2"), when("j1", "j2", "false")).replace(flows("j2 j1"), when("j2", "j1", "false"))
    play = Play(spec(split + '<endEvent id="e"/>' + flows("j1 e", "j2 e")), stored=True)
    assert [code for _, code in play.incidents()] == ["deadlock"]
    play.retry(play.incidents()[0][0])
    assert [code for _, code in play.incidents()] == ["deadlock"]


def test_a_parallel_join_alone_in_the_world_is_told() -> None:
    body = start() + gateway("exclusive", "x") + user("a") + user("b") + gateway("parallel", "j") + user("z")
    body += flows("start x", "a j z", "b j") + when("x", "a", "true") + when("x", "b", "false")
    play = Play(spec(body), stored=True).complete("a")
    assert play.incidents() == [("j", "deadlock")]
    assert not play.ended
    play.cancel()
    assert play.ended


def test_no_deadlock_is_told_while_something_waits() -> None:
    body = start() + gateway("parallel", "f") + user("a") + user("b") + gateway("parallel", "j") + flows("start f a j")
    play = Play(spec(body + flows("f b j")), stored=True).complete("a")
    assert play.incidents() == []
    play.complete("b")
    assert play.ended


@pytest.mark.parametrize(
    ("body", "code", "element"),
    [
        (start() + user("a") + user("lost") + flows("start a"), "never_entered", "lost"),
        (
            start() + gateway("exclusive", "g") + user("a") + user("b")
            + when("g", "a", "x").replace("<conditionExpression", '<conditionExpression language="w3.org/XPath"')
            + when("g", "b", "y") + flows("start g"),
            "language_unsupported", "g__a",
        ),
        (
            start() + script("s", "x", "1").replace("<scriptTask", '<scriptTask scriptFormat="application/javascript"')
            + flows("start s"),
            "language_unsupported", "s",
        ),
        (
            '<extensionElements><zeebe:properties><zeebe:property name="case.title" value="=1 +"/></zeebe:properties>'
            "</extensionElements>" + start(),
            "feel_invalid", "p",
        ),
    ],
)  # fmt: skip
def test_what_would_not_run_as_drawn_is_refused(body: str, code: str, element: str) -> None:
    with pytest.raises(DiagramRefused) as refused:
        spec(body)
    assert [(one.code, one.element) for one in refused.value.findings] == [(code, element)]


def test_conditions_may_say_that_they_are_feel() -> None:
    body = start() + script("s", "x", "1").replace("<scriptTask", '<scriptTask scriptFormat="feel"') + flows("start s")
    assert Play(spec(body), DeskHost()).variables == values(x=1)


def test_a_diagram_of_two_thousand_elements_runs() -> None:
    names = [f"n{number}" for number in range(1_998)]
    body = start() + "".join(throw(name) for name in names) + user("ask") + flows(" ".join(["start", *names, "ask"]))
    play = Play(spec(body), stored=True)
    assert play.open() == ["ask"]
    assert play.complete("ask").ended
    assert len(play.entered()) == 2_000
