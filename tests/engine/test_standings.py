"""Where many cases stand, as the database counts it: waits, joins, gateways that wait, several tokens, incidents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import update

from engine import standings
from engine.models import ProcessInstance
from engine.transaction import reading, transaction
from tests.fixtures.diagrams import end, process, script, start, timer, user_task
from tests.fixtures.engines import Bench

BOTH = (
    '<multiInstanceLoopCharacteristics><extensionElements><zeebe:loopCharacteristics inputCollection="=[1, 2]"/>'
    "</extensionElements></multiInstanceLoopCharacteristics>"
)
GROUP = (
    '<subProcess id="group">'
    + start("inside") + user_task("within")
    + '<sequenceFlow id="to_within" sourceRef="inside" targetRef="within"/></subProcess>'
)  # fmt: skip
ELEMENTS = [
    start(), '<parallelGateway id="fork"/>', '<parallelGateway id="join"/>', '<exclusiveGateway id="either"/>',
    user_task("ask", loop=BOTH), GROUP,
    '<eventBasedGateway id="await"/>',
    f'<intermediateCatchEvent id="day">{timer("duration", "P1D")}</intermediateCatchEvent>',
    f'<intermediateCatchEvent id="week">{timer("duration", "P7D")}</intermediateCatchEvent>',
    script("share", "part", "=assert(broken, not(broken))"), end(),
]  # fmt: skip
FLOWS = [
    "begin -> fork", "fork -> ask", "fork -> group", "fork -> await", "fork -> share", "await -> day", "await -> week",
    "day -> either", "week -> either", "either -> join", "ask -> join", "group -> join",
    "share -> join", "join -> done",
]  # fmt: skip


def test_the_database_counts_what_stands_where(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(process("many", ELEMENTS, FLOWS))
    began = it.clock.now()
    broken = it.start("many", {"broken": True})
    for hours in (1, 2, 3):
        it.clock.advance(timedelta(hours=hours))
        whole = it.start("many", {"broken": False})
    of = [ProcessInstance.process_id == "many", ProcessInstance.ended_at.is_(None)]
    with reading(it.engine) as session:
        found = {each.element: each for each in standings.tallies(session, of)}
        some, count = standings.stays(session, of, "ask", 2)
        still, _ = standings.stays(session, of, "share", 9)
        passed = standings.passages(session, "many", [])
        lately = standings.passages(session, "many", [ProcessInstance.id != whole], began + timedelta(hours=3))
    counted = {name: (each.tokens, each.cases, each.incidents) for name, each in found.items()}
    assert counted == {
        "ask": (8, 4, 0), "within": (4, 4, 0), "await": (4, 4, 0), "join": (3, 3, 0), "share": (1, 1, 1)
    }  # fmt: skip
    # Begun at 0, 1, 3 and 6 o’clock; it is 6.
    assert found["within"].waited(it.clock.now()) == (timedelta(hours=4), timedelta(hours=6))
    assert found["ask"].waited(it.clock.now()) == (timedelta(hours=4), timedelta(hours=6))
    assert found["join"].waited(it.clock.now()) is None, "a join does not say since when"
    assert (some[0].case_id, count) == (broken, 4)
    assert (some[0].kind, some[0].times, some[0].since) == ("task", 2, began)
    assert [(each.case_id, each.kind) for each in still] == [(broken, "incident")]
    assert (passed["fork"], passed["share"], passed.get("ask", 0)) == (4, 3, 0)
    assert (lately["fork"], passed["begin"], lately["begin"]) == (1, 4, 1), "of the one that began in the third hour"
    with transaction(it.engine) as session:
        session.execute(update(ProcessInstance).where(ProcessInstance.id == whole).values(state="of another time"))
    with reading(it.engine) as session:
        assert {each.element: each.cases for each in standings.tallies(session, of)}["within"] == 3
