"""Whether a case gets slower with width and a diagram with size: parallel instances, and 2,000 elements in a row.

    python -m benchmarks.width

The last line is one JSON object. `ratio_100` is the median CPU of a completion in a case with 100 parallel user tasks
over that in one with 10, taken in turns so that both meet the same machine; `lost_500` how many of 500 instances did
not come through; `deploy_2000_s` and `step_2000_ms` what a diagram of 2,000 elements costs to deploy and a step in it.
"""

from __future__ import annotations

import argparse
import statistics
import time
from uuid import UUID

from sqlalchemy import func, select

from benchmarks.databases import serve
from benchmarks.figures import finish
from benchmarks.sketches import elements
from benchmarks.subject import opened
from engine import commands
from engine.assignment import SYSTEM
from engine.engine import Engine
from engine.jobs import run_due
from engine.models import ProcessInstance, UserTask
from engine.transaction import reading, transaction

WIDE = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="definitions" targetNamespace="benchmarks">'
    '<process id="wide" isExecutable="true"><startEvent id="begin"/>'
    '<sequenceFlow id="to_ask" sourceRef="begin" targetRef="ask"/>'
    '<userTask id="ask"><extensionElements><zeebe:userTask/>'
    '<zeebe:assignmentDefinition candidateGroups="EVENTS"/></extensionElements>'
    '<multiInstanceLoopCharacteristics><extensionElements><zeebe:loopCharacteristics inputCollection="=items" '
    'inputElement="item" outputCollection="answers" outputElement="=answer"/></extensionElements>'
    "</multiInstanceLoopCharacteristics></userTask></process></definitions>"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=12, help="cases of each width, taken in turns")
    parser.add_argument("--most", type=int, default=500, help="instances of the widest case")
    parser.add_argument("--elements", type=int, default=2_000, help="elements of the long diagram")
    arguments = parser.parse_args()
    with serve("sqlite") as server, opened(server.url) as engine:
        engine.create_tables()
        with transaction(engine) as session:
            commands.deploy(session, engine, {"wide.bpmn": WIDE.encode()}, by=SYSTEM)
        costs: dict[int, list[float]] = {10: [], 100: []}
        for _ in range(arguments.rounds):
            for width, found in costs.items():
                found += _completions(engine, width, width // 10)
        widest = _completions(engine, arguments.most, arguments.most)
        lost = arguments.most - _collected(engine)
        deploy_s, step_ms = _long(engine, arguments.elements)
    ten, hundred = statistics.median(costs[10]), statistics.median(costs[100])
    finish(
        {
            "ratio_100": hundred / ten,
            "width_10_ms": ten * 1000,
            "width_100_ms": hundred * 1000,
            f"width_{arguments.most}_ms": statistics.median(widest[:50]) * 1000,
            f"lost_{arguments.most}": lost,
            f"deploy_{arguments.elements}_s": deploy_s,
            f"step_{arguments.elements}_ms": step_ms,
        }
    )


def _completions(engine: Engine, width: int, count: int) -> list[float]:
    """CPU seconds of the first completions in a new case of this width."""
    with transaction(engine) as session:
        items = list(range(width))
        case = commands.start(session, engine, "wide", {"items": items}, by=SYSTEM).instance_id
    run_due(engine)  # a step makes 500 elements at most, the rest goes by a job
    costs = []
    for task in _open(engine, case)[:count]:
        before = time.process_time()
        with transaction(engine) as session:
            commands.complete(session, engine, task, {"answer": 1}, by=SYSTEM)
        costs.append(time.process_time() - before)
    return costs


def _open(engine: Engine, case: UUID) -> list[UUID]:
    with reading(engine) as session:
        query = select(UserTask.id).where(UserTask.instance_id == case, UserTask.state == "created")
        return list(session.scalars(query.order_by(UserTask.id)))


def _collected(engine: Engine) -> int:
    """How many tasks the one case that ended has completed."""
    ended = select(ProcessInstance.id).where(
        ProcessInstance.process_id == "wide", ProcessInstance.status == "completed"
    )
    with reading(engine) as session:
        query = select(func.count()).where(UserTask.instance_id.in_(ended), UserTask.state == "completed")
        return session.scalars(query).one()


def _long(engine: Engine, count: int) -> tuple[float, float]:
    """Seconds to deploy a diagram of so many elements, and the median CPU milliseconds of a step through it."""
    sketch = elements(count)
    before = time.process_time()
    with transaction(engine) as session:
        commands.deploy(session, engine, {"long.bpmn": sketch.xml}, by=SYSTEM)
    deploy_s = time.process_time() - before
    with transaction(engine) as session:
        started = commands.start(session, engine, sketch.name, {}, by=SYSTEM)
    task, costs = started.next_tasks[0], []
    for _, variables in sketch.answers:
        before = time.process_time()
        with transaction(engine) as session:
            done = commands.complete(session, engine, task, variables, by=SYSTEM)
        costs.append(time.process_time() - before)
        task = done.next_tasks[0] if done.next_tasks else task
    if not done.ended:
        raise RuntimeError("the long diagram did not come to its end")
    return deploy_s, statistics.median(costs) * 1000


if __name__ == "__main__":
    main()
