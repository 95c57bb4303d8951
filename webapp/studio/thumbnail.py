"""A diagram as a small picture: the outlines of its shapes and ways, without words, drawn from its layout alone."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from lxml import etree

from engine.bpmn.xml import BPMN, parse

__all__ = ["thumbnail"]

DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
WAY = "{http://www.omg.org/spec/DD/20100524/DI}"
LINE, FILL, PERSON, FRAME = "#505a5f", "#ffffff", "#d7e7e9", "#b1b4b6"
Box = tuple[float, float, float, float]


def thumbnail(xml: bytes, name: str) -> str:
    """The picture as SVG; an empty one for a diagram without layout. Raises DiagramRefused."""
    root = parse(xml, name)
    kinds = {node.get("id", ""): etree.QName(node).localname for node in root.iter(f"{{{BPMN}}}*")}
    boxes = list(_boxes(root, kinds))
    ways = [way for edge in root.iter(f"{DI}BPMNEdge") if len(way := list(_points(edge))) > 1]
    corners = [corner for _, (x, y, w, h) in boxes for corner in ((x, y), (x + w, y + h))]
    corners += [point for way in ways for point in way]
    if not corners:
        return _svg((0, 0, 100, 40), "")
    left, top = min(x for x, _ in corners), min(y for _, y in corners)
    width, height = max(x for x, _ in corners) - left, max(y for _, y in corners) - top
    drawn = "".join(_way(way) for way in ways)
    ordered = sorted(boxes, key=lambda each: -each[1][2] * each[1][3])  # what encloses first
    drawn = "".join(_shape(kind, box) for kind, box in ordered if kind in _AROUND) + drawn
    drawn += "".join(_shape(kind, box) for kind, box in ordered if kind not in _AROUND)
    return _svg((left - 12, top - 12, width + 24, height + 24), drawn)


_AROUND = frozenset({"participant", "lane", "subProcess", "transaction", "adHocSubProcess", "group"})


def _boxes(root: etree._Element, kinds: dict[str, str]) -> Iterator[tuple[str, Box]]:
    for shape in root.iter(f"{DI}BPMNShape"):
        bounds = shape.find(f"{DC}Bounds")
        box = _numbers(bounds, "x", "y", "width", "height") if bounds is not None else None
        if box is not None:
            yield kinds.get(shape.get("bpmnElement", ""), ""), (box[0], box[1], box[2], box[3])


def _points(edge: etree._Element) -> Iterator[tuple[float, float]]:
    for point in edge.iter(f"{WAY}waypoint"):
        found = _numbers(point, "x", "y")
        if found is not None:
            yield found[0], found[1]


def _numbers(node: etree._Element, *names: str) -> list[float] | None:
    """The numbers in these attributes; None where one is none that a picture can have."""
    try:
        found = [float(node.get(name, "")) for name in names]
    except ValueError:
        return None
    return found if all(abs(number) < 1e6 for number in found) else None


def _way(points: list[tuple[float, float]]) -> str:
    line = " ".join(f"{x:g},{y:g}" for x, y in points)
    return f'<polyline points="{line}" fill="none" stroke="{LINE}" stroke-width="3"/>'


def _shape(kind: str, box: Box) -> str:
    x, y, w, h = box
    pen = f'stroke="{LINE}" stroke-width="3"'
    if kind in _AROUND:
        return f'<rect x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}" fill="none" stroke="{FRAME}" stroke-width="3"/>'
    if kind.endswith("Event"):
        thick = f'stroke="{LINE}" stroke-width="7"' if kind == "endEvent" else pen
        return f'<circle cx="{x + w / 2:g}" cy="{y + h / 2:g}" r="{w / 2:g}" fill="{FILL}" {thick}/>'
    if kind.endswith("Gateway"):
        corners = ((x + w / 2, y), (x + w, y + h / 2), (x + w / 2, y + h), (x, y + h / 2))
        return f'<polygon points="{" ".join(f"{a:g},{b:g}" for a, b in corners)}" fill="{FILL}" {pen}/>'
    fill = PERSON if kind == "userTask" else FILL
    return f'<rect x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}" rx="10" fill="{fill}" {pen}/>'


def _svg(box: Box, drawn: str) -> str:
    view = escape(" ".join(f"{number:g}" for number in box))
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view}" preserveAspectRatio="xMidYMid meet">{drawn}</svg>'
