"""A generator of diagrams: blocks inside blocks, every element on the positive list, every way of waiting."""

from __future__ import annotations

from functools import lru_cache
from random import Random

from hypothesis import strategies as st

from engine.bpmn import ProcessSpec, read_diagram
from tests.engine.bpmn.drawing import document
from tests.engine.bpmn.growing.activities import ACTIVITIES
from tests.engine.bpmn.growing.data import DATA
from tests.engine.bpmn.growing.doing import DOING
from tests.engine.bpmn.growing.forks import FORKS
from tests.engine.bpmn.growing.kinds import Grown
from tests.engine.bpmn.growing.markers import MARKED
from tests.engine.bpmn.growing.moments import MOMENTS
from tests.engine.bpmn.growing.scopes import SCOPES
from tests.engine.bpmn.growing.sketch import Draw, Sketch
from tests.engine.bpmn.growing.wholes import process_body

__all__ = ["ROOTS", "Grown", "diagrams", "grow", "grown", "process", "seeded", "text_of"]

ROOTS = (
    "".join(
        f'<message id="{name}" name="{name}"><extensionElements>'
        '<zeebe:subscription correlationKey="=&quot;k&quot;"/></extensionElements></message>'
        for name in "MN"
    )
    + '<signal id="S" name="S"/><error id="E" name="E" errorCode="E"/><error id="F" name="F" errorCode="F"/>'
    '<escalation id="X" name="X" escalationCode="X"/><escalationEventDefinition id="told" escalationRef="X"/>'
    '<signalEventDefinition id="rung" signalRef="S"/>'
)

SIMPLE = (*ACTIVITIES * 2, *MARKED * 3, *MOMENTS, *DOING)
NESTED = (*FORKS, *SCOPES)


def grow(draw: Draw, depth: int = 3) -> Grown:
    """A diagram; `draw(n)` answers a number below n."""
    plain = draw(5) == 0
    simple = (*SIMPLE, *DATA) if plain else SIMPLE
    return Grown(process_body(Sketch(draw, simple, NESTED, plain=plain), depth), plain)


def grown(seed: int) -> Grown:
    """The diagram of a seed: of any size, unlike those that are made to shrink."""
    chance = Random(seed)
    return grow(chance.randrange, depth=1 + chance.randrange(4))


@st.composite
def diagrams(draw: st.DrawFn) -> Grown:
    """A diagram that can be made smaller when it shows a fault."""
    return grow(lambda limit: draw(st.integers(0, limit - 1)))


def text_of(found: Grown) -> bytes:
    """Its file; one in five is not marked for Camunda 8, so that data associations run."""
    text = document(found.body, ROOTS)
    return text.replace(b' modeler:executionPlatform="Camunda Cloud"', b"") if found.plain else text


def process(found: Grown) -> ProcessSpec:
    """The one process of its file, read anew."""
    return read_diagram(text_of(found), name="grown").processes[0]


@lru_cache(400)
def seeded(seed: int) -> ProcessSpec:
    """The process of a seed, read once for all laws: reading costs more than a run, and a run changes none of it."""
    return process(grown(seed))
