"""Binds a form to a person's answers: reads them, decides what is shown, validates, and answers plain data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import tzinfo
from types import MappingProxyType
from typing import Any

from wtforms.form import BaseForm

from forms.answers import Answer
from forms.conditions import Level, Rows, at, nested
from forms.definition import Component, FormDefinition, expression
from forms.documents import FileAnswer
from forms.files import Scan, StoredFile, UploadedFile
from forms.layout import Node, nodes
from forms.submission import ADD, REMOVE, ROW, Draft, Submission, Texts, Uploads
from forms.surroundings import Evaluate, Options, Surroundings
from forms.widgets import focus_id

_NOTHING: Mapping[str, Any] = MappingProxyType({})


def bind(
    form: FormDefinition,
    *,
    language: str,
    values: Mapping[str, object],
    submitted: Texts | None = None,
    files: Uploads | None = None,
    evaluate: Evaluate,
    stored_files: Mapping[str, Sequence[StoredFile]] = _NOTHING,
    records: Mapping[str, object] = _NOTHING,
    options: Options = _NOTHING,
    draft: Mapping[str, object] | None = None,
    zone: tzinfo | None = None,
    scan: Scan | None = None,
    prefix: str = "",
) -> BoundForm:
    """The form with its answers. Raises UnknownOptionList if a list the form names is not in `options`.

    `values` are the variables of the case, contexts nested; `records` the present values of bound records by name.
    `submitted` None shows the form, filled from `draft` if there is one; anything else is a submission.
    `scan` is asked about each accepted file. Dates stay plain; `zone` is that of moments kept with an offset.
    """
    prefix = prefix if not prefix or prefix.endswith("-") else f"{prefix}-"
    around = Surroundings(form, language, evaluate, options, stored_files, zone, scan)
    source: Submission | None = None
    if submitted is not None:
        source = Submission(submitted, files, prefix)
    elif draft is not None:
        source = Submission(Draft(draft, prefix), prefix=prefix)

    def origin(component: Component) -> object:
        found = records.get(component.record) if component.record else at(values, component.key)
        default = component.properties.get("defaultValue")
        text = expression(default)
        return found if found is not None else evaluate(text, values) if text is not None else default

    return BoundForm(around, Level(around, None, prefix, origin, source), values, source, submitted is not None)


class BoundForm:
    """A form and its answers. `errors` fills when `validate` is called; `failed` is for the page's title."""

    def __init__(
        self,
        around: Surroundings,
        level: Level,
        values: Mapping[str, object],
        source: Submission | None,
        submitted: bool,
    ) -> None:
        self.definition, self.language, self.prefix = around.form, around.language, level.prefix
        self.submitted = submitted
        self._around, self._level, self._source = around, level, source
        self._position = {
            each.id: number for number, each in enumerate(each for top in around.form.components for each in top.tree())
        }
        self.errors: dict[str, list[str]] = {}
        self.revealed: tuple[str, ...] = ()
        level.settle(values)
        self.acted = submitted and self._act()
        if self.acted:
            level.settle(values)

    @property
    def wtform(self) -> BaseForm:
        return self._level.form

    @property
    def failed(self) -> bool:
        """Whether the last `validate` found something wrong: the page's title then begins with "Error:"."""
        return bool(self.errors)

    @property
    def multipart(self) -> bool:
        """Whether the page's form element needs `enctype="multipart/form-data"`."""
        return self.definition.has_files

    def _act(self) -> bool:
        """Adds or removes a row, as one of the page's buttons asked; True if the page is only to be shown again."""
        if self._source is None:
            return False
        lists = {answer.name: answer for answer in self._level.answers.values() if isinstance(answer, Rows)}
        for name in self._source.getlist(self.prefix + ADD):
            if name in lists and not lists[name].locked:
                lists[name].add()
                return True
        for name in self._source.getlist(self.prefix + REMOVE):
            list_name, _, number = name.rpartition("-")
            if list_name in lists and not lists[list_name].locked and number.isdecimal():
                lists[list_name].remove(int(number))
                return True
        return False

    def validate(self) -> bool:
        """Whether the answers may be kept. False without errors if the page only asked for more of the form.

        A question that the sent answers revealed was not on the page yet: it is no error, it is asked (`revealed`).
        """
        self.errors = {}
        if not self.submitted or self.acted:
            return False
        revealed: list[str] = []
        for level, component, answer in self._walk(self._level):
            if level.not_yet_seen(component):
                revealed.append(self._name(answer))
                if isinstance(answer, Rows) and not answer.rows:
                    answer.begin()
                    answer.settle(level.scope)
            elif not answer.validate(level.form):
                self.errors[self._name(answer)] = answer.errors
        self.revealed = tuple(revealed)
        return not self.errors and not revealed

    def _walk(self, level: Level) -> Iterator[tuple[Level, Component, Answer]]:
        for component in self._drawn(level):
            answer = level.answers[component.id]
            seen = not level.not_yet_seen(component)  # the rows of a list that was not are none that were sent
            sent = list(answer.rows.values()) if isinstance(answer, Rows) and seen else []
            yield level, component, answer
            for row in sent:
                yield from self._walk(row)

    def _drawn(self, level: Level) -> list[Component]:
        return sorted((component for component, _ in level.shown()), key=lambda each: self._position[each.id])

    def _name(self, answer: Answer) -> str:
        return str(answer.name)[len(self.prefix) :]

    def refuse(self, field: str, message: str) -> None:
        """Adds an error found elsewhere, such as by a record's writer.

        `field` is a key, a record ("person.birth_date") or a record's last part ("birth_date"), looked up in that
        order; an unknown one is an error of the whole form, which stands in the summary without a link.
        """
        by_record = {record: key for key, record in self.definition.records.items()}
        by_last_part = {record.rpartition(".")[2]: key for record, key in by_record.items()}
        known = field in self.definition.fields
        key = field if known else by_record.get(field) or by_last_part.get(field) or field
        self.errors.setdefault(key, []).append(message)
        if key in self.wtform:
            self.wtform[key].errors = self.errors[key]

    def variables(self) -> dict[str, Any]:
        """What enters the case: shown answers not bound to a record, dots as contexts, computed values included."""
        return nested((component.key, value) for component, value in self._level.values() if not component.record)

    def records(self) -> dict[str, object]:
        """What is written to records, by record name; what is only shown is not written."""
        return {
            component.record: value
            for component, value in self._level.values()
            if component.record and not self._locked(component)
        }

    def _locked(self, component: Component) -> bool:
        return component.id in self._level.answers and self._level.answers[component.id].locked

    def files(self) -> dict[str, tuple[UploadedFile, ...]]:
        """The files accepted by `validate`, by key; keys without a new file are absent."""
        return {
            component.key: answer.uploaded
            for component, answer in self._level.shown()
            if isinstance(answer, FileAnswer) and answer.uploaded
        }

    def draft(self) -> dict[str, list[str]]:
        """What was typed, valid or not, without transient answers and files: `bind(draft=…)` shows it again."""
        return dict(self._typed(self._level))

    def facts(self) -> dict[str, list[str]]:
        """The texts of what is only shown, by key: what a person looks at before answering."""
        shown = ((component.key, self._level.answers[component.id]) for component, _ in self._level.shown())
        texts = {
            key: list(answer.typed) for key, answer in shown if answer.locked and not isinstance(answer, FileAnswer)
        }
        return {key: words for key, words in texts.items() if any(words)}

    def _typed(self, level: Level) -> Iterator[tuple[str, list[str]]]:
        for component in level.components:
            answer = level.answers.get(component.id)
            if answer is None or answer.locked or component.transient or isinstance(answer, FileAnswer):
                continue
            if isinstance(answer, Rows):
                for number, row in answer.rows.items():
                    yield f"{self._name(answer)}-{number}-{ROW}", ["1"]
                    yield from self._typed(row)
            else:
                texts = answer.typed if len(answer.names) == len(answer.typed) > 1 else None
                for at_, name in enumerate(answer.names):
                    yield name[len(self.prefix) :], [texts[at_]] if texts else list(answer.typed)

    @property
    def error_links(self) -> list[dict[str, str]]:
        """The error summary in drawing order: text and the link that focuses the input."""
        by_name = {self._name(answer): answer for _, _, answer in self._walk(self._level)}
        order = [*by_name, *(key for key in self.errors if key not in by_name)]
        return [
            {"text": text, **({"href": f"#{focus_id(by_name[key])}"} if key in by_name else {})}
            for key in order
            for text in self.errors.get(key, [])
        ]

    @property
    def revealed_links(self) -> list[dict[str, str]]:
        """The questions that the answers revealed, in drawing order: text and the link that focuses the input."""
        return [
            {"text": self._around.text(component, component.label_name, level.scope), "href": f"#{focus_id(answer)}"}
            for level, component, answer in self._walk(self._level)
            if self._name(answer) in self.revealed
        ]

    def items(self) -> list[Node]:
        """The layout in drawing order, for the template."""
        return nodes(self._around, self._level, self.definition.components, self.prefix)
