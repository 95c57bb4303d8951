"""Each guard, in the very moment that it is for: with it the judge finds nothing, without it the judge finds it.

rev           a live case in memory is used only as it was written last
epoch         a late worker matches no row
request_key   a repeated request is answered as before
effect_key    one attempt of a connector is recorded once
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text

from engine import commands, connectors, ledger
from engine.engine import Engine
from engine.errors import AmicaleError
from engine.jobs import claim_due, run_claimed, run_due
from engine.models import Effect as EffectRow
from engine.transaction import reading, transaction
from tests.faults import guards, subject
from tests.faults.judge import Verdict, judge
from tests.faults.ledger import Effect
from tests.fixtures.engines import Bench

LABEL = "the-case"


class World:
    """A world in this process, instead of the one behind a socket; it can stop a call before or after it hears it."""

    def __init__(self) -> None:
        self.heard: list[Effect] = []
        self.before: Callable[[], None] = lambda: None

    def tell(self, label: str, element: str, key: str) -> str:
        before, self.before = self.before, lambda: None
        self.heard.append(Effect(label, element, key))
        before()
        return "written"


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def it(bench: Callable[..., Bench], world: World) -> Bench:
    """The campaign's own diagram and work, on a clock that stands."""
    registry = subject.registry(world)  # type: ignore[arg-type]
    made = bench(
        service={name: task.work for name, task in registry.service_tasks.items()},
        connectors=list(registry.connectors.values()),
    )
    with made.engine.database.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS book"))
        connection.execute(text(subject.BOOK))
    made.deploy(subject.DIAGRAM)
    return made


def begin(engine: Engine) -> UUID:
    """As the web process of the campaign does it."""
    with transaction(engine) as session:
        return commands.start(
            session, engine, subject.PROCESS_ID, {"label": LABEL}, by=subject.CLERK, request_key="start",
            business_key=LABEL,
        ).instance_id  # fmt: skip


def complete(engine: Engine, task: UUID) -> None:
    with transaction(engine) as session:
        commands.complete(session, engine, task, by=subject.CLERK, request_key=f"complete {task}")


def completed(engine: Engine, task: UUID) -> list[str]:
    """Completes it, and answers why not: what a person would have been told."""
    try:
        complete(engine, task)
    except AmicaleError as error:
        return [f"{type(error).__name__}: {error}"]
    return []


def bring_to_an_end(it: Bench, case: UUID) -> list[str]:
    """What is left of the case, by one process; answers what was refused."""
    refused: list[str] = []
    for _ in range(len(subject.TASKS)):
        it.later(timedelta(seconds=2))
        with transaction(it.engine) as session:
            commands.correlate_message(
                session, it.engine, "paid", LABEL, source="bank", message_id=LABEL, ttl=timedelta(1), by=subject.CLERK
            )
        for task in it.open(case).values():
            refused += completed(it.engine, task)
        it.run()
    return refused


def judged(it: Bench, world: World, refused: list[str]) -> Verdict:
    with reading(it.engine) as session:
        return judge(session, [LABEL], world.heard, refused)


@pytest.mark.parametrize("removed", ["", "rev"])
def test_rev(it: Bench, world: World, removed: str) -> None:
    """Two processes move the case in turns: the first one must not go on from what it remembers."""
    other = it.another()
    with guards.without(removed):
        case = begin(it.engine)
        complete(it.engine, it.open(case)["ask"])
        while "left" not in it.open(case):
            it.later(timedelta(seconds=2))
            with transaction(it.engine) as session:
                commands.correlate_message(
                    session, it.engine, "paid", LABEL, source="bank", message_id=LABEL, ttl=timedelta(1),
                    by=subject.CLERK,
                )  # fmt: skip
        complete(other, it.open(case)["left"])  # the first process still remembers both
        verdict = judged(it, world, bring_to_an_end(it, case))
    assert verdict.clean is (removed == ""), verdict
    assert bool(verdict.stuck) is (removed == "rev"), verdict


@pytest.mark.parametrize("removed", ["", "epoch"])
def test_epoch(it: Bench, world: World, monkeypatch: pytest.MonkeyPatch, removed: str) -> None:
    """A worker sleeps past its lease right before its call; another one makes that call meanwhile.

    Without the epoch the late one takes that attempt for a lost one, and asks a person about it.
    """
    asleep, awake, through = threading.Event(), threading.Event(), threading.Event()
    sleeper = threading.Thread(target=lambda: late())
    begun = connectors._begun

    def sleepy(call: connectors.Call) -> object:
        if threading.current_thread() is sleeper:
            asleep.set()
            awake.wait(30)
        return begun(call)

    def meanwhile() -> None:
        awake.set()
        through.wait(30)

    def late() -> None:
        run_claimed(it.engine, claimed)
        through.set()

    monkeypatch.setattr(connectors, "_begun", sleepy)
    with guards.without(removed):
        case = begin(it.engine)
        complete(it.engine, it.open(case)["ask"])
        it.run()
        it.clock.advance(timedelta(seconds=2))
        run_due(it.engine, lane="inside")
        (claimed,) = claim_due(it.engine)
        sleeper.start()
        assert asleep.wait(30)
        it.clock.advance(it.engine.settings.lease * 2)
        world.before = meanwhile
        run_due(it.another())
        sleeper.join(30)
        verdict = judged(it, world, bring_to_an_end(it, case))
    assert [effect.element for effect in world.heard].count("pay") == 1  # the record of attempts holds as well
    assert verdict.clean, verdict
    with reading(it.engine) as session:
        facts = list(session.scalars(select(EffectRow.fact).where(EffectRow.element == "pay")))
    assert facts.count("unknown") == (1 if removed else 0), "nobody is asked about a payment that is being made"


@pytest.mark.parametrize("removed", ["", "request_key"])
def test_request_key(it: Bench, world: World, removed: str) -> None:
    """A web process dies after its commit, before its answer: the person sends the same request again."""
    with guards.without(removed):
        begin(it.engine)
        case = begin(it.another())
        task = it.open(case)["ask"]
        complete(it.engine, task)
        refused = completed(it.another(), task)
        verdict = judged(it, world, refused + bring_to_an_end(it, case))
    assert verdict.clean is (removed == ""), verdict
    assert bool(verdict.doubled and verdict.lost) is (removed == "request_key"), verdict


@pytest.mark.parametrize("database", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True)
@pytest.mark.parametrize("removed", ["", "effect_key"])
def test_effect_key(it: Bench, removed: str) -> None:
    """Two workers who both believe that they hold the job record its attempt at the same time."""
    begin(it.engine)
    complete(it.engine, next(iter(it.open(it.cases(subject.PROCESS_ID)[0].id).values())))
    (job,) = it.jobs()
    known, other = it.engine.registry.connectors[job.type], it.another()
    refused: list[bool] = []

    def second() -> None:
        try:
            with transaction(other) as session:
                ledger.attempt(session, other, job, known)
            refused.append(False)
        except ledger.AttemptTaken:
            refused.append(True)

    with dropped_key(it) if removed else nullcontext():
        thread = threading.Thread(target=second)
        with transaction(it.engine) as session:
            ledger.attempt(session, it.engine, job, known)
            session.execute(select(EffectRow.number))  # what is written is sent with a question
            thread.start()
            while thread.is_alive() and not waits_for_a_lock(it):
                thread.join(0.01)
        thread.join(30)
        with reading(it.engine) as session:
            numbers = session.execute(select(EffectRow.number)).scalars().all()
        assert refused == [removed == ""]
        assert numbers == ([1] if removed == "" else [1, 1])


def waits_for_a_lock(it: Bench) -> bool:
    """Whether anybody does in this database."""
    waiting = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with it.engine.database.connect() as connection:
        return bool(connection.execute(text(waiting)).scalar_one())


@contextmanager
def dropped_key(it: Bench) -> Iterator[None]:
    """The table of effects without its unique key."""
    try:
        with it.engine.database.begin() as connection:
            connection.execute(text("ALTER TABLE effect DROP CONSTRAINT uq_effect_key"))
        yield
    finally:
        with it.engine.database.begin() as connection:
            connection.execute(text("TRUNCATE effect"))
            connection.execute(text("ALTER TABLE effect ADD CONSTRAINT uq_effect_key UNIQUE (key, number, step)"))
