"""Messages by name and key, buffered, taken once; signals to everyone; start events (dialect §6, §7)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from engine import commands
from engine.publishing import Published
from engine.transaction import transaction
from engine.worker import sweep
from tests.fixtures.diagrams import boundary, catch, end, message, process, reference, service, start, user_task
from tests.fixtures.engines import ADMIN, Bench

PAYMENT = message("m1", "payment_confirmed", "order")


def waiting(process_id: str) -> bytes:
    """A case that waits for the payment of its order."""
    return process(
        process_id,
        [start(), catch("paid", reference("message", "m1")), user_task("thank"), end()],
        ["begin -> paid", "paid -> thank", "thank -> done"],
        top=[PAYMENT],
    )


STARTED = process(
    "started",
    [start("arrived", reference("message", "m1")), user_task("read"), end()],
    ["arrived -> read", "read -> done"],
    top=['<message id="m1" name="letter"/>'],
)


def publish(
    it: Bench, key: str, name: str = "payment_confirmed", *, id_: str | None = None, ttl: timedelta = timedelta(0),
    **variables: object,
) -> Published:  # fmt: skip
    with transaction(it.engine) as session:
        return commands.correlate_message(
            session, it.engine, name, key, variables, source="bank", message_id=id_, ttl=ttl, by=ADMIN
        )


def test_a_message_reaches_the_case_of_its_key(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(waiting("order"))
    first, second = it.start("order", {"order": "A-1"}), it.start("order", {"order": "A-2"})
    answer = publish(it, "A-2", amount=12)
    assert (answer.delivered, answer.duplicate) == ((second,), False)
    assert it.open(first) == {}
    assert list(it.open(second)) == ["thank"]
    assert it.variables(second) == {"order": "A-2", "amount": 12}
    assert [wait.instance_id for wait in it.waits()] == [first]


def test_a_number_is_compared_as_its_text(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(waiting("order"))
    case = it.start("order", {"order": 42})
    assert publish(it, "42").delivered == (case,)


def test_a_message_without_time_to_live_is_dropped_when_nobody_waits(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(waiting("order"))
    answer = publish(it, "A-1")
    assert (answer.delivered, answer.kept_until) == ((), None)
    case = it.start("order", {"order": "A-1"})
    assert it.open(case) == {}


def test_an_early_message_waits_for_its_subscriber_the_oldest_first(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(waiting("order"))
    publish(it, "A-1", ttl=timedelta(days=1), amount=1)
    it.clock.advance(timedelta(minutes=1))
    publish(it, "A-1", ttl=timedelta(days=1), amount=2)
    first, second, third = (it.start("order", {"order": "A-1"}) for _ in range(3))
    assert it.variables(first)["amount"] == 1
    assert it.variables(second)["amount"] == 2
    assert it.open(third) == {}


def test_a_kept_message_ends_with_its_time_to_live(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(waiting("order"))
    publish(it, "A-1", ttl=timedelta(hours=1))
    it.clock.advance(timedelta(hours=1))
    assert it.open(it.start("order", {"order": "A-1"})) == {}


def test_a_kept_message_that_is_withdrawn_reaches_nobody(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(waiting("order"))
    assert publish(it, "A-1", id_="p1", ttl=timedelta(hours=1)).kept_until is not None
    with transaction(it.engine) as session:
        assert commands.withdraw_message(session, it.engine, source="bank", message_id="p1")
        assert not commands.withdraw_message(session, it.engine, source="bank", message_id="p1")
        assert not commands.withdraw_message(session, it.engine, source="bank", message_id="other")
    started = it.start("order", {"order": "A-1"})
    assert it.open(started) == {}
    assert publish(it, "A-1", id_="p2").delivered == (started,)


def test_source_and_id_are_taken_once(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(waiting("order"))
    it.start("order", {"order": "A-1"})
    assert publish(it, "A-1", id_="evt-7").delivered
    again = it.start("order", {"order": "A-1"})
    repeated = publish(it, "A-1", id_="evt-7")
    assert repeated.duplicate
    assert it.open(again) == {}


def test_one_case_a_process_and_every_process(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(waiting("order"), waiting("invoice"))
    oldest = it.start("order", {"order": "A-1"})
    it.clock.advance(timedelta(seconds=1))
    it.start("order", {"order": "A-1"})
    other = it.start("invoice", {"order": "A-1"})
    assert set(publish(it, "A-1").delivered) == {oldest, other}


def test_a_message_starts_a_case_once_per_live_key(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(STARTED)
    (first,) = publish(it, "K", "letter", ttl=timedelta(days=1), page=1).started
    assert publish(it, "K", "letter", ttl=timedelta(days=1), page=2).started == ()
    assert len(publish(it, "", "letter").started) == 1
    it.do(first, "read")
    it.run()
    (second,) = [case for case in it.cases("started") if case.start_key == "K"]
    assert second.id != first
    assert it.variables(second.id) == {"page": 2}


def test_only_the_latest_version_is_started(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(STARTED)
    newer = STARTED.replace(b'id="read" name="read"', b'id="read_again" name="read"').replace(
        b'"read"', b'"read_again"'
    )  # fmt: skip
    it.deploy(newer)
    (case,) = publish(it, "", "letter").started
    assert list(it.open(case)) == ["read_again"]


def test_a_message_for_a_suspended_case_waits_for_it(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(waiting("order"))
    case = it.start("order", {"order": "A-1"})
    with transaction(it.engine) as session:
        commands.suspend(session, it.engine, case, by=ADMIN)
    assert publish(it, "A-1").pending == (case,)
    assert it.run() == 1
    assert it.open(case) == {}
    with transaction(it.engine) as session:
        commands.resume(session, it.engine, case, by=ADMIN)
    it.run()
    assert list(it.open(case)) == ["thank"]


def test_a_case_publishes_to_another(bench: Callable[..., Bench]) -> None:
    it = bench()
    sender = process(
        "sender",
        [start(), service("tell", "message.publish", headers=[("name", "payment_confirmed"), ("key", "A-1")]), end()],
        ["begin -> tell", "tell -> done"],
    )
    it.deploy(waiting("order"), sender)
    case = it.start("order", {"order": "A-1"})
    it.start("sender", {"variables": {"amount": 9}})
    assert it.open(case) == {}
    it.run()
    assert it.variables(case)["amount"] == 9


def test_publish_all_reaches_every_wait(bench: Callable[..., Bench]) -> None:
    it = bench()
    sender = process(
        "sender",
        [start(), service("tell", "message.publish_all", headers=[("name", "payment_confirmed"), ("key", "A-1")]),
         end()],
        ["begin -> tell", "tell -> done"],
    )  # fmt: skip
    it.deploy(waiting("order"), sender)
    cases = [it.start("order", {"order": "A-1"}) for _ in range(3)]
    it.start("sender")
    it.run()
    assert [list(it.open(case)) for case in cases] == [["thank"]] * 3


def test_the_sweep_brings_a_message_and_a_wait_together(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(waiting("order"))
    case = it.start("order", {"order": "A-1"})
    hidden = it.waits()[0].id
    with transaction(it.engine) as session:  # as if the two had been stored by transactions that did not see each other
        session.connection().exec_driver_sql("UPDATE subscription SET key = 'A-2'")
    publish(it, "A-1", ttl=timedelta(days=1))
    with transaction(it.engine) as session:
        session.connection().exec_driver_sql("UPDATE subscription SET key = 'A-1'")
    assert it.waits()[0].id == hidden
    sweep(it.engine)
    assert list(it.open(case)) == ["thank"]


def test_a_signal_reaches_everyone_and_starts_cases(bench: Callable[..., Bench]) -> None:
    it = bench()
    alarm = '<signal id="s1" name="alarm"/>'
    listener = process(
        "listener",
        [start(), user_task("work"), boundary("rang", "work", reference("signal", "s1")), user_task("leave"), end()],
        ["begin -> work", "work -> done", "rang -> leave", "leave -> done"],
        top=[alarm],
    )
    begun = process(
        "begun",
        [start("rang", reference("signal", "s1")), user_task("note"), end()],
        ["rang -> note", "note -> done"],
        top=[alarm],
    )
    it.deploy(listener, begun)
    cases = [it.start("listener") for _ in range(3)]
    with transaction(it.engine) as session:
        assert commands.broadcast_signal(session, it.engine, "alarm", {"level": 2}) == 4
    it.run()
    assert [list(it.open(case)) for case in cases] == [["leave"]] * 3
    assert it.variables(cases[0])["level"] == 2
    (new,) = it.cases("begun")
    assert it.variables(new.id) == {"level": 2}


def test_a_signal_thrown_by_a_case_reaches_others(bench: Callable[..., Bench]) -> None:
    it = bench()
    alarm = '<signal id="s1" name="alarm"/>'
    listener = process(
        "listener",
        [start(), catch("heard", reference("signal", "s1")), user_task("leave"), end()],
        ["begin -> heard", "heard -> leave", "leave -> done"],
        top=[alarm],
    )
    thrower = process("thrower", [start(), end("rang", reference("signal", "s1"))], ["begin -> rang"], top=[alarm])
    it.deploy(listener, thrower)
    case = it.start("listener")
    it.start("thrower")
    it.run()
    assert list(it.open(case)) == ["leave"]
