"""What cannot end, meets twice or never runs is told with a path; what is certain refuses; what is too big is said."""

from __future__ import annotations

import pytest

from engine.bpmn.soundness import check_soundness
from tests.engine.bpmn.drawing import (
    boundary,
    catch,
    end,
    event,
    flows,
    gateway,
    handler,
    job,
    root,
    script,
    spec,
    start,
    sub,
    throw,
    timer,
    user,
    when,
)
from tests.engine.bpmn.play import Play

SPLIT = gateway("exclusive", "x", default="b") + user("a") + user("b") + when("x", "a", "n > 1") + flows("x b")
FORK = gateway("parallel", "f") + user("a") + user("b") + flows("start f a", "f b")
ENDLESS = start() + gateway("exclusive", "m") + '<task id="t"/>' + flows("start m t m")


def _found(body: str, limit: int = 4_000) -> list[tuple[str, str, str | None]]:
    return [(one.severity, one.code, one.element) for one in check_soundness(spec(body), limit)]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (start() + user("a") + end() + flows("start a end"), []),
        (start() + SPLIT + gateway("exclusive", "m") + end() + flows("start x", "a m end", "b m"), []),
        (start() + SPLIT + gateway("inclusive", "m") + end() + flows("start x", "a m end", "b m"), []),
        (start() + FORK + gateway("inclusive", "m") + end() + flows("a m end", "b m"), []),
        (
            start() + SPLIT + gateway("parallel", "m") + end() + flows("start x", "a m end", "b m"),
            [("error", "deadlock", "m"), ("error", "element_dead", "m")],
        ),
        (
            start() + FORK + gateway("exclusive", "m") + user("z") + flows("a m z", "b m"),
            [("warning", "tokens_twice", "z")],
        ),
        (
            start() + user("a") + flows("start a a"),
            [("error", "no_way_to_end", "start")],
        ),
        (
            start() + gateway("exclusive", "x") + user("a") + user("b") + flows("start x") + when("x", "a", "n > 1")
            + when("x", "b", "n < 2"),
            [("warning", "choice_without_default", "x")],
        ),
        (
            start() + user("a") + boundary("t", "a", timer("Duration", "P1D")) + user("b") + gateway("parallel", "m")
            + flows("start a m", "t b m"),
            [("error", "deadlock", "m"), ("error", "element_dead", "m")],
        ),
        (ENDLESS, [("error", "no_way_to_end", "start"), ("error", "endless_loop", "m")]),
    ],
)  # fmt: skip
def test_what_is_found(body: str, found: list[tuple[str, str, str | None]]) -> None:
    assert _found(body) == found


AGAIN = start() + user("a") + gateway("parallel", "f") + end() + flows("start a f a", "f end")


def test_what_begins_itself_again_besides_every_end_never_ends() -> None:
    """An end is reached, again and again, and one token is always left over."""
    first = check_soundness(spec(AGAIN))[0]
    assert (first.severity, first.code, first.element) == ("error", "never_over", "f")
    assert (first.params["path"], first.params["elements"]) == ("start → a → f → a", "f, a")
    inside = start("i") + user("a") + gateway("parallel", "f") + end("o") + flows("i a f a", "f o")
    inner = sub("s", inside) + user("z")
    assert _found(start("b") + inner + end("e") + flows("b s z e"))[0] == ("error", "never_over", "f")
    late = boundary("late", "s", timer("Duration", "P1D"))
    assert _found(start("b") + inner + late + end("e") + flows("b s z e", "late z"))[0][:2] == ("warning", "never_over")


def _noted(body: str, branch: str) -> list[tuple[str, str, str | None]]:
    """What is found where a deadline that does not interrupt `a` begins a branch from `late`."""
    return _found(body + boundary("late", "a", timer("Duration", "P1D"), interrupting=False) + branch)


def test_a_deadline_that_terminates_ends_what_goes_round_beside_it() -> None:
    """The engine ends such a case, so it is no error; the deadline was once played for itself."""
    late = boundary("late", "a", timer("Duration", "P1D"), interrupting=False)
    body = AGAIN + late + user("b") + end("stop", event("terminate")) + flows("late b stop")
    assert Play(spec(body)).complete("a").fire("late").complete("b").ended
    assert _found(body) == [("warning", "tokens_twice", "end")]


def test_what_a_deadline_begins_and_never_ends_is_a_warning() -> None:
    """It need not come to pass, and a terminating end of the others takes it away."""
    around = user("b") + gateway("parallel", "f") + end("e") + flows("late b f b", "f e")
    assert _noted(start() + user("a") + end() + flows("start a end"), around) == [
        ("warning", "never_over", "f"),
        ("warning", "tokens_twice", "e"),
    ]
    over = start() + user("a") + end("end", event("terminate")) + flows("start a end")
    assert _noted(over, around) == [("warning", "tokens_twice", "e")]


def test_what_waits_behind_a_deadline_is_not_judged_by_what_goes_on_beside_it() -> None:
    """The deadline's own join is passed in one way; only what lies around it never ends."""
    join = gateway("parallel", "g") + gateway("exclusive", "x", default="j") + gateway("parallel", "j")
    join += end("e") + end("o") + flows("late g x j e", "g j") + when("x", "o", "n > 1")
    assert _noted(AGAIN, join)[:2] == [("error", "never_over", "a"), ("warning", "deadlock_possible", "j")]


@pytest.mark.parametrize("order", [("f t stop", "f c"), ("f c", "f t stop")])
def test_what_runs_before_a_terminating_end_is_not_dead(order: tuple[str, str]) -> None:
    """Whichever branch is drawn first: the other may be done before it comes to its end."""
    body = start() + gateway("parallel", "f") + user("t") + end("stop", event("terminate")) + user("c")
    body += gateway("exclusive", "x", default="e") + user("d") + end("e") + end("g") + when("x", "d", "n > 1")
    assert _found(body + flows("start f", *order, "c x e", "d g")) == []
    both = body + user("h") + end("halt", event("terminate"))
    assert _found(both + flows("start f", *order, "c x e", "d g", "f h halt")) == []


def test_an_event_beside_what_never_runs_begins_nothing() -> None:
    """Only the deadline of `lost` leads to `lost`: nobody ever comes there."""
    body = start() + user("a") + end() + user("lost") + flows("start a end")
    body += boundary("late", "lost", timer("Duration", "P1D"), interrupting=False) + end("e") + flows("late lost e")
    assert ("warning", "element_dead", "lost") in _found(body)


def test_a_finding_has_a_path_to_replay_and_names_what_is_missing() -> None:
    body = start() + SPLIT + gateway("parallel", "m") + flows("start x", "a m", "b m")
    first = check_soundness(spec(body))[0]
    assert first.params["path"] == "start → x → a"
    assert first.params["missing"] == "b"


def test_what_only_two_choices_together_lead_to_is_a_warning() -> None:
    """Both may hang on the same condition: that is for the owner to know."""
    second = gateway("exclusive", "y", default="d") + user("c") + user("d") + when("y", "c", "n > 1") + flows("y d")
    merge = gateway("parallel", "m") + gateway("exclusive", "e1") + gateway("exclusive", "e2") + end()
    body = start() + gateway("parallel", "f") + flows("start f x", "f y") + SPLIT + second + merge
    body += flows("a m", "c m", "m end", "b e1 end", "d e2 end")
    assert _found(body) == [("warning", "deadlock_possible", "m")]


def test_what_something_else_may_end_is_no_error() -> None:
    loop = start() + user("a") + flows("start a a")
    assert _found(loop + handler("late", timer("Duration", "P1Y"), end("over") + flows("hs over"))) == [
        ("warning", "no_way_to_end", "start")
    ]
    inner = sub("part", start("begin") + user("a") + flows("begin a a"))
    outer = start() + inner + boundary("t", "part", timer("Duration", "P1D")) + flows("start part")
    assert _found(outer) == [("warning", "no_way_to_end", "begin")]


def test_a_default_flow_is_taken_alone() -> None:
    """It was once combined with the others: two tokens that can never be there."""
    body = (
        start() + gateway("inclusive", "i", default="z") + user("a") + user("z") + gateway("exclusive", "m") + user("e")
    )
    assert _found(body + flows("start i z m e", "a m") + when("i", "a", "n > 1")) == []


def test_parallel_branches_are_not_multiplied() -> None:
    """16 branches of 3 tasks with deadlines have some 10^9 markings; one order of them is enough."""
    body = start() + gateway("parallel", "f") + gateway("parallel", "j") + end() + flows("start f", "j end")
    for number in range(16):
        at = "f"
        for name in (f"u{number}_{place}" for place in range(3)):
            body += (
                user(name) + boundary(f"{name}_t", name, timer("Duration", "P1D")) + gateway("exclusive", f"{name}_m")
            )
            body += flows(f"{at} {name} {name}_m", f"{name}_t {name}_m")
            at = f"{name}_m"
        body += flows(f"{at} j")
    assert _found(body) == []


def test_what_has_too_many_states_is_not_decided() -> None:
    names = [f"u{number}" for number in range(14)]
    body = (
        start()
        + gateway("inclusive", "f", default="u0")
        + gateway("inclusive", "j")
        + end()
        + flows("start f", "j end")
    )
    body += "".join(user(name) + boundary(f"t_{name}", name, timer("Duration", "P1D")) for name in names)
    body += flows("f u0", *(f"{name} j" for name in names)) + "".join(when("f", name, "n > 1") for name in names[1:])
    body += "".join(flows(f"t_{name} j") for name in names)
    assert ("warning", "not_decided", "p") in _found(body, limit=20)


def test_a_complex_gateway_is_not_decided() -> None:
    body = start() + '<complexGateway id="g"/>' + user("a") + flows("start g a")
    assert _found(body) == [("warning", "not_decided", "p")]


@pytest.mark.parametrize(
    ("inner", "found"),
    [
        (script("s", "n", "n + 1"), []),  # n changes: the condition may become false
        ('<manualTask id="s"/>', ["loop_unchanged"]),
        (user("s"), []),
        (job("s"), []),
        (catch("s", timer("Duration", "P1D")), []),
    ],
)
def test_a_loop_in_which_nothing_changes_is_a_warning(inner: str, found: list[str]) -> None:
    body = start() + gateway("exclusive", "m") + inner + gateway("exclusive", "x", default="end") + end()
    body += flows("start m s x end") + when("x", "m", "n > 1")
    assert [code for _, code, _ in _found(body)] == found


def test_a_fork_that_feeds_itself_is_endless() -> None:
    body = start() + gateway("exclusive", "m") + gateway("parallel", "f") + user("a") + end()
    found = _found(body + flows("start m f a end", "f m"))
    assert ("error", "endless_loop", "m") in found
    assert ("warning", "tokens_twice", "a") in found or ("warning", "tokens_twice", "end") in found


def test_an_error_end_leaves_its_scope() -> None:
    inner = sub("part", start("begin") + end("failed", event("error", "E")) + flows("begin failed"))
    body = start() + inner + boundary("e", "part", event("error", "E")) + end() + flows("start part", "e end")
    assert [one.code for one in check_soundness(spec(body, root("error", "E")))] == []


def _again(between: str, *ways: str, interrupting: bool = False) -> list[tuple[str, str, str | None]]:
    """What is found of an event sub-process that hears a signal and throws it again."""
    inner = between + throw("t", event("signal", "S")) + end("he") + flows(*ways, "t he")
    body = start() + user("a") + flows("start a") + handler("h", event("signal", "S"), inner, interrupting=interrupting)
    found = check_soundness(spec(body, root("signal", "S")))
    return [(one.severity, one.code, one.element) for one in found if one.code == "signal_again"]


def test_a_signal_that_is_thrown_by_what_hears_it_is_endless() -> None:
    begin = "hs"
    assert _again("", f"{begin} t") == [("error", "signal_again", begin)]
    assert _again('<task id="x"/>', f"{begin} x t") == [("error", "signal_again", begin)]
    assert _again(user("x"), f"{begin} x t") == []
    assert _again("", f"{begin} t", interrupting=True) == []
    choice = gateway("exclusive", "g", "e") + end("e") + flows("g e") + when("g", "t", "n > 1")
    assert _again(choice, f"{begin} g") == [("warning", "signal_again", begin)]


def test_signals_that_answer_each_other_are_told() -> None:
    first = (
        user("a") + boundary("one", "a", event("signal", "S"), interrupting=False) + throw("t", event("signal", "T"))
    )
    second = boundary("two", "a", event("signal", "T"), interrupting=False) + end("e", event("signal", "S"))
    body = start() + first + second + flows("start a", "one t", "two e")
    (found,) = [
        one for one in check_soundness(spec(body, root("signal", "S") + root("signal", "T")))
        if one.code == "signal_again"
    ]  # fmt: skip
    assert (found.severity, found.element, found.params["path"]) == ("warning", "one", "one → t → two → e")


def test_a_case_that_begins_by_the_signal_it_throws_begins_others_without_end() -> None:
    body = f'<startEvent id="s">{event("signal", "S")}</startEvent>' + end("e", event("signal", "S")) + flows("s e")
    found = check_soundness(spec(body, root("signal", "S")))
    assert ("error", "signal_again") in [(one.severity, one.code) for one in found]
