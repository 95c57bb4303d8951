"""Running cases move to another version: what becomes of tasks, timers, messages, work; together, back, or refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from engine import commands
from engine.audit import audit_case
from engine.bpmn.transfer import MappingRefused
from engine.definitions import latest
from engine.migration.forecasts import Forecast, forecasts
from engine.migration.moving import MigrationRefused
from engine.migration.tables import MigrationCase
from engine.migration.together import ReturnOver, counts
from engine.models import Job, UserTask
from engine.transaction import reading, transaction
from tests.fixtures.diagrams import (
    boundary,
    catch,
    end,
    message,
    parallel,
    process,
    service,
    start,
    timer,
    user_task,
)
from tests.fixtures.engines import ADMIN, CLERK, Bench

DAY = timedelta(days=1)


def reminded(text: str = "P7D", kind: str = "Duration", *, ask: str = "ask") -> bytes:
    """A task that is reminded of."""
    steps = [start(), user_task(ask), boundary("late", ask, timer(kind, text), interrupting=False),
             user_task("remind"), end()]  # fmt: skip
    return process("asked", steps, [f"begin -> {ask}", f"{ask} -> done", "late -> remind", "remind -> done"])


def newest(it: Bench) -> UUID:
    with reading(it.engine) as session:
        return latest(session, it.engine, "asked").id


def migrate(it: Bench, case: UUID, **moved: str) -> None:
    with transaction(it.engine) as session:
        commands.migrate(session, it.engine, case, newest(it), by=ADMIN, moved=moved)


def sound(it: Bench, case: UUID) -> bool:
    """Whether the rows of a case say the same as its state."""
    with reading(it.engine) as session:
        assert audit_case(session, it.engine, case) == []
    return True


def due(it: Bench, element: str = "late") -> timedelta:
    (job,) = (job for job in it.jobs() if job.kind == "timer" and job.element == element)
    return job.due_at - it.clock.now()


def foreseen(it: Bench) -> list[Forecast]:
    with reading(it.engine) as session:
        target = latest(session, it.engine, "asked")
        return list(forecasts(session, it.engine, target.spec, but=target.id))


@pytest.mark.parametrize(
    ("was", "now", "waited", "left"),
    [
        (("Duration", "P7D"), ("Duration", "P10D"), 3, 7),
        (("Duration", "P10D"), ("Duration", "P7D"), 3, 4),
        (("Duration", "P10D"), ("Duration", "P2D"), 3, -1),
        (("Cycle", "R3/P7D"), ("Cycle", "R3/P10D"), 8, 12),  # the second of three, ten days after the first would be
        (("Cycle", "R5/P7D"), ("Cycle", "R9/P1D"), 8, 0),  # what was missed is made up for once
        (("Duration", "P10D"), ("Cycle", "R2/P4D"), 3, 1),
    ],
)
def test_a_timer_counts_from_its_anchor(
    bench: Callable[..., Bench], was: tuple[str, str], now: tuple[str, str], waited: int, left: int
) -> None:
    it = bench()
    it.deploy(reminded(was[1], was[0]))
    case = it.start("asked")
    it.later(waited * DAY)
    it.deploy(reminded(now[1], now[0]))
    (seen,) = foreseen(it)
    migrate(it, case)
    assert due(it) == left * DAY
    (shift,) = seen.shifts
    assert (seen.outcome, shift.kind, shift.now) == ("changed", "timer_moved", it.clock.now() + left * DAY)
    assert sound(it, case)


def test_a_date_that_a_person_chose_holds(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(reminded("P7D"))
    case = it.start("asked")
    (job,) = it.jobs()
    assert job.token is not None
    with transaction(it.engine) as session:
        commands.move_timer(session, it.engine, case, job.token, it.clock.now() + 20 * DAY, by=CLERK)
    it.deploy(reminded("P10D"))
    assert [shift.kind for shift in foreseen(it)[0].shifts] == ["timer_kept"]
    migrate(it, case)
    assert due(it) == 20 * DAY


def test_an_open_task_keeps_its_claim_and_asks_as_the_new_version_does(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(reminded())
    taken, free = it.start("asked"), it.start("asked")
    with transaction(it.engine) as session:
        commands.claim(session, it.engine, it.open(taken)["ask"], by=CLERK)
    before = it.open(taken)
    it.deploy(reminded().replace(b'name="ask"', b'name="Ask twice"').replace(
        b'candidateGroups="MEMBERSHIP"', b'candidateGroups="FINANCE,EVENTS"', 1))  # fmt: skip
    for case in (taken, free):
        migrate(it, case)
        assert sound(it, case)
    assert it.open(taken) == before
    with reading(it.engine) as session:
        tasks = {task.instance_id: task for task in session.scalars(select(UserTask))}
        assert {task.definition_id for task in tasks.values()} == {newest(it)}
    assert (tasks[taken].assignee, tasks[free].assignee) == (CLERK.id, None)
    assert {(task.name, task.role) for task in tasks.values()} == {("Ask twice", "FINANCE")}
    it.complete(before["ask"])
    assert it.case(taken).status == "completed"


def test_what_listens_comes_and_goes_with_the_diagram(bench: Callable[..., Bench]) -> None:
    """A message that is listened for anew takes what was kept for it; an escalation after 30 days counts from entry."""
    it = bench()
    it.deploy(reminded())
    case = it.start("asked")
    steps = [start(), user_task("ask"), boundary("never", "ask", timer("Duration", "P30D")),
             boundary("told", "ask", '<messageEventDefinition messageRef="m"/>', interrupting=False),
             user_task("hear"), end()]  # fmt: skip
    flows = ["begin -> ask", "ask -> done", "never -> done", "told -> hear", "hear -> done"]
    it.deploy(process("asked", steps, flows, top=[message("m", "news", "&quot;k&quot;")]))
    it.later(2 * DAY)
    with transaction(it.engine) as session:
        commands.correlate_message(session, it.engine, "news", "k", source="test", ttl=DAY, by=ADMIN)
    migrate(it, case)
    assert due(it, "never") == 28 * DAY
    assert set(it.open(case)) == {"ask", "hear"}
    assert sound(it, case)
    (event,) = (event for event in it.history(case) if event.kind == "case_migrated")
    assert event.data is not None
    assert (event.by, event.data["from"], event.data["to"]) == (ADMIN.id, 1, 2)


def test_ids_that_changed_are_mapped_and_what_is_gone_refuses(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(reminded())
    case = it.start("asked")
    it.deploy(reminded(ask="question"))
    before = it.case(case)
    with pytest.raises(MigrationRefused) as refused:
        migrate(it, case)
    assert [(each.code, each.name) for each in refused.value.obstacles] == [("element_gone", "ask")]
    with pytest.raises(MappingRefused):
        migrate(it, case, ask="nothing")
    after = it.case(case)
    assert (after.rev, after.state, after.definition_id) == (before.rev, before.state, before.definition_id)
    migrate(it, case, ask="question")
    assert set(it.open(case)) == {"question"}
    assert sound(it, case)
    it.do(case, "question")
    assert it.jobs() == []


def test_a_join_that_would_wait_for_ever_refuses(bench: Callable[..., Bench]) -> None:
    it = bench()

    def branches(*names: str) -> bytes:
        steps = [start(), parallel("split"), *map(user_task, names), parallel("join"), end()]
        flows = [f"{one} -> {two}" for name in names for one, two in (("split", name), (name, "join"))]
        return process("asked", steps, ["begin -> split", *flows, "join -> done"])

    it.deploy(branches("one", "two"))
    case = it.start("asked")
    it.do(case, "one")
    it.deploy(branches("one", "two", "three"))
    with pytest.raises(MigrationRefused) as refused:
        migrate(it, case)
    assert [each.code for each in refused.value.obstacles] == ["join_starves"]
    it.do(case, "two")
    assert it.case(case).status == "completed"


def test_work_that_stands_still_is_done_as_the_new_version_says(bench: Callable[..., Bench]) -> None:
    def broken(_work: object) -> None:
        raise RuntimeError

    it = bench(service={"letter.print": broken, "letter.post": lambda _work: {"posted": True}})
    it.deploy(process("asked", [start(), service("send", "letter.print", retries="1"), user_task("ask"), end()],
                      ["begin -> send", "send -> ask", "ask -> done"]))  # fmt: skip
    case = it.start("asked")
    (incident,) = it.incidents()
    it.deploy(process("asked", [start(), service("send", "letter.post"), user_task("ask"), end()],
                      ["begin -> send", "send -> ask", "ask -> done"]))  # fmt: skip
    migrate(it, case)
    with transaction(it.engine) as session:
        commands.retry_incident(session, it.engine, incident.id, by=ADMIN)
    assert set(it.open(case)) == {"ask"}
    assert sound(it, case)


def test_another_next_step_is_foreseen(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(process("asked", [start(), user_task("ask"), end()], ["begin -> ask", "ask -> done"]))
    case = it.start("asked")
    it.deploy(process("asked", [start(), user_task("ask"), user_task("approve"), end()],
                      ["begin -> ask", "ask -> approve", "approve -> done"]))  # fmt: skip
    (shift,) = foreseen(it)[0].shifts
    assert (shift.kind, shift.said, shift.says) == ("next", ("done",), ("approve",))
    migrate(it, case)
    it.do(case, "ask")
    assert set(it.open(case)) == {"approve"}


def test_a_suspended_case_moves_and_stays_suspended(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(reminded("P7D"))
    case = it.start("asked")
    with transaction(it.engine) as session:
        commands.suspend(session, it.engine, case, by=ADMIN)
    it.deploy(reminded("P10D"))
    migrate(it, case)
    assert [job.held for job in it.jobs()] == [True]
    it.later(11 * DAY)
    assert set(it.open(case)) == {"ask"}
    with transaction(it.engine) as session:
        commands.resume(session, it.engine, case, by=ADMIN)
    it.run()
    assert set(it.open(case)) == {"ask", "remind"}


def test_a_called_case_and_its_caller_move_each_for_itself(bench: Callable[..., Bench]) -> None:
    it = bench()
    call = (
        '<callActivity id="call"><extensionElements><zeebe:calledElement processId="asked" '
        'propagateAllChildVariables="false"/></extensionElements></callActivity>'
    )
    caller = process("caller", [start(), call, end()], ["begin -> call", "call -> done"])
    it.deploy(reminded())
    it.deploy(caller)
    parent = it.start("caller")
    (child,) = it.cases("asked")
    it.deploy(reminded("P10D"))
    it.deploy(caller.replace(b'id="call"', b'id="call" name="Ask them"'))
    migrate(it, child.id)
    with transaction(it.engine) as session:
        commands.migrate(session, it.engine, parent, latest(session, it.engine, "caller").id, by=ADMIN)
    assert due(it) == 10 * DAY
    it.do(child.id, "ask")
    assert it.case(parent).status == "completed"


def together(it: Bench, cases: list[UUID], days: int = 14) -> UUID:
    with transaction(it.engine) as session:
        return commands.migrate_cases(session, it.engine, newest(it), cases, by=ADMIN, return_for=days * DAY)


def states(it: Bench, migration: UUID) -> dict[str, int]:
    with reading(it.engine) as session:
        return dict(counts(session, migration))


def test_many_move_each_with_its_result_and_go_back_as_they_were(bench: Callable[..., Bench]) -> None:
    it = bench()
    steps = [start(), user_task("ask"), boundary("late", "ask", timer("Duration", "P7D"), interrupting=False),
             boundary("loud", "ask", timer("Duration", "P20D"), interrupting=False),
             catch("wait", timer("Duration", "P30D")), user_task("remind"), end()]  # fmt: skip
    flows = ["begin -> ask", "ask -> wait", "wait -> done", "late -> remind", "loud -> remind", "remind -> done"]
    it.deploy(process("asked", steps, flows))
    cases = [it.start("asked") for _ in range(6)]
    it.do(cases[5], "ask")  # it waits at what the new version no longer has
    before = {case: it.case(case).state for case in cases}
    it.later(DAY)
    it.deploy(reminded("P10D"))
    migration = together(it, cases[1:])
    it.do(cases[4], "ask")
    it.do(cases[4], "ask") if it.open(cases[4]) else None
    it.run()
    assert states(it, migration) == {"moved": 3, "blocked": 2}
    assert {it.case(case).definition_id == newest(it) for case in cases[1:4]} == {True}
    assert all(sound(it, case) for case in cases)
    it.do(cases[2], "ask")  # it ended: nothing goes back
    with transaction(it.engine) as session:
        assert commands.return_cases(session, it.engine, migration, by=ADMIN) == 3
    it.run()
    assert states(it, migration) == {"returned": 2, "ended": 1, "blocked": 2}
    assert it.case(cases[1]).state == before[cases[1]]
    assert it.case(cases[1]).definition_id == it.case(cases[0]).definition_id
    assert all(sound(it, case) for case in cases)
    with reading(it.engine) as session:
        blocked = session.scalars(select(MigrationCase).where(MigrationCase.state == "blocked")).all()
        assert {(each.code, each.element) for each in blocked} == {("element_gone", "wait")}


def test_a_case_that_moved_on_is_told_why_it_stays(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(reminded())
    case = it.start("asked")
    it.deploy(process("asked", [start(), user_task("ask"), user_task("approve"), end()],
                      ["begin -> ask", "ask -> approve", "approve -> done"]))  # fmt: skip
    migration = together(it, [case])
    it.run()
    it.do(case, "ask")
    with transaction(it.engine) as session:
        commands.return_cases(session, it.engine, migration, by=ADMIN)
    it.run()
    with reading(it.engine) as session:
        (stays,) = session.scalars(select(MigrationCase)).all()
        assert (stays.state, stays.code, stays.name) == ("stays", "element_gone", "approve")
    it.later(15 * DAY)
    with transaction(it.engine) as session, pytest.raises(ReturnOver):
        commands.return_cases(session, it.engine, migration, by=ADMIN)
    with reading(it.engine) as session:
        assert session.scalars(select(MigrationCase.former)).all() == [""]
        assert session.scalars(select(Job)).all() == []


def test_looking_ahead_changes_nothing(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(reminded("P7D"))
    cases = [it.start("asked") for _ in range(3)]
    before = [(each.rev, each.state) for each in map(it.case, cases)], [(j.id, j.due_at) for j in it.jobs()]
    it.deploy(reminded("P10D"))
    assert [each.outcome for each in foreseen(it)] == ["changed"] * 3
    assert before == ([(each.rev, each.state) for each in map(it.case, cases)], [(j.id, j.due_at) for j in it.jobs()])
