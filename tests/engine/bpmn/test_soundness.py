"""What cannot end, meets twice or never runs is told with a path; what is too big is “not decided”."""

from __future__ import annotations

import pytest

from engine.bpmn.soundness import check_soundness
from tests.engine.bpmn.drawing import boundary, end, flows, gateway, spec, start, timer, user, when

SPLIT = gateway("exclusive", "x", default="b") + user("a") + user("b") + when("x", "a", "n > 1") + flows("x b")


def _found(body: str, limit: int = 4_000) -> list[tuple[str, str | None]]:
    return [(one.code, one.element) for one in check_soundness(spec(body), limit)]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (start() + user("a") + end() + flows("start a end"), []),
        (start() + SPLIT + gateway("exclusive", "m") + end() + flows("start x", "a m end", "b m"), []),
        (start() + SPLIT + gateway("inclusive", "m") + end() + flows("start x", "a m end", "b m"), []),
        (
            start() + SPLIT + gateway("parallel", "m") + end() + flows("start x", "a m end", "b m"),
            [("deadlock_possible", "m"), ("element_dead", "m"), ("element_dead", "end")],
        ),
        (
            start() + gateway("parallel", "f") + user("a") + user("b") + gateway("exclusive", "m") + user("z")
            + flows("start f a m z", "f b m"),
            [("tokens_twice", "z")],
        ),
        (
            start() + gateway("exclusive", "m") + user("a") + flows("start m a m"),
            [("no_way_to_end", "start"), ("no_way_to_end", "m"), ("no_way_to_end", "a")],
        ),
        (
            start() + gateway("exclusive", "x") + user("a") + user("b") + flows("start x") + when("x", "a", "n > 1")
            + when("x", "b", "n < 2"),
            [("choice_without_default", "x")],
        ),
        (
            start() + user("a") + boundary("t", "a", timer("Duration", "P1D")) + user("b") + gateway("parallel", "m")
            + flows("start a m", "t b m"),
            [("deadlock_possible", "m"), ("element_dead", "m")],
        ),
    ],
)  # fmt: skip
def test_what_is_found(body: str, found: list[tuple[str, str | None]]) -> None:
    assert _found(body) == found


def test_a_finding_has_a_path_to_replay() -> None:
    body = start() + SPLIT + gateway("parallel", "m") + flows("start x", "a m", "b m")
    first = check_soundness(spec(body))[0]
    assert first.params["path"] == "start → x → a"
    assert first.severity == "warning"


def test_what_has_too_many_states_is_not_decided() -> None:
    names = [f"u{number}" for number in range(14)]
    body = start() + gateway("parallel", "f") + gateway("parallel", "j") + end() + flows("start f", "j end")
    body += "".join(user(name) + flows(f"f {name} j") for name in names)
    assert _found(body) == [("not_decided", "p")]


def test_a_complex_gateway_is_not_decided() -> None:
    assert _found(start() + '<complexGateway id="g"/>' + user("a") + flows("start g a")) == [("not_decided", "p")]
