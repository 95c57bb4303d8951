"""What begins cases: kept messages and later deployments, several events of a start, receive tasks, stored versions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from engine import commands
from engine.calendar import TimeLimits
from engine.errors import DeploymentRefused, NoPlainStart
from engine.publishing import Published
from engine.transaction import transaction
from tests.fixtures.diagrams import boundary, end, message, process, reference, start, timer, user_task
from tests.fixtures.engines import ADMIN, Bench

LETTER = ['<message id="m1" name="letter"/>']
BY_LETTER = process(
    "started",
    [start("arrived", reference("message", "m1")), user_task("read"), end()],
    ["arrived -> read", "read -> done"],
    top=LETTER,
)
TWO = [message("m1", "paid", "order"), message("m2", "shipped", "order"), '<signal id="s1" name="closing"/>']


def publish(it: Bench, key: str, name: str, *, ttl: timedelta = timedelta(0), **variables: object) -> Published:
    with transaction(it.engine) as session:
        return commands.correlate_message(
            session, it.engine, name, key, variables, source="post", message_id=None, ttl=ttl, by=ADMIN
        )


def signal(it: Bench, name: str) -> None:
    with transaction(it.engine) as session:
        commands.broadcast_signal(session, it.engine, name, {})
    it.run()


def beginning(*events: str, parallel: bool) -> bytes:
    """A case that begins by one of several events, or by all of them."""
    attribute = ' parallelMultiple="true"' if parallel else ""
    first = start("begin", "".join(events)).replace("<startEvent", f"<startEvent{attribute}")
    return process("both", [first, user_task("read"), end()], ["begin -> read", "read -> done"], top=TWO)


def test_a_kept_message_starts_a_process_that_is_deployed_later(bench: Callable[..., Bench]) -> None:
    it = bench()
    publish(it, "A", "letter", ttl=timedelta(days=1), page=1)
    it.clock.advance(timedelta(minutes=1))
    publish(it, "A", "letter", ttl=timedelta(days=1), page=2)
    publish(it, "", "letter", ttl=timedelta(days=1), page=3)
    publish(it, "", "letter", ttl=timedelta(days=1), page=4)
    it.deploy(BY_LETTER)
    it.run()
    started = {it.variables(case.id)["page"] for case in it.cases("started")}
    assert started == {1, 3, 4}  # of one key one case at a time
    first = next(case for case in it.cases("started") if it.variables(case.id)["page"] == 1)
    it.do(first.id, "read")
    it.run()
    assert 2 in [it.variables(case.id)["page"] for case in it.cases("started")]


def test_a_message_that_a_version_took_does_not_start_the_next_version(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(BY_LETTER)
    publish(it, "", "letter", ttl=timedelta(days=1))
    it.deploy(BY_LETTER.replace(b'name="letter"/>', b'name="letter" />'))
    it.run()
    assert len(it.cases("started")) == 1


def test_one_of_several_events_is_enough_to_begin(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(beginning(reference("message", "m1"), reference("signal", "s1"), parallel=False))
    publish(it, "A", "paid", amount=3)
    signal(it, "closing")
    assert [list(it.open(case.id)) for case in it.cases("both")] == [["read"], ["read"]]


def test_a_case_begins_by_all_events_of_its_key(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(beginning(reference("message", "m1"), reference("message", "m2"), parallel=True))
    publish(it, "A", "paid", order="A")
    publish(it, "B", "shipped", order="B")
    assert [it.open(case.id) for case in it.cases("both")] == [{}, {}]
    publish(it, "A", "shipped", parcels=2)
    cases = {it.variables(case.id)["order"]: case.id for case in it.cases("both")}
    assert list(it.open(cases["A"])) == ["read"]
    assert it.variables(cases["A"]) == {"order": "A", "parcels": 2}
    assert it.open(cases["B"]) == {}
    assert len(it.cases("both")) == 2


def test_a_signal_that_a_begun_case_waits_for_begins_no_other(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(beginning(reference("message", "m1"), reference("signal", "s1"), parallel=True))
    publish(it, "A", "paid", order="A")
    signal(it, "closing")
    assert [list(it.open(case.id)) for case in it.cases("both")] == [["read"]]
    signal(it, "closing")
    assert len(it.cases("both")) == 2


def test_a_receive_task_begins_a_case(bench: Callable[..., Bench]) -> None:
    it = bench()
    receive = '<receiveTask id="hear" messageRef="m1" instantiate="true"/>'
    body = [start(), user_task("ask"), receive, user_task("read"), end()]
    it.deploy(process("hearing", [receive, user_task("read"), end()], ["hear -> read", "read -> done"], top=TWO[:1]))
    (case,) = publish(it, "A", "paid", amount=5).started
    assert (list(it.open(case)), it.variables(case)) == (["read"], {"amount": 5})
    with pytest.raises(DeploymentRefused):
        it.deploy(process("late", body, ["begin -> ask", "ask -> hear", "hear -> read", "read -> done"], top=TWO[:1]))


def test_a_version_that_was_let_through_runs_on_under_stricter_rules(bench: Callable[..., Bench]) -> None:
    it = bench()
    body = [start(), user_task("ask"), boundary("late", "ask", timer("Duration", "P3Y")), user_task("remind"), end()]
    strict = process("slow", body, ["begin -> ask", "ask -> done", "late -> remind", "remind -> done"])
    it.deploy(strict)
    case = it.start("slow")
    settings = replace(it.engine.settings, limits=TimeLimits(years=1))
    it.engine = replace(it.another(), settings=settings)
    it.do(case, "ask")
    assert it.case(case).ended_at is not None
    again = it.start("slow")
    assert list(it.open(again)) == ["ask"]
    with pytest.raises(DeploymentRefused):
        it.deploy(strict.replace(b"P3Y", b"P2Y"))


def test_what_begins_by_an_event_is_not_begun_by_hand(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(BY_LETTER)
    with pytest.raises(NoPlainStart), transaction(it.engine) as session:
        commands.start(session, it.engine, "started", {}, by=ADMIN)
    assert it.cases("started") == []
