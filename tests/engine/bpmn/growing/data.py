"""Data objects and associations: in files that are not marked for Camunda 8."""

from __future__ import annotations

from tests.engine.bpmn.drawing import job, user
from tests.engine.bpmn.growing.sketch import Ends, Sketch

__all__ = ["DATA"]


def _copies(sketch: Sketch) -> str:
    given, got = sketch.name("in"), sketch.name("out")
    transformed = "<transformation>n</transformation>" if sketch.chance(2) else ""
    return (
        f'<ioSpecification><dataInput id="{given}"/><dataOutput id="{got}"/><inputSet/><outputSet/></ioSpecification>'
        f"<dataInputAssociation><sourceRef>R</sourceRef><targetRef>{given}</targetRef></dataInputAssociation>"
        f"<dataOutputAssociation><sourceRef>{given}</sourceRef><targetRef>P</targetRef>{transformed}"
        "</dataOutputAssociation>"
    )


def _copying(sketch: Sketch, _depth: int) -> Ends:
    name = sketch.name("copy")
    return sketch.only(name, sketch.one_of(user, job)(name, inner=_copies(sketch)))


def _each(sketch: Sketch, _depth: int) -> Ends:
    """Items out of a data object, answers into another."""
    name, given, got = sketch.name("each"), sketch.name("in"), sketch.name("out")
    tag = "multiInstanceLoopCharacteristics"
    items = f'<inputDataItem id="{name}one"/><outputDataItem id="{name}got" name="got"/>'
    marker = (
        f'<{tag} isSequential="{str(sketch.chance(2)).lower()}"><loopDataInputRef>{given}</loopDataInputRef>'
        f"<loopDataOutputRef>{got}</loopDataOutputRef>{items}</{tag}>"
    )
    copies = (
        f'<ioSpecification><dataInput id="{given}"/><dataOutput id="{got}"/><inputSet/><outputSet/></ioSpecification>'
        f"<dataInputAssociation><sourceRef>L</sourceRef><targetRef>{given}</targetRef></dataInputAssociation>"
        f"<dataOutputAssociation><sourceRef>{got}</sourceRef><targetRef>P</targetRef></dataOutputAssociation>"
    )
    return sketch.only(name, user(name, inner=copies + marker))


DATA = (_copying, _copying, _each)
