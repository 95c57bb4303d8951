"""Answers chosen from a list: drawn in the form, computed by FEEL, taken from the case, or named and given."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from forms.answers import Answer
from forms.definition import expression
from forms.messages import shown
from forms.readings import Misread
from forms.translations import option_text

OPTIONS_LIMIT = 2_000


@dataclass(frozen=True, slots=True)
class Option:
    """`text` is what the page sends back, `value` what is kept."""

    text: str
    value: object
    label: str


class ChoiceAnswer(Answer):
    """One of several: radio buttons or a select."""

    required_code = "required_choice"
    options: Sequence[Option] = ()

    def write(self, value: object) -> list[str]:
        return [] if value in (None, "") else [_sent(value)]

    def read(self, typed: Sequence[str]) -> object:
        return typed[0] if typed and typed[0] else None

    def settle(self, scope: Mapping[str, object]) -> None:
        super().settle(scope)
        self.options = tuple(self._options())
        if self.misread is None and not self.locked:
            self.choose()

    def choose(self) -> None:
        """Puts the kept value in place of the text that came; what is not offered is misread."""
        if self.typed and self.typed[0]:
            found = self._offered(self.typed[0])
            self.misread = None if found else Misread("choice")
            self.data = found.value if found else None

    def _offered(self, text: str) -> Option | None:
        return next((option for option in self.options if option.text == text), None)

    def _options(self) -> Iterator[Option]:
        component = self.component
        if component.settings.get("options"):
            yield from (Option(text, text, label) for text, label in self.around.option_list(component))
            return
        if (text := expression(component.properties.get("valuesExpression"))) is not None:
            yield from self._computed(self.around.evaluate(text, self.scope))
        elif isinstance(key := component.properties.get("valuesKey"), str) and key:
            yield from self._computed(_at(self.scope, key))
        values, offered = component.properties.get("values"), self._of_the_drawn()
        for entry in values if isinstance(values, list) else []:
            if offered is not None and entry["value"] not in offered:
                continue
            text = option_text(entry["value"])
            yield Option(text, entry["value"], self.around.text(component, f"values.{text}", self.scope))

    def _of_the_drawn(self) -> Sequence[object] | None:
        """Which of the answers drawn in the form are offered to this reader; None for all of them."""
        text = expression(self.component.settings.get("values.offered"))
        found = self.around.evaluate(text, self.scope) if text is not None else None
        return found if isinstance(found, list | tuple) else None

    def _computed(self, found: object) -> Iterator[Option]:
        entries = found if isinstance(found, list | tuple) else []
        for entry in entries[:OPTIONS_LIMIT]:
            value = entry.get("value") if isinstance(entry, Mapping) else entry
            label = entry.get("label", value) if isinstance(entry, Mapping) else entry
            if value is not None:
                yield Option(_sent(value), value, shown(label, self.around.language))


class ChoicesAnswer(ChoiceAnswer):
    """Any of several, kept as a list in the order offered."""

    def adopt(self, value: object) -> list[object]:
        return list(value) if isinstance(value, list | tuple) else []

    def write(self, value: object) -> list[str]:
        return [_sent(each) for each in value] if isinstance(value, list) else []

    def read(self, typed: Sequence[str]) -> object:
        return list(typed)

    def choose(self) -> None:
        wanted = {text for text in self.typed if text}
        chosen = [option for option in self.options if option.text in wanted]
        self.misread = None if len(chosen) == len(wanted) else Misread("choice")
        self.data = [option.value for option in chosen]


def _sent(value: object) -> str:
    return json.dumps(value, sort_keys=True, default=str) if isinstance(value, Mapping | list) else option_text(value)


def _at(scope: Mapping[str, object], key: str) -> object:
    found: object = scope
    for part in key.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found
