"""What a new version would change for running cases: the dry run of a thousand, and what moving them costs.

    python -m benchmarks.migration

The last line is one JSON object. `dry_run_s`: the seconds of a dry run over all cases, `case_ms` of one of them;
`unchanged`: whether the digest of every row that belongs to a case is the same afterwards; `changed` how many cases it
found affected; `move_ms`: the milliseconds that moving one case takes, by jobs; `moved` how many did.
"""

from __future__ import annotations

import argparse
import hashlib
import time
from datetime import timedelta

from sqlalchemy import select

from benchmarks.databases import serve
from benchmarks.figures import finish
from benchmarks.subject import opened
from engine import commands
from engine.assignment import SYSTEM
from engine.definitions import latest
from engine.engine import Engine
from engine.jobs import run_due
from engine.migration.forecasts import forecasts
from engine.migration.together import counts
from engine.models import HistoryEvent, Incident, Job, ProcessInstance, Subscription, UserTask
from engine.transaction import reading, transaction

OF_CASES = (ProcessInstance, UserTask, Job, Subscription, Incident, HistoryEvent)
STEP = (
    '<userTask id="ask_{n}" name="Ask {n}"><extensionElements><zeebe:userTask/>'
    '<zeebe:assignmentDefinition candidateGroups="EVENTS"/></extensionElements></userTask>'
    '<boundaryEvent id="late_{n}" attachedToRef="ask_{n}" cancelActivity="false"><timerEventDefinition>'
    '<timeDuration xsi:type="tFormalExpression">P{days}D</timeDuration></timerEventDefinition></boundaryEvent>'
    '<userTask id="remind_{n}"><extensionElements><zeebe:userTask/>'
    '<zeebe:assignmentDefinition candidateGroups="EVENTS"/></extensionElements></userTask>'
    '<sequenceFlow id="from_{n}" sourceRef="late_{n}" targetRef="remind_{n}"/>'
    '<sequenceFlow id="over_{n}" sourceRef="ask_{n}" targetRef="{next}"/>'
)


def diagram(days: int, steps: int) -> bytes:
    """Questions one after the other, each with a reminder."""
    body = "".join(
        STEP.format(n=number, days=days, next=f"ask_{number + 1}" if number < steps else "done")
        for number in range(1, steps + 1)
    )
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
        'id="definitions" targetNamespace="benchmarks"><process id="asked" isExecutable="true">'
        '<startEvent id="begin"/><sequenceFlow id="first" sourceRef="begin" targetRef="ask_1"/>'
        f'{body}<endEvent id="done"/></process></definitions>'
    ).encode()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=1_000)
    parser.add_argument("--steps", type=int, default=15, help="questions of the diagram, with a reminder each")
    parser.add_argument("--database", default="sqlite", choices=("sqlite", "postgresql"))
    arguments = parser.parse_args()
    with serve(arguments.database) as server, opened(server.url) as engine:
        engine.create_tables()
        _deploy(engine, 7, arguments.steps)
        _start(engine, arguments.cases)
        _deploy(engine, 10, arguments.steps)
        before = _digest(engine)
        dry, changed = _dry_run(engine)
        unchanged = _digest(engine) == before
        move_s, moved = _move(engine)
    finish(
        {
            "cases": arguments.cases,
            "dry_run_s": dry,
            "case_ms": dry / arguments.cases * 1000,
            "unchanged": unchanged,
            "changed": changed,
            "move_ms": move_s / arguments.cases * 1000,
            "moved": moved,
        }
    )


def _deploy(engine: Engine, days: int, steps: int) -> None:
    with transaction(engine) as session:
        commands.deploy(session, engine, {"asked.bpmn": diagram(days, steps)}, by=SYSTEM)


def _start(engine: Engine, count: int) -> None:
    for first in range(0, count, 100):
        with transaction(engine) as session:
            for number in range(first, min(count, first + 100)):
                variables = {"number": number, "person_id": f"{number:032}", "kind": "GRADUATE"}
                commands.start(session, engine, "asked", variables, by=SYSTEM)


def _digest(engine: Engine) -> str:
    found = hashlib.sha256()
    with reading(engine) as session:
        for model in OF_CASES:
            key = model.__mapper__.primary_key
            for row in session.execute(select(*model.__table__.columns).order_by(*key)):
                found.update(repr(tuple(row)).encode())
    return found.hexdigest()


def _dry_run(engine: Engine) -> tuple[float, int]:
    began = time.perf_counter()
    with reading(engine) as session:
        target = latest(session, engine, "asked")
        changed = sum(each.outcome == "changed" for each in forecasts(session, engine, target.spec, but=target.id))
    return time.perf_counter() - began, changed


def _move(engine: Engine) -> tuple[float, int]:
    began = time.perf_counter()
    with transaction(engine) as session:
        target = latest(session, engine, "asked").id
        cases = session.scalars(select(ProcessInstance.id)).all()
        made = commands.migrate_cases(session, engine, target, cases, by=SYSTEM, return_for=timedelta(days=1))
    run_due(engine)
    with reading(engine) as session:
        return time.perf_counter() - began, counts(session, made).get("moved", 0)


if __name__ == "__main__":
    main()
