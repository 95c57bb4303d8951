"""Events of several definitions: one of them is enough, or all are needed; thrown, all of them go out (BPMN 10.5.1)."""

from __future__ import annotations

import pytest

from engine.bpmn import DiagramRefused
from engine.bpmn.outcome import Done, EscalationEscaped, Failed, ServiceCall, SignalThrown, SubscriptionOpened, Thrown
from tests.engine.bpmn.drawing import (
    boundary,
    catch,
    end,
    event,
    extended,
    flows,
    gateway,
    job,
    mapping,
    message,
    root,
    script,
    spec,
    start,
    sub,
    throw,
    timer,
    user,
)
from tests.engine.bpmn.play import DeskHost, Play, later, values

ROOTS = message("M") + message("N") + root("signal", "S") + root("error", "E") + root("escalation", "X")
WHEN = "<conditionalEventDefinition><condition>=n &gt; 2</condition></conditionalEventDefinition>"
BOTH = event("message", "M") + event("signal", "S")


def _all(text: str) -> str:
    """The event waits for all its definitions."""
    return text.replace(' id="', ' parallelMultiple="true" id="', 1)


def _stored(body: str, key: str | None = None) -> Play:
    """A case that is written and read after every step."""
    return Play(spec(body, ROOTS), stored=True, key=key)


def _deliver(play: Play, name: str, **variables: object) -> Play:
    waiting = [token for token in play.case._tree.tasks.values() if token.wait is not None and token.wait.name == name]
    play.case.deliver(waiting[0].id, values(**variables), play.host)
    play._after()
    return play


@pytest.mark.parametrize("name", ["M", "S"])
def test_the_first_of_several_events_is_enough_and_the_others_are_dropped(name: str) -> None:
    play = _stored(start() + catch("x", BOTH + timer("Duration", "P1D")) + user("a") + flows("start x a"), key="k")
    assert play.waiting() == ["x", "x", "x"]
    assert _deliver(play, name).open() == ["a"]
    assert play.waiting() == ["a"]


def test_a_condition_among_several_events_fires_as_well() -> None:
    play = _stored(start() + catch("x", WHEN + event("signal", "S")) + user("a") + flows("start x a"))
    assert play.set(n=3).open() == ["a"]


def test_a_parallel_multiple_event_waits_for_all_and_hands_over_what_each_brought() -> None:
    body = start() + _all(catch("x", BOTH + WHEN)) + user("a") + flows("start x a")
    play = _stored(body, key="k")
    assert play.set(n=3).open() == []
    assert play.set(n=0).open() == []
    assert _deliver(play, "S").open() == []
    assert _deliver(play, "M").open() == ["a"]


def test_several_events_at_a_boundary_interrupt_once() -> None:
    body = start() + user("a") + boundary("b", "a", BOTH) + user("c") + flows("start a", "b c")
    play = _stored(body, key="k")
    assert _deliver(play, "S").open() == ["c"]
    assert play.waiting() == ["c"]


def test_several_events_that_do_not_interrupt_stay() -> None:
    body = start() + user("a") + boundary("b", "a", BOTH, interrupting=False) + user("c") + flows("start a", "b c")
    play = _stored(body, key="k")
    _deliver(_deliver(_deliver(play, "S"), "M"), "S")
    assert play.open() == ["a", "c", "c", "c"]
    assert play.complete("a").waiting() == ["c", "c", "c"]


def test_all_events_at_a_boundary_that_does_not_interrupt_are_awaited_anew_by_their_first_keys() -> None:
    b = _all(boundary("b", "a", BOTH, interrupting=False))
    play = _stored(start() + user("a") + b + user("c") + flows("start a", "b c"), key="k")
    assert _deliver(play, "S").open() == ["a"]
    assert _deliver(play, "M").open() == ["a", "c"]
    play.set(key="other")
    opened = [(fact.name, fact.key) for fact in play.facts if isinstance(fact, SubscriptionOpened)]
    assert opened == [("M", "k"), ("S", ""), ("M", "k"), ("S", "")]
    _deliver(_deliver(play, "M"), "S")
    assert play.open() == ["a", "c", "c"]


def test_all_events_with_a_time_among_them_happen_once() -> None:
    b = _all(boundary("b", "a", timer("Duration", "P1D") + event("signal", "S"), interrupting=False))
    play = _stored(start() + user("a") + b + user("c") + flows("start a", "b c"))
    assert _deliver(play.fire("b"), "S").open() == ["a", "c"]
    assert play.waiting() == ["a", "c"]


def test_an_error_or_a_message_ends_the_same_work() -> None:
    body = start() + job("w") + boundary("b", "w", event("error", "E") + event("message", "M")) + user("c")
    process = spec(body + flows("start w", "b c"), ROOTS)
    thrown = Play(process, DeskHost({"w": lambda call: Thrown("E", "", {})}), key="k")
    assert thrown.open() == ["c"]
    told = Play(process, DeskHost({"w": later}), stored=True, key="k")
    assert _deliver(told, "M").open() == ["c"]


def test_an_event_sub_process_begins_by_one_of_several_events() -> None:
    begin = f'<startEvent id="hs">{event("escalation", "X")}{event("signal", "S")}</startEvent>'
    inner = sub("h", begin + user("c") + flows("hs c"), triggered=True)
    play = _stored(start() + user("a") + inner + flows("start a"))
    assert _deliver(play, "S").open() == ["c"]
    body = start() + throw("t", event("escalation", "X")) + user("a") + inner + flows("start t a")
    assert _stored(body).open() == ["c"]


def test_behind_an_event_based_gateway_a_multiple_event_and_a_receive_task_race() -> None:
    race = gateway("eventBased", "g") + catch("x", BOTH) + '<receiveTask id="r" messageRef="N"/>'
    body = start() + race + user("a") + user("b") + flows("start g x a", "g r b")
    assert _deliver(_stored(body, key="k"), "M").open() == ["a"]
    assert _deliver(_stored(body, key="k"), "N").open() == ["b"]


def test_a_throw_event_throws_all_and_its_message_once_though_it_fails_first() -> None:
    calls: list[ServiceCall] = []

    def serve(call: ServiceCall) -> Done | Failed:
        calls.append(call)
        return Failed("job", "failed", {}, "no") if len(calls) == 1 else Done({})

    tell = throw("t", event("signal", "S") + event("message", "M"), '<zeebe:taskDefinition type="tell"/>')
    play = Play(spec(start() + tell + user("a") + flows("start t a"), ROOTS), DeskHost({"tell": serve}))
    assert play.of(SignalThrown) == []
    assert play.retry("t").open() == ["a"]
    assert len(play.of(SignalThrown)) == 1
    assert len(calls) == 2


def test_an_end_event_throws_a_signal_and_an_escalation_before_it_terminates() -> None:
    finish = end("t", event("escalation", "X") + event("signal", "S") + event("terminate"))
    body = start() + user("a") + catch("c", event("signal", "S")) + script("heard", "h", "true") + finish
    play = Play(spec(body + flows("start a t", "start c heard"), ROOTS), called=True)
    play.complete("a")
    assert play.ended
    assert (len(play.of(SignalThrown)), len(play.of(EscalationEscaped))) == (1, 1)


def test_an_error_end_that_throws_a_signal_too() -> None:
    finish = end("t", event("error", "E") + event("signal", "S"))
    inner = sub("s", start("is") + finish + flows("is t"))
    play = Play(
        spec(start() + inner + boundary("b", "s", event("error", "E")) + user("c") + flows("start s", "b c"), ROOTS)
    )
    assert play.open() == ["c"]
    assert len(play.of(SignalThrown)) == 1


def test_an_instantiating_gateway_begins_by_the_branch_that_happened() -> None:
    g = (
        '<eventBasedGateway id="g" instantiate="true"/>'
        + catch("x", event("message", "M"))
        + catch("y", event("signal", "S"))
    )
    process = spec(g + user("a") + user("b") + flows("g x a", "g y b"), ROOTS)
    triggers = {one.element: one.trigger for one in process.start_events}
    assert Play(process, start=triggers["x"]).open() == ["a"]
    assert Play(process, start=triggers["y"], stored=True).open() == ["b"]


def test_a_parallel_instantiating_gateway_goes_on_by_each_and_waits_for_all() -> None:
    g = '<eventBasedGateway id="g" instantiate="true" eventGatewayType="Parallel"/>'
    body = g + catch("x", event("message", "M")) + catch("y", event("message", "N")) + user("a") + user("b")
    process = spec(body + flows("g x a", "g y b"), ROOTS)
    triggers = {one.element: one.trigger for one in process.start_events}
    play = Play(process, start=triggers["x"], stored=True, key="k")
    assert play.waiting() == ["a", "y"]
    assert not play.complete("a").ended
    assert _deliver(play, "N").open() == ["b"]
    assert play.complete("b").ended


@pytest.mark.parametrize("stored", [False, True])
def test_a_case_whose_gateway_is_interrupted_while_it_waits_for_the_rest_ends(stored: bool) -> None:
    g = '<eventBasedGateway id="g" instantiate="true" eventGatewayType="Parallel"/>'
    body = g + catch("x", event("message", "M")) + catch("y", event("message", "N")) + user("a") + user("b")
    aside = sub("h", f'<startEvent id="hs">{event("signal", "S")}</startEvent>' + user("c") + flows("hs c"),
                triggered=True)  # fmt: skip
    process = spec(body + flows("g x a", "g y b") + aside, ROOTS)
    trigger = next(one.trigger for one in process.start_events if one.element == "x")
    play = Play(process, start=trigger, stored=stored, key="k").deliver("hs")
    assert play.open() == ["c"]
    assert play.complete("c").ended


def test_a_case_begun_by_one_of_all_sees_its_payload_in_the_keys_of_the_others() -> None:
    begin = f'<startEvent id="begin" parallelMultiple="true">{extended(mapping(outputs={"order": "=key"}))}'
    body = begin + event("message", "M") + event("message", "N") + "</startEvent>" + user("a") + flows("begin a")
    process = spec(body, ROOTS)
    play = Play(process, start=process.start_events[1].trigger, stored=True, key="k7")
    assert [(f.name, f.key) for f in play.facts if isinstance(f, SubscriptionOpened)] == [("M", "k7")]
    assert _deliver(play, "M").open() == ["a"]
    assert play.variables == {"order": "k7"}


@pytest.mark.parametrize(
    ("code", "body"),
    [
        ("events_together", start() + _all(boundary("x", "a", event("error", "E") + event("signal", "S"))) + user("a")),
        ("events_together", start() + user("a") + end("x", event("error", "E") + event("terminate"))),
        ("start_of_all", f'<startEvent id="x" parallelMultiple="true">{event("message", "M")}{timer("Cycle", "R/P1D")}'
         "</startEvent>" + user("a") + flows("x a")),
        ("code_twice", start() + catch("x", event("message", "M") * 2) + flows("start x")),
        ("attribute_value", start() + '<eventBasedGateway id="x" eventGatewayType="Parallel"/>'
         + catch("y", event("message", "M")) + catch("z", event("signal", "S")) + flows("start x y", "x z")),
        ("instantiates_by", '<eventBasedGateway id="x" instantiate="true"/>' + catch("y", event("message", "M"))
         + catch("z", timer("Duration", "P1D")) + flows("x y", "x z")),
    ],
)  # fmt: skip
def test_what_no_reading_makes_clear_is_refused(code: str, body: str) -> None:
    with pytest.raises(DiagramRefused) as refused:
        spec(body, ROOTS)
    assert (code, "x") in [(found.code, found.element) for found in refused.value.findings]
