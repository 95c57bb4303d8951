"""Activities that are done several times: multi-instance in the words of the dialect and of BPMN, standard loops."""

from __future__ import annotations

from tests.engine.bpmn.drawing import boundary, event, many, script
from tests.engine.bpmn.growing.activities import TYPES, activity
from tests.engine.bpmn.growing.happenings import COUNT, bound
from tests.engine.bpmn.growing.sketch import Ends, Sketch

__all__ = ["MARKED", "marker"]


def marker(sketch: Sketch) -> str:
    """A marker that needs nothing around it."""
    if sketch.chance(3):
        condition = "<loopCondition>loopCounter &lt; 2</loopCondition>" if sketch.chance(2) else ""
        before = ' testBefore="true"' if sketch.chance(2) else ""
        return f'<standardLoopCharacteristics loopMaximum="3"{before}>{condition}</standardLoopCharacteristics>'
    until = "numberOfCompletedInstances = 2" if sketch.chance(2) else ""
    items = sketch.one_of("[1, 2, 3]", "[1, 2]", "[]", "for i in 1..n return i")
    output = ("all", "item * loopCounter") if sketch.chance(2) else None
    return many(items, sequential=sketch.chance(2), output=output, until=until)


def _marked(sketch: Sketch, _depth: int) -> Ends:
    kind = sketch.one_of("userTask", *TYPES)
    name = sketch.name(kind)
    sketch.add(activity(sketch, name, kind, marker(sketch)))
    bound(sketch, name)
    return name, name


def _counted(sketch: Sketch, _depth: int) -> Ends:
    """BPMN's own multi-instance with the events of its behaviour."""
    name, heard, aside = sketch.name("each"), sketch.name("heard"), sketch.name("aside")
    behaviour = "All" if sketch.quiet else sketch.one_of("None", "One", "All", "Complex")
    told = sketch.one_of("told", "rung")
    attribute = {"None": f' noneBehaviorEventRef="{told}"', "One": f' oneBehaviorEventRef="{told}"'}.get(behaviour, "")
    inner = f"<loopCardinality>{sketch.draw(4)}</loopCardinality>"
    if behaviour == "Complex":
        throws = sketch.one_of(event("escalation", "X"), event("signal", "S"))
        inner += "<complexBehaviorDefinition><condition>numberOfCompletedInstances &gt; 1</condition>"
        inner += f'<event id="{sketch.name("event")}">{throws}</event></complexBehaviorDefinition>'
    if sketch.chance(3):
        inner += "<completionCondition>numberOfCompletedInstances &gt; 1</completionCondition>"
    tag, sequential = "multiInstanceLoopCharacteristics", str(sketch.chance(2)).lower()
    text = f'<{tag} isSequential="{sequential}" behavior="{behaviour}"{attribute}>{inner}</{tag}>'
    sketch.add(
        activity(sketch, name, sketch.one_of("userTask", "serviceTask", "task"), text),
        boundary(heard, name, event("escalation", "X"), interrupting=sketch.chance(3)), script(aside, "n", COUNT),
    )  # fmt: skip
    sketch.flow(heard, aside)
    return name, name


MARKED = (_marked, _marked, _counted)
