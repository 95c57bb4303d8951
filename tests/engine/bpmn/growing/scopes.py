"""Sub-processes, transactions and ad-hoc sub-processes, with blocks inside."""

from __future__ import annotations

from tests.engine.bpmn.drawing import boundary, end, event, extended, gateway, start, sub, user
from tests.engine.bpmn.growing.activities import settings
from tests.engine.bpmn.growing.happenings import bound
from tests.engine.bpmn.growing.markers import marker
from tests.engine.bpmn.growing.moments import thrown_together
from tests.engine.bpmn.growing.sketch import Ends, Sketch
from tests.engine.bpmn.growing.wholes import whole

__all__ = ["SCOPES"]


def _sub(sketch: Sketch, depth: int) -> Ends:
    name = sketch.name("part")
    body = whole(sketch.inner(), depth)
    inner = extended(settings(sketch)) + (marker(sketch) if sketch.chance(3) else "")
    sketch.add(sub(name, body, inner=inner))
    bound(sketch, name)
    return name, name


def _transaction(sketch: Sketch, depth: int) -> Ends:
    name, begin, choose, good, bad = (sketch.name(kind) for kind in ("all", "start", "choose", "good", "bad"))
    late, out = sketch.name("late"), sketch.name("out")
    inner = sketch.inner()
    entry, exit_ = inner.block(depth)
    inner.add(start(begin))
    inner.flow(begin, entry)
    inner.flow(exit_, choose)
    default = inner.flow(choose, good)
    inner.flow(choose, bad, sketch.one_of("n = 2", "n != null"))
    gives_up = sketch.one_of(event("cancel"), thrown_together(sketch, event("cancel")))
    inner.add(f'<exclusiveGateway id="{choose}" default="{default}"/>', end(good), end(bad, gives_up))
    again = marker(sketch) if sketch.chance(3) else ""
    sketch.add(
        f'<transaction id="{name}">{again}{inner.text()}</transaction>', boundary(late, name, event("cancel")),
        gateway("exclusive", out),
    )  # fmt: skip
    sketch.flow(late, out)
    sketch.flow(name, out)
    return name, out


def _any_order(sketch: Sketch, depth: int) -> Ends:
    """An ad-hoc sub-process; without a user task inside it is worked off by itself."""
    name, active = sketch.name("any"), ""
    inner = sketch.inner(ad_hoc=True)
    firsts = [inner.name("first") for _ in range(1 + sketch.draw(3))]
    for first in firsts:
        inner.add(user(first) if sketch.chance(2) else f'<task id="{first}"/>')
        if sketch.chance(2):
            inner.flow(first, inner.block(depth)[0])
    condition = sketch.one_of("", "n != null", "false", "v0 &gt; 0")
    until = f"<completionCondition>{condition}</completionCondition>" if condition else ""
    attributes = f'ordering="{sketch.one_of("Parallel", "Sequential")}" '
    attributes += f'cancelRemainingInstances="{sketch.one_of("true", "false")}"'
    if sketch.chance(2):
        begun = f' activeElementsCollection="=[&quot;{firsts[0]}&quot;]"' if sketch.chance(2) else ""
        active = extended(f"<zeebe:adHoc{begun}/>")
    inside = marker(sketch) if sketch.chance(4) else ""
    sketch.add(f'<adHocSubProcess id="{name}" {attributes}>{active}{inside}{inner.text()}{until}</adHocSubProcess>')
    bound(sketch, name)
    return name, name


SCOPES = (_sub, _sub, _sub, _transaction, _any_order)
