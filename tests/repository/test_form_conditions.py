"""Questions that come and go with an answer do so at once: what the page cannot judge stands here with its reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import workflows
from forms import FormDefinition, bind, read_form
from forms.definition import Component
from forms.dependencies import paths, touches
from forms.layout import Node

AGE = "an age is counted from a date"
SERVER_ALONE: Mapping[tuple[str, str], str] = {
    ("join", "guardian_email"): AGE,
    ("guest_entry", "guardian_email"): AGE,
    ("student_entry", "guardian_email"): AGE,
    ("student_invited", "guardian_email"): AGE,
}


def test_the_page_judges_all_conditions_that_name_an_answer_but_those_with_a_reason() -> None:
    named, judged = set(), set()
    for form in _forms():
        definition = read_form(form.read_bytes(), name=form.stem)
        every = [each for top in definition.components for each in top.tree()]
        asked = [each.key for each in every if each.key and not _only_shown(each)]
        named |= {(form.stem, each.id) for each in every if _names_one(each, asked)}
        judged |= {(form.stem, component) for component in _judged(definition)}
    assert len(named) > 60
    assert named - judged == set(SERVER_ALONE)


def _forms() -> list[Path]:
    return [form for entry in workflows.catalogue() for form in sorted(entry.path.glob("*.form"))]


def _only_shown(component: Component) -> bool:
    return any(component.properties.get(name) is True for name in ("disabled", "readonly"))


def _names_one(component: Component, asked: list[str]) -> bool:
    return component.hide is not None and any(touches(path, key) for path in paths(component.hide) for key in asked)


def _judged(definition: FormDefinition) -> Iterator[str]:
    """What a page of a case that says nothing yet shows and hides by itself: FEEL answers null, so all is shown."""
    lists = [spec.component.settings.get("options") for spec in definition.fields.values()]
    options: dict[str, list[tuple[str, str]]] = {name: [] for name in lists if name}
    bound = bind(definition, language="fr", values={}, evaluate=lambda _text, _values: None, options=options)
    waiting: list[Node] = bound.items()
    while waiting:
        node = waiting.pop()
        waiting += node.children
        if node.kind == "conditional":
            yield node.id
