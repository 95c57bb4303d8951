"""Bare SpiffWorkflow in memory: the yardstick of the benchmarks, never part of the product.

The same diagram and the same completions, without database, scopes, history or jobs. FEEL conditions are put into the
Python that the library evaluates.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from benchmarks.figures import Cost

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


def bare_steps(
    diagram: Path,
    process_id: str,
    answers: Sequence[tuple[str, Mapping[str, object]]],
    conditions: Mapping[str, str],
    cases: int,
) -> Cost:
    """Completes `answers` (element, variables) in turn in each of `cases` new cases; counts the completions alone."""
    spec = _parse(diagram, process_id, conditions)
    wall = cpu = 0.0
    for _ in range(cases):
        workflow = BpmnWorkflow(spec)
        workflow.do_engine_steps()
        before, before_cpu = time.perf_counter(), time.process_time()
        for element, variables in answers:
            task = next(iter(workflow.get_tasks(spec_name=element, state=TaskState.READY)))
            task.data.update(variables)
            task.run()
            workflow.do_engine_steps()
        wall += time.perf_counter() - before
        cpu += time.process_time() - before_cpu
        if not workflow.completed:
            raise RuntimeError(f"{process_id} did not end")
    return Cost(steps=cases * len(answers), wall_s=wall, cpu_s=cpu)


def _parse(diagram: Path, process_id: str, conditions: Mapping[str, str]) -> object:
    root = etree.parse(str(diagram)).getroot()
    for expression in root.iter(f"{BPMN}conditionExpression"):
        expression.text = conditions[(expression.text or "").strip()]
    for duration in root.iter(f"{BPMN}timeDuration"):
        duration.text = repr((duration.text or "").strip())
    parser = BpmnParser()
    parser.add_bpmn_xml(root)
    return parser.get_spec(process_id)
