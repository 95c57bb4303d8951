"""Reading test cases of the DMN Technology Compatibility Kit and the values they expect."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from lxml import etree

from engine.feel.durations import parse_duration
from engine.feel.iso import parse_date, parse_date_time, parse_temporal, parse_time
from engine.feel.values import Value

_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_READERS = {
    "date": parse_date,
    "time": parse_time,
    "dateTime": parse_date_time,
    "duration": parse_duration,
    "dayTimeDuration": parse_duration,
    "yearMonthDuration": parse_duration,
}


@dataclass(frozen=True, slots=True)
class Expected:
    """The value expected of one element."""

    name: str
    value: Value


@dataclass(frozen=True, slots=True)
class Case:
    """One test case: the inputs, what to invoke, what is expected of which element."""

    folder: str
    model: str
    id: str
    inputs: dict[str, Value]
    invoked: str | None
    expected: tuple[Expected, ...]


def read_cases(file: Path) -> Iterator[Case]:
    """The cases of a test file."""
    root = etree.parse(file).getroot()
    model = (root.findtext("{*}modelName") or "").strip()
    for element in root.iterchildren("{*}testCase"):
        inputs: dict[str, Value] = {}
        for node in element.iterchildren("{*}inputNode"):
            namespace, name = node.get("namespace"), node.get("name") or ""
            inputs[f"{{{namespace}}}{name}" if namespace else name] = read_value(node)
        expected = []
        for node in element.iterchildren("{*}resultNode"):
            wanted = node.find("{*}expected")
            expected.append(Expected(node.get("name") or "", None if wanted is None else read_value(wanted)))
        yield Case(
            file.parent.name, model, element.get("id") or "", inputs, element.get("invocableName"), tuple(expected)
        )


def read_value(element: etree._Element) -> Value:
    """The value inside an element: a simple value, components, or a list."""
    components = list(element.iterchildren("{*}component"))
    if components:
        return {part.get("name") or "": read_value(part) for part in components}
    listed = element.find("{*}list")
    if listed is not None:
        if listed.get(f"{_XSI}nil") == "true":
            return None
        return [read_value(item) for item in listed.iterchildren("{*}item")]
    simple = element.find("{*}value")
    if simple is None or simple.get(f"{_XSI}nil") == "true":
        return None
    return _simple(simple.get(f"{_XSI}type") or "", simple.text or "")


def _simple(kind: str, text: str) -> Value:
    kind = kind.rpartition(":")[2]
    if kind in ("decimal", "double", "integer", "int", "long", "float"):
        return Decimal(text.strip())
    if kind == "boolean":
        return text.strip() in ("true", "1")
    reader = _READERS.get(kind)
    if reader is not None:
        return reader(text.strip())
    return text if kind in ("string", "") else parse_temporal(text)
