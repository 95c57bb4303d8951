"""A scope with its start and its ends, and event sub-processes in it; a process with whatever begins its cases."""

from __future__ import annotations

from tests.engine.bpmn.drawing import catch, end, event, gateway, start, sub, timer, user
from tests.engine.bpmn.growing.happenings import condition, many_caught, repeated, several, sooner
from tests.engine.bpmn.growing.moments import message_job, thrown_together
from tests.engine.bpmn.growing.sketch import Sketch

__all__ = ["ending", "process_body", "whole"]

UNDO = "<compensateEventDefinition/>"
DATA = (
    '<dataObject id="O"/><dataObjectReference id="R" dataObjectRef="O"/><property id="P"/>'
    '<dataObject id="L"/>'
)  # fmt: skip


def ending(sketch: Sketch, name: str) -> str:
    """An end event of any kind."""
    chosen = 11 if sketch.quiet else sketch.draw(12)
    if chosen == 0:
        return end(name, event("message", "M")).replace("><", f"><extensionElements>{message_job(sketch, name)}"
                                                        "</extensionElements><", 1)  # fmt: skip
    if chosen == 1:
        return end(name, thrown_together(sketch, event("terminate"), event("error", "E")))
    kinds = [event("signal", "S"), event("error", "E"), event("error", "F"), event("escalation", "X"),
             event("terminate"), UNDO]  # fmt: skip
    return end(name, kinds[chosen - 2] if chosen < 2 + len(kinds) else "")


def whole(sketch: Sketch, depth: int, begin: str = "") -> str:
    """The scope with a start (`begin`: it has one already), a block, an end and perhaps event sub-processes."""
    finish = sketch.name("end")
    entry, exit_ = sketch.block(depth)
    if not begin:
        begin = sketch.name("start")
        sketch.add(start(begin))
    sketch.flow(begin, entry)
    sketch.flow(exit_, finish)
    sketch.add(ending(sketch, finish))
    kinds = ["message", "signal", "timer", "condition", "error", "escalation", "several"]
    for _ in range([0, 0, 0, 1, 1, 2][sketch.draw(6)]):
        kind = kinds.pop(sketch.draw(len(kinds)))
        _event_sub_process(sketch, kind)
        if "several" not in kinds:
            break
        kinds.remove("several")
    return sketch.text()


def _event_sub_process(sketch: Sketch, kind: str) -> None:
    name, begin = sketch.name("handler"), sketch.name("start")
    interrupting = kind == "error" or sketch.chance(2)
    later = sooner(sketch) if interrupting or sketch.chance(2) else repeated(sketch)
    definition = {
        "message": event("message", "M"), "signal": event("signal", "S"), "timer": later,
        "condition": condition(sketch), "error": sketch.one_of(event("error", "E"), event("error")),
        "escalation": sketch.one_of(event("escalation", "X"), event("escalation")), "several": many_caught(sketch),
    }[kind]  # fmt: skip
    attribute = "" if interrupting else ' isInterrupting="false"'
    text = f'<startEvent id="{begin}"{attribute}>{definition}</startEvent>'
    inner = sketch.inner()
    inner.quiet = inner.quiet or not interrupting
    inner.add(several(sketch, text) if kind == "several" else text)
    entry, exit_ = inner.block(0)
    inner.flow(begin, entry)
    finish = sketch.name("end")
    inner.flow(exit_, finish)
    inner.add(ending(inner, finish))
    sketch.add(sub(name, inner.text(), triggered=True))


def process_body(sketch: Sketch, depth: int) -> str:
    """The body of a process that begins by anything that may begin one."""
    begin = [_plainly, _plainly, _plainly, _triggered, _by_receiving, _by_a_gateway][sketch.draw(6)](sketch)
    return whole(sketch, depth, begin) + (DATA if sketch.plain else "")


def _plainly(_sketch: Sketch) -> str:
    return ""


def _triggered(sketch: Sketch) -> str:
    name = sketch.name("start")
    both = event("message", "M") + sketch.one_of(event("message", "N"), event("signal", "S"))
    kinds = [timer("Date", "2027-01-01T00:00:00Z"), repeated(sketch), event("message", "M"), event("signal", "S"), both]
    definition = sketch.one_of(*kinds, condition(sketch), both)
    text = f'<startEvent id="{name}">{definition}</startEvent>'
    sketch.add(several(sketch, text) if definition is both else text)
    return name


def _by_receiving(sketch: Sketch) -> str:
    name = sketch.name("receive")
    sketch.add(f'<receiveTask id="{name}" messageRef="M" instantiate="true"/>')
    return name


def _by_a_gateway(sketch: Sketch) -> str:
    split, join = sketch.name("race"), sketch.name("meet")
    kind, join_kind = sketch.one_of(("Exclusive", "exclusive"), ("Parallel", "parallel"))
    sketch.add(
        f'<eventBasedGateway id="{split}" instantiate="true" eventGatewayType="{kind}"/>', gateway(join_kind, join)
    )
    for definition in (event("message", "M"), sketch.one_of(event("signal", "S"), event("message", "N"))):
        name, ask = sketch.name("first"), sketch.name("ask")
        sketch.add(catch(name, definition), user(ask))
        sketch.flow(split, name)
        sketch.flow(name, ask)
        sketch.flow(ask, join)
    return join
