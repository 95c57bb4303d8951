"""What a bound form needs beside its definition: language, FEEL, option lists, zone, stored files, scanner."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from forms.definition import Component, FormDefinition, expression
from forms.dependencies import fill
from forms.errors import UnknownOptionList
from forms.files import Scan, StoredFile
from forms.messages import Wording, amount, shown
from forms.vocabulary import LANGUAGES, MESSAGES

Evaluate = Callable[[str, Mapping[str, object]], object]
"""FEEL text (without `=`) and variables to a plain Python value; null where it cannot be evaluated, never raises."""

Options = Mapping[str, Sequence[tuple[str, str]]]
"""Named option lists: (value, label in the reader's language)."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    form: FormDefinition
    language: str
    evaluate: Evaluate
    options: Options
    stored_files: Mapping[str, Sequence[StoredFile]]
    zone: tzinfo | None
    scan: Scan | None

    def text(
        self,
        component: Component,
        name: str,
        scope: Mapping[str, object],
        escape: Callable[[str], str] = str,
    ) -> str:
        """A text of the form in the reader's language, its expressions put in as plain words; "" if absent.

        `escape` is applied to what the expressions answer (Markdown), not to what the owner wrote.
        """
        raw = self.raw_text(component, name)
        if (whole := expression(raw)) is not None:
            return escape(shown(self.evaluate(whole, scope), self.language))

        def value(text: str, in_euros: bool) -> str:
            return escape((amount if in_euros else shown)(self.evaluate(text, scope), self.language))

        return fill(raw, value)

    def raw_text(self, component: Component, name: str) -> str:
        """The text as it was written, in the reader's language or else the form's."""
        by_language = self.form.texts.get(component.id, {}).get(name, {})
        return by_language.get(self.language) or by_language.get(LANGUAGES[0], "")

    def wording(self, component: Component, scope: Mapping[str, object]) -> Wording:
        own = {code: self.text(component, f"message.{code}", scope) for code in MESSAGES}
        return Wording(
            self.language,
            self.text(component, component.label_name, scope),
            self.text(component, "thing", scope),
            {code: text for code, text in own.items() if text},
        )

    def option_list(self, component: Component) -> Sequence[tuple[str, str]]:
        """The list the component names. Raises UnknownOptionList."""
        name = component.settings["options"]
        if name not in self.options:
            known = ", ".join(sorted(self.options)) or "none"
            raise UnknownOptionList(component=component.id, options=name, known=known)
        return self.options[name]
