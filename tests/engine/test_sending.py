"""Files that are not for Camunda 8: what events and send tasks throw reaches other cases by itself (BPMN 2.0, 10.5)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.fixtures.diagrams import catch, end, message, process, reference, start, user_task
from tests.fixtures.engines import Bench

MESSAGES = [message("m1", "paid", "order"), message("m2", "told", "order"), '<signal id="s1" name="ring"/>']
PAYLOAD = (
    '<extensionElements><zeebe:ioMapping><zeebe:input source="=price * 2" target="amount"/></zeebe:ioMapping>'
    "</extensionElements>"
)
THROW = f'<intermediateThrowEvent id="throw">{PAYLOAD}{reference("message", "m1")}</intermediateThrowEvent>'
SEND = f'<sendTask id="throw" messageRef="m1">{PAYLOAD}</sendTask>'
SEVERAL = (
    f'<intermediateThrowEvent id="throw">{PAYLOAD}{reference("message", "m1")}{reference("signal", "s1")}'
    f"{reference('message', 'm2')}</intermediateThrowEvent>"
)


def waits(process_id: str, event: str) -> bytes:
    """A case that waits for an event, then asks somebody."""
    flows = ["begin -> caught", "caught -> thank", "thank -> done"]
    return process(process_id, [start(), catch("caught", event), user_task("thank"), end()], flows, top=MESSAGES)


def throws(element: str) -> bytes:
    """A case that throws on the way, and asks somebody after."""
    flows = ["begin -> throw", "throw -> rest", "rest -> done"]
    return process("thrower", [start(), element, user_task("rest"), end()], flows, top=MESSAGES)


@pytest.mark.parametrize("element", [THROW, SEND])
def test_a_thrown_message_reaches_the_case_of_its_key(bench: Callable[..., Bench], element: str) -> None:
    it = bench()
    it.deploy(waits("waiter", reference("message", "m1")), throws(element))
    other, meant = it.start("waiter", {"order": "A-1"}), it.start("waiter", {"order": "A-2"})
    thrower = it.start("thrower", {"order": "A-2", "price": 6, "secret": "kept"})
    it.run()
    assert list(it.open(thrower)) == ["rest"]
    assert (list(it.open(other)), list(it.open(meant))) == ([], ["thank"])
    assert it.variables(meant) == {"order": "A-2", "amount": 12}  # what is local to the event, and nothing else
    assert it.incidents() == []


def test_an_end_event_begins_another_case(bench: Callable[..., Bench]) -> None:
    begun = process(
        "begun",
        [start("arrived", reference("message", "m1")), user_task("read"), end()],
        ["arrived -> read", "read -> done"],
        top=MESSAGES,
    )
    ends = process("thrower", [start(), end("done", reference("message", "m1"))], ["begin -> done"], top=MESSAGES)
    it = bench()
    it.deploy(begun, ends)
    case = it.start("thrower", {"order": 7})
    it.run()
    assert it.case(case).status == "completed"
    assert [list(it.open(one.id)) for one in it.cases("begun")] == [["read"]]


def test_an_event_that_throws_several_tells_everybody_once(bench: Callable[..., Bench]) -> None:
    it = bench()
    kinds = {"paid": ("message", "m1"), "told": ("message", "m2"), "rung": ("signal", "s1")}
    it.deploy(*(waits(name, reference(*event)) for name, event in kinds.items()), throws(SEVERAL))
    cases = [it.start(name, {"order": "A-1"}) for name in kinds for _ in range(2)]
    it.start("thrower", {"order": "A-1", "price": 1})
    it.run()
    reached = [it.case(case).process_id for case in cases if it.open(case)]
    assert sorted(reached) == ["paid", "rung", "rung", "told"]  # a message has one receiver, a signal many


def test_a_message_whose_key_is_null_is_an_incident(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(waits("waiter", reference("message", "m1")), throws(THROW))
    case = it.start("waiter", {"order": "A-1"})
    it.start("thrower", {"price": 1})
    it.run()
    assert it.open(case) == {}
    assert [one.element for one in it.incidents()] == ["throw"]
