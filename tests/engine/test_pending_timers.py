"""People move and run the timers of a case; what a cycle does then; what sleeps, and clocks that go back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from engine import commands
from engine.bpmn.errors import TokenGone
from engine.errors import CaseClosed, CaseSuspended, NotFound, TimerMoved, TimeTooFar
from engine.jobs import claim_due, run_claimed, run_due
from engine.pending import PendingTimer, pending_timers
from engine.transaction import reading, transaction
from tests.fixtures.diagrams import boundary, end, process, start, timer, user_task
from tests.fixtures.engines import ADMIN, Bench

DAY = timedelta(days=1)


def _reminded(kind: str, text: str, *, interrupting: bool = False) -> bytes:
    """A task with a timer at its boundary that opens another."""
    steps = [start(), user_task("ask"), boundary("late", "ask", timer(kind, text), interrupting=interrupting),
             user_task("remind"), end()]  # fmt: skip
    return process("slow", steps, ["begin -> ask", "ask -> done", "late -> remind"])


def _timers(it: Bench, case: UUID) -> list[PendingTimer]:
    with reading(it.engine) as session:
        return list(pending_timers(session, case))


def _move(it: Bench, case: UUID, due_at: datetime, **more: object) -> None:
    with transaction(it.engine) as session:
        token = _timers(it, case)[0].token
        commands.move_timer(session, it.engine, case, token, due_at, by=ADMIN, **more)  # type: ignore[arg-type]


def _fired(it: Bench, case: UUID) -> int:
    return sum(event.kind == "task_opened" and event.element == "remind" for event in it.history(case))


def _begun(it: Bench, diagram: bytes) -> UUID:
    it.deploy(diagram)
    return it.start("slow")


def test_a_moved_timer_fires_at_its_new_date_and_at_no_other(bench: Callable[..., Bench]) -> None:
    it = bench()
    case = _begun(it, _reminded("Duration", "P10D", interrupting=True))
    first = _timers(it, case)[0].due_at
    _move(it, case, first + 5 * DAY, was=first, reason="away")
    (moved,) = _timers(it, case)
    assert (moved.due_at, moved.before) == (first + 5 * DAY, first)
    it.later(12 * DAY)
    assert list(it.open(case)) == ["ask"]
    it.later(3 * DAY)
    assert list(it.open(case)) == ["remind"]
    assert it.jobs() == []
    event = next(event for event in it.history(case) if event.kind == "timer_moved")
    assert (event.element, event.by) == ("late", ADMIN.id)
    assert event.data == {"from": first.isoformat(), "to": (first + 5 * DAY).isoformat(), "reason": "away"}


def test_a_move_to_the_past_is_due_at_once_and_to_the_far_future_is_refused(bench: Callable[..., Bench]) -> None:
    it = bench()
    case = _begun(it, _reminded("Duration", "P10D"))
    with pytest.raises(TimeTooFar):
        _move(it, case, it.clock.now() + 4_000 * DAY)
    _move(it, case, it.clock.now() - DAY)
    it.run()
    assert sorted(it.open(case)) == ["ask", "remind"]
    assert _timers(it, case) == []


def test_who_saw_another_date_is_told(bench: Callable[..., Bench]) -> None:
    it = bench()
    case = _begun(it, _reminded("Duration", "P10D"))
    seen = _timers(it, case)[0].due_at
    _move(it, case, seen + DAY, was=seen)
    with pytest.raises(TimerMoved):
        _move(it, case, seen + 2 * DAY, was=seen)
    assert _timers(it, case)[0].due_at == seen + DAY
    _move(it, case, seen, was=seen + DAY)
    assert _timers(it, case)[0] == replace(_timers(it, case)[0], due_at=seen, before=seen + DAY)


@pytest.mark.parametrize(
    ("text", "moved_by", "days"),
    [
        ("R/P1D", timedelta(hours=12), [1.5, 2, 3]),
        ("R/P1D", 3 * DAY, [4, 5, 6]),
        ("R/P1D", -12 * timedelta(hours=1), [0.5, 2, 3]),
        ("R3/P1D", 2 * DAY, [3]),
        ("R3/P1D", 9 * DAY, [10]),
        ("R2/P1D", timedelta(0), [1, 2]),
        ("0 0 9 * * *", 2 * DAY + timedelta(hours=1), [3 + 1 / 24, 4, 5]),
    ],
)  # fmt: skip
def test_a_moved_cycle_skips_what_the_new_date_passes_and_keeps_its_other_dates(
    bench: Callable[..., Bench], text: str, moved_by: timedelta, days: list[float]
) -> None:
    it = bench()
    begun = it.clock.now()
    case = _begun(it, _reminded("Cycle", text))
    _move(it, case, _timers(it, case)[0].due_at + moved_by)
    seen = []
    while (left := _timers(it, case)) and len(seen) < 3:
        seen.append((left[0].due_at - begun) / DAY)
        it.later(left[0].due_at - it.clock.now())
    assert seen == pytest.approx(days)
    assert _fired(it, case) == len(days)


def test_a_timer_runs_now_once_for_each_request_and_its_cycle_goes_on(bench: Callable[..., Bench]) -> None:
    it = bench()
    case = _begun(it, _reminded("Cycle", "R/P1D"))
    token, first = _timers(it, case)[0].token, _timers(it, case)[0].due_at
    for _ in range(2):
        with transaction(it.engine) as session:
            commands.run_timer(session, it.engine, case, token, by=ADMIN, request_key="once")
    assert _fired(it, case) == 1
    assert [one.due_at for one in _timers(it, case)] == [first + DAY]
    assert [event.kind for event in it.history(case)].count("timer_run") == 1
    it.later(DAY)
    assert _fired(it, case) == 1
    it.later(DAY)
    assert _fired(it, case) == 2


def test_a_worker_that_holds_the_job_comes_too_late(bench: Callable[..., Bench]) -> None:
    it = bench()
    case = _begun(it, _reminded("Duration", "P1D"))
    it.clock.advance(DAY)
    (claimed,) = claim_due(it.engine)
    _move(it, case, it.clock.now() + DAY)
    run_claimed(it.engine, claimed)
    it.run()
    assert list(it.open(case)) == ["ask"]
    it.later(DAY)
    assert _fired(it, case) == 1
    assert it.jobs() == []


def test_a_suspended_case_keeps_its_timers_and_they_can_be_moved_but_not_run(bench: Callable[..., Bench]) -> None:
    it = bench()
    case = _begun(it, _reminded("Cycle", "R3/P1D"))
    with transaction(it.engine) as session:
        commands.suspend(session, it.engine, case, by=ADMIN)
    it.later(5 * DAY)
    assert _fired(it, case) == 0
    token = _timers(it, case)[0].token
    with pytest.raises(CaseSuspended), transaction(it.engine) as session:
        commands.run_timer(session, it.engine, case, token, by=ADMIN)
    _move(it, case, it.clock.now() + DAY)
    it.later(2 * DAY)
    assert _fired(it, case) == 0
    with transaction(it.engine) as session:
        commands.resume(session, it.engine, case, by=ADMIN)
    it.run()
    assert _fired(it, case) == 1


def test_what_is_no_timer_of_this_case_is_refused(bench: Callable[..., Bench]) -> None:
    it = bench()
    case = _begun(it, _reminded("Duration", "P1D"))
    token = _timers(it, case)[0].token
    for wrong_case, wrong_token, refusal in ((case, uuid4(), TokenGone), (uuid4(), token, NotFound)):
        with pytest.raises(refusal), transaction(it.engine) as session:
            commands.move_timer(session, it.engine, wrong_case, wrong_token, it.clock.now(), by=ADMIN)
    with pytest.raises(TokenGone), transaction(it.engine) as session:
        commands.run_timer(session, it.engine, case, it.open(case)["ask"], by=ADMIN)
    it.do(case, "ask")
    with pytest.raises(CaseClosed), transaction(it.engine) as session:
        commands.run_timer(session, it.engine, case, token, by=ADMIN)


@pytest.mark.parametrize(("text", "times"), [("R/P1D", 7), ("R3/P1D", 3), ("0 0 9 * * MON-FRI", 5)])
def test_a_machine_that_slept_for_a_week_makes_up_for_every_firing_in_order(
    bench: Callable[..., Bench], text: str, times: int
) -> None:
    """The rule: each firing of a cycle happens once, late if need be, and the next keeps its own date."""
    it = bench()
    case = _begun(it, _reminded("Cycle", text))
    it.later(7 * DAY)
    assert _fired(it, case) == times
    assert it.run() == 0
    assert all(one.due_at > it.clock.now() for one in _timers(it, case))


@dataclass(slots=True)
class _Wall:
    """A clock that somebody sets, back too."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment


def test_a_clock_that_is_set_back_fires_nothing_twice_and_nothing_early(bench: Callable[..., Bench]) -> None:
    it = bench()
    wall = _Wall(datetime(2026, 11, 23, 9, tzinfo=UTC))
    it.engine = replace(it.engine, clock=wall)
    case = _begun(it, _reminded("Cycle", "R/PT1H"))
    wall.moment += timedelta(hours=1)
    run_due(it.engine)
    assert _fired(it, case) == 1
    wall.moment -= timedelta(hours=3)
    run_due(it.engine)
    wall.moment += timedelta(hours=3, minutes=59)
    run_due(it.engine)
    assert _fired(it, case) == 1
    wall.moment += timedelta(minutes=1)
    run_due(it.engine)
    assert _fired(it, case) == 2


def test_a_start_timer_that_was_slept_over_begins_every_case_from_its_anchor(bench: Callable[..., Bench]) -> None:
    it = bench()
    monthly = timer("Cycle", "R3/2027-01-31T09:00:00[Europe/Paris]/P1M")
    it.deploy(process("monthly", [start("due", monthly), user_task("renew"), end()], ["due -> renew", "renew -> done"]))
    it.clock.set(datetime(2027, 1, 31, 7, 59, tzinfo=UTC))
    it.run()
    assert it.cases("monthly") == []
    seen = []
    while it.jobs():
        seen.append(it.jobs()[0].due_at)
        it.later(it.jobs()[0].due_at - it.clock.now())
    assert seen == [datetime(2027, *day, tzinfo=UTC) for day in ((1, 31, 8), (2, 28, 8), (3, 31, 7))]
    assert len(it.cases("monthly")) == 3
