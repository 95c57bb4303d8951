"""What left the house: on record before it is made, made again by policy, decided by a person, held at the gate."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import commands, ledger, stuck, unknown
from engine.errors import AlreadyDecided, DecisionNeeded, NotFound, OutcomeUnknown, WorkFailed
from engine.jobs import Claimed, claim_due, run_claimed
from engine.models import Effect, Job
from engine.registry import Connector, ConnectorPolicy, ConnectorWork
from engine.transaction import reading, transaction
from tests.engine.test_jobs import MAIL
from tests.engine.test_standing_still import errand
from tests.fixtures.engines import ADMIN, Bench

Make = Callable[..., Bench]


class Died(BaseException):
    """The worker is gone: nothing after it happens."""


def posting(policy: ConnectorPolicy, work: Callable[[ConnectorWork], Mapping[str, object] | None]) -> Connector:
    return Connector("mail.send", work, retries=3, policy=policy)


def on_record(it: Bench) -> list[tuple[int, str]]:
    with reading(it.engine) as session:
        rows = session.scalars(select(Effect).order_by(Effect.key, Effect.number, Effect.step)).all()
        return [(row.number, row.fact) for row in rows]


def waiting(it: Bench) -> list[unknown.Unknown]:
    with reading(it.engine) as session:
        found = unknown.listed(session)
        assert unknown.count(session) == len(found)
        return list(found)


def die(it: Bench) -> None:
    """The next claimed job kills its worker; its lease ends."""
    (claimed,) = claim_due(it.engine)
    with pytest.raises(Died):
        run_claimed(it.engine, claimed)
    it.clock.advance(it.engine.settings.lease + timedelta(seconds=1))


def test_an_attempt_is_on_record_before_it_is_made_and_after_it_with_the_answer(bench: Make) -> None:
    seen: list[list[tuple[int, str]]] = []

    def send(work: ConnectorWork) -> None:
        seen.append(on_record(it))
        work.told["status"] = 250

    it = bench(connectors=[posting("at_least_once", send)])
    it.deploy(MAIL)
    case = it.start("mail")
    it.run()
    assert seen == [[(1, "attempted")]]
    with reading(it.engine) as session:
        answered, attempted = ledger.effects_of(session, case)
    assert (answered.fact, answered.answer, attempted.fact) == ("answered", {"status": 250}, "attempted")
    assert attempted.key == answered.key


def test_an_attempt_that_failed_says_why_and_the_next_has_the_next_number(bench: Make) -> None:
    def send(work: ConnectorWork) -> None:
        if work.attempt == 1:
            raise WorkFailed("The post is closed.", retry_after=timedelta(minutes=1))

    it = bench(connectors=[posting("at_most_once", send)])
    it.deploy(MAIL)
    it.start("mail")
    it.run()
    it.later(timedelta(minutes=2))
    assert on_record(it) == [(1, "attempted"), (1, "failed"), (2, "attempted"), (2, "answered")]


@pytest.mark.parametrize("policy", ["idempotent", "at_least_once"])
def test_a_lost_attempt_is_made_again_where_the_policy_allows_it(bench: Make, policy: ConnectorPolicy) -> None:
    keys: list[str] = []

    def send(work: ConnectorWork) -> None:
        keys.append(work.idempotency_key)
        if len(keys) == 1:
            raise Died

    it = bench(connectors=[posting(policy, send)])
    it.deploy(MAIL)
    case = it.start("mail")
    die(it)
    it.run()
    assert list(it.open(case)) == ["look"]
    assert len(keys) == 2
    assert len(set(keys)) == 1
    assert on_record(it) == [(1, "attempted"), (1, "lost"), (2, "attempted"), (2, "answered")]


def lost_once(bench: Make) -> tuple[Bench, list[str]]:
    """A case whose connector may act once, and whose worker died while it acted."""
    calls: list[str] = []

    def send(work: ConnectorWork) -> None:
        calls.append(work.idempotency_key)
        if len(calls) == 1:
            raise Died

    it = bench(connectors=[posting("at_most_once", send)])
    it.deploy(MAIL)
    it.start("mail")
    die(it)
    it.run()
    assert len(calls) == 1
    return it, calls


@pytest.mark.parametrize(("went_out", "made"), [(True, 1), (False, 2)])
def test_a_person_decides_about_what_may_not_be_done_twice(bench: Make, went_out: bool, made: int) -> None:
    it, calls = lost_once(bench)
    (incident,), (one,) = it.incidents(), waiting(it)
    assert (incident.code, one.instance_id, one.number) == ("outcome_unknown", incident.instance_id, 1)
    with pytest.raises(DecisionNeeded), transaction(it.engine) as session:
        commands.retry_incident(session, it.engine, incident.id, by=ADMIN)
    with transaction(it.engine) as session:
        assert commands.retry_incidents(session, it.engine, [incident.id], by=ADMIN) == 0
        unknown.decide(session, it.engine, one.id, went_out=went_out, by=ADMIN)
    it.run()
    assert (len(calls), len(set(calls))) == (made, 1)
    assert list(it.open(incident.instance_id)) == ["look"]
    assert (it.incidents(), waiting(it), it.case(incident.instance_id).incidents) == ([], [], 0)
    with reading(it.engine) as session:
        decision = session.scalars(select(Effect).where(Effect.step == ledger.DECISION)).one()
    assert (decision.fact, decision.by) == ("went_out" if went_out else "not_gone", ADMIN.id)
    said = [event for event in it.history(incident.instance_id) if event.kind == "effect_decided"]
    assert [(event.by, event.data) for event in said] == [(ADMIN.id, {"went_out": went_out})]
    with pytest.raises(AlreadyDecided), transaction(it.engine) as session:
        unknown.decide(session, it.engine, one.id, went_out=not went_out, by=ADMIN)


def test_only_what_is_unknown_is_decided(bench: Make) -> None:
    it = bench(connectors=[posting("at_most_once", lambda work: None)])
    it.deploy(MAIL)
    case = it.start("mail")
    it.run()
    with reading(it.engine) as session:
        rows = ledger.effects_of(session, case)
    for row in rows:
        with pytest.raises(NotFound), transaction(it.engine) as session:
            unknown.decide(session, it.engine, row.id, went_out=True, by=ADMIN)


@pytest.mark.parametrize("error", [OutcomeUnknown("The line broke."), ValueError("whatever")])
def test_a_call_that_left_without_an_answer_is_unknown_too(bench: Make, error: Exception) -> None:
    def send(work: ConnectorWork) -> None:
        raise error

    it = bench(connectors=[posting("at_most_once", send)])
    it.deploy(MAIL)
    it.start("mail")
    it.run()
    assert len(waiting(it)) == 1
    assert it.later(timedelta(days=1)) == 0


def test_work_of_no_case_is_decided_as_well(bench: Make) -> None:
    def send(work: ConnectorWork) -> None:
        raise OutcomeUnknown("The line broke.")

    it = bench(connectors=[posting("at_most_once", send)])
    errand(it)
    it.run()
    (one,) = waiting(it)
    (held,) = it.jobs()
    with pytest.raises(DecisionNeeded), transaction(it.engine) as session:
        stuck.run_again(session, it.engine, held.id)
    with transaction(it.engine) as session:
        unknown.decide(session, it.engine, one.id, went_out=False, by=ADMIN)
    it.run()
    (one,) = waiting(it)
    assert one.number == 2
    with transaction(it.engine) as session:
        unknown.decide(session, it.engine, one.id, went_out=True, by=ADMIN)
    assert (waiting(it), it.jobs()) == ([], [])


def test_a_worker_that_was_given_up_says_what_it_did(bench: Make) -> None:
    def send(work: ConnectorWork) -> None:
        if work.attempt == 1:
            it.clock.advance(it.engine.settings.lease + timedelta(seconds=1))
            (other,) = claim_due(it.engine)
            run_claimed(it.engine, other)
            work.told["status"] = 200

    it = bench(connectors=[posting("at_most_once", send)])
    it.deploy(MAIL)
    it.start("mail")
    it.run()
    (one,) = waiting(it)
    assert one.late is not None
    assert (one.late.fact, one.late.answer) == ("answered", {"status": 200})


def test_an_answer_that_could_not_be_written_is_not_asked_for_again(
    bench: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []

    def send(work: ConnectorWork) -> dict[str, object]:
        calls.append(work.idempotency_key)
        return {"sent": True}

    def fail(*_: object) -> None:
        raise OSError("the disk is full")

    it = bench(connectors=[posting("at_most_once", send)])
    it.deploy(MAIL)
    case = it.start("mail")
    with monkeypatch.context() as broken:
        broken.setattr("engine.leases.advance", fail)
        it.run()
    assert it.open(case) == {}
    it.later(timedelta(hours=1))
    assert len(calls) == 1
    assert it.variables(case) == {"sent": True}
    assert on_record(it) == [(1, "attempted"), (1, "answered")]


def test_an_answer_after_the_lease_is_not_asked_for_again(bench: Make) -> None:
    """The campaign of faults found it: the next worker had the job, and had not come to it yet."""
    calls: list[int] = []
    others: list[Claimed] = []

    def send(work: ConnectorWork) -> dict[str, object]:
        calls.append(work.attempt)
        it.clock.advance(it.engine.settings.lease + timedelta(seconds=1))
        others.extend(claim_due(it.engine))
        return {"sent": True}

    it = bench(connectors=[posting("at_most_once", send)])
    it.deploy(MAIL)
    case = it.start("mail")
    it.run()
    (other,) = others
    run_claimed(it.engine, other)
    assert calls == [1]
    assert it.variables(case) == {"sent": True}
    assert on_record(it) == [(1, "attempted"), (1, "answered")]


def test_two_workers_cannot_record_the_same_attempt(bench: Make) -> None:
    """Under the lock on the job's row, without lease and epoch: whoever is second finds what the first recorded.

    Where nobody held the row, the unique key refuses the second of two at once (`tests/faults/test_guards.py`);
    one who comes after the commit of the first would take its attempt for lost.
    """
    it = bench(connectors=[posting("at_most_once", lambda work: None)])
    errand(it)
    connector = it.engine.registry.connectors["mail.send"]
    won: list[int] = []
    both = threading.Barrier(2)

    def work() -> None:
        both.wait(10)
        with transaction(it.engine) as session:
            job = session.scalars(select(Job).with_for_update()).one()
            if ledger.unsettled(session, ledger.key_of(job), job.id) is None:
                won.append(ledger.attempt(session, it.engine, job, connector).number)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert won == [1]
    assert on_record(it) == [(1, "attempted")]


def test_a_worker_without_its_lease_makes_no_attempt(bench: Make) -> None:
    calls: list[int] = []
    it = bench(connectors=[posting("at_least_once", lambda work: calls.append(work.attempt))])
    it.deploy(MAIL)
    it.start("mail")
    (late,) = claim_due(it.engine)
    it.clock.advance(it.engine.settings.lease + timedelta(seconds=1))
    claim_due(it.engine)
    run_claimed(it.engine, late)
    assert (calls, on_record(it)) == ([], [])


def test_an_attempt_that_is_given_up_while_its_worker_speaks_can_be_decided(bench: Make) -> None:
    """The campaign of faults found it: an incident that asked for a decision, and nothing to decide about."""
    it = bench(connectors=[posting("at_most_once", lambda work: None)])
    errand(it)
    (job,) = it.jobs()
    with transaction(it.engine) as session:
        made = ledger.attempt(session, it.engine, job, it.engine.registry.connectors[job.type])
    for fact in ("answered", "unknown", "unknown"):
        with transaction(it.engine) as session:
            ledger.outcome(session, it.engine, made, fact)
    with reading(it.engine) as session:
        assert ledger.undecided(session, job.id) is not None
        assert ledger.unsettled(session, made.key, job.id) is not None  # also for whoever has the job after that
    assert on_record(it) == [(1, "attempted"), (1, "answered"), (1, "unknown")]
