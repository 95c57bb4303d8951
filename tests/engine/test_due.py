"""Whose turn it is: priority, fairness between processes, the limits of connectors, and a look that costs no more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import event, insert, select, text

from engine.due import LOOKED, ORDINARY, PATIENT, URGENT, look
from engine.jobs import BATCH, Claimed, claim_due, free_expired, give_back, run_due, run_job
from engine.models import FREE_JOB, Job
from engine.registry import Connector, ConnectorWork
from engine.store import job_row
from engine.transaction import reading, transaction
from tests.fixtures.diagrams import catch, end, process, service, start, timer, user_task
from tests.fixtures.engines import Bench

MAIL = process(
    "mail",
    [start(), service("send", "mail.send"), user_task("look"), end()],
    ["begin -> send", "send -> look", "look -> done"],
)
LATER_MAIL = process(
    "later_mail",
    [start(), catch("pause", timer("duration", "P1D")), service("send", "mail.send"), user_task("look"), end()],
    ["begin -> pause", "pause -> send", "send -> look", "look -> done"],
)


def promise(it: Bench, process_id: str, count: int, *, priority: int = ORDINARY, late: int = 0) -> None:
    """Work of no case, due `late` seconds ago."""
    due_at = it.clock.now() - timedelta(seconds=late)
    nobody: dict[str, object] = {"process_id": "none", "key": "none"}
    rows = [
        job_row(None, process_id, "freed", due_at, id_=uuid4(), payload=nobody, priority=priority) for _ in range(count)
    ]
    with transaction(it.engine) as session:
        session.execute(insert(Job), rows)


def served(it: Bench) -> list[str]:
    """The processes of all due jobs, in the order in which one worker begins them."""
    with reading(it.engine) as session:
        process_of = {row.id: row.process_id for row in session.execute(select(Job.id, Job.process_id))}
    order: list[str] = []
    run_due(it.engine, each=lambda batch: order.extend(process_of[claimed.id] for claimed in batch.waiting))
    return order


def test_a_flood_of_one_process_keeps_no_other_waiting(bench: Callable[..., Bench]) -> None:
    it = bench()
    promise(it, "renewal", 5 * BATCH, late=3600)
    promise(it, "application", 1)
    order = served(it)
    assert len(order) == 5 * BATCH + 1
    assert order.index("application") <= BATCH


def test_a_worker_looks_once_before_a_batch_and_once_after_it(bench: Callable[..., Bench]) -> None:
    it = bench()
    promise(it, "timers", BATCH)
    looks: list[str] = []
    event.listen(it.engine.database, "before_cursor_execute", lambda _c, _cursor, said, *_: looks.append(said))
    assert run_due(it.engine, seen=free_expired(it.engine)) == BATCH
    assert sum("WITH RECURSIVE head" in said for said in looks) == 2


def test_what_somebody_waits_for_goes_first_and_starves_nobody(bench: Callable[..., Bench]) -> None:
    it = bench()
    promise(it, "bulk", 1, priority=PATIENT, late=60)
    promise(it, "timers", 1)
    promise(it, "clicks", 10 * BATCH, priority=URGENT)
    order = served(it)
    assert order[:BATCH] == ["clicks"] * BATCH
    assert order.index("bulk") < 4 * BATCH  # every fourth turn goes to what is late the longest


def test_work_that_a_click_leaves_is_urgent_and_hands_that_down(bench: Callable[..., Bench]) -> None:
    it = bench(connector={"mail.send": lambda _work: None})
    it.deploy(MAIL, LATER_MAIL)
    it.start("mail")
    it.start("later_mail")
    assert {(job.kind, job.priority) for job in it.jobs()} == {("connector", URGENT), ("timer", ORDINARY)}
    it.clock.advance(timedelta(days=1))
    for claimed in claim_due(it.engine, lane="inside"):
        run_due(it.engine, limit=1, lane="outside")
        give_back(it.engine, [claimed])
    run_due(it.engine, lane="inside")
    assert [(job.kind, job.priority) for job in it.jobs()] == [("connector", ORDINARY)]


def test_connectors_run_at_once_as_often_as_they_declare(bench: Callable[..., Bench]) -> None:
    it = bench(connectors=[Connector("mail.send", lambda _work: None, at_once=2)])
    it.deploy(MAIL)
    for _ in range(4):
        it.start("mail")
    with ThreadPoolExecutor(4) as workers:
        engines = [it.engine, it.another(), it.another(), it.another()]
        claimed = [job for jobs in workers.map(claim_due, engines) for job in jobs]
    assert len(claimed) == 2
    refused = next(job for job in it.jobs() if job.leased_until is None)
    assert not run_job(it.engine, refused.id)
    give_back(it.engine, claimed[:1])
    assert len(claim_due(it.another())) == 1
    it.later(it.engine.settings.lease + timedelta(seconds=1))  # the lost workers hold no place for ever
    assert it.jobs() == []


def test_connectors_begin_as_often_in_a_minute_as_they_declare(bench: Callable[..., Bench]) -> None:
    begun: list[ConnectorWork] = []
    it = bench(connectors=[Connector("mail.send", lambda work: begun.append(work), per_minute=60)])  # type: ignore[func-returns-value]
    it.deploy(MAIL)
    for _ in range(20):
        it.start("mail")
    for second in range(15):
        it.run()
        assert len(begun) <= second + 2
        it.clock.advance(timedelta(seconds=1))
    assert 15 <= len(begun) <= 16


def test_limits_of_one_connector_hold_nothing_else_up(bench: Callable[..., Bench]) -> None:
    it = bench(connectors=[Connector("mail.send", lambda _work: None, per_minute=1)])
    it.deploy(MAIL)
    for _ in range(3):
        it.start("mail")
    promise(it, "other", 5)
    it.run()
    assert Counter(job.kind for job in it.jobs()) == {"connector": 2}


def test_a_job_that_is_given_back_lost_no_worker(bench: Callable[..., Bench]) -> None:
    it = bench()
    promise(it, "any", 1)
    (first,) = claim_due(it.engine)
    give_back(it.engine, [first])
    (second,) = claim_due(it.another())
    give_back(it.engine, [first])  # too late: it is another's
    (job,) = it.jobs()
    assert second.epoch > first.epoch
    assert job.leased_until is not None
    assert job.epoch - job.attempts - 1 == 0


def test_a_claim_reads_the_index_of_free_jobs(bench: Callable[..., Bench]) -> None:
    """Written by hand on purpose: SQLite uses a partial index only where its condition is said word for word."""
    it = bench()
    promise(it, "any", 3)
    with reading(it.engine) as session:
        assert [group.process_id for group in look(session).groups] == ["any"]
        if it.engine.database.dialect.name != "sqlite":
            pytest.skip("PostgreSQL reads so small a table whole")
        chosen = f"{FREE_JOB} AND priority = 50 AND type = '' AND process_id = 'any' AND due_at <= '2027'"
        plan = session.execute(
            text(f"EXPLAIN QUERY PLAN SELECT id FROM job WHERE {chosen} ORDER BY due_at, id LIMIT 9")
        )
        steps = [row.detail for row in plan]
        looked = " ".join(row.detail for row in session.execute(text(f"EXPLAIN QUERY PLAN {LOOKED}")))
    assert "(priority=? AND type=? AND process_id>?)" in looked, "a look steps from group to group"
    assert len(steps) == 1
    assert "USING INDEX ix_job_free (priority=? AND type=? AND process_id=? AND due_at<?)" in steps[0]


def test_a_claimed_job_says_what_it_is(bench: Callable[..., Bench]) -> None:
    it = bench()
    promise(it, "any", 1)
    (claimed,) = claim_due(it.engine)
    assert claimed == Claimed(it.jobs()[0].id, 1, "freed")
