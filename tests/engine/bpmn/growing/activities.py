"""Tasks of every type, heard, mapped, with events at their boundary."""

from __future__ import annotations

from tests.engine.bpmn.drawing import extended, job, mapping, script, user
from tests.engine.bpmn.growing.happenings import COUNT, bound
from tests.engine.bpmn.growing.sketch import Ends, Sketch

__all__ = ["ACTIVITIES", "TYPES", "activity", "settings"]

TYPES = ("userTask", "serviceTask", "sendTask", "scriptTask", "businessRuleTask", "receiveTask", "callActivity",
         "task", "manualTask")  # fmt: skip


def settings(sketch: Sketch) -> str:
    """Mappings and execution listeners, or nothing."""
    found = ""
    if sketch.chance(4):
        given = {"n": "=n + 10"} if sketch.chance(2) else {"local": "=n", "held": "text"}
        found += mapping(given if sketch.chance(2) else {}, {f"v{sketch.draw(3)}": "=n"} if sketch.chance(2) else {})
    if sketch.chance(6):
        phases = sketch.one_of(("start",), ("end",), ("start", "end"))
        inner = "".join(f'<zeebe:executionListener eventType="{p}" type="{sketch.name("heard")}"/>' for p in phases)
        found += f"<zeebe:executionListeners>{inner}</zeebe:executionListeners>"
    return found


def activity(sketch: Sketch, name: str, kind: str, inner: str = "") -> str:
    """An activity of this type with some settings and perhaps its marker inside."""
    extra = settings(sketch)
    if kind == "userTask":
        return user(name, extra, inner=inner)
    if kind in ("serviceTask", "sendTask"):
        return job(name, extra, kind=kind, inner=inner)
    if kind == "scriptTask":
        return script(name, sketch.one_of("n", "v0"), COUNT, inner=inner)
    if kind == "businessRuleTask":
        if sketch.chance(2):
            return job(name, extra, kind=kind, inner=inner)
        called = '<zeebe:calledDecision decisionId="d" resultVariable="v2"/>'
        return f'<{kind} id="{name}">{extended(called, extra)}{inner}</{kind}>'
    if kind == "callActivity":
        sharing = sketch.one_of("", ' propagateAllParentVariables="false"', ' propagateAllChildVariables="false"')
        called = f'<zeebe:calledElement processId="other"{sharing}/>'
        return f'<{kind} id="{name}">{extended(called, extra)}{inner}</{kind}>'
    reference = ' messageRef="M"' if kind == "receiveTask" else ""
    return f'<{kind} id="{name}"{reference}>{extended(extra)}{inner}</{kind}>'


def _one(sketch: Sketch, _depth: int) -> Ends:
    kind = sketch.one_of("userTask", "userTask", *TYPES)
    name = sketch.name(kind)
    sketch.add(activity(sketch, name, kind))
    bound(sketch, name)
    return name, name


def _choosing(sketch: Sketch, _depth: int) -> Ends:
    """Flows with conditions and a default out of a task."""
    kind = sketch.one_of("userTask", "scriptTask", "serviceTask")
    name, good, bad, meet = sketch.name("ask"), sketch.name("good"), sketch.name("bad"), sketch.name("meet")
    sketch.flow(name, good, sketch.one_of("n != null", "n = 2", "true"))
    default = sketch.flow(name, bad)
    if sketch.chance(2):
        sketch.flow(name, meet, "v0 != null")
    text = activity(sketch, name, kind).replace(' id="', f' default="{default}" id="', 1)
    sketch.add(text, script(good, "v0", COUNT), user(bad), f'<inclusiveGateway id="{meet}"/>')
    sketch.flow(good, meet)
    sketch.flow(bad, meet)
    return name, meet


def _in_numbers(sketch: Sketch, _depth: int) -> Ends:
    """Tokens are counted on the way in and out (BPMN 2.0, 13.3.2): two come out, two are needed."""
    many, few = sketch.name("spread"), sketch.name("gather")
    quantity = sketch.one_of(1, 2, 2)
    sketch.add(
        user(many).replace(' id="', ' completionQuantity="2" id="', 1),
        user(few).replace(' id="', f' startQuantity="{quantity}" id="', 1),
    )
    sketch.flow(many, few)
    return many, few


ACTIVITIES = (_one, _one, _one, _choosing, _in_numbers)
