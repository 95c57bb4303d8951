"""Multi-instance activities (dialect §5)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.bpmn.outcome import Later, TaskClosed, Thrown
from tests.engine.bpmn.drawing import (
    boundary,
    event,
    flows,
    job,
    many,
    mapping,
    message,
    root,
    script,
    spec,
    start,
    sub,
    timer,
    user,
)
from tests.engine.bpmn.play import DeskHost, Play, values

PEOPLE = ["Ada", "Bo", "Cy"]


def _numbers(play: Play, name: str) -> list[object]:
    found = play.variables[name]
    assert isinstance(found, list)
    return [int(item) if isinstance(item, Decimal) else item for item in found]


def test_parallel_instances_see_their_item_and_collect_their_output() -> None:
    body = (
        start()
        + user("ask", inner=many("people", "who", output=("answers", "answer")))
        + user("b")
        + flows("start ask b")
    )
    play = Play(spec(body), people=PEOPLE)
    tokens = [view.id for view in play.case.tokens if view.kind == "task"]
    assert [play.case.visible(token)["who"] for token in tokens] == PEOPLE
    assert [play.case.visible(token)["loopCounter"] for token in tokens] == [1, 2, 3]
    for place in (2, 0, 1):
        play.case.complete_task(tokens[place], values(answer=place * 10), play.host)
    play._after()
    assert play.open() == ["b"]
    assert _numbers(play, "answers") == [0, 10, 20]
    assert "answer" not in play.variables


def test_sequential_instances_come_one_after_the_other() -> None:
    body = (
        start() + user("ask", inner=many("people", "who", sequential=True, output=("seen", "who"))) + flows("start ask")
    )
    play = Play(spec(body), people=PEOPLE)
    for who in PEOPLE:
        assert play.open() == ["ask"]
        assert play.case.visible(play.token("ask"))["who"] == who
        play.complete("ask")
    assert play.ended
    assert play.variables["seen"] == PEOPLE


@pytest.mark.parametrize("sequential", [True, False])
def test_an_empty_collection_is_skipped(sequential: bool) -> None:
    marker = many("people", "who", sequential=sequential, output=("answers", "answer"))
    play = Play(spec(start() + user("ask", inner=marker) + user("b") + flows("start ask b")), people=[])
    assert play.open() == ["b"]
    assert play.variables["answers"] == []


def test_a_completion_condition_ends_the_rest() -> None:
    marker = many("people", "who", until="numberOfCompletedInstances >= 2", output=("answers", "answer"))
    play = Play(spec(start() + user("ask", inner=marker) + user("b") + flows("start ask b")), people=PEOPLE)
    play.complete("ask", answer=1).complete("ask", answer=2)
    assert play.open() == ["b"]
    assert [f.state for f in play.facts if isinstance(f, TaskClosed)] == ["completed", "completed", "canceled"]
    assert _numbers(play, "answers") == [1, 2, None]


def test_instances_of_a_sub_process_have_their_own_scopes() -> None:
    inner = start("s") + user("a", mapping(outputs={"mine": "=given"})) + user("c") + flows("s a c")
    part = sub(
        "part",
        inner,
        inner=f"<extensionElements>{mapping({'mine': '=0'})}</extensionElements>"
        + many("people", output=("all", "mine")),
    )
    play = Play(spec(start() + part + flows("start part")), people=[1, 2])
    play.complete("a", given=5).complete("a", given=6).complete("c").complete("c")
    assert play.ended
    assert _numbers(play, "all") == [5, 6]
    assert "mine" not in play.variables


def test_a_boundary_event_of_a_parallel_sub_process_ends_all_instances() -> None:
    """Upstream raises TaskNotFoundException here."""
    part = sub("part", start("s") + user("a") + flows("s a"), inner=many("people"))
    body = (
        start() + part + boundary("late", "part", timer("Duration", "P1D")) + user("b") + flows("start part", "late b")
    )
    play = Play(spec(body), people=PEOPLE)
    assert play.open() == ["a"] * 3
    assert play.fire("late").open() == ["b"]
    assert play.complete("b").ended


def test_an_error_of_one_instance_ends_the_body() -> None:
    host = DeskHost({"work": lambda call: Thrown("E", "", {}) if call.variables["item"] == "Bo" else Later()})
    body = start() + job("work", inner=many("people")) + boundary("caught", "work", event("error", "E")) + user("b")
    play = Play(spec(body + flows("start work", "caught b"), root("error", "E")), host, people=PEOPLE)
    assert play.open() == ["b"]


def test_a_collection_that_is_no_list_is_an_incident() -> None:
    play = Play(spec(start() + user("ask", inner=many("people")) + flows("start ask")), people="Ada")
    assert play.incidents() == [("ask", "not_a_list")]
    assert play.set(people=["Ada"]).retry("ask").open() == ["ask"]


def test_too_many_instances_are_an_incident() -> None:
    play = Play(spec(start() + user("ask", inner=many("for i in 1..501 return i")) + flows("start ask")))
    assert play.incidents() == [("ask", "too_many_instances")]


def test_five_hundred_instances_complete_with_none_lost() -> None:
    play = Play(
        spec(start() + user("ask", inner=many("for i in 1..500 return i")) + user("b") + flows("start ask b")),
        stored=False,
    )
    assert len(play.open()) == 500
    for view in [view for view in play.case.tokens if view.kind == "task"]:
        play.case.complete_task(view.id, {}, play.host)
    play._after()
    assert play.open() == ["b"]


def test_each_instance_catches_its_own_message() -> None:
    body = (
        start()
        + f'<receiveTask id="hear" messageRef="m">{many("people")}</receiveTask>'
        + user("b")
        + flows("start hear b")
    )
    play = Play(spec(body, message("m", "=item")), people=PEOPLE)
    assert [f.key for f in play.facts if type(f).__name__ == "SubscriptionOpened"] == PEOPLE
    play.deliver("hear").deliver("hear").deliver("hear")
    assert play.open() == ["b"]


REPEAT = (
    '<standardLoopCharacteristics testBefore="{0}"{1}><loopCondition>=n &lt; 3</loopCondition>'
    "</standardLoopCharacteristics>"
)


@pytest.mark.parametrize(
    ("before", "maximum", "n", "turns"),
    [
        ("false", "", 0, 3),
        ("true", "", 0, 3),
        ("true", "", 9, 0),
        ("false", "", 9, 1),
        ("false", ' loopMaximum="2"', 0, 2),
    ],
)
def test_a_standard_loop(before: str, maximum: str, n: int, turns: int) -> None:
    body = (
        start()
        + script("count", "n", "n + 1", inner=REPEAT.format(before, maximum))
        + user("b")
        + flows("start count b")
    )
    play = Play(spec(body), stored=True, n=n)
    assert play.open() == ["b"]
    assert play.variables == values(n=n + turns)


def test_a_boundary_event_ends_a_standard_loop() -> None:
    body = start() + user("ask", inner=REPEAT.format("false", "")) + boundary("late", "ask", timer("Duration", "P1D"))
    play = Play(spec(body + user("b") + flows("start ask", "late b")), stored=True, n=0)
    assert play.complete("ask").open() == ["ask"]
    assert play.fire("late").open() == ["b"]


def test_many_sub_process_instances_side_by_side_are_all_found_again() -> None:
    """Upstream's iterator hides work above about 990 parallel instances."""
    part = sub(
        "part", start("s") + user("a") + flows("s a"), inner=many("for i in 1..500 return i", output=("all", "item"))
    )
    play = Play(spec(start() + part + user("b") + flows("start part b")), stored=True)
    assert len(play.open()) == 500
    for view in [view for view in play.case.tokens if view.kind == "task"]:
        play.case.complete_task(view.id, {}, play.host)
    play._after()
    assert play.open() == ["b"]
    assert len(_numbers(play, "all")) == 500
