"""The WTForms field every component becomes: reads what was typed, keeps it for showing again, words its errors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import wtforms

from forms.definition import Component, expression
from forms.messages import Wording
from forms.readings import Misread
from forms.spoken import Spoken
from forms.surroundings import Surroundings


class Answer(wtforms.Field):  # type: ignore[misc]  # WTForms carries no types
    """One question. `data` is the plain Python value, `typed` the texts as they came or would be shown."""

    component: Component
    around: Surroundings
    required_code = "required_text"
    data: Any
    misread: Misread | None = None

    def __init__(self, component: Component, around: Surroundings, **bound: Any) -> None:
        self.component, self.around = component, around
        self.typed: list[str] = []
        self.locked = component.properties.get("disabled") is True or component.properties.get("readonly") is True
        self.scope: Mapping[str, object] = {}
        super().__init__(label=component.id, id=html_id(bound["_prefix"] + bound["name"]), **bound)
        self.errors: list[str] = []

    def process_data(self, value: object) -> None:
        self.data = self.adopt(value)
        self.typed = self.write(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        if self.locked:
            return
        self.typed = [each for each in valuelist if isinstance(each, str)]
        self.misread = None
        try:
            self.data = self.read(self.typed)
        except Misread as problem:
            self.data, self.misread = None, problem

    def lock(self) -> None:
        """Takes back whatever was typed: the answer is only shown."""
        self.locked, self.misread = True, None
        self.process_data(self.object_data)

    def adopt(self, value: object) -> object:
        """A value of the case as this field keeps it."""
        return value

    def write(self, value: object) -> list[str]:
        """The value as an input shows it."""
        return [] if value in (None, "") else [str(value)]

    def read(self, typed: Sequence[str]) -> object:
        """The value of what was typed; None where nothing was. Raises Misread."""
        raise NotImplementedError

    def settle(self, scope: Mapping[str, object]) -> None:
        """Called with all other answers once they are known; choices find their options here."""
        self.scope = scope

    @property
    def value(self) -> object:
        """What is kept."""
        return self.data

    @property
    def blank(self) -> bool:
        """Nothing was answered; zero is an answer, an unticked box is none."""
        return self.data is None or self.data is False or self.data in ("", [])

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its inputs."""
        return (str(self.name),)

    @property
    def disabled(self) -> bool:
        """Only shown, and never part of the answer (form-js: `disabled`)."""
        return self._is("disabled")

    @property
    def readonly(self) -> bool:
        """Only shown; its value stays (form-js: `readonly`)."""
        return self._is("readonly")

    @property
    def tongue(self) -> str:
        """The language of what is only shown, where its writer wrote it in another than the page's; else empty."""
        said = self.object_data if self.locked else None
        return said.lang if isinstance(said, Spoken) and said.lang != self.around.language else ""

    def _is(self, name: str) -> bool:
        flag = self.component.properties.get(name)
        text = expression(flag)
        return (self.around.evaluate(text, self.scope) if text is not None else flag) is True

    @property
    def wording(self) -> Wording:
        return self.around.wording(self.component, self.scope)

    @property
    def required(self) -> bool:
        """By the definition, or by `validate.required` with the answers as they are."""
        if self.locked:
            return False
        text = expression(self.component.settings.get("validate.required"))
        return self.component.rule("required") is True or (
            text is not None and self.around.evaluate(text, self.scope) is True
        )

    @property
    def optional(self) -> bool:
        """Whether its label says that it may be left out; not of a question that waits hidden and is judged once it is
        shown: the page can show it by itself, and knows no `validate.required`."""
        hidden = self.component.hide is not None and self.around.evaluate(self.component.hide, self.scope) is True
        return not self.required and not (hidden and self.component.settings.get("validate.required"))

    def validate(self, form: object, extra_validators: Sequence[object] = ()) -> bool:
        """Fills `errors` with the first thing that is wrong: one message a field, as GOV.UK asks."""
        self.errors = []
        if self.locked:
            return True
        problem = next(self.problems(), None)
        if problem is not None:
            self.errors.append(self.wording(problem.code, **problem.params))
        return not self.errors

    def problems(self) -> Iterator[Misread]:
        """What is wrong, worst first."""
        if self.misread is not None:
            yield self.misread
        elif self.blank:
            if self.required:
                yield Misread(self.required_code)
        else:
            yield from self.faults()
            rule = expression(self.component.settings.get("validate.rule"))
            if rule and self.around.evaluate(rule, {**self.scope, "value": self.value}) is not True:
                yield Misread("rule")

    def faults(self) -> Iterator[Misread]:
        """What is wrong with a value that could be read."""
        yield from ()

    def limit(self, name: str) -> object:
        """The value of one property of `validate`, expressions evaluated; None if absent."""
        value = self.component.rule(name)
        text = expression(value)
        return self.around.evaluate(text, self.scope) if text is not None else value


def html_id(name: str) -> str:
    """The id of a field: distinct names give distinct ids, and none needs escaping in a style sheet."""
    return "f-" + name.replace(".", "--")
