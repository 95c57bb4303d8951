"""Events interrupt before what is inside goes on; conditions are asked again whenever variables change."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.engine.bpmn.drawing import (
    boundary,
    end,
    event,
    flows,
    gateway,
    handler,
    job,
    many,
    mapping,
    message,
    root,
    script,
    spec,
    start,
    sub,
    throw,
    user,
)
from tests.engine.bpmn.play import DeskHost, Play, later, values

ROOTS = message("M", '="k"') + root("signal", "S") + root("error", "E") + root("escalation", "X")
STORED = pytest.mark.parametrize("stored", [False, True])
WHEN = "<conditionalEventDefinition><condition>=n &gt; 2</condition></conditionalEventDefinition>"

# What happens inside of a sub-process, and the event at its boundary that it sets off.
SET_OFF = [
    (throw("cause", event("signal", "S")), event("signal", "S")),
    (throw("cause", event("escalation", "X")), event("escalation", "X")),
    (end("cause", event("error", "E")), event("error", "E")),
    (end("cause", event("escalation", "X")), event("escalation")),
    (script("cause", "n", "3"), WHEN),
]


@STORED
@pytest.mark.parametrize(("cause", "caught"), SET_OFF)
@pytest.mark.parametrize("shape", ["boundary", "event sub-process"])
def test_what_is_beside_or_behind_an_interruption_does_not_begin(
    cause: str, caught: str, shape: str, stored: bool
) -> None:
    behind = "" if cause.startswith("<endEvent") else job("behind") + flows("cause behind")
    inside = start("s") + user("go") + gateway("parallel", "f") + cause + behind + job("beside")
    inside += flows("s go f cause", "f beside")
    if shape == "boundary":
        part = sub("part", inside) + boundary("caught", "part", caught) + user("aside") + flows("caught aside")
    else:
        part = sub("part", inside + handler("h", caught, user("aside") + flows("hs aside")))
    host = DeskHost()
    play = Play(spec(start() + part + flows("start part"), ROOTS), host, stored=stored).complete("go")
    assert host.calls == []
    assert play.waiting() == ["aside"]
    assert play.complete("aside").ended


@STORED
def test_one_instance_that_gives_up_ends_the_others_before_they_begin(stored: bool) -> None:
    inside = start("s") + end("out", event("escalation", "X")) + flows("s out")
    part = sub("part", inside, inner=many("[1, 2, 3]")) + boundary("b", "part", event("escalation", "X"))
    play = Play(spec(start() + part + user("a") + flows("start part", "b a"), ROOTS), stored=stored)
    assert play.entered().count("out") == 1
    assert play.open() == ["a"]


@STORED
def test_terminating_ends_what_is_ready_beside(stored: bool) -> None:
    body = start() + gateway("parallel", "f") + end("stop", event("terminate")) + job("beside")
    host = DeskHost()
    assert Play(spec(body + flows("start f stop", "f beside")), host, stored=stored).ended
    assert host.calls == []


def _watched(beside: str, condition: str = WHEN, *, interrupting: bool = False) -> Play:
    """A task under a condition, with something beside it that may make the condition true."""
    body = start() + gateway("parallel", "f") + user("a") + boundary("c", "a", condition, interrupting=interrupting)
    body += user("told") + beside + flows("start f a", "c told", "f x")
    return Play(spec(body, ROOTS), DeskHost({"x": later}), stored=True, n=0)


@pytest.mark.parametrize(
    ("beside", "change"),
    [
        (user("x"), lambda play: play.complete("x", n=3)),
        (job("x"), lambda play: play.finish_job("x", n=3)),
        (user("x") + script("y", "n", "n + 3") + flows("x y"), lambda play: play.complete("x")),
        (user("x", mapping({}, {"n": "=answer"})), lambda play: play.complete("x", answer=3)),
        ('<receiveTask id="x" messageRef="M"/>', lambda play: play.deliver("x", n=3)),
        (sub("x", start("s") + user("u") + flows("s u")), lambda play: play.complete("u", n=3)),
        (user("x", inner=many("[1]", output=("n2", "1"))), lambda play: play.complete("x", n=3)),
        (user("x"), lambda play: play.set(n=3)),
    ],
)
def test_every_way_to_change_a_variable_asks_the_conditions(beside: str, change: Callable[[Play], Play]) -> None:
    play = _watched(beside)
    assert "told" not in play.open()
    assert "told" in change(play).open()


def test_a_condition_happens_at_each_change_while_it_is_true() -> None:
    """In files for Camunda 8; in plain ones, when it turns true (`test_events.py`). Every write is a change."""
    play = _watched(user("x"))
    for number, told in ((1, 0), (3, 1), (4, 2), (2, 2), (5, 3), (5, 4), (0, 4), (9, 5)):
        play.set(n=number)
        assert play.open().count("told") == told, number


def test_a_condition_does_not_see_what_is_local_elsewhere() -> None:
    play = _watched(user("x", mapping({"n": "=5"})))
    assert "told" not in play.open()
    play.case.set_variables(values(n=7), play.host, play.token("x"))
    play._after()
    assert "told" not in play.open()
    play.case.set_variables(values(n=7), play.host, play.token("a"))
    play._after()
    assert "told" in play.open()


def test_a_condition_comes_before_the_work_that_its_variable_leads_to() -> None:
    host = DeskHost()
    inside = start("s") + user("u") + script("y", "n", "3") + job("after") + flows("s u y after")
    body = start() + sub("part", inside) + boundary("c", "part", WHEN) + user("told") + flows("start part", "c told")
    play = Play(spec(body, ROOTS), host, stored=True, n=0).complete("u")
    assert host.calls == []
    assert play.open() == ["told"]
