"""A worker is killed while it moves cases: another one goes on, each case moves once, none is lost."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from engine import commands
from engine.audit import audit_case
from engine.definitions import latest
from engine.migration.together import counts
from engine.models import HistoryEvent
from engine.transaction import reading, transaction
from tests.fixtures.diagrams import end, process, start, user_task
from tests.fixtures.engines import ADMIN, Bench

CASES, BEFORE = 30, 6


def diagram(name: str) -> bytes:
    return process("asked", [start(), user_task("ask").replace('name="ask"', f'name="{name}"'), end()],
                   ["begin -> ask", "ask -> done"])  # fmt: skip


def test_a_crash_half_way_resumes(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(diagram("Ask"))
    cases = [it.start("asked") for _ in range(CASES)]
    it.deploy(diagram("Ask them"))
    with transaction(it.engine) as session:
        target = latest(session, it.engine, "asked").id
        made = commands.migrate_cases(session, it.engine, target, cases, by=ADMIN, return_for=timedelta(days=1))
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
