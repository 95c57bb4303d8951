"""ISO 20022 files as the bank sends them: read safely, whatever version of the message the bank uses.

A file is a `Document` in a namespace that names its message (`urn:iso:std:iso:20022:tech:xsd:camt.053.001.08`). Banks
move between versions on their own; elements that we read have the same names in all of them.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import ClassVar, Final

from lxml import etree

from engine.errors import Invalid

MAX_BYTES: Final = 20_000_000
_MESSAGE: Final = re.compile(r"urn:iso:std:iso:20022:tech:xsd:([a-z]{4}\.\d{3})\.\d{3}\.\d{2}")
_BEFORE: Final = codecs.BOM_UTF8 + b" \t\r\n"  # what some banks write before the declaration
_DAY: Final = re.compile(r"(\d{4}-\d{2}-\d{2})(?:Z|[+-]\d{2}:\d{2})?")  # xs:date may name a zone: the day counts
_PATH: Final = re.compile(r"[A-Za-z]+(?:/[A-Za-z]+)*")
Element = etree._Element


class BankFileRefused(Invalid):
    """{name} is no ISO 20022 message in XML (camt.053, camt.054 or pain.002). Choose the file that the bank sent."""

    code: ClassVar[str] = "bank_file_refused"


class BankFileDamaged(BankFileRefused):
    """{name} breaks off or is damaged in line {line}. Download it again from the bank, and do not open it meanwhile."""

    code: ClassVar[str] = "bank_file_damaged"


class BankFileTooLarge(BankFileRefused):
    """{name} has more than {megabytes} MB. Ask the bank for shorter statements."""

    code: ClassVar[str] = "bank_file_too_large"


class BankMessageUnexpected(BankFileRefused):
    """{name} is a {family} message; here {expected} is read."""

    code: ClassVar[str] = "bank_message_unexpected"


class BankElementUnreadable(BankFileRefused):
    """{name}: in {place} the element {element} is missing or cannot be read. Ask the bank for the file again."""

    code: ClassVar[str] = "bank_element_unreadable"


class StatementDoesNotAddUp(BankFileRefused):
    """{name}, {place}: {expected} was expected, but it is {got}. Ask the bank for the file again."""

    code: ClassVar[str] = "statement_does_not_add_up"


class Unreadable(ValueError):
    """An element that is missing or has no value of its kind; the text is its path."""


@dataclass(frozen=True, slots=True)
class BankFile:
    """The message of a file: its family (`camt.053`) and its element below `Document`."""

    name: str
    family: str
    message: Element


def read(data: bytes, name: str) -> BankFile:
    """The message of a file. Raises BankFileRefused for what is no ISO 20022 message."""
    if len(data) > MAX_BYTES:
        raise BankFileTooLarge(name=name, megabytes=MAX_BYTES // 1_000_000)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True, remove_comments=True
    )
    try:
        root = etree.fromstring(data.lstrip(_BEFORE), parser)
    except etree.XMLSyntaxError as error:
        if data.lstrip(_BEFORE)[:5] == b"<?xml":
            raise BankFileDamaged(name=name, line=error.lineno or 1) from error
        raise BankFileRefused(name=name) from error
    except ValueError as error:
        raise BankFileRefused(name=name) from error
    info = root.getroottree().docinfo
    if info.doctype or info.internalDTD is not None:
        raise BankFileRefused(name=name)
    tag = etree.QName(root)
    known = _MESSAGE.fullmatch(tag.namespace or "")
    if tag.localname != "Document" or known is None or len(root) == 0:
        raise BankFileRefused(name=name)
    return BankFile(name, known[1], root[0])


def every(node: Element, path: str) -> Iterator[Element]:
    """The elements at this path of local names, in order, whatever the version of the message."""
    assert _PATH.fullmatch(path), path
    here = [node]
    for step in path.split("/"):
        here = [child for each in here for child in each if etree.QName(child).localname == step]
    return iter(here)


def first(node: Element, *paths: str) -> Element | None:
    """The first element at the first of these paths that has one."""
    return next((found for path in paths for found in every(node, path)), None)


def text(node: Element, *paths: str) -> str:
    """The text at the first of these paths that has one; empty where none has."""
    return next((found.text.strip() for path in paths for found in every(node, path) if found.text), "")


def day(node: Element, *paths: str) -> date | None:
    """The day at the first of these paths that has one: a date, or a moment whose day counts. Raises Unreadable."""
    found = text(node, *paths)
    if not found:
        return None
    try:
        alone = _DAY.fullmatch(found)
        return date.fromisoformat(alone[1]) if alone else datetime.fromisoformat(found).date()
    except ValueError as error:
        raise Unreadable(paths[0]) from error


def amount(node: Element, path: str) -> Decimal:
    """The amount at a path, never negative. Raises Unreadable."""
    try:
        value = Decimal(text(node, path))
    except InvalidOperation as error:
        raise Unreadable(path) from error
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -5 or value < 0 or value.adjusted() > 12:
        raise Unreadable(path)
    return value
