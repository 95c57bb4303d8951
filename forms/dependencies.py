"""Which answers an expression names, and the order conditions are evaluated in.

FEEL is not parsed here (this package knows no engine): the names are read off the text, rather one too many than
one too few. A name too many can only make the order stricter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from graphlib import CycleError, TopologicalSorter

from forms.definition import Component, expression
from forms.errors import ConditionCycle, Finding
from forms.vocabulary import CHOICES, EXPRESSION_SETTINGS

STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_PATH = re.compile(r"[^\W\d]\w*(?:\s*\.\s*[^\W\d]\w*)*")
_TEMPLATE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_FILLED = re.compile(r"(?P<before>€)?\{\{(?P<text>.*?)\}\}(?P<after>\s?€)?", re.DOTALL)


def paths(text: str) -> set[str]:
    """The dotted paths that occur in a FEEL text outside its string literals."""
    return {re.sub(r"\s", "", found) for found in _PATH.findall(STRING.sub('""', text))}


def touches(path: str, key: str) -> bool:
    """Whether reading `path` can depend on what is kept under `key`."""
    return path == key or path.startswith(f"{key}.") or key.startswith(f"{path}.")


def templates(text: str) -> list[str]:
    """The FEEL texts between double braces."""
    return [found.strip() for found in _TEMPLATE.findall(text)]


def fill(text: str, value_of: Callable[[str, bool], str]) -> str:
    """The text with each FEEL text between double braces replaced by its value, once: values are not read again.

    `value_of` is told whether the sign € stands beside the braces ("€{{due}}", "{{due}} €"), and then writes it.
    """

    def value(found: re.Match[str]) -> str:
        return value_of(found["text"].strip(), bool(found["before"] or found["after"]))

    return _FILLED.sub(value, text)


def settled_by(component: Component) -> Iterator[tuple[str, str]]:
    """(property, FEEL text) of what decides a component's presence or value; labels and checks come after."""
    if component.hide is not None:
        yield "conditional.hide", component.hide
    for name in ("disabled", "readonly", "valuesExpression", "expression"):
        if (text := expression(component.properties.get(name))) is not None:
            yield name, text
    if (text := expression(component.settings.get("values.offered"))) is not None:
        yield "properties.values.offered", text
    if component.type in CHOICES and isinstance(key := component.properties.get("valuesKey"), str):
        yield "valuesKey", key


def sites(component: Component) -> Iterator[tuple[str, str]]:
    """(property, FEEL text) of every expression of one component, templates in its texts included."""
    yield from ((name, text) for name, text in settled_by(component) if name != "valuesKey")
    for name in ("label", "description", "text", "title", "dataSource", "columnsExpression", "defaultValue"):
        value = component.properties.get(name)
        if (text := expression(value)) is not None:
            yield name, text
        elif isinstance(value, str) and name != "defaultValue":
            yield from ((name, found) for found in templates(value))
    for name in ("min", "max", "minLength", "maxLength"):
        if (text := expression(component.rule(name))) is not None:
            yield f"validate.{name}", text
    for name in (*EXPRESSION_SETTINGS, "date.min", "date.max"):
        if (text := expression(component.settings.get(name))) is not None:
            yield f"properties.{name}", text


def order(level: Sequence[Component], findings: list[Finding]) -> tuple[Component, ...]:
    """The components of one level, each after those its condition depends on; otherwise as drawn."""
    position = {each.id: at for at, each in enumerate(level)}
    sorter: TopologicalSorter[int] = TopologicalSorter(dict.fromkeys(range(len(level)), ()))
    for at, component in enumerate(level):
        if component.type != "dynamiclist":
            for child in component.components:
                sorter.add(position[child.id], at)
        for other in _read_by(component, level):
            sorter.add(at, position[other.id])
    try:
        sorter.prepare()
    except CycleError as error:
        names = sorted({level[at].id for at in error.args[1]})
        findings.append(ConditionCycle(component=names[0], cycle=", ".join(f"“{name}”" for name in names)))
        return tuple(level)
    ordered: list[Component] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        ordered += [level[at] for at in ready]
        sorter.done(*ready)
    return tuple(ordered)


def _read_by(component: Component, level: Sequence[Component]) -> Iterator[Component]:
    """The components of the level whose answers the presence or value of `component` depends on."""
    inside = [each for child in component.components for each in child.tree()]
    rows = inside if component.type == "dynamiclist" else []
    own = {each.key for each in rows if each.key}
    named = {path for each in [component] for _, text in settled_by(each) for path in paths(text)}
    named |= {path for each in rows for _, text in settled_by(each) for path in paths(text)} - own
    for other in level:
        if other.key and any(touches(path, other.key) for path in named):
            yield other


def readers(component: Component, others: Iterable[Component]) -> list[Component]:
    """The components whose presence or value depends directly on `component`."""
    return [
        other
        for other in others
        if any(touches(path, component.key) for _, text in settled_by(other) for path in paths(text))
    ]
