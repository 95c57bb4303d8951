"""Words for the codes among a case's values, as the forms that ask for them and the tables that answer them say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from engine.bpmn import Element
from engine.bpmn.model import Form
from engine.definitions import Definition, definition
from engine.engine import Engine
from engine.errors import NotFound
from engine.feel import StaticText
from engine.feel.values import Value
from forms.definition import FormDefinition
from webapp.decision_words import CaseDecisions
from webapp.deployed_forms import deployed
from workflows.association.wording import typographic

__all__ = ["ValueWords"]

VALUES: Final = "values."


class ValueWords:
    """What the values of cases of one definition are called in one language. A code that two questions of the same
    name call differently stays a code."""

    def __init__(self, session: Session, engine: Engine, definition_id: UUID, decisions: CaseDecisions) -> None:
        self._session, self._engine, self._decisions = session, engine, decisions
        self._definition: Definition = definition(session, engine, definition_id)
        self._words: dict[str, dict[str, set[str]]] = {}
        for element in self._definition.spec.elements.values():
            for variable, code, word in (*self._asked(element), *self._decided(element)):
                self._words.setdefault(variable, {}).setdefault(code, set()).add(typographic(word))

    def worded(self, variable: str, value: Value) -> Value:
        """The value of a variable with the word before each code: “Start (GO)”; as it is where there is none."""
        return _worded(value, self._words.get(variable, {}))

    def _asked(self, element: Element) -> Iterator[tuple[str, str, str]]:
        """By variable and code, the label of an answer."""
        for drawn in (element.form, None if element.work is None else element.work.form):
            found = None if drawn is None else self._form(drawn)
            if found is None:
                continue
            for key, spec in found.fields.items():
                for name, spoken in found.texts.get(spec.component.id, {}).items():
                    word = spoken.get(self._decisions.language)
                    if name.startswith(VALUES) and word:
                        yield key, name.removeprefix(VALUES), word

    def _form(self, drawn: Form) -> FormDefinition | None:
        if not isinstance(drawn.form_id, StaticText):
            return None  # which one it is depends on the case
        tag = drawn.version_tag.text if isinstance(drawn.version_tag, StaticText) else None
        try:
            return deployed(
                self._session, self._engine, drawn.form_id.text, drawn.binding, self._definition.deployment_id, tag
            ).form
        except NotFound:
            return None  # the task itself says so

    def _decided(self, element: Element) -> Iterator[tuple[str, str, str]]:
        """By variable and code, what a table calls its answer."""
        call = element.decision
        if call is None or not isinstance(call.decision_id, StaticText):
            return
        words = self._decisions.words(element.id, call.decision_id.text)
        owner = words.owner(call.decision_id.text)
        for variable in {call.result, *_handed_on(element, call.result)}:
            for text in words.texts:
                if (text.owner, text.place, text.kind) == (owner, "output", "value"):
                    yield variable, text.drawn, text.within(self._decisions.language)


def _handed_on(element: Element, result: str) -> Iterator[str]:
    """The variables that the answer, or a part of it, is copied to."""
    for each in element.outputs:
        if each.source is not None and each.source.text.strip().partition(".")[0] == result:
            yield each.target[0]


def _worded(value: Value, words: Mapping[str, set[str]]) -> Value:
    if isinstance(value, str):
        found = words.get(value, set())
        return f"{next(iter(found))} ({value})" if len(found) == 1 and found != {value} else value
    if isinstance(value, list):
        return [_worded(part, words) for part in value]
    if isinstance(value, dict):
        return {name: _worded(part, words) for name, part in value.items()}
    return value
