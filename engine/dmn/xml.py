"""Reading DMN files as XML, hardened: no document type, no entities, no network, UTF-8 only, two megabytes."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator
from typing import Final, NoReturn

from lxml import etree

from engine.dmn.errors import REASONS, DmnRefused, place_of

MAX_BYTES: Final = 2_000_000
NAMESPACES: Final = frozenset(
    {
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    }
)
Element = etree._Element


def parse(xml: bytes, name: str) -> Element:
    """The root element `definitions`. DmnRefused for anything that is not a DMN 1.1 to 1.5 file."""
    if len(xml) > MAX_BYTES:
        refuse(name, "definitions", "file_too_large", limit=MAX_BYTES // 1_000_000)
    try:
        xml.decode("utf-8")
    except UnicodeDecodeError:
        refuse(name, "definitions", "not_utf8")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_pis=True,
        remove_comments=True,
    )
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as problem:
        line, column = problem.position
        refuse(name, "definitions", "not_xml", line=line, column=column, detail=str(problem))
    except ValueError as problem:
        refuse(name, "definitions", "not_xml", line=1, column=1, detail=str(problem))
    info = root.getroottree().docinfo
    if info.doctype or info.internalDTD is not None:
        refuse(name, "definitions", "doctype")
    if info.encoding is not None and info.encoding.upper() not in ("UTF-8", "ASCII", "US-ASCII"):
        refuse(name, "definitions", "not_utf8")
    tag = etree.QName(root)
    if tag.localname != "definitions" or tag.namespace not in NAMESPACES:
        refuse(name, tag.localname, "not_dmn")
    return root


def refuse(name: str, element: str, why: str, **params: object) -> NoReturn:
    """Raise DmnRefused for a reason of `engine.dmn.errors.REASONS` and its parameters."""
    said, place = REASONS[why].format_map({**params, "known": _listed(params.get("known"))}), place_of(params)
    said = f"{said}; did you mean “{params['nearest']}”?" if params.get("nearest") else said
    reason = said if place is None else place.format_map({**params, "said": said})
    raise DmnRefused(name=name, element=element, reason=reason, why=why, **params)


def _listed(known: object) -> str:
    return ", ".join(map(str, known)) if isinstance(known, tuple) and known else "nothing"


def among(name: str, known: Collection[str]) -> dict[str, object]:
    """The parameters `known` (at most forty) and `nearest` of a name that is none of these."""
    near = difflib.get_close_matches(name, known, n=1)
    return {"known": tuple(sorted(known)[:40]), "nearest": near[0] if near else None}


def kind(element: Element) -> str:
    """The local name of an element of DMN; nothing for those of other namespaces."""
    tag = element.tag
    if not isinstance(tag, str):
        return ""
    namespace, _closing, local = tag.rpartition("}")
    return local if namespace[1:] in NAMESPACES else ""


def children(element: Element, *kinds: str) -> Iterator[Element]:
    """The child elements of these kinds, in order."""
    return (child for child in element if kind(child) in kinds)


def child(element: Element, *kinds: str) -> Element | None:
    """The first child of these kinds."""
    return next(children(element, *kinds), None)


def text_of(element: Element | None) -> str:
    """The text of an element's `text` child, without outer white space; nothing if there is none."""
    inner = None if element is None else child(element, "text")
    return "" if inner is None or inner.text is None else inner.text.strip()


def name_of(element: Element, attribute: str = "name") -> str:
    """A name as expressions spell it: white space is one space."""
    return " ".join((element.get(attribute) or "").split())


def label(element: Element) -> str:
    """How to name an element to a person: its name, else its id, else its kind."""
    return element.get("name") or element.get("id") or kind(element)
