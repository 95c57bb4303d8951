"""Events on the way: what is waited for, what is thrown, links, races."""

from __future__ import annotations

from tests.engine.bpmn.drawing import catch, event, gateway, throw, user
from tests.engine.bpmn.growing.happenings import caught, condition, many_caught, several, sooner
from tests.engine.bpmn.growing.sketch import Ends, Sketch

__all__ = ["MOMENTS", "message_job", "thrown_together"]


def _wait(sketch: Sketch, _depth: int) -> Ends:
    name = sketch.name("catch")
    if sketch.chance(4):
        return sketch.only(name, several(sketch, catch(name, many_caught(sketch))))
    return sketch.only(name, catch(name, caught(sketch)))


def message_job(sketch: Sketch, name: str) -> str:
    """The job that a message event is, in a file for Camunda 8; otherwise what it throws is published by itself."""
    return "" if sketch.plain else f'<zeebe:taskDefinition type="{name}"/>'


def thrown_together(sketch: Sketch, *last: str) -> str:
    """Several definitions that one event throws."""
    first = sketch.one_of(event("signal", "S"), event("escalation", "X"))
    return first + sketch.one_of(*last)


def _throw(sketch: Sketch, _depth: int) -> Ends:
    name = sketch.name("throw")
    if sketch.quiet:
        return sketch.only(name, throw(name))
    kind = sketch.draw(5)
    if kind == 0:
        return sketch.only(name, throw(name, event("message", "M"), message_job(sketch, name)))
    if kind == 1:
        together = thrown_together(sketch, event("escalation", "X"), "<compensateEventDefinition/>")
        return sketch.only(name, throw(name, together))
    return sketch.only(name, throw(name, sketch.one_of("", event("signal", "S"), event("escalation", "X"))))


def _link(sketch: Sketch, _depth: int) -> Ends:
    away, here, name = sketch.name("away"), sketch.name("here"), sketch.name("link")
    definition = f'<linkEventDefinition name="{name}"/>'
    sketch.add(throw(away, definition), catch(here, definition))
    return away, here


def _race(sketch: Sketch, _depth: int) -> Ends:
    split, join = sketch.name("race"), sketch.name("meet")
    kinds = [sooner(sketch), event("message", "M"), event("signal", "S"), condition(sketch), "receive", "several"]
    chosen = [kinds.pop(sketch.draw(len(kinds))) for _ in range(2 + sketch.draw(2))]
    for definition in chosen:
        name = sketch.name("first")
        if definition == "receive":
            sketch.add(f'<receiveTask id="{name}" messageRef="N"/>')
        elif definition == "several":
            sketch.add(several(sketch, catch(name, many_caught(sketch))))
        else:
            sketch.add(catch(name, definition))
        sketch.flow(split, name)
        sketch.flow(name, join)
    sketch.add(gateway("eventBased", split), gateway("exclusive", join))
    return split, join


def _meanwhile(sketch: Sketch, _depth: int) -> Ends:
    """One branch waits for a condition that the answer of another makes true."""
    split, join, ask, wait = (sketch.name(kind) for kind in ("split", "join", "ask", "catch"))
    sketch.add(gateway("parallel", split), gateway("parallel", join), user(ask), catch(wait, condition(sketch)))
    for name in (ask, wait):
        sketch.flow(split, name)
        sketch.flow(name, join)
    return split, join


MOMENTS = (_wait, _wait, _throw, _throw, _link, _race, _meanwhile)
