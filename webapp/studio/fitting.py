"""Which template fits a step that was drawn without one, so that the editor opens it with the friendly form.

Nothing of it is written into the diagram: a file keeps what its authors wrote, and other editors open it as before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from engine.errors import AmicaleError
from webapp.studio.changes import facts
from webapp.studio.changes.facts import Part

__all__ = ["fitting", "parts_of"]

# Bindings of a template, as the paths of `facts`; what else a step may say has its place in the panel beside the form.
PATHS: Final[Mapping[str, tuple[str, str]]] = {
    "zeebe:taskHeader": ("header[{}]", "key"),
    "zeebe:input": ("input[{}]", "name"),
    "zeebe:property": ("property[{}]", "name"),
    "zeebe:taskDefinition": ("taskDefinition@{}", "property"),
}
KEPT_BY_FORM: Final = ("header[", "input[", "output[", "property[", "taskDefinition@")


@dataclass(frozen=True, slots=True)
class Shape:
    """What a template asks for: its fields by path, each with the values that it can hold (None: any)."""

    id: str
    fields: Mapping[str, frozenset[str] | None]


def parts_of(files: Mapping[str, bytes]) -> Mapping[str, Sequence[Part]]:
    """The elements of each diagram; none of one that cannot be read, which is told beside it."""
    found: dict[str, Sequence[Part]] = {}
    for name, body in files.items():
        if name.endswith(".bpmn"):
            try:
                found[name] = tuple(facts.parts(body, name).values())
            except AmicaleError:
                found[name] = ()
    return found


def fitting(
    diagrams: Mapping[str, Sequence[Part]], templates: Iterable[Mapping[str, object]]
) -> dict[str, dict[str, str]]:
    """By file and element, the id of the template whose fields hold all that the step says."""
    shapes = {type_: shape for each in templates if (shape := _shape(each)) and (type_ := _type(shape))}
    return {
        name: {part.id: shape.id for part in parts if (shape := _shape_of(part, shapes)) and _fits(part, shape)}
        for name, parts in diagrams.items()
    }


def _shape_of(part: Part, shapes: Mapping[str, Shape]) -> Shape | None:
    return shapes.get(part.facts.get("taskDefinition@type", "")) if part.kind == "serviceTask" else None


def _type(shape: Shape) -> str:
    return next(iter(shape.fields.get("taskDefinition@type") or ()), "")


def _fits(part: Part, shape: Shape) -> bool:
    """A setting for which there is no field, or a value that a field cannot hold, would be hidden: then it does not."""
    if "@modelerTemplate" in part.facts:
        return False
    for path, value in part.facts.items():
        if path.startswith(KEPT_BY_FORM):
            held = shape.fields.get(path, frozenset())
            if held is not None and value not in held:
                return False
    return True


def _shape(template: Mapping[str, object]) -> Shape | None:
    id_, properties = template["id"], template["properties"]
    if not isinstance(id_, str) or not isinstance(properties, list):
        return None
    found = {path: _values(each) for each in properties if (path := _path(each["binding"]))}
    return Shape(id_, found)


def _path(binding: Mapping[str, str]) -> str:
    path, key = PATHS.get(binding["type"], ("", ""))
    return path.format(binding[key]) if path else ""


def _values(field: Mapping[str, object]) -> frozenset[str] | None:
    if field["type"] == "Hidden":
        return frozenset({str(field["value"])})
    choices = field.get("choices")
    return frozenset(str(each["value"]) for each in choices) if isinstance(choices, list) else None
