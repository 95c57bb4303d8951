"""Conditional events: asked when a variable in sight changes, true on arrival or later."""

from __future__ import annotations

from engine.bpmn import read_diagram
from tests.engine.bpmn.drawing import (
    boundary,
    catch,
    condition,
    document,
    extended,
    flows,
    gateway,
    mapping,
    script,
    spec,
    start,
    sub,
    user,
)
from tests.engine.bpmn.play import Play, values


def test_a_condition_fires_when_variables_make_it_true() -> None:
    body = start() + user("a") + boundary("rich", "a", condition("n &gt; 2"), interrupting=False) + user("b")
    play = Play(spec(body + flows("start a", "rich b")), stored=True)
    assert play.set(n=1).open() == ["a"]
    assert play.set(n=3).open() == ["a", "b"]
    assert play.set(m=1).open() == ["a", "b"], "no variable that it names"
    assert play.set(n=4).open() == ["a", "b", "b"], "in a file for Camunda 8: at each change while it is true"
    assert play.set(n=0).set(n=5).open() == ["a", "b", "b", "b"]


def test_in_a_plain_file_a_condition_fires_when_it_turns_true() -> None:
    body = start() + user("a") + boundary("rich", "a", condition("n &gt; 2"), interrupting=False) + user("b")
    text = document(body + flows("start a", "rich b")).replace(b' modeler:executionPlatform="Camunda Cloud"', b"")
    play = Play(read_diagram(text, name="test").processes[0], stored=True, n=0)
    assert play.set(n=3).set(n=4).open() == ["a", "b"]
    assert play.set(n=0).set(n=5).open() == ["a", "b", "b"]


def test_a_condition_that_is_true_on_arrival_comes_before_the_work() -> None:
    body = start() + script("a", "x", "1") + boundary("now", "a", condition("true")) + user("b") + user("c")
    play = Play(spec(body + flows("start a b", "now c")))
    assert play.open() == ["c"]
    assert "x" not in play.variables


def test_a_condition_of_one_branch_hears_the_other() -> None:
    body = start() + gateway("parallel", "f") + catch("until", condition("done")) + user("a") + user("b")
    play = Play(spec(body + flows("start f until b", "f a")), stored=True)
    assert play.open() == ["a"]
    assert play.complete("a", done=True).open() == ["b"]


def _watching(text: str, attributes: str) -> str:
    setting = extended(f"<zeebe:conditionalFilter {attributes}/>")
    return condition(text).replace("<condition>", f"{setting}<condition>")


def test_a_condition_that_watches_variables_is_asked_when_one_of_them_changes() -> None:
    watched = _watching("n &gt; 2", 'variableNames="go, m"')
    body = start() + user("a") + boundary("rich", "a", watched, interrupting=False) + user("b")
    play = Play(spec(body + flows("start a", "rich b")), stored=True)
    assert play.set(n=3).open() == ["a"]
    assert play.set(go=1).open() == ["a", "b"]
    assert play.set(n=0).set(n=5).open() == ["a", "b"]  # nobody asked
    assert play.set(go=2).open() == ["a", "b", "b"]
    assert play.set(n=0, go=3).set(n=5, m=1).open() == ["a", "b", "b", "b"]


def test_a_condition_that_watches_creation_or_change_is_asked_at_that_only() -> None:
    body = start() + user("a") + boundary("new", "a", _watching("true = x", 'variableEvents="create"'))
    body += user("b") + flows("start a", "new b")
    assert Play(spec(body)).set(x=True).open() == ["b"]
    assert Play(spec(body), x=False).set(x=True).open() == ["a"]
    changed = body.replace('"create"', '"update"')
    assert Play(spec(changed)).set(x=True).open() == ["a"]
    assert Play(spec(changed), x=False).set(x=True).open() == ["b"]


def test_a_watched_variable_of_another_scope_is_out_of_sight() -> None:
    """The sub-process has its own `go`: a change of the case's is none of what its condition sees."""
    watching = catch("until", _watching("n &gt; 2", 'variableNames="go"'))
    inner = start("begin") + watching + user("b") + flows("begin until b")
    body = start() + sub("part", inner, inner=extended(mapping({"go": "=0"}))) + flows("start part")
    play = Play(spec(body), stored=True)
    assert play.set(n=3).set(go=1).open() == []
    token = next(view.id for view in play.case.tokens if view.element == "part")
    play.case.set_variables(values(go=2), play.host, token)
    play._after()
    assert play.open() == ["b"]
