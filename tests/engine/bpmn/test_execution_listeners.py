"""Execution listeners: jobs before and after the work of an element, in order, each once."""

from __future__ import annotations

import pytest

from engine.bpmn import DiagramRefused, ProcessSpec
from engine.bpmn.outcome import Done, Failed, ServiceAnswer, ServiceCall, Thrown, WaitDropped
from tests.engine.bpmn.drawing import boundary, event, extended, flows, job, many, mapping, spec, start, sub, user
from tests.engine.bpmn.play import DeskHost, Play, later, values


def _heard(*listeners: str) -> str:
    """Listeners written `start a.b` or `end c.d`."""
    parts = (listener.split() for listener in listeners)
    inner = "".join(f'<zeebe:executionListener eventType="{phase}" type="{type_}"/>' for phase, type_ in parts)
    return f"<zeebe:executionListeners>{inner}</zeebe:executionListeners>"


def _asking(*listeners: str, settings: str = "", inner: str = "", beside: str = "") -> ProcessSpec:
    body = start() + user("x", settings, _heard(*listeners), inner=inner) + user("z") + flows("start x z")
    return spec(body + beside, '<signal id="S" name="S"/>')


def _says(**found: object) -> ServiceAnswer:
    return Done(values(**found))


def test_they_run_in_order_around_the_work() -> None:
    host = DeskHost()
    play = Play(_asking("start a", "end c", "start b", "end d"), host, stored=True)
    assert [call.type for call in host.calls] == ["a", "b"]
    assert play.open() == ["x"]
    assert [call.type for call in Play(_asking("start a"), host, stored=True).complete("x").host.calls][-1] == "a"
    play.complete("x")
    assert [call.type for call in host.calls][-2:] == ["c", "d"]
    assert play.open() == ["z"]


def test_what_a_start_listener_answers_is_local_and_what_an_end_listener_answers_is_a_result() -> None:
    host = DeskHost({"a": lambda _call: _says(one=1), "b": lambda _call: _says(two=2)})
    process = _asking("start a", "end b", settings=mapping({"given": "=5"}, {"kept": "=one + given"}))
    play = Play(process, host, stored=True)
    assert host.calls[0].variables["given"] == 5
    assert play.complete("x").variables == {"kept": 6, "two": 2}
    assert host.calls[1].variables["kept"] == 6


def test_promised_listeners_are_waited_for() -> None:
    host = DeskHost({"a": later, "b": later, "c": later})
    play = Play(_asking("start a", "start b", "end c"), host, stored=True)
    assert (play.waiting("job"), play.open()) == (["x"], [])
    assert play.finish_job("x", n=1).open() == []
    assert play.finish_job("x").open() == ["x"]
    play.complete("x", answer="yes")
    assert (play.waiting("job"), play.open()) == (["x"], [])
    assert play.finish_job("x", late=True).open() == ["z"]
    assert play.variables == {"answer": "yes", "late": True}
    assert [call.type for call in host.calls] == ["a", "b", "c"]


@pytest.mark.parametrize("phase", ["start", "end"])
def test_a_listener_that_fails_is_tried_again_and_no_other(phase: str) -> None:
    answers = iter([Failed("job", "broken", {}, "broken"), Done({})])

    def moody(_call: ServiceCall) -> ServiceAnswer:
        return next(answers)

    host = DeskHost({"b": moody})
    play = Play(_asking(f"{phase} a", f"{phase} b"), host, stored=True)
    if phase == "end":
        play.complete("x", n=1)
    assert play.incidents() == [("x", "broken")]
    play.retry("x")
    assert [call.type for call in host.calls] == ["a", "b", "b"]
    assert play.open() == (["x"] if phase == "start" else ["z"])
    assert play.incidents() == []


def test_a_promised_listener_that_gives_up_is_tried_again_alone() -> None:
    host = DeskHost({"b": later})
    play = Play(_asking("end a", "end b"), host, stored=True).complete("x", n=1)
    play.case.fail_job(play.token("x", "job"), Failed("job", "gone", {}, "gone"), host)
    play._after()
    assert play.incidents() == [("x", "gone")]
    play.retry("x").finish_job("x")
    assert [call.type for call in host.calls] == ["a", "b", "b"]
    assert (play.open(), play.variables) == (["z"], {"n": 1})


def test_a_listener_throws_no_error() -> None:
    caught = boundary("e", "x", event("error")) + user("aside") + flows("e aside")
    host = DeskHost({"a": lambda _call: Thrown("E", "", {})})
    assert Play(_asking("start a", beside=caught), host, stored=True).incidents() == [("x", "listener_threw")]
    promised = Play(_asking("end a", beside=caught), DeskHost({"a": later}), stored=True).complete("x")
    assert not promised.throw("x", "E")
    assert promised.incidents() == [("x", "listener_threw")]
    assert promised.retry("x").waiting("job") == ["x"]


def test_a_boundary_event_ends_what_waits_for_a_listener() -> None:
    late = boundary("e", "x", event("signal", "S")) + user("aside") + flows("e aside")
    play = Play(_asking("end a", beside=late), DeskHost({"a": later}), stored=True).complete("x").deliver("e")
    assert play.open() == ["aside"]
    assert play.of(WaitDropped)


def test_each_instance_is_heard() -> None:
    host = DeskHost()
    play = Play(_asking("start a", "end b", inner=many("[1, 2]")), host, stored=True).complete("x").complete("x")
    assert [call.type for call in host.calls] == ["a", "a", "b", "b"]
    assert play.open() == ["z"]


def test_jobs_sub_processes_and_events_are_heard_too() -> None:
    host = DeskHost()
    part = sub("part", extended(_heard("start p", "end q")) + start("s") + job("w", _heard("end r")) + flows("s w"))
    caught = f'<intermediateCatchEvent id="c">{extended(_heard("start u", "end v"))}{event("signal", "S")}'
    body = start() + part + caught + "</intermediateCatchEvent>" + user("z") + flows("start part c z")
    play = Play(spec(body, '<signal id="S" name="S"/>'), host, stored=True)
    assert [call.type for call in host.calls] == ["p", "w", "r", "q", "u"]
    assert play.deliver("c").open() == ["z"]
    assert host.calls[-1].type == "v"


@pytest.mark.parametrize(
    ("code", "element", "body"),
    [
        ("listener_phase", "x", start() + user("x", _heard("beforeAll a")) + flows("start x")),
        ("value_missing", "x", start() + user("x", _heard("start a").replace(' type="a"', "")) + flows("start x")),
        (
            "listener_place",
            "s",
            f'<startEvent id="s">{extended(_heard("start a"))}</startEvent>' + user("x") + flows("s x"),
        ),
        (
            "listener_place",
            "e",
            start()
            + f'<endEvent id="e">{extended(_heard("end a"))}{event("error", "E")}</endEvent>'
            + flows("start e"),
        ),
        (
            "extension_unsupported",
            "g",
            start() + f'<exclusiveGateway id="g">{extended(_heard("start a"))}</exclusiveGateway>' + flows("start g"),
        ),
    ],
)
def test_what_would_not_run_is_refused(code: str, element: str, body: str) -> None:
    with pytest.raises(DiagramRefused) as refused:
        spec(body, '<error id="E" errorCode="E"/>')
    assert (code, element) in [(one.code, one.element) for one in refused.value.findings]
