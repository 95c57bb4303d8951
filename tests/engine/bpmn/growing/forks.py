"""Gateways, with blocks between them; loops; one block after another."""

from __future__ import annotations

from tests.engine.bpmn.drawing import gateway, script
from tests.engine.bpmn.growing.sketch import Ends, Sketch
from tests.engine.bpmn.growing.wholes import ending

__all__ = ["FORKS"]

CONDITIONS = ("true", "false", "n != null")


def _sequence(sketch: Sketch, depth: int) -> Ends:
    first, second = sketch.block(depth), sketch.block(depth)
    sketch.flow(first[1], second[0])
    return first[0], second[1]


def _parallel(sketch: Sketch, depth: int) -> Ends:
    return _fork(sketch, depth, "parallel")


def _inclusive(sketch: Sketch, depth: int) -> Ends:
    return _fork(sketch, depth, "inclusive")


def _fork(sketch: Sketch, depth: int, kind: str) -> Ends:
    split, join = sketch.name("split"), sketch.name("join")
    default = ""
    for place in range(2 + sketch.draw(2)):
        entry, exit_ = sketch.block(depth)
        flow_id = sketch.flow(split, entry, "" if kind == "parallel" or place == 0 else sketch.one_of(*CONDITIONS))
        default = default or flow_id
        sketch.flow(exit_, join)
    attribute = f' default="{default}"' if kind == "inclusive" else ""
    sketch.add(f'<{kind}Gateway id="{split}"{attribute}/>', gateway(kind, join))
    return split, join


def _complex(sketch: Sketch, depth: int) -> Ends:
    split, join = sketch.name("split"), sketch.name("join")
    branches = 2 + sketch.draw(2)
    for _ in range(branches):
        entry, exit_ = sketch.block(depth)
        sketch.flow(split, entry)
        sketch.flow(exit_, join)
    condition = f"<activationCondition>activationCount &gt;= {1 + sketch.draw(branches)}</activationCondition>"
    sketch.add(gateway("parallel", split), f'<complexGateway id="{join}">{condition}</complexGateway>')
    if sketch.chance(2):
        return split, join
    out = sketch.name("task")  # with flows for the start and for the reset
    for phase in ("waitingForStart and true", "not(waitingForStart) and n != null"):
        sketch.flow(join, out, phase)
    return split, sketch.only(out, f'<task id="{out}"/>')[1]


def _choice(sketch: Sketch, depth: int) -> Ends:
    split, join = sketch.name("choose"), sketch.name("meet")
    first, second = sketch.block(depth), sketch.block(depth)
    default = sketch.flow(split, first[0])
    sketch.flow(split, second[0], sketch.one_of(*CONDITIONS))
    sketch.flow(first[1], join)
    sketch.flow(second[1], join)
    sketch.add(f'<exclusiveGateway id="{split}" default="{default}"/>', gateway("exclusive", join))
    return split, join


def _loop(sketch: Sketch, depth: int) -> Ends:
    head, tail, counter, out = (sketch.name(kind) for kind in ("again", "enough", "turn", "out"))
    entry, exit_ = sketch.block(depth)
    variable = f"turns_{counter}"
    sketch.add(
        gateway("exclusive", head), script(counter, variable, f"if {variable} = null then 1 else {variable} + 1")
    )
    sketch.flow(head, entry)
    sketch.flow(exit_, counter)
    sketch.flow(counter, tail)
    sketch.flow(tail, head, f"{variable} &lt; 2")
    default = sketch.flow(tail, out)
    sketch.add(f'<exclusiveGateway id="{tail}" default="{default}"/>', f'<task id="{out}"/>')
    return head, out


def _ends_early(sketch: Sketch, depth: int) -> Ends:
    """A choice of which one way leads to an end of its own."""
    split, on = sketch.name("choose"), sketch.name("task")
    if sketch.ad_hoc:
        return sketch.block(depth)
    entry, exit_ = sketch.block(depth)
    finish = sketch.name("end")
    default = sketch.flow(split, entry)
    sketch.flow(split, finish, sketch.one_of(*CONDITIONS))
    sketch.flow(exit_, on)
    sketch.add(f'<exclusiveGateway id="{split}" default="{default}"/>', f'<task id="{on}"/>')
    sketch.add(ending(sketch, finish))
    return split, on


FORKS = (_sequence, _sequence, _parallel, _inclusive, _complex, _choice, _loop, _ends_early)
