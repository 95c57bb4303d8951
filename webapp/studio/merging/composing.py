"""One file made of two: the units of one version put into the other, with their drawing and their lanes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from copy import deepcopy

from lxml import etree

from webapp.studio.merging.trees import Tree, bare, is_unit, local, own, tree

__all__ = ["compose"]

FLOWS = frozenset({"sequenceFlow", "messageFlow", "association"})


def compose(into: Tree, source: Tree, wanted: Collection[str], moved: Collection[str]) -> bytes:
    """The file of `into` with these units as `source` has them: changed, added, or gone where it has none.

    `moved`: units that keep what they say and stand where `source` draws them. A flow that has lost an end is taken
    out with it.
    """
    root = deepcopy(into.root)
    for id_ in [each for each in source.units if each in wanted]:
        _take(root, source, id_)
    for id_ in [each for each in into.units if each in wanted and each not in source.units]:
        _remove(root, id_)
    for id_ in [*moved, *(each for each in source.drawn if each in wanted)]:
        _draw(root, source, id_)
    _stand(root, source, wanted)
    _drop_loose(root)
    _link(root, [*_links_of(source, wanted), *_links_of(into, into.units)])
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _take(root: etree._Element, source: Tree, id_: str) -> None:
    """Puts a unit of the other version in: over its like, or after what it follows there."""
    now = tree(root)
    wanted, found = source.units[id_], now.units.get(id_)
    if found is not None:
        _refill(found, wanted)
        return
    parent = source.parent(id_)
    if parent is not None and parent not in now.units:
        return  # what is around it is gone, and it goes with that
    around = _holder(root, now, source, id_)
    added = bare(wanted)
    before = [each for each in _before(wanted) if each in now.units and now.units[each].getparent() is around]
    if before:
        now.units[before[0]].addnext(added)
    elif local(around) == "definitions":
        around.insert(0, added)
    else:
        around.append(added)


def _holder(root: etree._Element, now: Tree, source: Tree, id_: str) -> etree._Element:
    """What holds the unit here: its parent unit, or inside of that what is no unit (the table around a row)."""
    outer = source.units[id_].getparent()
    parent = source.parent(id_)
    held = root if parent is None else now.units[parent]
    if outer is None or is_unit(outer):
        return held
    return next((each for each in held.iter(etree.Element) if each.tag == outer.tag), held)


def _before(node: etree._Element) -> Iterable[str]:
    """The units before it, the nearest first."""
    return [str(each.get("id")) for each in node.itersiblings(preceding=True) if is_unit(each)]


def _refill(found: etree._Element, wanted: etree._Element) -> None:
    """Gives a unit the name, the attributes and the own children of the other; the units inside it stay."""
    found.tag = wanted.tag
    for name in list(found.attrib):
        del found.attrib[name]
    for name, value in wanted.attrib.items():
        found.set(name, value)
    rows = [each for each in found.iterdescendants() if local(each) == "rule"]
    for child in list(own(found)):
        found.remove(child)
    for at, child in enumerate(own(wanted)):
        copied = bare(child)
        found.insert(at, copied)
        if local(copied) == "decisionTable":
            copied.extend(rows)


def _remove(root: etree._Element, id_: str) -> None:
    now = tree(root)
    for each in (now.units.get(id_), now.drawn.get(id_)):
        around = each.getparent() if each is not None else None
        if each is not None and around is not None:
            around.remove(each)


def _draw(root: etree._Element, source: Tree, id_: str) -> None:
    now, wanted = tree(root), source.drawn.get(id_)
    if id_ not in now.units or wanted is None:
        return
    copied, found = deepcopy(wanted), now.drawn.get(id_)
    plane = wanted.getparent()
    if found is not None:
        around = found.getparent()
        if around is not None:
            around.replace(found, copied)
    elif plane is not None:
        _sheet(root, plane).append(copied)


def _sheet(root: etree._Element, plane: etree._Element) -> etree._Element:
    """The sheet on which something is drawn. A closed sub-process has one of its own, which is made where it lacks."""
    sheets = [each for each in root.iter(etree.Element) if each.tag == plane.tag]
    like = [each for each in sheets if each.get("bpmnElement") == plane.get("bpmnElement")]
    shown = tree(root).units.get(str(plane.get("bpmnElement")))
    diagram = deepcopy(plane.getparent())
    if like or diagram is None or (sheets and (shown is None or not local(shown).endswith("ubProcess"))):
        return (like or sheets or [root])[0]
    root.append(diagram)
    made = next(each for each in diagram if each.tag == plane.tag)
    del made[:]
    return made


def _stand(root: etree._Element, source: Tree, wanted: Collection[str]) -> None:
    """Puts what was taken into the lanes in which it stands there."""
    now = tree(root)
    for reference in [each for each in root.iter(etree.Element) if local(each) == "flowNodeRef"]:
        held, lane = (reference.text or "").strip(), reference.getparent()
        if lane is not None and (held not in now.units or held in wanted):
            lane.remove(reference)
    for held in (each for each in wanted if each in now.units):
        for lane_id in source.lanes.get(held, ()):
            if lane_id in now.units:
                lane = now.units[lane_id]
                reference = etree.SubElement(lane, etree.QName(etree.QName(lane).namespace, "flowNodeRef"))
                reference.text = held
                for inner in [each for each in lane if local(each) == "childLaneSet"]:
                    lane.append(inner)  # references stand before the lanes inside


def _drop_loose(root: etree._Element) -> None:
    """Takes out flows, and drawings, of what is not there."""
    now = tree(root)
    for id_, node in now.units.items():
        ends = (node.get("sourceRef"), node.get("targetRef"))
        if local(node) in FLOWS and any(end not in now.units for end in ends if end is not None):
            _remove(root, id_)
    known = {str(each.get("id")) for each in root.iter(etree.Element) if each.get("id")}
    for id_, drawn in tree(root).drawn.items():
        around = drawn.getparent()
        if id_ not in known and around is not None:
            around.remove(drawn)


def _links_of(version: Tree, ids: Iterable[str]) -> list[tuple[str, str, str]]:
    """What stands in a version as incoming and outgoing, in its order: it decides which flow is asked first."""
    nodes = [(id_, version.units[id_]) for id_ in ids if id_ in version.units]
    return [
        (id_, local(each), (each.text or "").strip())
        for id_, node in nodes
        for each in node
        if local(each) in {"incoming", "outgoing"}
    ]


def _link(root: etree._Element, order: list[tuple[str, str, str]]) -> None:
    """Says anew at each node which flows come and go."""
    now = tree(root)
    places = {link: place for place, link in reversed(list(enumerate(order)))}
    told: dict[str, list[tuple[str, str, str]]] = {}
    for id_, flow in now.units.items():
        if local(flow) == "sequenceFlow":
            for end, kind in ((flow.get("sourceRef"), "outgoing"), (flow.get("targetRef"), "incoming")):
                told.setdefault(str(end), []).append((str(end), kind, id_))
    for id_, node in now.units.items():
        for each in [each for each in node if local(each) in {"incoming", "outgoing"}]:
            node.remove(each)
        at = sum(local(each) in {"documentation", "extensionElements"} for each in node)
        links = sorted(told.get(id_, ()), key=lambda link: (link[1], places.get(link, len(places))))
        for offset, (_, kind, flow_id) in enumerate(links):
            made = etree.Element(etree.QName(etree.QName(node).namespace, kind))
            made.text = flow_id
            node.insert(at + offset, made)
