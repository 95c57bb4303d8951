"""Data associations (BPMN 2.0, 10.4.2): what is copied before an activity or event, and after it.

Data objects, properties, data inputs and data outputs are variables named by their id. In files for Camunda 8 data
associations are drawing only, and are taken out before this is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from engine.bpmn.model import Copy
from engine.bpmn.sites import Sites
from engine.bpmn.supported import DATA_FLOW
from engine.bpmn.xml import BPMN, Xml, children, kind

__all__ = ["data_names", "drop_data_flow", "read_copies"]

_NAMED: Final = frozenset({"dataObject", "dataInput", "dataOutput", "property"})
_ITEMS: Final = frozenset({"inputDataItem", "outputDataItem"})


def data_names(root: Xml) -> dict[str, str]:
    """The variable that each id of data in a file stands for; data stores are none."""
    found: dict[str, str] = {}
    for node in root.iter(f"{{{BPMN}}}*"):
        name, node_id = kind(node), node.get("id")
        if node_id is None:
            continue
        if name in _NAMED:
            found[node_id] = node_id
        elif name in _ITEMS:
            found[node_id] = node.get("name") or node_id
        elif name == "dataObjectReference":
            found[node_id] = _reference(node.get("dataObjectRef")) or node_id
    return found


def drop_data_flow(process: Xml) -> None:
    """Takes the data associations out of a process: they are drawing."""
    for node in list(process.iter(*(f"{{{BPMN}}}{name}" for name in sorted(DATA_FLOW)))):
        parent = node.getparent()
        if parent is not None:
            parent.remove(node)


def read_copies(node: Xml, name: str, names: Mapping[str, str], sites: Sites) -> tuple[Copy, ...]:
    """What the associations of that name copy, in the order of the file."""
    return tuple(copy for one in children(node, name) for copy in _read(one, names, sites))


def _read(association: Xml, names: Mapping[str, str], sites: Sites) -> Iterator[Copy]:
    assignments = children(association, "assignment")
    if assignments:
        yield from _assigned(association, assignments, names, sites)
        return
    sources = [_known(part.text, names, sites) for part in children(association, "sourceRef")]
    target = _known(association.findtext(f"{{{BPMN}}}targetRef"), names, sites)
    text = "".join("".join(part.itertext()) for part in children(association, "transformation"))
    if text.strip():
        yield Copy("", target, sites.expression(text, "transformation", plain=True))
    elif len(sources) == 1:
        yield Copy(sources[0], target)
    elif sources:
        sites.refuse("data_flow_unsupported")


def _assigned(association: Xml, assignments: list[Xml], names: Mapping[str, str], sites: Sites) -> Iterator[Copy]:
    """Assignments take the place of the copy: each writes what its `from` answers to its target, or inside of it."""
    for source in children(association, "sourceRef"):
        _known(source.text, names, sites)
    target = _known(association.findtext(f"{{{BPMN}}}targetRef"), names, sites)
    if children(association, "transformation"):
        sites.refuse("data_flow_unsupported")
    for one in assignments:
        written = "".join("".join(part.itertext()) for part in children(one, "to")).strip().removeprefix("=")
        path = sites.path(written, "target of the assignment")
        value = sites.expression(
            "".join("".join(part.itertext()) for part in children(one, "from")), "from", plain=True
        )
        if names.get(path[0], path[0]) != target:
            sites.refuse("data_unknown", ref=path[0])
        yield Copy("", target, value, (target, *path[1:]))


def _known(written: str | None, names: Mapping[str, str], sites: Sites) -> str:
    reference = _reference(written)
    if reference not in names:
        sites.refuse("data_unknown", ref=reference)
    return names.get(reference, "")


def _reference(written: str | None) -> str:
    return (written or "").strip().rpartition(":")[2]
