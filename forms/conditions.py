"""One level of a form — the whole, or one row of a list — with its answers and what of it is shown.

Conditions are FEEL and judged here, on the server, in an order in which each comes after what it depends on. What
is hidden is not asked: not required, not validated, its value dropped (form-js, Conditional rendering).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from wtforms.form import BaseForm

from forms.answers import Answer
from forms.definition import Component, expression, is_input
from forms.fields import field_class
from forms.readings import Misread
from forms.submission import Submission
from forms.surroundings import Surroundings

ROWS_LIMIT = 100


class Origin(Protocol):
    """Where an answer starts from: answers the value known so far of a component, None if none."""

    def __call__(self, component: Component) -> object: ...


class Level:
    """`form` is the WTForms form; `hidden` the ids of what is not shown; `scope` what expressions see."""

    def __init__(
        self,
        around: Surroundings,
        parent: Component | None,
        prefix: str,
        origin: Origin,
        submission: Submission | None,
    ) -> None:
        self.around, self.prefix = around, prefix
        self.components = around.form.level(parent.id if parent else "")
        self.parents = {child.id: each.id for each in self.components for child in each.components}
        self.hidden: set[str] = set()
        self.scope: dict[str, Any] = {}
        self.computed: dict[str, object] = {}
        asked = {each.key: each for each in self.components if each.key and is_input(each)}
        self.form = BaseForm({key: _field(each, around) for key, each in asked.items()}, prefix=prefix)
        self.form.process(formdata=submission, data={key: origin(each) for key, each in asked.items()})
        self.answers: dict[str, Answer] = {each.id: self.form[key] for key, each in asked.items()}
        self._marks = submission.marks if submission is not None else frozenset()
        for each in asked.values():
            answer = self.answers[each.id]
            if submission is not None and self.not_yet_seen(each) and not submission.answers(answer.name, answer.names):
                answer.process(None, origin(each))  # it was not on the page: nobody emptied it

    def settle(self, outer: Mapping[str, object]) -> None:
        """Decides what is shown, given what expressions see around this level."""
        self.scope = copied(outer)
        self.hidden.clear()
        for component in self.components:
            if answer := self.answers.get(component.id):
                put(self.scope, component.key, answer.value)
        for component in self.components:
            self._settle(component)

    def _settle(self, component: Component) -> None:
        if self.parents.get(component.id) in self.hidden or self.hides(component):
            self.hidden.add(component.id)
            if component.key:
                put(self.scope, component.key, None)
        elif answer := self.answers.get(component.id):
            answer.settle(self.scope)
            if not answer.locked and (answer.disabled or answer.readonly):
                answer.lock()
                answer.settle(self.scope)
            put(self.scope, component.key, answer.value)
        elif component.type == "expression":
            text = expression(component.properties.get("expression")) or ""
            self.computed[component.key] = self.around.evaluate(text, self.scope)
            put(self.scope, component.key, self.computed[component.key])

    def hides(self, component: Component) -> bool:
        """What its own condition says, whatever is around it."""
        return component.hide is not None and self.around.evaluate(component.hide, self.scope) is True

    def shown(self) -> Iterator[tuple[Component, Answer]]:
        """The answers that are asked or shown now, in the order of the form."""
        for component in self.components:
            if component.id in self.answers and component.id not in self.hidden:
                yield component, self.answers[component.id]

    def values(self) -> Iterator[tuple[Component, object]]:
        """What is kept: the shown answers and the computed values; files are the caller's."""
        for component, answer in self.shown():
            if component.type != "filepicker" and not answer.disabled:
                yield component, answer.value
        for component in self.components:
            if component.type == "expression" and component.id not in self.hidden:
                yield component, self.computed[component.key]

    def not_yet_seen(self, component: Component) -> bool:
        """Whether the page that was sent did not hold this question. A program sends no marks: it saw all."""
        return bool(self._marks) and self.conditional(component) and self.prefix + component.id not in self._marks

    def conditional(self, component: Component) -> bool:
        """Whether it, or a group around it, is shown on a condition."""
        by_id = {each.id: each for each in self.components}
        at: str | None = component.id
        while at is not None:
            if by_id[at].hide is not None:
                return True
            at = self.parents.get(at)
        return False


class Rows(Answer):
    """A list of contexts: each row is a level of its own; `this`, `parent` and `i` are known in its expressions."""

    required_code = "required_rows"

    def process(self, formdata: Any, data: object = None, extra_filters: Any = None) -> None:
        self.misread, self.object_data = None, data
        known = [each for each in data if isinstance(each, Mapping)] if isinstance(data, list | tuple) else []
        self.rows: dict[int, Level] = {}
        if formdata is not None and not self.locked:
            numbers = formdata.rows(self.name)
            if len(numbers) > ROWS_LIMIT:
                self.misread = Misread("too_many_rows", limit=ROWS_LIMIT)
            for number in numbers[:ROWS_LIMIT]:
                self.rows[number] = self._row(number, known[number] if number < len(known) else {}, formdata)
            return
        for number, row in enumerate(known[:ROWS_LIMIT]):
            self.rows[number] = self._row(number, row, None)
        if not known:
            self.begin()

    def _row(self, number: int, row: Mapping[str, object], submission: Submission | None) -> Level:
        def origin(component: Component) -> object:
            found = at(row, component.key)
            return component.properties.get("defaultValue") if found is None else found

        return Level(self.around, self.component, f"{self.name}-{number}-", origin, submission)

    def begin(self) -> None:
        """The empty rows a list starts with."""
        repetitions = self.component.properties.get("defaultRepetitions", 1)
        for _ in range(repetitions if isinstance(repetitions, int) else 1):
            self.add()

    def add(self) -> None:
        """One more row, empty."""
        if len(self.rows) < ROWS_LIMIT:
            number = max(self.rows, default=-1) + 1
            self.rows[number] = self._row(number, {}, None)

    def remove(self, number: int) -> None:
        """Takes the row away, if it is there."""
        self.rows.pop(number, None)

    def settle(self, scope: Mapping[str, object]) -> None:
        super().settle(scope)
        for position, row in enumerate(self.rows.values(), 1):
            this = nested((component.key, answer.value) for component, answer in row.shown())
            row.settle({**scope, **this, "this": this, "parent": scope, "i": [position]})
        self.data = self.value

    @property
    def value(self) -> list[dict[str, object]]:
        return [nested((component.key, value) for component, value in row.values()) for row in self.rows.values()]

    @property
    def blank(self) -> bool:
        return not self.rows


def _field(component: Component, around: Surroundings) -> Any:
    kind = Rows if component.type == "dynamiclist" else field_class(component)
    return kind(component, around)


def at(values: Mapping[str, object], key: str) -> object:
    """What stands at a dotted key; None if nothing does."""
    found: object = values
    for part in key.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def put(values: dict[str, Any], key: str, value: object) -> None:
    """Puts a value at a dotted key, making the contexts on the way."""
    *way, last = key.split(".")
    for part in way:
        if not isinstance(values.get(part), dict):
            values[part] = {}
        values = values[part]
    values[last] = value


def nested(pairs: Any) -> dict[str, Any]:
    """Dotted keys as contexts."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        put(found, key, value)
    return found


def copied(values: Mapping[str, object]) -> dict[str, Any]:
    """The contexts copied, so that answers can be put in without touching the caller's."""
    return {name: copied(each) if isinstance(each, Mapping) else each for name, each in values.items()}
