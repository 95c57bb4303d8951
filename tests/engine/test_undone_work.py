"""A service task that moved other cases and then failed: nothing of it stays, in the database or in memory."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from engine import commands
from engine.errors import CaseAtHand, WorkFailed
from engine.registry import ServiceWork
from engine.transaction import transaction
from tests.fixtures.diagrams import call, catch, end, message, process, reference, service, start, user_task
from tests.fixtures.engines import ADMIN, CLERK, Bench

WAITING = process(
    "waiting",
    [start(), catch("pause", reference("message", "m")), user_task("look"), end()],
    ["begin -> pause", "pause -> look", "look -> done"],
    top=[message("m", "go", "k")],
)
TWO_SERVICES = process(
    "two",
    [start(), user_task("ask"), service("first", "send.one"), service("second", "send.two"), end()],
    ["begin -> ask", "ask -> first", "ask -> second", "first -> done", "second -> done"],
)


def publish(work: ServiceWork) -> None:
    commands.correlate_message(
        work.session, work.engine, "go", "K", {}, source="test", message_id=str(work.token), by=CLERK
    )


def test_a_message_that_was_undone_reaches_its_case_the_second_time(bench: Callable[..., Bench]) -> None:
    def fail(work: ServiceWork) -> None:
        publish(work)
        raise WorkFailed("after all, no", again=False)

    it = bench(service={"send.one": fail, "send.two": publish})
    it.deploy(WAITING, TWO_SERVICES)
    waiting = it.start("waiting", {"k": "K"})
    case = it.start("two")
    it.do(case, "ask")
    assert [each.element for each in it.incidents()] == ["first"]
    assert list(it.open(waiting)) == ["look"]
    assert it.do(waiting, "look").ended


def test_a_case_that_was_never_moved_is_not_kept_in_memory(bench: Callable[..., Bench]) -> None:
    def fail(work: ServiceWork) -> None:
        publish(work)
        raise WorkFailed("no", again=False)

    it = bench(service={"send.one": fail, "send.two": lambda work: None})
    it.deploy(WAITING, TWO_SERVICES)
    waiting = it.start("waiting", {"k": "K", "n": 1})
    case = it.start("two")
    it.do(case, "ask")
    assert it.case(waiting).rev == 1
    assert it.engine.live_cases.rev(waiting) is None
    other = it.another()
    with transaction(other) as session:
        commands.set_variables(session, other, waiting, {"n": 2}, by=ADMIN)
    with transaction(it.engine) as session:
        reached = commands.correlate_message(session, it.engine, "go", "K", {}, source="test", by=CLERK)
    assert reached.delivered == (waiting,)
    assert it.variables(waiting)["n"] == 2
    assert it.do(waiting, "look").ended


def test_a_task_that_was_completed_in_vain_is_open_still(bench: Callable[..., Bench]) -> None:
    """The verb writes past SQLAlchemy's session, whose SAVEPOINT has to be there all the same."""
    tasks: list[UUID] = []

    def complete_and_fail(work: ServiceWork) -> None:
        commands.complete(work.session, work.engine, tasks[0], {"n": 2}, by=CLERK)
        raise WorkFailed("no", again=False)

    it = bench(service={"send.one": complete_and_fail, "send.two": lambda work: None})
    it.deploy(WAITING, TWO_SERVICES)
    other = it.start("two", {"n": 1})
    case = it.start("two")
    tasks.append(it.open(other)["ask"])
    it.do(case, "ask")
    assert [each.element for each in it.incidents()] == ["first"]
    assert it.case(other).rev == 1
    assert it.open(other) == {"ask": tasks[0]}
    assert it.variables(other) == {"n": 1}


def test_a_case_that_began_in_vain_leaves_no_row(bench: Callable[..., Bench]) -> None:
    begun: list[UUID] = []

    def begin_and_fail(work: ServiceWork) -> None:
        begun.append(commands.start(work.session, work.engine, "waiting", {"k": "K"}, by=CLERK).instance_id)
        raise WorkFailed("no", again=False)

    it = bench(service={"send.one": begin_and_fail, "send.two": publish})
    it.deploy(WAITING, TWO_SERVICES)
    it.do(it.start("two"), "ask")
    assert (it.cases("waiting"), len(begun), it.engine.live_cases.rev(begun[0])) == ([], 1, None)


def test_the_own_case_is_out_of_reach_and_says_so(bench: Callable[..., Bench]) -> None:
    refusals: list[Exception] = []

    def meddle(work: ServiceWork) -> None:
        try:
            commands.set_variables(work.session, work.engine, work.instance_id, {"n": 1}, by=CLERK)
        except CaseAtHand as refused:
            refusals.append(refused)
            raise

    it = bench(service={"send.one": meddle, "send.two": lambda work: None})
    it.deploy(TWO_SERVICES)
    case = it.start("two")
    it.do(case, "ask")
    (job,) = it.jobs()
    assert (job.element, job.error, len(refusals)) == ("first", f"CaseAtHand: {refusals[0]}", 1)


def test_a_message_to_the_own_case_comes_by_a_job(bench: Callable[..., Bench]) -> None:
    it = bench(service={"send.one": publish})
    it.deploy(
        process(
            "own",
            [start(), catch("pause", reference("message", "m")), user_task("ask"), service("one", "send.one"),
             user_task("look"), end()],
            ["begin -> pause", "begin -> ask", "ask -> one", "one -> done", "pause -> look", "look -> done"],
            top=[message("m", "go", "k")],
        )
    )  # fmt: skip
    case = it.start("own", {"k": "K"})
    it.do(case, "ask")
    assert [job.kind for job in it.jobs()] == ["message"]
    it.run()
    assert list(it.open(case)) == ["look"]


def test_a_child_that_meddles_with_its_caller_and_fails_leaves_the_caller_as_it_was(
    bench: Callable[..., Bench],
) -> None:
    def end_sibling(work: ServiceWork) -> None:
        publish(work)
        raise WorkFailed("no", again=False)

    it = bench(service={"send.one": end_sibling})
    it.deploy(
        process("kid", [start(), service("one", "send.one"), end()], ["begin -> one", "one -> done"]),
        process(
            "caller",
            [start(), catch("pause", reference("message", "m")), call("a", "kid"), call("b", "kid"), user_task("look"),
             end()],
            ["begin -> pause", "begin -> a", "begin -> b", "pause -> look", "look -> done", "a -> done", "b -> done"],
            top=[message("m", "go", "k")],
        ),
    )  # fmt: skip
    case = it.start("caller", {"k": "K"})
    it.run()
    assert [each.element for each in it.incidents()] == ["one", "one"]
    assert ([each.name for each in it.waits()], it.open(case)) == (["go"], {})
