"""What a step costs in memory: `engine.bpmn` against bare SpiffWorkflow, on the same diagrams, in one run.

    python -m benchmarks.steps [--cases N] [--blocks B]

A step is the completion of one user task with everything that follows from it. The engine's step takes its facts and
dumps the state to be stored, every time; the bare library's only runs: it is given away what durability costs. The
last line is one JSON object; `ratio_3`, `ratio_50`, `ratio_400`, `ratio_loop` (100 turns) and `ratio_multi` (12
instances of 4 tasks) are CPU of the engine over CPU of the library, the median of blocks in turns.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from lxml import etree

from benchmarks.bare import BPMN, bare_case, parsed
from benchmarks.figures import Cost, finish
from benchmarks.sketches import SKETCHES, Sketch
from engine.bpmn import Case, ProcessSpec, read_diagram
from engine.bpmn.outcome import DecisionCall, Done, Failed, ServiceAnswer, ServiceCall, TaskOpened
from engine.feel import Environment
from engine.feel.values import Value, from_python


@dataclass(frozen=True, slots=True)
class _Host:
    """Nobody is asked anything: the sketches hold user tasks and gateways alone."""

    moment: datetime = field(default_factory=lambda: datetime(2026, 11, 23, 9, tzinfo=UTC))

    @property
    def environment(self) -> Environment:
        return Environment(self.now, ZoneInfo("Europe/Paris"))

    def now(self) -> datetime:
        return self.moment

    def serve(self, call: ServiceCall) -> ServiceAnswer:
        return Done({})

    def decide(self, call: DecisionCall) -> Done | Failed:
        return Done({"result": None})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=0, help="cases a block; by default so many that 300 steps are run")
    parser.add_argument("--blocks", type=int, default=5)
    arguments = parser.parse_args()
    figures: dict[str, float] = {}
    for name, sketch in SKETCHES.items():
        engine_ms, bare_ms, ratio = _measured(sketch, arguments.cases, arguments.blocks)
        figures |= {f"ratio_{name}": ratio, f"engine_ms_{name}": engine_ms, f"bare_ms_{name}": bare_ms}
    finish(figures)


def _measured(sketch: Sketch, cases: int, blocks: int) -> tuple[float, float, float]:
    """CPU milliseconds a step of the engine and of the library, and the median of their ratios."""
    count = cases or max(1, 300 // len(sketch.answers))
    process = read_diagram(sketch.xml, name=sketch.name).processes[0]
    bare = parsed(_plain(sketch), sketch.name, sketch.conditions)
    _engine_steps(process, sketch, 1)
    bare_case(bare, sketch.answers)
    pairs = []
    for _ in range(blocks):
        yardstick = sum((bare_case(bare, sketch.answers) for _ in range(count)), start=Cost(0, 0.0, 0.0))
        pairs.append((_engine_steps(process, sketch, count), yardstick))
    ratios = [ours.cpu_ms / theirs.cpu_ms for ours, theirs in pairs]
    ours_ms = statistics.median(ours.cpu_ms for ours, _ in pairs)
    return ours_ms, statistics.median(theirs.cpu_ms for _, theirs in pairs), statistics.median(ratios)


def _engine_steps(process: ProcessSpec, sketch: Sketch, cases: int) -> Cost:
    """Completes the answers in new cases; counts the completions alone."""
    host, wall, cpu = _Host(), 0.0, 0.0
    answers = [(element, _values(variables)) for element, variables in sketch.answers]
    for _ in range(cases):
        case = Case.start(process, variables={}, host=host)
        waiting = {fact.token: fact.element for fact in case.take_facts() if isinstance(fact, TaskOpened)}
        before, before_cpu = time.perf_counter(), time.process_time()
        for element, variables in answers:
            token = next(token for token, at in waiting.items() if at == element)
            case.complete_task(token, variables, host)
            del waiting[token]
            waiting |= {fact.token: fact.element for fact in case.take_facts() if isinstance(fact, TaskOpened)}
            case.dump()
        wall += time.perf_counter() - before
        cpu += time.process_time() - before_cpu
        if not case.ended:
            raise RuntimeError(f"{sketch.name} did not end")
    return Cost(steps=cases * len(answers), wall_s=wall, cpu_s=cpu)


def _values(variables: Mapping[str, object]) -> dict[str, Value]:
    return {name: from_python(value) for name, value in variables.items()}


def _plain(sketch: Sketch) -> etree._Element:
    """The same diagram with the multi-instance marker as the library reads it."""
    root = etree.fromstring(sketch.xml)
    for marker in root.iter(f"{BPMN}multiInstanceLoopCharacteristics"):
        settings = next(iter(marker.iter("{http://camunda.org/schema/zeebe/1.0}loopCharacteristics")))
        count = settings.get("inputCollection", "").count(",") + 1
        marker.remove(marker[0])
        etree.SubElement(marker, f"{BPMN}loopCardinality").text = str(count)
    return root


if __name__ == "__main__":
    main()
