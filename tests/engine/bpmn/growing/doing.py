"""Compensation: activities with handlers, and throwing it."""

from __future__ import annotations

from tests.engine.bpmn.drawing import boundary, event, job, start, sub, throw, user
from tests.engine.bpmn.growing.moments import thrown_together
from tests.engine.bpmn.growing.sketch import Ends, Sketch

__all__ = ["DOING", "undone"]

UNDO = "<compensateEventDefinition/>"
QUICK = '<compensateEventDefinition waitForCompletion="false"/>'


def undone(sketch: Sketch) -> str:
    """A user task that can be undone; its id."""
    name, handler, begin = sketch.name("ask"), sketch.name("undoing"), sketch.name("undone")
    work = sketch.one_of(user(handler), job(handler), f'<task id="{handler}"/>')
    sketch.add(
        user(name), boundary(begin, name, event("compensate")),
        work.replace(f'id="{handler}"', f'id="{handler}" isForCompensation="true"', 1),
        f'<association id="{sketch.name("line")}" sourceRef="{begin}" targetRef="{handler}"/>',
    )  # fmt: skip
    return name


def _undone(sketch: Sketch, _depth: int) -> Ends:
    name = undone(sketch)
    return name, name


def _undo(sketch: Sketch, _depth: int) -> Ends:
    name = sketch.name("undo")
    definition = sketch.one_of(UNDO, QUICK, thrown_together(sketch, UNDO))
    return sketch.only(name, throw(name, definition))


def _done_and_undone(sketch: Sketch, _depth: int) -> Ends:
    """An activity and, at once, that very activity undone."""
    name, undo = undone(sketch), sketch.name("undo")
    sketch.add(throw(undo, f'<compensateEventDefinition activityRef="{name}"/>'))
    sketch.flow(name, undo)
    return name, undo


def _part_undone(sketch: Sketch, _depth: int) -> Ends:
    """A sub-process that says itself how it is undone, and its undoing."""
    part, undo, handler, begin, task = (sketch.name(kind) for kind in ("part", "undo", "handler", "start", "ask"))
    inner = sketch.inner()
    name, first = undone(inner), sketch.name("start")
    inner.add(start(first))
    inner.flow(first, name)
    body = f'<startEvent id="{begin}">{UNDO}</startEvent>{user(task)}'
    body += f'<sequenceFlow id="{sketch.name("flow")}" sourceRef="{begin}" targetRef="{task}"/>'
    if sketch.chance(2):
        again = sketch.name("undo")
        body += throw(again, UNDO)
        body += f'<sequenceFlow id="{sketch.name("flow")}" sourceRef="{task}" targetRef="{again}"/>'
    inner.add(sub(handler, body, triggered=True))
    sketch.add(sub(part, inner.text()), throw(undo, UNDO))
    sketch.flow(part, undo)
    return part, undo


DOING = (_undone, _undo, _done_and_undone, _part_undone)
