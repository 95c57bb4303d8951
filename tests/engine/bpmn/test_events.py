"""Timers, messages, signals, errors, escalations, links, terminate: on the way, at the boundary, as sub-processes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from engine.bpmn.outcome import (
    ElementLeft,
    ServiceCall,
    SignalThrown,
    SubscriptionOpened,
    TaskClosed,
    TimerSet,
    WaitDropped,
)
from tests.engine.bpmn.drawing import (
    boundary,
    catch,
    end,
    event,
    flows,
    gateway,
    handler,
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
from tests.engine.bpmn.play import Play

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)


def _timers(play: Play) -> list[datetime]:
    return [fact.due_at for fact in play.facts if isinstance(fact, TimerSet)]


def _dropped(play: Play) -> list[str]:
    return [fact.element for fact in play.facts if isinstance(fact, WaitDropped)]


def test_a_timer_on_the_way() -> None:
    play = Play(spec(start() + catch("wait", timer("Duration", "P3D")) + user("a") + flows("start wait a")))
    assert _timers(play) == [NINE + timedelta(days=3)]
    assert play.fire("wait").open() == ["a"]
    assert _dropped(play) == []


def test_a_timer_date_may_be_an_expression() -> None:
    body = start() + catch("wait", timer("Date", '=date and time("2027-01-01T00:00:00Z") + days')) + flows("start wait")
    play = Play(spec(body), days=timedelta(days=1))
    assert _timers(play) == [datetime(2027, 1, 2, tzinfo=UTC)]


def test_a_message_on_the_way_takes_its_payload() -> None:
    body = start() + catch("paid", event("message", "payment")) + user("a") + flows("start paid a")
    play = Play(spec(body, message("payment", "=order")), order=12)
    assert [(f.name, f.key) for f in play.facts if isinstance(f, SubscriptionOpened)] == [("payment", "12")]
    play.deliver("paid", amount=50)
    assert play.open() == ["a"]
    assert play.variables["amount"] == 50
    assert _dropped(play) == ["paid"]


def test_a_correlation_key_that_is_no_text_is_an_incident() -> None:
    body = start() + catch("paid", event("message", "payment")) + flows("start paid")
    play = Play(spec(body, message("payment", "=order")))
    assert play.incidents() == [("paid", "empty_text")]
    play.set(order="A1").retry("paid")
    assert play.waiting() == ["paid"]


def test_an_interrupting_timer_ends_the_task_first() -> None:
    body = start() + user("a") + boundary("late", "a", timer("Duration", "P1D")) + user("b") + user("c")
    play = Play(spec(body + flows("start a b", "late c")))
    play.fire("late")
    assert play.open() == ["c"]
    assert [f.state for f in play.facts if isinstance(f, TaskClosed)] == ["canceled"]
    assert _dropped(play) == []
    order = [type(f).__name__ for f in play.facts]
    assert order.index("TaskClosed") < len(order) - 1


def test_a_completed_task_drops_its_timer() -> None:
    body = (
        start() + user("a") + boundary("late", "a", timer("Duration", "P1D")) + user("b") + flows("start a b", "late b")
    )
    play = Play(spec(body)).complete("a")
    assert play.open() == ["b"]
    assert play.waiting() == ["b"]
    assert _dropped(play) == ["late"]


def test_a_cycle_fires_beside_the_task_and_counts_from_its_anchor() -> None:
    body = start() + user("a") + boundary("remind", "a", timer("Cycle", "R3/P1D"), interrupting=False) + job("mail")
    play = Play(spec(body + flows("start a", "remind mail")))
    for _ in range(3):
        play.host.clock.advance(timedelta(hours=30))
        play.fire("remind")
    assert _timers(play) == [NINE + timedelta(days=day) for day in (1, 2, 3)]
    assert play.entered().count("mail") == 3
    assert play.waiting() == ["a"]
    assert play.complete("a").ended


def test_a_message_that_does_not_interrupt_stays_subscribed() -> None:
    body = start() + user("a") + boundary("note", "a", event("message", "news"), interrupting=False) + user("read")
    play = Play(spec(body + flows("start a", "note read"), message("news")), key="k")
    play.deliver("note").deliver("note")
    assert play.open() == ["a", "read", "read"]
    play.complete("a")
    assert _dropped(play) == ["note"]
    play.complete("read").complete("read")
    assert play.ended


def test_the_first_event_behind_an_event_gateway_wins() -> None:
    body = start() + gateway("eventBased", "which") + catch("paid", event("message", "payment"))
    body += catch("late", timer("Duration", "P15D")) + user("thank") + user("remind")
    body += flows("start which paid thank", "which late remind")
    play = Play(spec(body, message("payment")), key="k")
    assert play.waiting() == ["late", "paid"]
    play.deliver("paid", amount=1)
    assert play.open() == ["thank"]
    assert play.variables["amount"] == 1
    assert sorted(_dropped(play)) == ["late", "paid"]
    again = Play(spec(body, message("payment")), key="k").fire("late")
    assert again.open() == ["remind"]
    assert _dropped(again) == ["paid"]


def test_an_interrupting_message_event_sub_process_ends_the_rest() -> None:
    aside = handler("handler", event("message", "stop"), user("close") + flows("hs close"))
    body = start() + user("a") + boundary("late", "a", timer("Duration", "P1D")) + flows("start a") + aside
    play = Play(spec(body, message("stop")), key="k")
    play.deliver("hs", why="tired")
    assert play.open() == ["close"]
    assert play.variables["why"] == "tired"
    assert sorted(_dropped(play)) == ["hs", "late"]
    assert play.complete("close").ended


def test_an_event_sub_process_beside_the_work() -> None:
    aside = handler("handler", timer("Cycle", "R2/PT1H"), job("log") + flows("hs log"), interrupting=False)
    play = Play(spec(start() + user("a") + flows("start a") + aside))
    play.fire("hs").fire("hs")
    assert play.entered().count("log") == 2
    assert play.waiting() == ["a"]
    assert play.complete("a").ended


def test_a_signal_reaches_this_case_at_once_and_is_told() -> None:
    inner = (
        start("s")
        + throw(
            "shout",
            event("signal", "fire"),
        )
        + user("inside")
        + flows("s shout inside")
    )
    body = start() + sub("part", inner) + boundary("heard", "part", event("signal", "fire")) + user("run")
    play = Play(spec(body + flows("start part", "heard run"), root("signal", "fire")))
    assert play.open() == ["run"]
    assert [f.name for f in play.facts if isinstance(f, SignalThrown)] == ["fire"]
    assert "inside" not in play.entered()


def test_a_signal_end_event_throws() -> None:
    body = start() + end("shout", event("signal", "fire")) + flows("start shout")
    play = Play(spec(body, root("signal", "fire")))
    assert play.ended
    assert play.of(SignalThrown)


def test_a_message_throw_is_a_job() -> None:
    setting = '<zeebe:taskDefinition type="message.publish"/>'
    body = (
        start()
        + throw("send", event("message", "m"), setting + mapping({"x": "=1"}))
        + user("a")
        + flows("start send a")
    )
    play = Play(spec(body, message("m")))
    assert play.open() == ["a"]
    call: ServiceCall = play.host.calls[0]
    assert (call.type, call.variables["x"]) == ("message.publish", 1)


def test_a_link_pair_jumps() -> None:
    link = '<linkEventDefinition name="there"/>'
    body = start() + throw("away", link) + catch("here", link) + user("a") + flows("start away", "here a")
    play = Play(spec(body))
    assert play.open() == ["a"]
    assert play.complete("a").ended


def test_terminate_ends_its_own_scope_only() -> None:
    inner = (
        start("s")
        + gateway("parallel", "f")
        + user("x")
        + user("y")
        + end("stop", event("terminate"))
        + flows("s f x", "f y stop")
    )
    body = (
        start()
        + gateway("parallel", "g")
        + sub("part", inner)
        + user("other")
        + user("next")
        + flows("start g part next", "g other")
    )
    play = Play(spec(body))
    play.complete("y")
    assert play.open() == ["next", "other"]
    assert [f.element for f in play.facts if isinstance(f, ElementLeft) and f.canceled] == ["x"]


def test_terminate_in_the_process_completes_it() -> None:
    body = (
        start()
        + gateway("parallel", "g")
        + user("a")
        + user("b")
        + end("stop", event("terminate"))
        + flows("start g a", "g b stop")
    )
    assert Play(spec(body)).complete("b").ended


def test_a_start_message_takes_its_payload() -> None:
    body = (
        f'<startEvent id="begun">{event("message", "go")}</startEvent>'
        + script("x", "y", "n + 1")
        + user("a")
        + flows("begun x a")
    )
    process = spec(body, message("go"))
    assert [(one.element, one.kind) for one in process.start_events] == [("begun", "message")]
    play = Play(process, start="begun", n=1)
    assert play.variables["y"] == 2
