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
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from benchmarks.figures import Cost

Parsed = tuple[BpmnProcessSpec, Mapping[str, BpmnProcessSpec]]
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


def bare_diagram(diagram: Path, process_id: str, conditions: Mapping[str, str]) -> Parsed:
    """A diagram from a file, its conditions in Python."""
    return parsed(etree.parse(str(diagram)).getroot(), process_id, conditions)


def bare_case(parsed_diagram: Parsed, answers: Sequence[tuple[str, Mapping[str, object]]]) -> Cost:
    """Completes the answers in one new case. Raises RuntimeError where that does not end it.

    Looking for the task costs the library a walk through its tree; it is not counted, as a program could keep the ids.
    """
    spec, inner = parsed_diagram
    workflow = BpmnWorkflow(spec, inner)
    workflow.do_engine_steps()
    wall = cpu = 0.0
    for element, variables in answers:
        task = next(iter(workflow.get_tasks(spec_name=element, state=TaskState.READY)))
        before, before_cpu = time.perf_counter(), time.process_time()
        task.data.update(variables)
        task.run()
        workflow.do_engine_steps()
        wall += time.perf_counter() - before
        cpu += time.process_time() - before_cpu
    if not workflow.completed:
        raise RuntimeError(f"{spec.name} did not end")
    return Cost(len(answers), wall, cpu)


def parsed(root: etree._Element, process_id: str, conditions: Mapping[str, str]) -> Parsed:
    """The library's own reading of a diagram, its conditions in Python."""
    for expression in root.iter(f"{BPMN}conditionExpression"):
        expression.text = conditions[(expression.text or "").strip()]
    for duration in root.iter(f"{BPMN}timeDuration"):
        duration.text = repr((duration.text or "").strip())
    parser = BpmnParser()
    parser.add_bpmn_xml(root)
    return parser.get_spec(process_id), parser.get_subprocess_specs(process_id)
