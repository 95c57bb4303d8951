"""What an event may wait for or throw: definitions, several of them, and what happens beside."""

from __future__ import annotations

from tests.engine.bpmn.drawing import boundary, event, script, timer
from tests.engine.bpmn.growing.sketch import Sketch

__all__ = ["COUNT", "bound", "caught", "condition", "repeated", "several", "sooner"]

COUNT = "if n = null then 1 else n + 1"


def condition(sketch: Sketch) -> str:
    """A conditional definition."""
    text = sketch.one_of("n &gt; 2", "n = 2 or v1 &gt; 1", "v0 != null", "n &lt; 0")
    return f"<conditionalEventDefinition><condition>={text}</condition></conditionalEventDefinition>"


def sooner(sketch: Sketch) -> str:
    """A date or a duration."""
    return sketch.one_of(
        timer("Duration", "P1D"), timer("Duration", "PT0S"), timer("Duration", "P1M"),
        timer("Date", "2026-12-31T09:00:00[Europe/Paris]"), timer("Date", '=now() + duration("PT5H")'),
    )  # fmt: skip


def repeated(sketch: Sketch) -> str:
    """A cycle."""
    return timer("Cycle", sketch.one_of("R2/P1D", "R/P1M", "R3/2026-11-30T08:00:00Z/P1D", "0 0 9 * * MON-FRI"))


def caught(sketch: Sketch) -> str:
    """What an intermediate event waits for: one thing, or several; the marker for all of them is set by `several`."""
    return sketch.one_of(sooner(sketch), event("message", "M"), event("signal", "S"), condition(sketch))


def several(sketch: Sketch, text: str) -> str:
    """The event that waits for several, of which one is enough, or for all of them."""
    return text.replace(' id="', ' parallelMultiple="true" id="', 1) if sketch.chance(2) else text


def many_caught(sketch: Sketch) -> str:
    """Several definitions of one event."""
    first, second = sketch.one_of(
        (event("message", "M"), event("message", "N")), (event("signal", "S"), sooner(sketch)),
        (event("message", "M"), condition(sketch)), (event("message", "N"), event("signal", "S")),
    )  # fmt: skip
    return first + second


def bound(sketch: Sketch, owner: str) -> None:
    """None, one or two boundary events, interrupting or not, with something beside."""
    kinds = ["timer", "message", "signal", "condition", "error", "escalation", "several"]
    for _ in range([0, 0, 1, 1, 2][sketch.draw(5)]):
        _bound(sketch, owner, kinds.pop(sketch.draw(len(kinds))))
        if "several" not in kinds:  # it catches the same message or signal
            return
        kinds.remove("several")


def _bound(sketch: Sketch, owner: str, kind: str) -> None:
    name, aside = sketch.name("bound"), sketch.name("aside")
    interrupting = kind == "error" or sketch.chance(2)
    later = sooner(sketch) if interrupting or sketch.chance(2) else repeated(sketch)
    definition = {
        "timer": later, "message": event("message", "M"), "signal": event("signal", "S"),
        "condition": condition(sketch), "error": sketch.one_of(event("error", "E"), event("error")),
        "escalation": sketch.one_of(event("escalation", "X"), event("escalation")), "several": many_caught(sketch),
    }[kind]  # fmt: skip
    text = boundary(name, owner, definition, interrupting=interrupting)
    sketch.add(several(sketch, text) if kind == "several" else text, script(aside, f"v{sketch.draw(3)}", COUNT))
    sketch.flow(name, aside)
