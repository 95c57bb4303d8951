"""What was completed is undone, the last first; a canceled transaction undoes itself."""

from __future__ import annotations

import pytest

from engine.bpmn import DiagramRefused
from engine.bpmn.outcome import Done, ElementLeft, Thrown
from tests.engine.bpmn.drawing import (
    boundary,
    end,
    event,
    flows,
    gateway,
    job,
    many,
    mapping,
    root,
    spec,
    start,
    sub,
    throw,
    user,
)
from tests.engine.bpmn.play import DeskHost, Play, values

UNDO = "<compensateEventDefinition/>"
STORED = pytest.mark.parametrize("stored", [False, True])


def _undone(owner: str, text: str = "") -> str:
    """A handler `u<owner>` for an activity, with its boundary event and association."""
    handler = (text or user(f"u{owner}")).replace(f'id="u{owner}"', f'id="u{owner}" isForCompensation="true"', 1)
    line = f'<association id="l{owner}" associationDirection="One" sourceRef="c{owner}" targetRef="u{owner}"/>'
    return boundary(f"c{owner}", owner, UNDO) + handler + line


def _transaction(element_id: str, body: str) -> str:
    return f'<transaction id="{element_id}">{body}</transaction>'


@STORED
def test_handlers_run_one_after_the_other_the_last_first(stored: bool) -> None:
    body = start() + "".join(user(name) + _undone(name) for name in "abc") + throw("t", UNDO) + user("z")
    play = Play(spec(body + flows("start a b t z", "b c")), stored=stored).complete("a").complete("b")
    assert play.open() == ["c", "ub"]  # c is not completed: nothing to undo
    play.complete("ub")
    assert play.open() == ["c", "ua"]
    play.complete("ua")
    assert play.open() == ["c", "z"]
    play.complete("c").complete("z")
    assert play.ended


@STORED
def test_nothing_is_undone_twice_and_each_completion_once(stored: bool) -> None:
    body = start() + gateway("exclusive", "m") + user("a") + _undone("a", job("ua")) + gateway("exclusive", "x", "m")
    body += throw("t", UNDO) + throw("t2", UNDO) + user("z") + flows("start m a x m", "t t2 z")
    condition = "<conditionExpression>=n &gt; 2</conditionExpression>"
    body += f'<sequenceFlow id="out" sourceRef="x" targetRef="t">{condition}</sequenceFlow>'
    play = Play(spec(body), stored=stored, n=0)
    for turn in range(3):
        play.complete("a", n=turn + 1)
    assert play.open() == ["z"]
    assert [call.type for call in play.host.calls] == ["ua"] * 3


@STORED
def test_one_activity_is_undone_where_it_is_named(stored: bool) -> None:
    body = start() + user("a") + _undone("a") + user("b") + _undone("b")
    body += throw("t", '<compensateEventDefinition activityRef="a"/>') + end("e", UNDO)
    play = Play(spec(body + flows("start a b t e")), stored=stored).complete("a").complete("b")
    assert play.open() == ["ua"]
    play.complete("ua")
    assert play.open() == ["ub"]  # the end event undoes what is left
    play.complete("ub")
    assert play.ended


@STORED
def test_a_completed_sub_process_is_undone_inside_out_with_its_variables(stored: bool) -> None:
    setting = '<zeebe:ioMapping><zeebe:input source="=7" target="place"/></zeebe:ioMapping>'
    inner = start("i") + job("a") + _undone("a", job("ua")) + job("b") + _undone("b", job("ub")) + flows("i a b")
    body = start() + sub("s", f"<extensionElements>{setting}</extensionElements>" + inner) + job("c")
    body += _undone("c", job("uc")) + throw("t", UNDO) + user("z") + flows("start s c t z")
    play = Play(spec(body), stored=stored)
    assert [call.type for call in play.host.calls] == ["a", "b", "c", "uc", "ub", "ua"]
    assert [call.variables.get("place") for call in play.host.calls] == values(x=[7, 7, None, None, 7, 7])["x"]
    assert play.open() == ["z"]


@STORED
def test_an_event_sub_process_undoes_what_it_wants(stored: bool) -> None:
    handler = f'<subProcess id="h" triggeredByEvent="true"><startEvent id="hs">{UNDO}</startEvent>' + user("ask")
    handler += throw("ht", '<compensateEventDefinition activityRef="a"/>') + flows("hs ask ht") + "</subProcess>"
    inner = start("i") + job("a") + _undone("a", job("ua")) + job("b") + _undone("b", job("ub")) + flows("i a b")
    body = start() + sub("s", inner + handler) + throw("t", UNDO) + user("z") + flows("start s t z")
    play = Play(spec(body), stored=stored)
    assert play.open() == ["ask"]
    play.complete("ask")
    assert play.open() == ["z"]
    assert [call.type for call in play.host.calls] == ["a", "b", "ua"]


def _rescue(definition: str, named: str = "") -> str:
    """An event sub-process that undoes: it does `own`, which can be undone, and throws compensation."""
    thrown = f'<compensateEventDefinition activityRef="{named}"/>' if named else UNDO
    body = f'<startEvent id="hs">{definition}</startEvent>' + job("own") + _undone("own", job("uown"))
    return sub("h", body + throw("ht", thrown) + user("ask") + flows("hs own ht ask"), triggered=True)


@STORED
@pytest.mark.parametrize(
    ("named", "undone"), [("", ["uown", "ub", "ua"]), ("a", ["ua"]), ("own", ["uown"])]
)  # fmt: skip
@pytest.mark.parametrize("inside", [False, True])
def test_compensation_of_any_event_sub_process_undoes_its_own_and_what_is_around(
    stored: bool, named: str, undone: list[str], inside: bool
) -> None:
    """What failed can be undone by the handler of the error, in a process as in a sub-process."""
    inner = start("i") + job("a") + _undone("a", job("ua")) + job("b") + _undone("b", job("ub"))
    inner += end("bad", event("error", "E")) + flows("i a b bad") + _rescue(event("error", "E"), named)
    body = start() + sub("s", inner) + flows("start s") if inside else inner
    play = Play(spec(body, root("error", "E")), stored=stored)
    assert [call.type for call in play.host.calls] == ["a", "b", "own", *undone]
    assert play.open() == ["ask"]


@STORED
def test_a_handler_may_fail_and_be_interrupted(stored: bool) -> None:
    inner = start("i") + job("a") + _undone("a", job("ua")) + throw("t", UNDO) + flows("i a t")
    body = (
        start() + sub("s", inner) + boundary("oops", "s", event("error", "E")) + user("z") + flows("start s", "oops z")
    )
    host = DeskHost(handlers={"ua": lambda _call: Thrown("E", "", {}), "a": lambda _call: Done({})})
    play = Play(spec(body, root("error", "E")), host, stored=stored)
    assert play.open() == ["z"]


@STORED
def test_a_canceled_transaction_ends_its_work_undoes_it_and_leaves_by_its_boundary(stored: bool) -> None:
    cancel = "<cancelEventDefinition/>"
    inner = (
        start("i") + gateway("parallel", "f") + user("a") + _undone("a") + user("b") + user("other") + end("x", cancel)
    )
    inner += flows("i f a b x", "f other")
    body = start() + _transaction("tx", inner) + boundary("late", "tx", cancel) + user("z") + user("done")
    play = Play(spec(body + flows("start tx done", "late z")), stored=stored).complete("a").complete("b")
    assert play.open() == ["ua"]
    assert any(isinstance(fact, ElementLeft) and fact.canceled and fact.element == "other" for fact in play.facts)
    play.complete("ua")
    assert play.open() == ["z"]
    play.complete("z")
    assert play.ended


@STORED
def test_a_transaction_that_is_not_canceled_completes_and_can_be_undone(stored: bool) -> None:
    inner = start("i") + user("a") + _undone("a") + flows("i a")
    body = start() + _transaction("tx", inner) + user("b") + throw("t", UNDO) + flows("start tx b t")
    play = Play(spec(body), stored=stored).complete("a").complete("b")
    assert play.open() == ["ua"]
    play.complete("ua")
    assert play.ended


def test_canceling_a_case_ends_its_handlers() -> None:
    body = start() + user("a") + _undone("a") + throw("t", UNDO) + flows("start a t")
    play = Play(spec(body), stored=True).complete("a").cancel()
    assert play.ended
    assert play.case.tokens == ()


S = start() + flows("start x")
CANCEL = "<cancelEventDefinition/>"


@pytest.mark.parametrize(
    ("code", "element", "body"),
    [
        ("handler_missing", "cx", S + user("x") + boundary("cx", "x", UNDO)),
        ("handler_unused", "h", S + user("x") + user("h").replace('id="h"', 'id="h" isForCompensation="true"')),
        ("compensation_flow", "ux", S + user("x") + _undone("x") + user("b") + flows("ux b")),
        ("compensation_elsewhere", "x", S + throw("x", '<compensateEventDefinition activityRef="nowhere"/>')),
        ("cancel_place", "x", S + end("x", CANCEL)),
        ("cancel_place", "cx", S + user("x") + boundary("cx", "x", CANCEL)),
        ("cancel_without_boundary", "e", S + _transaction("x", start("i") + end("e", CANCEL) + flows("i e"))),
        (
            "compensation_start_place", "hs",
            S + user("x") + sub("h", f'<startEvent id="hs">{UNDO}</startEvent>', triggered=True),
        ),
    ],
)  # fmt: skip
def test_compensation_that_would_not_run_as_drawn_is_refused(code: str, element: str, body: str) -> None:
    with pytest.raises(DiagramRefused) as refused:
        spec(body)
    assert (code, element) in {(one.code, one.element) for one in refused.value.findings}


@STORED
@pytest.mark.parametrize("sequential", [False, True])
def test_each_instance_of_a_sub_process_is_undone_the_last_first(stored: bool, sequential: bool) -> None:
    inner = start("s") + user("a") + _undone("a", job("ua", mapping({"who": "=item"}))) + flows("s a")
    each = sub("each", inner, inner=many('["x","y"]', sequential=sequential))
    body = start() + each + throw("t", UNDO) + user("z") + flows("start each t z")
    host = DeskHost()
    play = Play(spec(body), host, stored=stored).complete("a").complete("a")
    assert play.open() == ["z"]
    assert [call.variables["who"] for call in host.calls] == ["y", "x"]


@STORED
def test_each_turn_of_a_loop_is_undone_the_last_first(stored: bool) -> None:
    inner = start("s") + user("a") + _undone("a", job("ua", mapping({"turn": "=loopCounter"}))) + flows("s a")
    marker = '<standardLoopCharacteristics loopMaximum="3"/>'
    body = start() + sub("again", inner, inner=marker) + throw("t", UNDO) + user("z") + flows("start again t z")
    host = DeskHost()
    play = Play(spec(body), host, stored=stored).complete("a").complete("a").complete("a")
    assert play.open() == ["z"]
    assert [int(str(call.variables["turn"])) for call in host.calls] == [3, 2, 1]


@STORED
def test_the_handler_of_a_multi_instance_activity_runs_once(stored: bool) -> None:
    body = start() + user("a", inner=many("[1, 2, 3]")) + _undone("a") + throw("t", UNDO) + user("z")
    play = Play(spec(body + flows("start a t z")), stored=stored).complete("a").complete("a").complete("a")
    assert play.open() == ["ua"]
    assert play.complete("ua").open() == ["z"]


@STORED
def test_a_compensation_event_sub_process_runs_for_each_instance(stored: bool) -> None:
    undo = f'<subProcess id="h" triggeredByEvent="true"><startEvent id="hs">{UNDO}</startEvent>'
    undo += job("undo", mapping({"who": "=item"})) + flows("hs undo") + "</subProcess>"
    each = sub("each", start("s") + user("a") + flows("s a") + undo, inner=many('["x","y"]'))
    host = DeskHost()
    play = Play(spec(start() + each + throw("t", UNDO) + user("z") + flows("start each t z")), host, stored=stored)
    play.complete("a").complete("a")
    assert play.open() == ["z"]
    assert [call.variables["who"] for call in host.calls] == ["y", "x"]


@STORED
def test_a_throw_that_does_not_wait_goes_on_at_once(stored: bool) -> None:
    quick = '<compensateEventDefinition waitForCompletion="false"/>'
    body = start() + user("a") + _undone("a") + user("b") + _undone("b") + throw("t", quick) + user("z")
    play = Play(spec(body + flows("start a b t z")), stored=stored).complete("a").complete("b")
    assert play.open() == ["ub", "z"]
    play.complete("z")
    assert not play.ended
    assert play.complete("ub").open() == ["ua"]
    assert play.complete("ua").ended
    nothing = Play(spec(start() + throw("t", quick) + user("z") + flows("start t z")), stored=stored)
    assert nothing.complete("z").ended


@STORED
def test_what_was_done_in_an_ad_hoc_sub_process_is_undone(stored: bool) -> None:
    inner = job("x") + _undone("x", job("ux")) + job("y") + _undone("y", job("uy"))
    part = f'<adHocSubProcess id="part">{inner}</adHocSubProcess>'
    host = DeskHost()
    play = Play(spec(start() + part + throw("t", UNDO) + user("z") + flows("start part t z")), host, stored=stored)
    assert play.open() == ["z"]
    assert [call.element for call in host.calls] == ["x", "y", "uy", "ux"]
