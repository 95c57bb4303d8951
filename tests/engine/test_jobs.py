"""Promised work: timers, service tasks that fail, connectors with leases, incidents and retries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from engine import bulk, commands
from engine.connectors import key_of
from engine.errors import BpmnError, CaseSuspended, WorkFailed
from engine.jobs import BATCH, claim_due, run_claimed, run_job
from engine.models import Job
from engine.registry import ConnectorWork, ServiceWork
from engine.transaction import reading, transaction
from engine.worker import sweep
from tests.fixtures.diagrams import boundary, catch, end, message, process, reference, service, start, timer, user_task
from tests.fixtures.engines import ADMIN, CLERK, Bench

ONE_SERVICE = process(
    "one_service",
    [start(), user_task("ask"), service("book", "ledger.book", retries="3"), user_task("look"), end()],
    ["begin -> ask", "ask -> book", "book -> look", "look -> done"],
)
WAITING = process(
    "waiting",
    [start(), catch("pause", timer("duration", "P1D")), user_task("look"), end()],
    ["begin -> pause", "pause -> look", "look -> done"],
)
MAIL = process(
    "mail",
    [start(), service("send", "mail.send", headers=[("template", "welcome")]), user_task("look"), end()],
    ["begin -> send", "send -> look", "look -> done"],
)


def test_a_service_task_runs_in_the_transaction_of_the_completion(bench: Callable[..., Bench]) -> None:
    seen: list[ServiceWork] = []

    def book(work: ServiceWork) -> dict[str, object]:
        seen.append(work)
        return {"entry": 17}

    it = bench(service={"ledger.book": book})
    it.deploy(ONE_SERVICE)
    case = it.start("one_service", {"amount": 5})
    it.do(case, "ask", {"paid": True})
    assert it.variables(case) == {"amount": 5, "paid": True, "entry": 17}
    assert (seen[0].variables["amount"], seen[0].element, seen[0].instance_id) == (5, "book", case)
    assert it.jobs() == []


def test_a_failing_service_task_leaves_a_job_and_the_completion_stands(bench: Callable[..., Bench]) -> None:
    broken = True

    def book(work: ServiceWork) -> dict[str, object]:
        work.session.add(
            Job(
                id=work.token, process_id="trace", kind="trace", payload={}, due_at=work.now + timedelta(days=400),
                instance_id=None, held=True, type="trace", priority=1, retries=1, attempts=0, epoch=0,
            )
        )  # fmt: skip
        work.session.flush()
        if broken:
            raise WorkFailed("The ledger is closed.")
        return {"entry": 17}

    it = bench(service={"ledger.book": book})
    it.deploy(ONE_SERVICE)
    case = it.start("one_service")
    it.do(case, "ask")
    (job,) = it.jobs()
    assert (job.kind, job.type, job.retries, job.error) == ("service", "ledger.book", 2, "The ledger is closed.")
    assert job.due_at > it.clock.now()
    assert it.open(case) == {}
    broken = False
    assert it.later(timedelta(minutes=1)) == 1
    assert list(it.open(case)) == ["look"]
    assert [job.kind for job in it.jobs()] == ["trace"]


def test_the_last_attempt_makes_an_incident_and_a_retry_mends_it(bench: Callable[..., Bench]) -> None:
    broken = True

    def book(work: ServiceWork) -> None:
        if broken:
            raise ValueError("a name that must not be shown")

    it = bench(service={"ledger.book": book})
    it.deploy(ONE_SERVICE)
    case = it.start("one_service")
    it.do(case, "ask")
    it.later(timedelta(hours=1))
    it.later(timedelta(hours=1))
    (incident,) = it.incidents()
    assert (incident.element, incident.kind, incident.code) == ("book", "job", "attempts_exhausted")
    assert "must not be shown" not in incident.message
    assert it.case(case).incidents == 1
    assert it.jobs() == []
    broken = False
    with transaction(it.engine) as session:
        commands.retry_incident(session, it.engine, incident.id, by=ADMIN)
    assert list(it.open(case)) == ["look"]
    assert it.incidents() == []
    assert it.case(case).incidents == 0


def test_many_incidents_are_retried_by_jobs(bench: Callable[..., Bench]) -> None:
    broken = True

    def book(work: ServiceWork) -> None:
        if broken:
            raise WorkFailed("No.", again=False)

    it = bench(service={"ledger.book": book})
    it.deploy(ONE_SERVICE)
    cases = [it.start("one_service") for _ in range(3)]
    for case in cases:
        it.do(case, "ask")
    incidents = it.incidents()
    assert len(incidents) == 3
    broken = False
    with transaction(it.engine) as session:
        assert commands.retry_incidents(session, it.engine, [each.id for each in incidents], by=ADMIN) == 3
    it.run()
    assert [list(it.open(case)) for case in cases] == [["look"]] * 3


def test_an_error_goes_to_the_event_that_catches_it(bench: Callable[..., Bench]) -> None:
    def book(work: ServiceWork) -> None:
        raise BpmnError("no_money", "too little", {"missing": 3})

    it = bench(service={"ledger.book": book})
    it.deploy(
        process(
            "caught",
            [start(), service("book", "ledger.book"), end(), boundary("broke", "book", reference("error", "e1")),
             user_task("call_back"), end("other")],
            ["begin -> book", "book -> done", "broke -> call_back", "call_back -> other"],
            top=['<error id="e1" errorCode="no_money"/>'],
        )
    )  # fmt: skip
    case = it.start("caught")
    assert list(it.open(case)) == ["call_back"]
    assert it.variables(case) == {"missing": 3}


def test_a_timer_fires_when_it_is_due_and_not_before(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(WAITING)
    case = it.start("waiting")
    assert it.later(timedelta(hours=23)) == 0
    assert it.later(timedelta(hours=1)) == 1
    assert list(it.open(case)) == ["look"]


def test_a_completed_task_voids_its_boundary_timer(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(
        process(
            "chased",
            [start(), user_task("ask"), boundary("late", "ask", timer("duration", "P3D")), user_task("chase"), end()],
            ["begin -> ask", "ask -> done", "late -> chase", "chase -> done"],
        )
    )
    case = it.start("chased")
    assert [job.kind for job in it.jobs()] == ["timer"]
    it.do(case, "ask")
    assert it.jobs() == []
    other = it.start("chased")
    it.later(timedelta(days=3))
    assert list(it.open(other)) == ["chase"]


def test_a_recurring_reminder_counts_from_its_anchor_and_ends_with_its_task(bench: Callable[..., Bench]) -> None:
    told: list[object] = []
    it = bench(service={"person.remind": lambda work: told.append(work.now)})
    it.deploy(
        process(
            "nagging",
            [start(), user_task("ask"), boundary("nag", "ask", timer("cycle", "R3/P1D"), interrupting=False),
             service("remind", "person.remind"), end(), end("reminded")],
            ["begin -> ask", "ask -> done", "nag -> remind", "remind -> reminded"],
        )
    )  # fmt: skip
    case, begun = it.start("nagging"), it.clock.now()
    it.later(timedelta(days=1, hours=5))
    it.later(timedelta(days=1))
    assert len(told) == 2
    assert [job.due_at for job in it.jobs()] == [begun + timedelta(days=3)]
    it.do(case, "ask")
    assert it.jobs() == []
    other = it.start("nagging")
    it.later(timedelta(days=10))
    assert len(told) == 5
    assert list(it.open(other)) == ["ask"]


def test_the_first_of_two_events_voids_the_other(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(
        process(
            "choice",
            [start(), '<eventBasedGateway id="either"/>', catch("paid", reference("message", "m1")),
             catch("late", timer("duration", "P2D")), user_task("thank"), user_task("chase"), end()],
            ["begin -> either", "either -> paid", "either -> late", "paid -> thank", "late -> chase",
             "thank -> done", "chase -> done"],
            top=[message("m1", "payment_confirmed", "order")],
        )
    )  # fmt: skip
    paid, late = it.start("choice", {"order": "A"}), it.start("choice", {"order": "B"})
    assert (len(it.jobs()), len(it.waits())) == (2, 2)
    with transaction(it.engine) as session:
        commands.correlate_message(session, it.engine, "payment_confirmed", "A", source="bank", by=ADMIN)
    assert list(it.open(paid)) == ["thank"]
    assert (len(it.jobs()), len(it.waits())) == (1, 1)
    it.later(timedelta(days=2))
    assert list(it.open(late)) == ["chase"]
    assert (it.jobs(), it.waits()) == ([], [])


def test_timers_due_together_fire_once_each_over_several_batches(bench: Callable[..., Bench]) -> None:
    fired: list[object] = []
    it = bench(service={"count.up": lambda work: fired.append(work.instance_id)})
    it.deploy(
        process(
            "tick",
            [start(), catch("pause", timer("duration", "P1D")), service("count", "count.up"), end()],
            ["begin -> pause", "pause -> count", "count -> done"],
        )
    )
    with transaction(it.engine) as session:
        for _ in range(2 * BATCH + 1):
            commands.start(session, it.engine, "tick", by=CLERK)
    it.clock.advance(timedelta(days=1))
    assert it.run() == 2 * BATCH + 1
    assert len(fired) == len(set(fired)) == 2 * BATCH + 1
    assert it.run() == 0


def test_a_connector_is_called_outside_of_any_transaction(bench: Callable[..., Bench]) -> None:
    sent: list[ConnectorWork] = []

    def send(work: ConnectorWork) -> dict[str, object]:
        with transaction(work.engine) as session:
            commands.start(session, work.engine, "waiting", by=CLERK)
        sent.append(work)
        return {"sent": True}

    it = bench(connector={"mail.send": send})
    it.deploy(MAIL, WAITING)
    case = it.start("mail", {"person_id": "p-1"})
    assert sent == []
    (job,) = it.jobs()
    it.run()
    assert (sent[0].headers, sent[0].variables["person_id"]) == ({"template": "welcome"}, "p-1")
    assert sent[0].idempotency_key == key_of(job)
    assert list(it.open(case)) == ["look"]


def test_a_connector_that_fails_is_tried_again_with_the_same_key(bench: Callable[..., Bench]) -> None:
    keys: list[str] = []

    def send(work: ConnectorWork) -> None:
        keys.append(work.idempotency_key)
        if len(keys) < 3:
            raise WorkFailed("The mail server is busy.", retry_after=timedelta(minutes=2))

    it = bench(connector={"mail.send": send})
    it.deploy(MAIL)
    case = it.start("mail")
    it.run()
    assert it.later(timedelta(minutes=1)) == 0
    it.later(timedelta(minutes=1))
    it.later(timedelta(minutes=2))
    assert len(keys) == 3
    assert len(set(keys)) == 1
    assert list(it.open(case)) == ["look"]


def test_the_key_stays_where_a_person_lets_it_be_tried_again(bench: Callable[..., Bench]) -> None:
    keys: list[str] = []

    def send(work: ConnectorWork) -> None:
        keys.append(work.idempotency_key)
        if len(keys) < 3:
            raise WorkFailed("The address is wrong.", again=False)

    it = bench(connector={"mail.send": send})
    it.deploy(MAIL)
    case = it.start("mail")
    for _ in range(3):
        it.run()
        for incident in it.incidents():
            with transaction(it.engine) as session:
                commands.retry_incident(session, it.engine, incident.id, by=ADMIN)
    assert len(keys) == 3
    assert len(set(keys)) == 1
    assert list(it.open(case)) == ["look"]


def test_listeners_are_registered_work(bench: Callable[..., Bench]) -> None:
    told: list[str] = []

    def tell(work: ConnectorWork) -> dict[str, object]:
        told.append(work.element)
        if len(told) == 1:
            raise WorkFailed("busy", retry_after=timedelta(minutes=1))
        return {"ticket": 7}

    it = bench(service={"note.it": lambda work: {"noted": work.variables["ticket"]}}, connector={"mail.send": tell})
    listeners = '<zeebe:executionListener eventType="start" type="mail.send"/>'
    listeners += '<zeebe:executionListener eventType="end" type="note.it"/>'
    asked = user_task("ask", extra=f"<zeebe:executionListeners>{listeners}</zeebe:executionListeners>")
    it.deploy(
        process("heard", [start(), asked, user_task("look"), end()], ["begin -> ask", "ask -> look", "look -> done"])
    )
    case = it.start("heard")
    it.run()
    assert it.open(case) == {}
    it.later(timedelta(minutes=2))
    it.do(case, "ask")
    assert (list(it.open(case)), it.variables(case), told) == (["look"], {"noted": 7}, ["ask", "ask"])
    assert it.jobs() == []


def test_the_header_retry_backoff_is_honoured(bench: Callable[..., Bench]) -> None:
    def send(work: ConnectorWork) -> None:
        raise WorkFailed("busy")

    it = bench(connector={"mail.send": send})
    it.deploy(
        process(
            "mail",
            [start(), service("send", "mail.send", headers=[("retryBackoff", "PT10H")]), end()],
            ["begin -> send", "send -> done"],
        )
    )
    it.start("mail")
    it.run()
    (job,) = it.jobs()
    assert timedelta(hours=9) <= job.due_at - it.clock.now() <= timedelta(hours=11)


def test_a_worker_that_lost_its_lease_changes_nothing(bench: Callable[..., Bench]) -> None:
    it = bench(connector={"mail.send": lambda work: {"by": work.attempt}})
    it.deploy(MAIL)
    case = it.start("mail")
    (late,) = claim_due(it.engine)
    it.clock.advance(it.engine.settings.lease + timedelta(seconds=1))
    (current,) = claim_due(it.engine)
    run_claimed(it.engine, late)
    assert it.open(case) == {}
    run_claimed(it.engine, current)
    assert it.variables(case) == {"by": 2}
    run_claimed(it.engine, late)
    assert it.variables(case) == {"by": 2}


def test_a_leased_job_is_not_leased_twice(bench: Callable[..., Bench]) -> None:
    it = bench(connector={"mail.send": lambda work: None})
    it.deploy(MAIL)
    it.start("mail")
    (job,) = it.jobs()
    assert len(claim_due(it.engine)) == 1
    assert claim_due(it.another()) == []
    assert not run_job(it.engine, job.id)


def test_jobs_survive_a_restart(bench: Callable[..., Bench]) -> None:
    it = bench(connector={"mail.send": lambda work: None})
    it.deploy(MAIL, WAITING)
    case, waiting = it.start("mail"), it.start("waiting")
    claim_due(it.engine)
    it.engine = it.another()
    it.later(it.engine.settings.lease + timedelta(seconds=1))
    assert list(it.open(case)) == ["look"]
    it.later(timedelta(days=1))
    assert list(it.open(waiting)) == ["look"]


def test_an_unknown_type_waits_until_somebody_knows_it(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(MAIL)
    case = it.start("mail")
    (job,) = it.jobs()
    assert (job.held, job.type) == (True, "mail.send")
    assert it.later(timedelta(days=1)) == 0
    sweep(it.engine)
    assert it.run() == 0
    newer = bench(connector={"mail.send": lambda work: None})
    newer.clock.advance(timedelta(days=2))
    sweep(newer.engine)
    assert newer.run() == 1
    assert list(newer.open(case)) == ["look"]


def test_a_suspended_case_holds_its_jobs(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(WAITING)
    case = it.start("waiting")
    with transaction(it.engine) as session:
        commands.suspend(session, it.engine, case, by=ADMIN)
    assert it.later(timedelta(days=2)) == 0
    with pytest.raises(CaseSuspended), transaction(it.engine) as session:
        commands.suspend(session, it.engine, case, by=ADMIN)
    with transaction(it.engine) as session:
        commands.resume(session, it.engine, case, by=ADMIN)
    assert it.run() == 1
    assert list(it.open(case)) == ["look"]


def test_cancelling_ends_tasks_timers_and_jobs(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(WAITING, ONE_SERVICE)
    waiting, asked = it.start("waiting"), it.start("one_service")
    for case in (waiting, asked):
        with transaction(it.engine) as session:
            commands.cancel(session, it.engine, case, by=ADMIN, reason="test")
    assert {it.case(case).status for case in (waiting, asked)} == {"canceled"}
    assert it.jobs() == []
    assert it.open(asked) == {}


def test_incidents_are_tried_again_by_what_they_have_in_common(
    bench: Callable[..., Bench], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    broken = {"ledger.book", "mail.send"}

    def work(type_: str) -> Callable[[ServiceWork], None]:
        def serve(_work: ServiceWork) -> None:
            if type_ in broken:
                raise WorkFailed("No.", again=False)

        return serve

    it = bench(service={type_: work(type_) for type_ in broken})
    it.deploy(ONE_SERVICE, MAIL)
    booking = [it.start("one_service") for _ in range(5)]
    for case in booking:
        it.do(case, "ask")
    mailing = it.start("mail")
    broken.clear()
    chosen = bulk.Chosen(process_id="one_service", element="book", code="attempts_exhausted")
    with transaction(it.engine) as session:
        asked = commands.retry_matching(session, it.engine, chosen, by=ADMIN)
        nobody = commands.retry_matching(session, it.engine, bulk.Chosen(element="elsewhere"), by=ADMIN)
    assert (asked.total, nobody.total) == (5, 0)
    it.run()
    assert [list(it.open(case)) for case in booking] == [["look"]] * 5
    assert [incident.instance_id for incident in it.incidents()] == [mailing]
    with reading(it.engine) as session:
        assert bulk.remaining(session, chosen, asked.until) == 0
    assert it.jobs() == []


def test_what_fails_again_is_tried_once(bench: Callable[..., Bench]) -> None:
    calls: list[str] = []

    def book(work: ServiceWork) -> None:
        calls.append(work.element)
        raise WorkFailed("No.", again=False)

    it = bench(service={"ledger.book": book})
    it.deploy(ONE_SERVICE)
    it.do(it.start("one_service"), "ask")
    it.clock.advance(timedelta(minutes=1))
    with transaction(it.engine) as session:
        asked = commands.retry_matching(session, it.engine, bulk.Chosen(), by=ADMIN)
    it.clock.advance(timedelta(minutes=1))
    it.run()
    assert len(calls) == 2
    (again,) = it.incidents()
    assert again.raised_at == it.clock.now()
    assert it.case(again.instance_id).incidents == 1
    with reading(it.engine) as session:
        assert bulk.remaining(session, asked.chosen, asked.until) == 0
