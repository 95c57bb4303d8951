"""Timers, messages, signals, errors, escalations, links, terminate: on the way, at the boundary, as sub-processes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.bpmn import read_diagram
from engine.bpmn.outcome import (
    Done,
    ElementLeft,
    ErrorEscaped,
    EscalationEscaped,
    IncidentRaised,
    ServiceCall,
    SignalThrown,
    SubscriptionOpened,
    TaskClosed,
    Thrown,
    TimerSet,
    WaitDropped,
)
from tests.engine.bpmn.drawing import (
    boundary,
    catch,
    document,
    end,
    event,
    extended,
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
    when,
)
from tests.engine.bpmn.play import DeskHost, Play, later, values

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
    body += boundary("enough", "s", _condition("stop = true")) + flows("start s", "rescue b", "enough c")
    play = Play(spec(body, root("signal", "S")), stored=True, n=0)
    play.deliver("rescue")
    assert play.open() == ["b"]
    play = Play(spec(body, root("signal", "S")), stored=True, n=0)
    play.set(stop=True)
    assert play.open() == ["c"]


def _condition(text: str) -> str:
    return f"<conditionalEventDefinition><condition>={text}</condition></conditionalEventDefinition>"


def test_a_condition_fires_when_variables_make_it_true() -> None:
    body = start() + user("a") + boundary("rich", "a", _condition("n &gt; 2"), interrupting=False) + user("b")
    play = Play(spec(body + flows("start a", "rich b")), stored=True)
    assert play.set(n=1).open() == ["a"]
    assert play.set(n=3).open() == ["a", "b"]
    assert play.set(m=1).open() == ["a", "b"], "no variable that it names"
    assert play.set(n=4).open() == ["a", "b", "b"], "in a file for Camunda 8: at each change while it is true"
    assert play.set(n=0).set(n=5).open() == ["a", "b", "b", "b"]


def test_in_a_plain_file_a_condition_fires_when_it_turns_true() -> None:
    body = start() + user("a") + boundary("rich", "a", _condition("n &gt; 2"), interrupting=False) + user("b")
    text = document(body + flows("start a", "rich b")).replace(b' modeler:executionPlatform="Camunda Cloud"', b"")
    play = Play(read_diagram(text, name="test").processes[0], stored=True, n=0)
    assert play.set(n=3).set(n=4).open() == ["a", "b"]
    assert play.set(n=0).set(n=5).open() == ["a", "b", "b"]


def test_a_condition_that_is_true_on_arrival_comes_before_the_work() -> None:
    body = start() + script("a", "x", "1") + boundary("now", "a", _condition("true")) + user("b") + user("c")
    play = Play(spec(body + flows("start a b", "now c")))
    assert play.open() == ["c"]
    assert "x" not in play.variables


def test_a_condition_of_one_branch_hears_the_other() -> None:
    body = start() + gateway("parallel", "f") + catch("until", _condition("done")) + user("a") + user("b")
    play = Play(spec(body + flows("start f until b", "f a")), stored=True)
    assert play.open() == ["a"]
    assert play.complete("a", done=True).open() == ["b"]


def _watching(text: str, attributes: str) -> str:
    setting = extended(f"<zeebe:conditionalFilter {attributes}/>")
    return _condition(text).replace("<condition>", f"{setting}<condition>")


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
