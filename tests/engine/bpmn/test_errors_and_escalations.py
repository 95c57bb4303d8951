"""Errors and escalations: who catches them, and what becomes of those that nobody catches."""

from __future__ import annotations

import pytest

from engine.bpmn.outcome import (
    Done,
    ErrorEscaped,
    EscalationEscaped,
    IncidentRaised,
    Thrown,
)
from tests.engine.bpmn.drawing import (
    boundary,
    end,
    event,
    flows,
    gateway,
    handler,
    job,
    root,
    spec,
    start,
    sub,
    throw,
    user,
)
from tests.engine.bpmn.play import DeskHost, Play, later


def _errors(*extra: str) -> str:
    body = (
        start()
        + job("work")
        + boundary("refused", "work", event("error", "E1"))
        + boundary("any", "work", event("error"))
    )
    return body + user("a") + user("b") + user("c") + flows("start work a", "refused b", "any c") + "".join(extra)


@pytest.mark.parametrize(("code", "expected"), [("E1", ["b"]), ("E2", ["c"])])
def test_the_code_comes_before_the_catch_all(code: str, expected: list[str]) -> None:
    play = Play(spec(_errors(), root("error", "E1")), DeskHost({"work": later}))
    assert play.throw("work", code)
    assert play.open() == expected


def test_an_error_thrown_at_once_is_caught_too() -> None:
    host = DeskHost({"work": lambda call: Thrown("E1", "no", {})})
    assert Play(spec(_errors(), root("error", "E1")), host).open() == ["b"]


def test_an_uncaught_error_is_an_incident_and_can_be_retried() -> None:
    answers = [Thrown("E9", "no way", {}), Done({})]
    host = DeskHost({"work": lambda call: answers.pop(0)})
    play = Play(spec(start() + job("work") + user("a") + flows("start work a")), host)
    assert play.incidents() == [("work", "unhandled_error")]
    assert play.retry("work").open() == ["a"]


def test_an_error_end_event_climbs_to_the_sub_process() -> None:
    inner = start("s") + gateway("parallel", "f") + end("broken", event("error", "E1")) + user("other")
    body = (
        start() + sub("part", inner + flows("s f other", "f broken")) + boundary("caught", "part", event("error", "E1"))
    )
    play = Play(spec(body + user("a") + flows("start part", "caught a"), root("error", "E1")))
    assert play.open() == ["a"]


def test_an_error_event_sub_process_runs_only_when_the_error_comes() -> None:
    aside = handler("handler", event("error", "E1"), user("repair") + flows("hs repair"))
    body = start() + job("work") + user("a") + flows("start work a") + aside
    diagram = spec(body, root("error", "E1"))
    quiet = Play(diagram)
    assert quiet.open() == ["a"]
    host = DeskHost({"work": lambda call: Thrown("E1", "", {})})
    assert Play(diagram, host).open() == ["repair"]
    assert Play(diagram, host).complete("repair").ended


def test_escalations() -> None:
    inner = start("s") + throw("up", event("escalation", "X")) + user("inside") + flows("s up inside")
    for interrupting, expected in ((True, ["told"]), (False, ["inside", "told"])):
        body = (
            start()
            + sub("part", inner)
            + boundary("heard", "part", event("escalation", "X"), interrupting)
            + user("told")
        )
        play = Play(spec(body + flows("start part", "heard told"), root("escalation", "X")))
        assert play.open() == expected
    unheard = Play(
        spec(start() + throw("up", event("escalation", "X")) + user("a") + flows("start up a"), root("escalation", "X"))
    )
    assert unheard.open() == ["a"]


def test_errors_and_escalations_leave_a_called_case() -> None:
    body = start() + throw("up", event("escalation", "X")) + job("work") + flows("start up work")
    host = DeskHost({"work": lambda call: Thrown("E1", "", {})})
    play = Play(spec(body, root("escalation", "X")), host, called=True)
    kinds = [type(f) for f in play.facts]
    assert kinds.index(EscalationEscaped) < kinds.index(ErrorEscaped) < kinds.index(IncidentRaised)
