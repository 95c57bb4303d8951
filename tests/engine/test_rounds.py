"""Several calls of one connector in a round: what they share, what each keeps, and who is called alone."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from engine import commands, unknown
from engine.batches import Batch
from engine.engine import EngineSettings
from engine.errors import WorkFailed
from engine.jobs import claim_due
from engine.models import Effect, Job
from engine.registry import Connector, ConnectorPolicy, ConnectorWork, NotBegun
from engine.transaction import reading, transaction
from tests.engine.test_batches import commits
from tests.engine.test_effects import Died
from tests.engine.test_jobs import MAIL
from tests.engine.test_standing_still import errand
from tests.fixtures.engines import ADMIN, Bench

Make = Callable[..., Bench]
Answers = Sequence[Mapping[str, object] | Exception | None]
SETTINGS = EngineSettings(together=timedelta(minutes=1))


class World:
    """Whom the connector calls, alone or in rounds: `says` answers, or raises, by place and case."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.rounds: list[int] = []
        self.says: Callable[[int, UUID | None], Exception | None] = lambda place, case: None
        self.before: Callable[[], None] = lambda: None

    def call(self, work: ConnectorWork) -> None:
        self.heard.append(work.idempotency_key)
        work.told["status"] = 250

    def round(self, works: Sequence[ConnectorWork]) -> Answers:
        self.rounds.append(len(works))
        self.before()
        answers: list[Exception | None] = []
        for place, work in enumerate(works):
            answer = self.says(place, work.instance_id)
            if not isinstance(answer, NotBegun):
                self.call(work)
            answers.append(answer)
        return answers

    def connector(self, policy: ConnectorPolicy = "at_least_once", per_minute: int | None = None) -> Connector:
        return Connector("mail.send", self.call, policy=policy, per_minute=per_minute, round=self.round)


@pytest.fixture
def world() -> World:
    return World()


def begun(bench: Make, connector: Connector, cases: int = 3) -> tuple[Bench, list[UUID]]:
    it = bench(connectors=[connector], settings=SETTINGS)
    it.deploy(MAIL)
    return it, [it.start("mail") for _ in range(cases)]


def record_of(it: Bench, case: UUID) -> list[tuple[int, str]]:
    with reading(it.engine) as session:
        rows = session.scalars(select(Effect).where(Effect.instance_id == case).order_by(Effect.number, Effect.step))
        return [(row.number, row.fact) for row in rows]


def claimed(it: Bench) -> Batch:
    return Batch(it.engine, deque(claim_due(it.engine)))


ANSWERED = [(1, "attempted"), (1, "answered")]


def test_a_round_shares_its_transactions_and_is_on_record_before_it_is_made(bench: Make, world: World) -> None:
    it, cases = begun(bench, world.connector())
    errand(it)
    seen: list[Sequence[tuple[int, str]]] = []
    world.before = lambda: seen.extend(record_of(it, case) for case in cases)
    with commits(it) as made:
        batches = [claimed(it), claimed(it)]
        for batch in batches:
            batch.run()
    assert len(made) == 2 + 2 + 2, "two claims; attempts and answers of the round; the errand alone"
    assert seen == [[(1, "attempted")]] * 3
    assert [record_of(it, case) for case in cases] == [ANSWERED] * 3
    assert [list(it.open(case)) for case in cases] == [["look"]] * 3
    assert (world.rounds, len(set(world.heard)), it.jobs()) == ([3], 4, [])
    with reading(it.engine) as session:
        assert set(session.scalars(select(Effect.answer["status"].as_integer()).where(Effect.step == 1))) == {250}


def test_work_of_no_case_is_called_in_rounds_too(bench: Make, world: World) -> None:
    it, _ = begun(bench, world.connector(), 0)
    for _ in range(3):
        errand(it)
    it.run()
    assert (world.rounds, len(set(world.heard)), it.jobs()) == ([3], 3, [])


def test_what_fails_or_was_not_begun_is_tried_again_alone(bench: Make, world: World) -> None:
    it, cases = begun(bench, world.connector(), 4)
    closed = WorkFailed("The post is closed.", retry_after=timedelta(minutes=1))
    says = dict(zip(cases, (None, closed, NotBegun(), OSError()), strict=True))
    world.says = lambda _, case: says.get(case) if case else None
    claimed(it).run()
    left = {job.instance_id: (job.retries, job.error, job.leased_until) for job in it.jobs()}
    assert left == {
        cases[1]: (2, "The post is closed.", None),
        cases[2]: (3, None, None),
        cases[3]: (2, "OSError", None),
    }
    it.later(timedelta(minutes=2))
    assert [record_of(it, case) for case in cases] == [
        ANSWERED, [(1, "attempted"), (1, "failed"), (2, "attempted"), (2, "answered")],
        [(1, "attempted"), (1, "not_gone"), (2, "attempted"), (2, "answered")],
        [(1, "attempted"), (1, "failed"), (2, "attempted"), (2, "answered")],
    ]  # fmt: skip
    assert world.rounds == [4], "what was tried before is called alone"
    assert it.jobs() == []


@pytest.mark.parametrize("place", [0, 2])
def test_a_worker_that_dies_leaves_attempts_that_are_made_again(bench: Make, world: World, place: int) -> None:
    """Also for those that it had not reached: of none of them somebody heard."""
    it, cases = begun(bench, world.connector())

    def die(at: int, _case: UUID | None) -> None:
        if at == place:
            raise Died

    world.says = die  # type: ignore[assignment]
    with pytest.raises(Died):
        claimed(it).run()
    it.later(it.engine.settings.lease + timedelta(seconds=1))
    assert [record_of(it, case) for case in cases] == [
        [(1, "attempted"), (1, "lost"), (2, "attempted"), (2, "answered")]
    ] * 3
    assert len(world.heard) == 3 + place
    assert [list(it.open(case)) for case in cases] == [["look"]] * 3


def test_a_late_worker_moves_no_case(bench: Make, world: World) -> None:
    """Its lease ends while it calls; the calls are made again, and its own answers stand beside."""
    it, cases = begun(bench, world.connector(), 2)

    def sleep() -> None:
        world.before = lambda: None
        it.later(it.engine.settings.lease + timedelta(seconds=1))

    world.before = sleep
    claimed(it).run()
    assert [list(it.open(case)) for case in cases] == [["look"]] * 2
    made_twice = [(1, "attempted"), (1, "lost"), (1, "answered"), (2, "attempted"), (2, "answered")]
    assert [sorted(record_of(it, case)) for case in cases] == [sorted(made_twice)] * 2
    assert [[each.kind for each in it.history(case)].count("task_opened") for case in cases] == [1, 1]


def test_a_round_that_cannot_begin_is_made_call_by_call(bench: Make, world: World) -> None:
    it, cases = begun(bench, world.connector())

    def refuse() -> None:
        raise LookupError

    world.before = refuse
    claimed(it).run()
    assert (len(world.heard), [record_of(it, case) for case in cases]) == (3, [ANSWERED] * 3)


def test_calls_of_which_a_round_forgets_to_tell_are_not_made_again(bench: Make, world: World) -> None:
    told = world.connector()
    it, cases = begun(bench, replace(told, round=lambda works: world.round(works)[1:]))
    claimed(it).run()
    it.later(timedelta(days=1))
    assert len(world.heard) == 3
    assert [record_of(it, case) for case in cases] == [[(1, "attempted"), (1, "failed")]] * 3
    said = "the connector answered for another number of calls than it was given (2/3)"
    assert {incident.message for incident in it.incidents()} == {said}


@pytest.mark.parametrize(("policy", "per_minute"), [("at_most_once", None), ("at_least_once", 600)])
def test_what_may_go_out_once_and_what_is_limited_is_called_alone(
    bench: Make, world: World, policy: ConnectorPolicy, per_minute: int | None
) -> None:
    it, cases = begun(bench, world.connector(policy, per_minute))
    assert len(claimed(it).waiting) == 1
    it.later(it.engine.settings.lease + timedelta(seconds=1))
    assert world.rounds == []
    with reading(it.engine) as session:
        assert unknown.count(session) == 0
    assert [record_of(it, case) for case in cases] == [ANSWERED] * 3


def test_a_case_that_ends_or_stands_still_meanwhile_keeps_no_other_from_its_answer(bench: Make, world: World) -> None:
    it, cases = begun(bench, world.connector())

    def meddle() -> None:
        with transaction(it.engine) as session:
            commands.cancel(session, it.engine, cases[0], by=ADMIN)
        with transaction(it.engine) as session:
            commands.suspend(session, it.engine, cases[1], by=ADMIN)

    world.before = meddle
    claimed(it).run()
    assert [record_of(it, case) for case in cases] == [ANSWERED] * 3
    assert [list(it.open(case)) for case in cases] == [[], ["look"], ["look"]]
    with reading(it.engine) as session:
        assert session.scalars(select(Job)).all() == []
