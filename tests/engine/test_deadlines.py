"""Deadlines in working days: due at the end of a working day, reminded at 50 %, escalated at 100 % and 150 %."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from engine.calendar import PARIS
from engine.errors import WorkFailed
from engine.models import UserTask
from engine.registry import ServiceWork
from engine.transaction import reading
from tests.fixtures.diagrams import end, process, start, user_task
from tests.fixtures.engines import Bench

DEADLINE = '<zeebe:properties><zeebe:property name="task.deadline" value="4"/></zeebe:properties>'
SUBJECT = process(
    "timed", [start(), user_task("check", extra=DEADLINE), end()], ["begin -> check", "check -> done"]
)  # fmt: skip


def test_reminder_and_escalations_come_in_their_time(bench: Callable[..., Bench]) -> None:
    told: list[tuple[str, object, datetime]] = []

    def remind(work: ServiceWork) -> None:
        told.append(("remind", work.variables["share"], work.now.astimezone(PARIS)))

    def escalate(work: ServiceWork) -> None:
        told.append(("escalate", work.variables["share"], work.now.astimezone(PARIS)))

    it = bench(service={"task.remind": remind, "task.escalate": escalate})
    it.deploy(SUBJECT)
    it.clock.set(datetime(2026, 12, 22, 0, 0, tzinfo=PARIS))  # Tuesday; Christmas is a Friday
    it.start("timed")
    for _ in range(24 * 14):
        it.later(timedelta(hours=1))
    assert [(kind, share) for kind, share, _ in told] == [("remind", 50), ("escalate", 100), ("escalate", 150)]
    with reading(it.engine) as session:
        task = session.execute(select(UserTask)).scalar_one()
    assert task.escalation == 150
    assert task.due_at == datetime(2026, 12, 30, 0, 0, tzinfo=ZoneInfo("Europe/Paris"))
    assert told[1][2] == task.due_at
    assert task.due_at == task.rank_at


@pytest.mark.parametrize(
    ("due", "shares"),
    [
        ("2026-12-24T12:00:00+01:00", ["2026-12-23T12:00", "2026-12-24T12:00", "2026-12-25T12:00"]),  # sooner
        ("2026-12-20T12:00:00+01:00", ["2026-12-22T12:00"] * 3),  # had passed before the task began
        ("2027-01-20T12:00:00+01:00", ["2026-12-24T18:00", "2026-12-30T00:00", "2027-01-04T06:00"]),  # later
    ],
)
def test_the_earlier_of_due_date_and_deadline_holds(bench: Callable[..., Bench], due: str, shares: list[str]) -> None:
    it = bench()
    check = user_task("check", extra=f'<zeebe:taskSchedule dueDate="{due}"/>{DEADLINE}')
    it.deploy(process("timed", [start(), check, end()], ["begin -> check", "check -> done"]))
    it.clock.set(datetime(2026, 12, 22, 12, 0, tzinfo=PARIS))
    it.start("timed")
    with reading(it.engine) as session:
        task = session.execute(select(UserTask)).scalar_one()
    promised = [job.due_at.astimezone(PARIS).isoformat()[:16] for job in it.jobs()]
    assert promised == shares
    assert task.due_at == min(datetime.fromisoformat(due), datetime(2026, 12, 30, 0, 0, tzinfo=PARIS))


def test_a_completed_task_reminds_nobody(bench: Callable[..., Bench]) -> None:
    told: list[object] = []
    it = bench(service={"task.remind": lambda work: told.append(work.variables)})
    it.deploy(SUBJECT)
    case = it.start("timed")
    assert len(it.jobs()) == 3
    it.do(case, "check")
    assert it.jobs() == []
    it.later(timedelta(days=30))
    assert told == []


def test_a_reminder_that_fails_is_tried_again(bench: Callable[..., Bench]) -> None:
    attempts: list[int] = []

    def remind(work: ServiceWork) -> None:
        attempts.append(len(attempts))
        if len(attempts) == 1:
            raise WorkFailed("Not now.")

    it = bench(service={"task.remind": remind})
    it.deploy(SUBJECT)
    it.start("timed")
    it.later(it.jobs()[0].due_at - it.clock.now())
    assert [(job.payload["share"], job.error) for job in it.jobs() if job.attempts] == [(50, "Not now.")]
    it.later(timedelta(minutes=5))
    assert attempts == [0, 1]
    assert [job.payload["share"] for job in it.jobs()] == [100, 150]
