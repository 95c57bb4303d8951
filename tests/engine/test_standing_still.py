"""What cannot go on is seen, held and let go again: spoiled cases, failing machinery, errands, connectors' attempts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from engine import commands, stuck
from engine.engine import Engine, EngineSettings
from engine.errors import CaseCalled, WorkFailed
from engine.jobs import claim_due, run_claimed
from engine.leases import hold
from engine.models import Job, ProcessInstance
from engine.registry import Connector, ConnectorWork, Registry
from engine.transaction import transaction
from engine.worker import Scheduler, sweep
from tests.fixtures.diagrams import (
    boundary,
    call,
    catch,
    end,
    message,
    process,
    reference,
    service,
    start,
    timer,
    user_task,
)
from tests.fixtures.engines import ADMIN, CLERK, Bench

PAUSE = process(
    "pausing",
    [start(), user_task("ask"), catch("pause", timer("duration", "P1D")), end()],
    ["begin -> ask", "begin -> pause", "ask -> done", "pause -> done"],
)
LISTENING = process(
    "listening",
    [start(), catch("pause", reference("message", "m")), user_task("look"), end()],
    ["begin -> pause", "pause -> look", "look -> done"],
    top=[message("m", "go", "k")],
)
CALLER = process("caller", [start(), call("sub", "kid"), end()], ["begin -> sub", "sub -> done"])
KID = process("kid", [start(), user_task("ask"), end()], ["begin -> ask", "ask -> done"])
MAIL = process("mail", [start(), service("send", "mail.send"), end()], ["begin -> send", "send -> done"])
QUICK = EngineSettings(machinery_attempts=3)


def spoil(it: Bench, case: UUID, state: str = '{"codec":99}') -> str:
    """Makes the stored case unreadable; answers what it was."""
    was = it.case(case).state
    with transaction(it.engine) as session:
        session.execute(update(ProcessInstance).where(ProcessInstance.id == case).values(state=state))
    it.engine.live_cases.drop(case)
    return was


def publish(it: Bench, key: str, ttl: timedelta = timedelta(days=1)) -> commands.Published:
    with transaction(it.engine) as session:
        return commands.correlate_message(session, it.engine, "go", key, source="test", ttl=ttl, by=CLERK)


def test_machinery_that_keeps_failing_is_an_incident_and_can_be_let_go(bench: Callable[..., Bench]) -> None:
    it = bench(settings=QUICK)
    it.deploy(PAUSE)
    case = it.start("pausing")
    state = spoil(it, case)
    it.later(timedelta(days=1, hours=1))
    it.later(timedelta(days=1))
    assert it.incidents() == []
    it.later(timedelta(days=1))
    (incident,) = it.incidents()
    assert (incident.code, incident.element, it.case(case).incidents) == (stuck.CODE, "pause", 1)
    assert (it.later(timedelta(days=30)), [job.held for job in it.jobs()]) == (0, [True])
    sweep(it.engine)
    with transaction(it.engine) as session:
        commands.retry_incident(session, it.engine, incident.id, by=ADMIN)
    assert (it.incidents(), it.case(case).incidents, [job.held for job in it.jobs()]) == ([], 0, [False])
    spoil(it, case, state)
    it.run()
    assert it.jobs() == []
    assert it.do(case, "ask").ended


def test_the_incident_of_a_job_is_over_where_its_wait_is(bench: Callable[..., Bench]) -> None:
    late = boundary("late", "ask", timer("Duration", "P1D"))
    it = bench(settings=QUICK)
    body = [start(), user_task("ask"), late, user_task("aside"), end()]
    it.deploy(process("slow", body, ["begin -> ask", "ask -> done", "late -> aside", "aside -> done"]))
    case = it.start("slow")
    state = spoil(it, case)
    for _ in range(4):
        it.later(timedelta(days=1))
    assert [each.code for each in it.incidents()] == [stuck.CODE]
    spoil(it, case, state)
    assert it.do(case, "ask").ended
    assert (it.incidents(), it.case(case).incidents) == ([], 0)


def test_the_incident_of_a_job_is_over_while_the_case_goes_on(bench: Callable[..., Bench]) -> None:
    late = boundary("late", "ask", timer("Duration", "P1D"))
    it = bench(settings=QUICK)
    body = [start(), user_task("ask"), late, user_task("aside"), end()]
    it.deploy(process("slow", body, ["begin -> ask", "ask -> aside", "late -> aside", "aside -> done"]))
    case = it.start("slow")
    state = spoil(it, case)
    for _ in range(4):
        it.later(timedelta(days=1))
    assert it.case(case).incidents == 1
    spoil(it, case, state)
    it.do(case, "ask")
    assert (it.incidents(), it.case(case).incidents, it.jobs()) == ([], 0, [])
    assert "incident_resolved" in [event.kind for event in it.history(case)]
    assert it.do(case, "aside").ended


def test_a_job_that_loses_its_workers_is_an_incident(bench: Callable[..., Bench]) -> None:
    it = bench(settings=QUICK)
    it.deploy(PAUSE)
    it.start("pausing")
    it.clock.advance(timedelta(days=2))
    for _ in range(QUICK.machinery_attempts + 1):
        (claimed,) = claim_due(it.engine)
        it.clock.advance(it.engine.settings.lease + timedelta(seconds=1))
    run_claimed(it.engine, claimed)
    assert [each.code for each in it.incidents()] == [stuck.CODE]


def test_a_case_that_cannot_be_read_can_be_canceled(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(PAUSE)
    case = it.start("pausing")
    spoil(it, case)
    with transaction(it.engine) as session:
        commands.cancel(session, it.engine, case, by=ADMIN, reason="spoiled")
    assert (it.case(case).status, it.open(case), it.jobs(), it.waits()) == ("canceled", {}, [], [])
    assert it.history(case)[-1].kind == "case_canceled"


def test_a_caller_that_cannot_be_read_is_canceled_with_whom_it_called(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(CALLER, KID)
    case = it.start("caller")
    spoil(it, case)
    with transaction(it.engine) as session:
        commands.cancel(session, it.engine, case, by=ADMIN)
    assert [each.status for each in (*it.cases("caller"), *it.cases("kid"))] == ["canceled", "canceled"]


def test_a_called_case_is_not_taken_from_its_caller(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(CALLER, KID)
    it.start("caller")
    (kid,) = it.cases("kid")
    with pytest.raises(CaseCalled), transaction(it.engine) as session:
        commands.cancel(session, it.engine, kid.id, by=ADMIN)
    it.do(kid.id, "ask")
    assert [each.status for each in it.cases("caller")] == ["completed"]


def test_one_unreadable_case_keeps_no_other_from_its_message(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(LISTENING)
    first, second, third = (it.start("listening", {"k": key}) for key in ("A", "A", "B"))
    spoil(it, first)
    assert publish(it, "A").delivered == (second,)
    for held_back in (publish(it, "A"), publish(it, "B", timedelta(0))):
        assert held_back.delivered in ((), (third,))
    sweep(it.engine)
    assert list(it.open(second)) == list(it.open(third)) == ["look"]


def test_a_job_is_not_held_for_a_case_that_was_resumed_meanwhile(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(PAUSE)
    case = it.start("pausing")
    it.clock.advance(timedelta(days=2))
    (claimed,) = claim_due(it.engine)
    hold(it.engine, claimed.id, claimed.epoch)
    assert [job.held for job in it.jobs()] == [False]
    it.run()
    assert it.jobs() == []
    assert it.do(case, "ask").ended


@pytest.mark.parametrize("canceled", [True, False], ids=["case canceled", "wait left"])
def test_a_message_on_its_way_to_a_case_that_ends_goes_to_the_next(bench: Callable[..., Bench], canceled: bool) -> None:
    it = bench()
    it.deploy(LISTENING)
    first = it.start("listening", {"k": "A"})
    with transaction(it.engine) as session:
        commands.suspend(session, it.engine, first, by=ADMIN)
    assert publish(it, "A").pending == (first,)
    if not canceled:
        it.run()
        with transaction(it.engine) as session:
            session.execute(update(Job).values(token=uuid4(), held=False))
            commands.resume(session, it.engine, first, by=ADMIN)
        it.run()
    else:
        with transaction(it.engine) as session:
            commands.cancel(session, it.engine, first, by=ADMIN)
    if canceled:
        assert list(it.open(it.start("listening", {"k": "A"}))) == ["look"]
    else:
        sweep(it.engine)
        assert list(it.open(first)) == ["look"]


def test_what_is_private_in_the_caller_is_private_where_the_called_case_begins(bench: Callable[..., Bench]) -> None:
    it = bench()
    caller = process(
        "caller", [start(), call("sub", "middle"), end()], ["begin -> sub", "sub -> done"],
        properties=[("privacy.transient", "secret")],
    )  # fmt: skip
    middle = process("middle", [start(), call("sub", "kid"), end()], ["begin -> sub", "sub -> done"])
    it.deploy(caller, middle, KID)
    it.start("caller", {"secret": "0612345678", "n": 1})
    for process_id in ("middle", "kid"):
        (case,) = it.cases(process_id)
        assert "0612345678" not in str(it.history(case.id))
        assert "'n'" in str(it.history(case.id))


@pytest.mark.parametrize(("written", "expected"), [("", 5), ("3", 3)])
def test_a_connector_brings_its_own_number_of_attempts(
    bench: Callable[..., Bench], written: str, expected: int
) -> None:
    it = bench(connectors=[Connector("mail.send", lambda work: None, retries=5)])
    it.deploy(process("p", [start(), service("s", "mail.send", retries=written), end()], ["begin -> s", "s -> done"]))
    it.start("p")
    assert [job.retries for job in it.jobs()] == [expected]


def errand(it: Bench, payload: Mapping[str, object] | None = None) -> UUID:
    job = Job(
        id=uuid4(), kind="connector", type="mail.send", process_id="", payload=payload or {},
        due_at=it.clock.now(), priority=50, retries=2, attempts=0, epoch=0, held=False,
    )  # fmt: skip
    with transaction(it.engine) as session:
        session.add(job)
    return job.id


def test_an_errand_of_an_unknown_type_waits_for_a_release_that_knows_it(bench: Callable[..., Bench]) -> None:
    sent: list[object] = []

    def send(work: ConnectorWork) -> None:
        sent.append(work.variables["to"])

    it = bench()
    errand(it, {"variables": {"to": "somebody"}})
    it.run()
    assert [job.held for job in it.jobs()] == [True]
    it.engine = replace(it.engine, registry=Registry.collect([Connector("mail.send", send)]))
    sweep(it.engine)
    it.run()
    assert (sent, it.jobs()) == (["somebody"], [])


def test_an_errand_that_gave_up_is_listed_and_run_again(bench: Callable[..., Bench]) -> None:
    broken = True

    def send(work: ConnectorWork) -> None:
        if broken:
            raise WorkFailed("The post is closed.")

    it = bench(connector={"mail.send": send})
    errand(it)
    it.run()
    it.later(timedelta(hours=1))
    sweep(it.engine)
    assert it.later(timedelta(days=1)) == 0
    broken = False
    with transaction(it.engine) as session:
        (found,) = stuck.held_errands(session)
        assert found.error == "The post is closed."
        stuck.run_again(session, it.engine, found.id)
    it.run()
    assert it.jobs() == []


def test_a_database_that_is_away_is_told_with_its_trace_once(caplog: pytest.LogCaptureFixture) -> None:
    """A scheduler beside a server that nobody runs: each look says so in a line, the first one from where it came."""
    with Engine.open("postgresql+psycopg://nobody@127.0.0.1:1/nothing") as engine:
        scheduler = Scheduler(engine, poll=timedelta(milliseconds=1), sweep_every=timedelta(days=1))
        scheduler.start()
        for _ in range(2_000):
            said = [one for one in caplog.records if "does not answer" in one.message]
            if len(said) > 2:
                break
            scheduler.stopping.wait(0.005)
        scheduler.stop()
    assert len(said) > 2
    assert [bool(one.exc_info) for one in said[:3]] == [True, False, False]
