"""The layout of a bound form in drawing order: what the template walks through, conditions marked for the browser."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from forms.conditions import Level, Rows, at
from forms.definition import Component, expression
from forms.judged import Asked, Judging
from forms.markdown import escape_markdown, markdown
from forms.messages import message, shown
from forms.surroundings import Surroundings
from forms.translations import option_text
from forms.widgets import kind_of, params

ROWS_SHOWN = 1_000


@dataclass(frozen=True, slots=True)
class Node:
    """One piece of the page. `condition` is the JSON of `forms.judged`; `mark` says that this was on the page."""

    kind: str
    id: str
    params: Mapping[str, Any] = field(default_factory=dict)
    children: tuple[Node, ...] = ()
    hidden: bool = False
    condition: str | None = None
    mark: str | None = None


def nodes(around: Surroundings, level: Level, components: Sequence[Component], prefix: str) -> list[Node]:
    """The nodes of some components of a level; what only the server may reveal and does not is left out."""
    return list(_Layout(around, prefix).walk(level, components))


class _Layout:
    def __init__(self, around: Surroundings, prefix: str) -> None:
        self.around, self.prefix = around, prefix
        self._judging: dict[int, Judging] = {}

    def walk(self, level: Level, components: Iterable[Component]) -> Iterator[Node]:
        for component in components:
            hidden = level.hides(component)
            condition = self.judging(level).condition(component.hide) if component.hide is not None else None
            if hidden and condition is None:
                continue
            if (node := self.node(level, component)) is not None:
                wrapped = json.dumps(condition, ensure_ascii=False) if condition else None
                yield Node("conditional", component.id, {}, (node,), hidden, wrapped) if wrapped else node

    def judging(self, level: Level) -> Judging:
        """What the page can judge of the conditions of a level."""
        if id(level) not in self._judging:
            self._judging[id(level)] = judging(self.around, level)
        return self._judging[id(level)]

    def node(self, level: Level, component: Component) -> Node | None:
        if component.id in level.answers:
            return self.answer(level, component)
        if component.type == "group":
            children = tuple(self.walk(level, component.components))
            return Node("group", component.id, self.texts(level, component, "label", "description"), children)
        if component.type == "text":
            source = self.around.text(component, "text", level.scope, escape_markdown)
            return Node("text", component.id, {"html": markdown(source)})
        if component.type == "button":
            action = str(component.properties.get("action", "submit"))
            return Node("button", component.id, {"action": action, **self.texts(level, component, "label")})
        if component.type == "table":
            return Node("table", component.id, self.table(level, component))
        if component.type == "documentPreview":
            return Node("documents", component.id, self.documents(level, component))
        return Node(component.type, component.id) if component.type in ("separator", "spacer") else None

    def answer(self, level: Level, component: Component) -> Node:
        answer = level.answers[component.id]
        if component.id in level.hidden:
            answer.settle(level.scope)  # it waits in the page for the browser to show it
        kind = kind_of(answer)
        found = params(answer, kind)
        mark = level.prefix + component.id if level.conditional(component) else None
        if isinstance(answer, Rows) and kind == "rows":
            rows = [self.row(component, number, row, answer) for number, row in answer.rows.items()]
            return Node(kind, component.id, found, tuple(rows), mark=mark)
        return Node(kind, component.id, found, mark=mark)

    def row(self, component: Component, number: int, row: Level, answer: Rows) -> Node:
        position = list(answer.rows).index(number) + 1
        label = self.around.text(component, "label", row.scope)
        legend = message(self.around.language, "row", label=label, number=position)
        found = {"legend": legend, "name": f"{answer.name}-{number}"}
        return Node("row", component.id, found, tuple(self.walk(row, component.components)))

    def texts(self, level: Level, component: Component, *names: str) -> dict[str, str]:
        return {name: self.around.text(component, name, level.scope) for name in names}

    def table(self, level: Level, component: Component) -> dict[str, Any]:
        language = self.around.language
        rows = self._evaluated(level, component, "dataSource")
        columns = self._evaluated(level, component, "columnsExpression") or component.properties.get("columns") or []
        heads: list[dict[str, str]] = []
        for column in columns if isinstance(columns, list | tuple) else []:
            if isinstance(column, Mapping) and isinstance(key := column.get("key"), str):
                own = self.around.text(component, f"columns.{key}", level.scope)
                heads.append({"key": key, "text": own or shown(column.get("label", key), language)})
        cells = [
            [shown(at(row, head["key"]), language) for head in heads]
            for row in (rows if isinstance(rows, list | tuple) else [])[:ROWS_SHOWN]
            if isinstance(row, Mapping)
        ]
        return {"label": self.around.text(component, "label", level.scope), "head": heads, "rows": cells}

    def documents(self, level: Level, component: Component) -> dict[str, Any]:
        found = self._evaluated(level, component, "dataSource")
        entries = [each for each in found if isinstance(each, Mapping)] if isinstance(found, list | tuple) else []
        title = self.around.text(component, "title", level.scope)
        return {
            "label": title or self.around.text(component, "label", level.scope),
            "documents": list(map(_link, entries)),
        }

    def _evaluated(self, level: Level, component: Component, name: str) -> object:
        text = expression(component.properties.get(name))
        return self.around.evaluate(text, level.scope) if text is not None else None


def judging(around: Surroundings, level: Level) -> Judging:
    """What a page that shows a level can judge itself of the conditions in it."""
    every = [each for top in around.form.components for each in top.tree() if each.key]
    return Judging(
        dict(_asked(around, level)),
        frozenset(each.key for each in every if not _settled(level, each)),
        lambda text: around.evaluate(text, level.scope),
    )


def _asked(around: Surroundings, level: Level) -> Iterator[tuple[str, Asked]]:
    """The answers of a level whose inputs hold all that their value is, by key."""
    for each in level.components:
        kind = None if _locked(each) else _kind(each)
        if kind is not None:
            yield each.key, Asked(level.prefix + each.key, kind, around.language, _numbers(each))


def _settled(level: Level, component: Component) -> bool:
    """Whether nothing that is answered on the page can change its value."""
    shown = any(component.properties.get(name) is True for name in ("disabled", "readonly"))
    return shown and component.id in level.answers and not level.conditional(component)


def _locked(component: Component) -> bool:
    """Whether it is only shown, now or on a condition."""
    return any(component.properties.get(name) not in (None, False) for name in ("disabled", "readonly"))


def _kind(component: Component) -> str | None:
    """What its input holds (forms.judged.Asked); None where what is typed must be read by the server."""
    if component.type in ("textfield", "textarea"):
        return None if component.rule("validationType") else "text"
    if component.type == "number":
        return None if component.properties.get("serializeToString") is True else "number"
    if component.type in ("radio", "select", "checklist", "taglist"):
        values = None if _computed(component) else [type(each) for each in _drawn(component)]
        if component.type in ("radio", "select"):
            return "text" if values is not None and {*values} <= {str, int} else None
        return "list" if values is not None and {*values} <= {str} else None
    return "boolean" if component.type == "checkbox" else None


def _computed(component: Component) -> bool:
    """Whether its options are not those of the drawing or of a named list."""
    return bool(component.properties.get("valuesKey") or component.properties.get("valuesExpression"))


def _drawn(component: Component) -> list[object]:
    """The values of the options that the form draws."""
    values = component.properties.get("values")
    return [each["value"] for each in values] if isinstance(values, list) else []


def _numbers(component: Component) -> list[str]:
    return [option_text(each) for each in _drawn(component) if isinstance(each, int)]


def _link(document: Mapping[str, object]) -> dict[str, str]:
    """A document's name, and its address if it lies on this site."""
    metadata = document.get("metadata")
    name = document.get("name") or (metadata.get("fileName") if isinstance(metadata, Mapping) else None)
    url = str(document.get("url") or "")
    return {"name": str(name or "?"), "url": url if url.startswith("/") and url[1:2] not in ("/", "\\") else ""}
