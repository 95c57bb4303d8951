"""Loops and forks without an end stand still as one incident, until something ends them."""

from __future__ import annotations

import pytest

from tests.engine.bpmn.drawing import (
    boundary,
    condition,
    event,
    flows,
    gateway,
    root,
    script,
    spec,
    start,
    sub,
    user,
    when,
)
from tests.engine.bpmn.play import Play


def test_an_endless_loop_is_an_incident() -> None:
    body = start() + gateway("exclusive", "g") + script("x", "n", "n + 1") + flows("start g x g")
    play = Play(spec(body), n=0)
    assert [code for _, code in play.incidents()] == ["endless_loop"]


def test_a_fork_that_never_ends_is_one_incident() -> None:
    body = start() + gateway("exclusive", "again") + gateway("parallel", "fork") + flows("start again fork")
    body += '<task id="a"/><task id="b"/>' + flows("fork a again", "fork b again")
    play = Play(spec(body), stored=True)
    assert [code for _, code in play.incidents()] == ["endless_loop"]
    assert len(play.case.tokens) < 10_000


@pytest.mark.parametrize("stored", [False, True])
def test_a_case_with_an_endless_loop_stands_still_until_it_is_tried_again(stored: bool) -> None:
    """Whatever happens to it costs nothing meanwhile; what became ready goes on when the loop has an end."""
    body = start() + gateway("parallel", "fork") + gateway("exclusive", "g", "x") + script("x", "n", "n + 1")
    body += user("a") + user("b") + user("c") + flows("start fork a b", "fork g x g") + when("g", "c", "stop = true")
    play = Play(spec(body), stored=stored, n=0, stop=False)
    turns = play.variables["n"]
    assert [code for _, code in play.incidents()] == ["endless_loop"]
    play.complete("a").set(m=1)
    assert (play.variables["n"], play.open()) == (turns, [])  # “b” is not reached
    play.retry(play.incidents()[0][0])
    assert [code for _, code in play.incidents()] == ["endless_loop"]
    assert play.variables["n"] != turns
    play.set(stop=True).retry(play.incidents()[0][0])
    assert (play.incidents(), sorted(play.open())) == ([], ["b", "c"])


def test_what_ends_an_endless_loop_lets_the_case_go_on() -> None:
    inner = start("i") + gateway("exclusive", "g") + script("x", "n", "n + 1") + flows("i g x g")
    body = start() + sub("s", inner) + boundary("rescue", "s", event("signal", "S")) + user("b") + user("c")
    body += boundary("enough", "s", condition("stop = true")) + flows("start s", "rescue b", "enough c")
    play = Play(spec(body, root("signal", "S")), stored=True, n=0)
    play.deliver("rescue")
    assert play.open() == ["b"]
    play = Play(spec(body, root("signal", "S")), stored=True, n=0)
    play.set(stop=True)
    assert play.open() == ["c"]
