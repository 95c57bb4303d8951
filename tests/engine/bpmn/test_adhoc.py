"""Ad-hoc sub-processes: who chooses, in which order, and when it is over (BPMN 2.0, 10.3.5)."""

from __future__ import annotations

import pytest

from engine.bpmn import DiagramRefused, ProcessSpec
from engine.bpmn.errors import NotEnabled, TokenGone
from engine.bpmn.outcome import Failed
from tests.engine.bpmn.drawing import boundary, event, flows, handler, job, message, script, spec, start, user
from tests.engine.bpmn.play import DeskHost, Play, later


def _ad_hoc(body: str, *, active: str = "", until: str = "", attributes: str = "", plain: bool = True) -> str:
    setting = "" if plain else f"<extensionElements><zeebe:adHoc {active and f'activeElementsCollection={active!r}'}/>"
    setting += "" if plain else "</extensionElements>"
    condition = f"<completionCondition>={until}</completionCondition>" if until else ""
    return f'<adHocSubProcess id="part" {attributes}>{setting}{body}{condition}</adHocSubProcess>'


def _around(part: str, roots: str = "") -> ProcessSpec:
    return spec(start() + part + user("after") + flows("start part after"), roots)


def _choose(play: Play, element: str) -> Play:
    play.case.choose(play.case.choices[0].token, element, play.host)
    play._after()
    return play


ASKED = user("a") + user("b") + user("c")


def test_people_begin_what_they_choose_as_often_as_they_like() -> None:
    play = Play(_around(_ad_hoc(ASKED, until="n = 3")), stored=True, n=0)
    assert play.open() == []
    assert play.waiting("choice") == ["part"]
    assert play.case.choices[0].enabled == ("a", "b", "c")
    _choose(_choose(play, "b"), "b")
    assert play.open() == ["b", "b"]
    play.complete("b", n=1).complete("b", n=2)
    assert play.case.choices[0].enabled == ("a", "b", "c")
    _choose(play, "a").complete("a", n=3)
    assert play.open() == ["after"]
    assert play.case.choices == ()


def test_one_after_the_other_offers_nothing_while_one_is_at_work() -> None:
    play = Play(_around(_ad_hoc(ASKED, until="n = 2", attributes='ordering="Sequential"')), stored=True, n=0)
    _choose(play, "c")
    assert not play.case.choices[0].enabled
    with pytest.raises(NotEnabled):
        _choose(play, "a")
    play.complete("c", n=1)
    assert play.case.choices[0].enabled == ("a", "b", "c")
    assert _choose(play, "a").complete("a", n=2).open() == ["after"]


def test_the_rest_is_canceled_or_waited_for() -> None:
    canceling = Play(_around(_ad_hoc(ASKED, until="done")), stored=True, done=False)
    assert _choose(_choose(canceling, "a"), "b").complete("a", done=True).open() == ["after"]
    waiting = Play(
        _around(_ad_hoc(ASKED, until="done", attributes='cancelRemainingInstances="false"')), stored=True, done=False
    )
    _choose(_choose(waiting, "a"), "b").complete("a", done=True)
    assert waiting.open() == ["b"]
    assert not waiting.case.choices[0].enabled
    assert waiting.complete("b", done=False).open() == ["after"]


def test_without_condition_it_is_over_when_what_was_begun_is_done() -> None:
    play = Play(_around(_ad_hoc(ASKED)), stored=True)
    _choose(_choose(play, "a"), "c").complete("a")
    assert play.open() == ["c"]
    assert play.complete("c").open() == ["after"]


def test_the_condition_counts_what_is_at_work_and_what_is_done() -> None:
    play = Play(_around(_ad_hoc(ASKED, until="numberOfActiveInstances = 0")), stored=True)
    _choose(_choose(play, "a"), "b").complete("b")
    assert play.open() == ["a"]
    assert play.complete("a").open() == ["after"]
    two = Play(_around(_ad_hoc(ASKED, until="numberOfCompletedInstances = 2")), stored=True)
    _choose(two, "a").complete("a")
    assert _choose(two, "a").complete("a").open() == ["after"]


def test_a_person_closes_what_needs_nothing_more() -> None:
    play = Play(_around(_ad_hoc(ASKED, until="false")), stored=True)
    _choose(play, "a")
    play.case.close_choice(play.case.choices[0].token, play.host)
    play._after()
    assert play.open() == ["a"]
    token = play.case.choices[0].token
    assert play.complete("a").open() == ["after"]
    with pytest.raises(TokenGone):
        play.case.close_choice(token, play.host)
    nothing = Play(_around(_ad_hoc(ASKED)))
    nothing.case.close_choice(nothing.case.choices[0].token, nothing.host)
    nothing._after()
    assert nothing.open() == ["after"]


def test_what_follows_by_a_flow_is_not_chosen_but_reached() -> None:
    play = Play(_around(_ad_hoc(ASKED + flows("a b"), until="n = 2")), stored=True, n=0)
    assert play.case.choices[0].enabled == ("a", "c")
    with pytest.raises(NotEnabled):
        _choose(play, "b")
    _choose(play, "a").complete("a", n=1)
    assert play.open() == ["b"]
    assert play.complete("b", n=2).open() == ["after"]


def test_the_condition_ends_a_chain_after_its_first_element() -> None:
    play = Play(_around(_ad_hoc(ASKED + flows("a b"), until="n = 1")), stored=True, n=0)
    _choose(_choose(play, "a"), "c").complete("a", n=1)
    assert play.open() == ["after"]
    assert "b" not in play.entered()


def test_the_list_of_the_dialect_begins_by_itself() -> None:
    part = _ad_hoc(ASKED, active="=wanted", plain=False)
    play = Play(_around(part), stored=True, wanted=["a", "c"])
    assert play.open() == ["a", "c"]
    assert play.complete("a").complete("c").open() == ["after"]
    in_turn = Play(
        _around(part.replace('id="part"', 'id="part" ordering="Sequential"')), stored=True, wanted=["c", "a"]
    )
    assert in_turn.open() == ["c"]
    assert in_turn.complete("c").open() == ["a"]
    assert Play(_around(part), wanted=[]).waiting() == ["part"]


@pytest.mark.parametrize("wanted", [None, "a", ["nowhere"], ["a", 1]])
def test_a_list_of_something_else_is_an_incident(wanted: object) -> None:
    play = Play(_around(_ad_hoc(ASKED, active="=wanted", plain=False)), stored=True, wanted=wanted)
    assert play.incidents() == [("part", "not_enabled")]
    assert play.set(wanted=["b"]).retry("part").open() == ["b"]
    assert play.incidents() == []


def test_where_nobody_is_at_work_the_engine_does_each_once() -> None:
    both = script("x", "x", "1") + job("y")
    for order in ("Parallel", "Sequential"):
        play = Play(_around(_ad_hoc(both, attributes=f'ordering="{order}"')), stored=True)
        assert play.entered() == ["start", "part", "x", "y", "after"]
    promised = Play(
        _around(_ad_hoc(job("x") + job("y"), attributes='ordering="Sequential"')), DeskHost({"x": later, "y": later}),
        stored=True,
    )  # fmt: skip
    assert promised.waiting("job") == ["x"]
    assert promised.finish_job("x").waiting("job") == ["y"]
    assert promised.finish_job("y").open() == ["after"]


def test_an_untrue_condition_leaves_the_rest_to_people() -> None:
    play = Play(_around(_ad_hoc(script("x", "n", "n + 1"), until="n = 2")), stored=True, n=0)
    assert play.waiting() == ["part"]
    assert _choose(play, "x").open() == ["after"]


def test_a_condition_that_cannot_be_answered_stands_still_at_the_element() -> None:
    play = Play(_around(_ad_hoc(ASKED, until="missing")), stored=True)
    _choose(play, "a").complete("a")
    assert play.incidents() == [("a", "unknown_name")]
    assert play.set(missing=True).retry("a").open() == ["after"]


def test_events_interrupt_it_and_its_event_sub_processes_run() -> None:
    late = boundary("late", "part", event("message", "M")) + user("aside") + flows("late aside")
    play = Play(spec(start() + _ad_hoc(ASKED) + late + flows("start part"), message("M", '="k"')), stored=True)
    _choose(play, "a").deliver("late")
    assert play.open() == ["aside"]
    inner = handler("hurry", event("message", "M"), user("hurried") + flows("hs hurried"))
    play = Play(_around(_ad_hoc(ASKED + inner, until="false"), message("M", '="k"')), stored=True)
    _choose(play, "a").deliver("hs")
    assert play.open() == ["hurried"]
    assert not play.case.choices[0].enabled
    assert play.complete("hurried").open() == ["after"]


def test_an_error_inside_finds_the_boundary() -> None:
    failed = boundary("failed", "part", event("error", "E")) + user("aside") + flows("failed aside")
    body = start() + _ad_hoc(job("x") + user("a")) + failed + flows("start part")
    play = Play(spec(body, '<error id="E" name="E" errorCode="E"/>'), DeskHost({"x": later}), stored=True)
    _choose(play, "x").throw("x", "E")
    assert play.open() == ["aside"]
    broken = Play(
        spec(body, '<error id="E" name="E" errorCode="E"/>'),
        DeskHost({"x": lambda _call: Failed("job", "broken", {}, "broken")}),
    )
    assert _choose(broken, "x").incidents() == [("x", "broken")]


def test_it_runs_once_for_each_item() -> None:
    marker = '<multiInstanceLoopCharacteristics isSequential="true"><loopCardinality>2</loopCardinality>'
    part = _ad_hoc(marker + "</multiInstanceLoopCharacteristics>" + ASKED)
    play = Play(_around(part), stored=True)
    _choose(play, "a").complete("a")
    _choose(play, "b").complete("b")
    assert play.open() == ["after"]


@pytest.mark.parametrize(
    ("code", "element", "part"),
    [
        ("ad_hoc_event", "s", _ad_hoc(start("s") + user("a") + flows("s a"))),
        ("ad_hoc_event", "e", _ad_hoc(user("a") + '<endEvent id="e"/>' + flows("a e"))),
        ("ad_hoc_empty", "part", _ad_hoc("")),
        ("never_entered", "g", _ad_hoc(user("a") + '<exclusiveGateway id="g"/>' + flows("g a"))),
        ("attribute_value", "part", _ad_hoc(ASKED, attributes='ordering="Random"')),
        ("attribute_value", "part", _ad_hoc(ASKED, attributes='triggeredByEvent="true"')),
        (
            "extension_attribute_unsupported",
            "part",
            _ad_hoc(ASKED, plain=False).replace("<zeebe:adHoc", '<zeebe:adHoc outputCollection="all"'),
        ),
        ("feel_expected", "part", _ad_hoc(ASKED, active="a", plain=False)),
    ],
)
def test_what_would_not_run_is_refused(code: str, element: str, part: str) -> None:
    with pytest.raises(DiagramRefused) as refused:
        _around(part)
    assert (code, element) in [(one.code, one.element) for one in refused.value.findings]
