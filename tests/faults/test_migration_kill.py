"""A worker is killed while it moves cases: another one goes on, each case moves once, none is lost."""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands
from engine.audit import audit_case
from engine.definitions import latest
from engine.migration.tables import MigrationCase
from engine.migration.together import counts
from engine.models import HistoryEvent, Job, ProcessInstance, Subscription, UserTask
from engine.transaction import reading, transaction
from tests.fixtures.diagrams import end, process, start, user_task
from tests.fixtures.engines import ADMIN, Bench

CASES, BEFORE = 30, 6
OF_CASE = (UserTask, Job, Subscription, HistoryEvent, MigrationCase)


def diagram(name: str) -> bytes:
    return process("asked", [start(), user_task("ask").replace('name="ask"', f'name="{name}"'), end()],
                   ["begin -> ask", "ask -> done"])  # fmt: skip


def asked_to_move(it: Bench, number: int) -> tuple[list[UUID], UUID]:
    """Running cases, and the migration of all of them that is left to do."""
    it.deploy(diagram("Ask"))
    cases = [it.start("asked") for _ in range(number)]
    it.deploy(diagram("Ask them"))
    with transaction(it.engine) as session:
        target = latest(session, it.engine, "asked").id
        return cases, commands.migrate_cases(
            session, it.engine, target, cases, by=ADMIN, return_for=timedelta(days=1)
        )  # fmt: skip


def digest(session: Session, case: UUID) -> str:
    """Of every row that belongs to a case."""
    tables = [(ProcessInstance.__table__, ProcessInstance.id), *((row.__table__, row.instance_id) for row in OF_CASE)]
    rows = [sorted(map(repr, session.execute(select(table).where(of == case)).tuples())) for table, of in tables]
    assert rows[0] and rows[-1]
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def test_a_crash_inside_one_case_leaves_it_and_all_others_as_they_were(bench: Callable[..., Bench]) -> None:
    it = bench()
    cases, made = asked_to_move(it, 6)
    with reading(it.engine) as session:
        before = {case: digest(session, case) for case in cases}
    url = it.engine.database.url.render_as_string(hide_password=False)
    died = subprocess.run(
        [sys.executable, "-m", "tests.faults.migrating", url, "3"], stdout=subprocess.PIPE, check=False
    )
    assert died.returncode == -signal.SIGKILL
    assert died.stdout.split() == [b"migrate_all", b"migrate", b"migrate"]
    with reading(it.engine) as session:
        assert counts(session, made) == {"moved": 2, "waiting": 4}
        assert sum(digest(session, case) == before[case] for case in cases) == 4
    it.later(it.engine.settings.lease + timedelta(seconds=1))
    with reading(it.engine) as session:
        assert counts(session, made) == {"moved": 6}
        assert [audit_case(session, it.engine, case) for case in cases] == [[]] * 6


def test_a_crash_half_way_resumes(bench: Callable[..., Bench]) -> None:
    it = bench()
    cases, made = asked_to_move(it, CASES)
    url = it.engine.database.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.faults.migrating", url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        said = [worker.stdout.readline() for _ in range(BEFORE)]
        worker.kill()
    assert said == ["migrate_all\n", *["migrate\n"] * (BEFORE - 1)]
    with reading(it.engine) as session:
        half = counts(session, made)
    assert half["moved"] >= BEFORE - 1
    assert half["waiting"] > 0
    it.later(it.engine.settings.lease + timedelta(seconds=1))
    with reading(it.engine) as session:
        assert counts(session, made) == {"moved": CASES}
        moves = select(HistoryEvent.instance_id).where(HistoryEvent.kind == "case_migrated")
        assert sorted(session.scalars(moves)) == sorted(cases)
        assert [audit_case(session, it.engine, case) for case in cases] == [[]] * CASES
