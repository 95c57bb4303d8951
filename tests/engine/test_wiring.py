"""Messages that nobody sends or waits for, variables that nothing writes: told where it is known, silent elsewhere."""

from __future__ import annotations

import pytest

from engine.bpmn import ProcessSpec, read_diagram
from engine.registry import Registry, ServiceTask
from engine.wiring import Surroundings, check_messages, check_targets, check_variables
from tests.engine.bpmn.drawing import (
    catch,
    document,
    end,
    event,
    extended,
    flows,
    gateway,
    job,
    many,
    mapping,
    message,
    root,
    script,
    spec,
    start,
    throw,
    user,
    when,
)

REGISTRY = Registry.collect(
    [ServiceTask("priced", lambda _work: None, frozenset({"price"})), ServiceTask("loose", lambda _work: None)]
)
FORM = '<zeebe:formDefinition formId="ask"/>'
SENT = extended(
    '<zeebe:taskDefinition type="message.publish"/>',
    '<zeebe:taskHeaders><zeebe:header key="name" value="paid"/></zeebe:taskHeaders>',
)


def _unwritten(
    body: str, properties: str = "", answers: dict[str, frozenset[str]] | None = None
) -> list[tuple[str, str]]:
    held = f"<zeebe:properties>{properties}</zeebe:properties>"
    process = spec(extended(held) + body, message("paid"))
    around = Surroundings(REGISTRY, answers or {}, processes={"p": process})
    return [(one.code, str(one.params["variable"])) for one in check_variables(process, around)]


def _property(name: str, value: str) -> str:
    return f'<zeebe:property name="{name}" value="{value}"/>'


CHOICE = gateway("exclusive", "x", default="end") + end() + user("late", FORM) + flows("x end")
PRICED = job("s").replace('type="s"', 'type="priced"')
LOOSE = job("s").replace('type="s"', 'type="loose"')
ASKED = {"ask": frozenset({"amount"})}


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (script("s", "n", "1") + when("x", "late", "n > 1"), []),
        (script("s", "n", "1") + when("x", "late", "m > 1"), [("variable_unwritten", "m")]),
        (script("s", "amount", "1") + when("x", "late", "amonut > 1"), [("variable_near", "amonut")]),
        (user("s", FORM) + when("x", "late", "amount > 1"), []),
        (PRICED + when("x", "late", "price > 1"), []),
        (PRICED + when("x", "late", "rate > 1"), [("variable_unwritten", "rate")]),
        (LOOSE + when("x", "late", "rate > 1"), []),
        (job("s") + when("x", "late", "rate > 1"), []),  # nobody knows this work
        (job("s", mapping(outputs={"rate": "=found"})) + when("x", "late", "rate > 1"), []),
        (job("s", mapping(outputs={"rate": "=found"})) + when("x", "late", "rat > 1"), [("variable_near", "rat")]),
        (user("s") + when("x", "late", "rate > 1"), []),  # a task without a form answers anything
        (catch("s", event("message", "paid"), mapping(outputs={"sum": "=amount"})) + when("x", "late", "sum > key"),
         [("variable_unwritten", "key")]),
        (script("s", "n", "1") + when("x", "late", "is defined(m) or m2 = null"), []),
        (script("s", "n", "[{a: 1}]") + when("x", "late", "count(n[a > 1]) > 0"), []),
        (script("s", "n", "for one in [1] return one + other") + when("x", "late", "n > 1"),
         [("variable_unwritten", "other")]),
        (user("s", FORM, inner=many("[1, 2]", "each", output=("all", "each * loopCounter")))
         + when("x", "late", "all = null and each = 1"), []),
    ],
)  # fmt: skip
def test_a_variable_that_nothing_writes(body: str, found: list[tuple[str, str]]) -> None:
    assert _unwritten(start() + CHOICE + body + flows("start s x"), answers=ASKED) == found


@pytest.mark.parametrize(("key", "found"), [("signed", []), ("singed", [("error", "personal_no_question", "s")])])
def test_the_question_that_only_the_person_answers_is_one_of_the_form(
    key: str, found: list[tuple[str, str, str]]
) -> None:
    said = _property("task.personal", "signature") + _property("task.personal.answer", key)
    held = f"{FORM}<zeebe:properties>{said}</zeebe:properties>"
    process = spec(start() + user("s", held) + end() + flows("start s end"))
    around = Surroundings(REGISTRY, {"ask": frozenset()}, questions={"ask": frozenset({"signed"})})
    assert [(one.severity, one.code, one.element) for one in check_targets(process, around)] == found


def test_what_comes_from_outside_is_declared() -> None:
    body = start() + CHOICE + script("s", "n", "1") + when("x", "late", "amount > 1") + flows("start s x")
    assert _unwritten(body, answers=ASKED) == []  # the form behind it gives it
    other = body.replace("amount", "budget")
    assert _unwritten(other, answers=ASKED) == [("variable_unwritten", "budget")]
    assert _unwritten(other, _property("case.variables", "x, budget"), answers=ASKED) == []


def test_the_title_of_a_case_is_read_too() -> None:
    title = _property("case.title", "=&quot;Case &quot; + referense") + _property("case.variables", "reference")
    assert _unwritten(start() + user("s", FORM) + flows("start s"), title, ASKED) == [("variable_near", "referense")]


def test_a_caller_hands_over_what_is_read() -> None:
    call = '<callActivity id="c">' + extended(
        '<zeebe:calledElement processId="p" propagateAllParentVariables="false"/>', mapping({"given": "1"})
    ) + "</callActivity>"  # fmt: skip
    caller = read_diagram(document(start() + call + flows("start c"), process_id="q"), name="q").processes[0]
    called = spec(start() + CHOICE + when("x", "late", "given > 1") + flows("start x"))
    around = Surroundings(REGISTRY, ASKED, processes={"p": called, "q": caller})
    assert list(check_variables(called, around)) == []
    alone = Surroundings(REGISTRY, ASKED, processes={"p": called})
    assert [one.params["variable"] for one in check_variables(called, alone)] == ["given"]


def _process(body: str, roots: str = "", properties: str = "", process_id: str = "p") -> ProcessSpec:
    held = extended(f"<zeebe:properties>{properties}</zeebe:properties>")
    return read_diagram(document(held + body, roots, process_id), name=process_id).processes[0]


SENDER = start() + f'<serviceTask id="tell">{SENT}</serviceTask>' + flows("start tell")
WAITER = start() + catch("wait", event("message", "paid")) + flows("start wait")


def _codes(*specs: ProcessSpec, inbound: frozenset[str] = frozenset()) -> list[tuple[str, str, str | None]]:
    found = check_messages(specs, inbound=inbound)
    return [(process, one.code, one.element) for process, every in found.items() for one in every]


def test_a_message_has_two_ends() -> None:
    sender, waiter = _process(SENDER), _process(WAITER, message("paid"), process_id="q")
    assert _codes(sender, waiter) == []
    assert _codes(sender) == [("p", "never_caught", "tell")]
    assert _codes(waiter) == [("q", "never_sent", "wait")]
    assert _codes(waiter, inbound=frozenset({"paid"})) == []
    declared = _process(WAITER, message("paid"), _property("case.inbound", "other, paid"), "q")
    assert _codes(declared) == []


def test_a_message_spelt_in_two_ways_is_told_with_the_other() -> None:
    waiter = _process(WAITER.replace('"paid"', '"order_payed"'), message("order_payed"), process_id="q")
    found = check_messages([_process(SENDER.replace('"paid"', '"order_paid"')), waiter])
    assert [(one.code, one.params["nearest"]) for one in (*found["p"], *found["q"])] == [
        ("never_caught_near", "order_payed"), ("never_sent_near", "order_paid"),
    ]  # fmt: skip


def test_a_signal_has_two_ends() -> None:
    thrown = _process(start() + throw("tell", event("signal", "done")) + flows("start tell"), root("signal", "done"))
    caught = _process(start() + catch("wait", event("signal", "done")) + flows("start wait"), root("signal", "done"))
    assert _codes(thrown) == [("p", "never_caught", "tell")]
    assert _codes(caught) == [("p", "never_sent", "wait")]
