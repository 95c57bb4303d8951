"""From bytes to XML, without trusting them: no entities, no network, no document type, UTF-8 only, at most 2 MB."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from engine.bpmn.errors import DiagramRefused
from engine.bpmn.refusals import error
from engine.findings import Finding

__all__ = ["BPMN", "MAX_BYTES", "MODELER", "ZEEBE", "Xml", "children", "extension", "is_in", "kind", "parse"]

MAX_BYTES: Final = 2 * 1024 * 1024
BPMN: Final = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ZEEBE: Final = "http://camunda.org/schema/zeebe/1.0"
MODELER: Final = "http://camunda.org/schema/modeler/1.0"
Xml = etree._Element

_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")  # of no text: pictures, archives
_DECLARATION = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_UTF8 = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii"})


def parse(data: bytes, name: str) -> Xml:
    """The root element. Raises DiagramRefused, saying what is wrong with the file."""
    reason = _unreadable(data)
    if reason is None:
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True,
            remove_comments=True, dtd_validation=False, attribute_defaults=False,
        )  # fmt: skip
        try:
            return etree.fromstring(data, parser)
        except etree.XMLSyntaxError as broken:
            line, column = broken.position
            reason = error("not_xml", line=line, column=column, detail=str(broken))
        except ValueError as broken:
            reason = error("not_xml", line=1, column=1, detail=str(broken))
    raise DiagramRefused(name, [reason])


def _unreadable(data: bytes) -> Finding | None:
    if len(data) > MAX_BYTES:
        return error("file_too_big", size=len(data), limit=MAX_BYTES)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return error("not_utf8", encoding="UTF-16")
    if _CONTROL.search(data[:1000]) is not None and not data.lstrip().startswith(b"<"):
        return error("not_text")
    declared = _DECLARATION.match(data.removeprefix(b"\xef\xbb\xbf"))
    if declared is not None and declared[1].lower() not in _UTF8:
        return error("not_utf8", encoding=declared[1].decode("ascii"))
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return error("not_utf8", encoding="unknown")
    if _has_doctype(data):
        return error("doctype")
    return None


def _has_doctype(data: bytes) -> bool:
    """Looks through what stands before the root element: declarations and comments."""
    at = data.find(b"<")
    while at != -1:
        if data.startswith(b"<!--", at):
            end = data.find(b"-->", at)
        elif data.startswith(b"<?", at):
            end = data.find(b"?>", at)
        else:
            return data[at : at + 9].upper() == b"<!DOCTYPE"
        if end == -1:
            return False
        at = data.find(b"<", end)
    return False


def kind(node: Xml) -> str:
    """The local name."""
    tag = node.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def is_in(node: Xml, namespace: str) -> bool:
    """Whether the element belongs to a namespace."""
    tag = node.tag
    return isinstance(tag, str) and tag.startswith(f"{{{namespace}}}")


def children(node: Xml, name: str, namespace: str = BPMN) -> list[Xml]:
    """The direct children of that name."""
    return node.findall(f"{{{namespace}}}{name}")


def extension(node: Xml, name: str) -> Xml | None:
    """The zeebe extension element of that name."""
    return node.find(f"{{{BPMN}}}extensionElements/{{{ZEEBE}}}{name}")
