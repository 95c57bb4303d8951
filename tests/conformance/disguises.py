"""The same diagram written differently: its elements in another order, its flows without ids."""

from __future__ import annotations

import random
from collections.abc import Collection

from lxml import etree

from engine.bpmn.xml import BPMN, children, kind

__all__ = ["disguised"]

_SCOPES = ("process", "subProcess", "transaction", "adHocSubProcess")
_REFERRING = ("incoming", "outgoing")


def disguised(data: bytes, *, shuffle: int | None, flow_ids: bool, asked: Collection[str] = ()) -> bytes:
    """The file with what these modes change and the meaning of BPMN unchanged. `asked`: ids that the case asks for.

    The order of the flows out of one element is kept: it decides which of several true conditions is taken.
    """
    if shuffle is None and flow_ids:
        return data
    root = etree.fromstring(data)
    for scope in list(root.iter(*(f"{{{BPMN}}}{name}" for name in _SCOPES))):
        if shuffle is not None:
            _shuffle(scope, random.Random(shuffle))
    if not flow_ids:
        _drop_ids(root, asked)
    return etree.tostring(root)


def _shuffle(scope: etree._Element, chance: random.Random) -> None:
    members = [node for node in scope if kind(node) not in ("documentation", "extensionElements")]
    flows = [node for node in members if kind(node) == "sequenceFlow"]
    others = [node for node in members if kind(node) != "sequenceFlow"]
    by_source: dict[str, list[etree._Element]] = {}
    for flow in flows:
        by_source.setdefault(flow.get("sourceRef", ""), []).append(flow)
    order = [flow.get("sourceRef", "") for flow in flows]
    chance.shuffle(order)
    shuffled = [by_source[source].pop(0) for source in order]
    chance.shuffle(others)
    mixed = shuffled + others
    places = sorted(range(len(mixed)), key=lambda place: (chance.random(), place))
    # Elements go anywhere; flows keep the order among themselves that was drawn above.
    free = iter(shuffled)
    for place in places:
        node = mixed[place]
        scope.append(next(free) if kind(node) == "sequenceFlow" else node)


def _drop_ids(root: etree._Element, asked: Collection[str]) -> None:
    """Ids of flows that no default, diagram shape or other reference needs; the lists of flows in elements go too."""
    for node in list(root.iter(*(f"{{{BPMN}}}{name}" for name in _REFERRING))):
        parent = node.getparent()
        if parent is not None:
            parent.remove(node)
    needed = {value for node in root.iter(etree.Element) for name, value in node.attrib.items() if name == "default"}
    for scope in list(root.iter(*(f"{{{BPMN}}}{name}" for name in _SCOPES))):
        for flow in children(scope, "sequenceFlow"):
            if flow.get("id") not in needed | set(asked) and "id" in flow.attrib:
                del flow.attrib["id"]
