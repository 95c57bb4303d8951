"""How fast due timers drain, how late timers fire, and what a look at nothing costs.

    python -m benchmarks.jobs --database sqlite|postgresql --due 100000 --workers 1|2|4 [--rate 500] [--seconds 10]

Each worker is a process with the scheduler of the product. First `--due` timers that are all due are drained. Then
timers fall due at `--rate` a second: the lateness is from the due moment to the moment when the step of the timer was
written. Then the poll of an idle worker is timed over a table of waiting jobs. While the timers drain, a person
completes tasks of another process: `click_p95_ms` beside `idle_click_p95_ms`, without a backlog. The last line is one
JSON object; `load` is the machine's load average, since figures of the clock depend on it.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import statistics
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select

from benchmarks.databases import serve
from benchmarks.figures import finish
from benchmarks.filling import Filler, filler, literal, scrambled
from benchmarks.subject import CLERK, DIAGRAM, PROCESS_ID, complete_case, opened
from engine import commands
from engine.engine import Engine
from engine.jobs import free_expired, next_due
from engine.models import Base, HistoryEvent, Job, UserTask
from engine.transaction import reading, transaction
from engine.worker import Scheduler

PAUSING = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 targetNamespace="urn:benchmark" id="pausing_definitions"><process id="renewal" name="Renewal" isExecutable="true">
<startEvent id="begin"/><intermediateCatchEvent id="pause"><timerEventDefinition><timeDuration
 xsi:type="tFormalExpression">P1D</timeDuration></timerEventDefinition></intermediateCatchEvent><endEvent id="done"/>
<sequenceFlow id="to_pause" sourceRef="begin" targetRef="pause"/>
<sequenceFlow id="to_done" sourceRef="pause" targetRef="done"/></process></definitions>"""
PATIENCE = 900.0  # seconds
CLICK_EVERY = 0.2  # seconds


def main() -> None:
    """Measures, and prints the figures."""
    asked = _arguments()
    with serve(asked.database) as server:
        _prepare(server.url)
        late = int(asked.rate * asked.seconds)
        tasks = _fill(server.url, asked.due + late + 1_000, clicks=200)
        idle_clicks = _clicks(server.url, tasks[:30], lambda: False)
        drain = _drain(server.url, asked, tasks[30:])
        lateness = _lateness(server.url, asked, late)
        poll = _poll(server.url)
    finish(
        {
            "database": asked.database,
            "workers": asked.workers,
            "due": asked.due,
            **drain,
            "idle_click_p95_ms": _percentile(idle_clicks, 95),
            "rate": asked.rate,
            **lateness,
            "idle_poll_p99_ms": _percentile([wall for wall, _ in poll], 99),
            "idle_poll_p50_ms": statistics.median(wall for wall, _ in poll),
            "idle_poll_cpu_p99_ms": _percentile([cpu for _, cpu in poll], 99),
            "load": os.getloadavg()[0],
        }
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--due", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--rate", type=float, default=500, help="timers a second whose lateness is measured")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--share", type=float, default=1.0, help="of a worker's time for a backlog (web process: 0.5)")
    return parser.parse_args()


def _prepare(url: str) -> None:
    with opened(url) as engine:
        Base.metadata.create_all(engine.database)
        with transaction(engine) as session:
            files = {"renewal.bpmn": PAUSING, DIAGRAM.name: DIAGRAM.read_bytes()}
            commands.deploy(session, engine, files, by=CLERK)


def _fill(url: str, cases: int, *, clicks: int) -> list[UUID]:
    """As many cases that wait for their timer, copied from one; answers the open tasks of the cases for clicks."""
    with opened(url) as engine:
        with transaction(engine) as session:
            pattern = commands.start(session, engine, "renewal", by=CLERK).instance_id
        for _ in range(clicks):
            with transaction(engine) as session:
                commands.start(session, engine, PROCESS_ID, {"amount": 0}, by=CLERK)
        with reading(engine) as session:
            [job] = session.scalars(select(Job).where(Job.instance_id == pattern)).all()
            tasks = list(session.scalars(select(UserTask.id).where(UserTask.state == "created").order_by(UserTask.id)))
        token = job.token
        assert token is not None
    with filler(url) as made:
        _copy(made, cases, pattern, token)
    return tasks


def _copy(made: Filler, cases: int, pattern: UUID, token: UUID) -> None:
    """As many cases like this one, each with a token and a job of its own; ids are scattered, as the product's are."""
    high = [scrambled("n", salt) for salt in (0, cases, 2 * cases)]
    case_id, other, job_id = (made.uuid(each, "n + 1") for each in high)
    state = "state"
    for before, after in (
        (str(token), made.uuid(high[1], "n + 1", dashed=True)),
        (token.hex, made.hex(high[1], "n + 1")),
    ):
        state = f"replace({state}, {literal(before)}, {after})"
    key = literal(str(pattern) if made.postgresql else pattern.hex)
    instances, jobs = Base.metadata.tables["process_instance"], Base.metadata.tables["job"]
    for table, own, where in (
        (jobs, {"id": job_id, "instance_id": case_id, "token": other}, f"instance_id = {key}"),
        (instances, {"id": case_id, "state": state}, f"id = {key}"),
    ):
        columns = {column.name: own.get(column.name, f'"{column.name}"') for column in table.columns}
        made.rows(table, columns, cases, of=table.name, where=where)


def _due(engine: Engine, count: int, moments: Sequence[datetime]) -> None:
    """Lets so many waiting timers fall due at these moments, in turns."""
    with reading(engine) as session:
        far = datetime.now(UTC) + timedelta(hours=1)
        ids = list(session.scalars(select(Job.id).where(Job.process_id == "renewal", Job.due_at > far).limit(count)))
    table = Job.__table__
    moved = table.update().where(table.c.id == bindparam("one")).values(due_at=bindparam("moment"))
    rows = [{"one": id_, "moment": moment} for id_, moment in zip(ids, moments, strict=True)]
    with transaction(engine) as session:
        session.connection().execute(moved, rows)
    if datetime.now(UTC) > moments[0]:
        raise SystemExit("this machine is too slow to set the timers before the first of them is due")


def _work(url: str, share: float, begin: Any, end: Any, cpu: Any) -> None:
    with opened(url) as engine:
        scheduler = Scheduler(engine, lane="inside", share=share)
        begin.wait()
        before = time.process_time()
        scheduler.start()
        end.wait()
        scheduler.stop()
        with cpu.get_lock():
            cpu.value += time.process_time() - before


class _Workers:
    """Processes with a scheduler each, from `with` to its end."""

    def __init__(self, url: str, asked: argparse.Namespace) -> None:
        context = multiprocessing.get_context("spawn")
        self.begin, self.end = context.Barrier(asked.workers + 1), context.Event()
        self.cpu = context.Value("d", 0.0)  # seconds that all of them worked
        arguments = (url, asked.share, self.begin, self.end, self.cpu)
        self.processes = [context.Process(target=_work, args=arguments) for _ in range(asked.workers)]

    def __enter__(self) -> _Workers:
        for process in self.processes:
            process.start()
        self.begin.wait(120)
        self.began = time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        self.end.set()
        for process in self.processes:
            process.join(60)


def _drain(url: str, asked: argparse.Namespace, tasks: Sequence[UUID]) -> dict[str, float]:
    with opened(url) as engine:
        table = Job.__table__
        with transaction(engine) as session:
            chosen = select(Job.id).where(Job.process_id == "renewal").limit(asked.due)
            moment = datetime.now(UTC)
            session.execute(table.update().where(table.c.id.in_(chosen)).values(due_at=moment))
        with _Workers(url, asked) as workers:
            clicks = _clicks(url, tasks, lambda: _left(engine, moment) > 0)
            while _left(engine, moment) and time.perf_counter() - workers.began < PATIENCE:
                time.sleep(0.05)
            took = time.perf_counter() - workers.began
        left = _left(engine, moment)
    return {
        "drained_per_s": (asked.due - left) / took,
        "worker_cpu_ms": 1000 * workers.cpu.value / (asked.due - left),
        "left": left,
        "clicks": len(clicks),
        "click_p50_ms": statistics.median(clicks),
        "click_p95_ms": _percentile(clicks, 95),
    }


def _left(engine: Engine, moment: datetime) -> int:
    with reading(engine) as session:
        return int(session.execute(select(func.count()).select_from(Job).where(Job.due_at <= moment)).scalar_one())


def _clicks(url: str, tasks: Sequence[UUID], goes_on: Any) -> list[float]:
    """Milliseconds that a completion takes, three of a case in a row, while the backlog lasts (or once for each)."""
    took: list[float] = []
    always = not goes_on()
    with opened(url) as engine:
        for task in tasks:
            if not always and not goes_on():
                break
            cost = complete_case(engine, task)
            took += [1000 * cost.wall_s / cost.steps] * cost.steps
            time.sleep(CLICK_EVERY)
    return took


def _lateness(url: str, asked: argparse.Namespace, count: int) -> dict[str, float]:
    """Timers that fall due one after another: how late each was, by the history of its case and its own due moment."""
    with opened(url) as engine, _Workers(url, asked):
        first = datetime.now(UTC) + timedelta(seconds=4 + count / 500)
        moments = [first + timedelta(seconds=index / asked.rate) for index in range(count)]
        _due(engine, count, moments)
        with reading(engine) as session:
            chosen = select(Job.instance_id, Job.due_at).where(Job.due_at >= first, Job.due_at <= moments[-1])
            due = {row.instance_id: row.due_at for row in session.execute(chosen)}
        end = time.perf_counter() + PATIENCE
        while _left(engine, moments[-1]) and time.perf_counter() < end:
            time.sleep(0.1)
        with reading(engine) as session:
            ended = select(HistoryEvent.instance_id, HistoryEvent.id).where(HistoryEvent.kind == "case_completed")
            rows = session.execute(ended)
            # The number of an event is the microsecond at which its step was written (`engine.engine.Sequencer`).
            late = [
                (datetime.fromtimestamp(row.id / 1e6, UTC) - due[row.instance_id]).total_seconds() * 1000
                for row in rows if row.instance_id in due
            ]  # fmt: skip
    return {
        "timers": len(late),
        "early": sum(each < 0 for each in late),
        "lateness_p50_ms": statistics.median(late),
        "lateness_p99_ms": _percentile(late, 99),
    }


def _poll(url: str) -> list[tuple[float, float]]:
    """Milliseconds of one look of a worker that has nothing to do, over jobs that wait for tomorrow: of the clock, and
    of the worker's CPU, which other work on the machine does not lengthen."""
    took = []
    with opened(url) as engine:
        for _ in range(2_000):
            began, cpu = time.perf_counter(), time.thread_time()
            next_due(engine, "inside", free_expired(engine))
            took.append((1000 * (time.perf_counter() - began), 1000 * (time.thread_time() - cpu)))
    return took[100:]


def _percentile(values: Sequence[float], percent: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)]


if __name__ == "__main__":
    main()
