"""What a person typed to decide a row: read in the language of the page, each refusal at its input, nothing lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from forms.readings import Misread, read_date, read_text
from webapp.errors import in_words
from webapp.parameters.wording import column_label, typed, unit
from webapp.words import _, language
from workflows.association.parameters import Column, DatedRow, Table, Value, ValueUnusable
from workflows.association.parameters.kinds import accept


@dataclass(frozen=True, slots=True)
class Input:
    """One input of the form for a value."""

    name: str
    label: str
    kind: str
    unit: str
    value: str
    error: str
    choices: Sequence[tuple[str, str]]


@dataclass(slots=True)
class Typed:
    """A decision as it was typed. `errors`: what is refused, by the name of the input."""

    table: Table
    given: Mapping[str, str]
    today: date
    errors: dict[str, str] = field(default_factory=dict)
    values: dict[str, Value] = field(default_factory=dict)

    def read(self) -> None:
        """Reads every value and fills `errors`."""
        for column in self.table.columns:
            try:
                self.values[column.name] = accept(column, self.given.get(f"v_{column.name}"), language())
            except ValueUnusable as error:
                params = {**error.params, "column": column_label(column)}
                self.errors[f"v_{column.name}"] = in_words(type(error)(**params))
        if not self.text("decided_by"):
            self.errors["decided_by"] = _("Say who decided it, for example the assembly.")
        for name in ("valid_from", "decided_on"):
            if self.day(name) is None:
                self.errors[name] = _("Enter a date, for example 1/1/2027.")
        first = self.day("valid_from")
        if first is not None and first < self.today and not self.given.get("past"):
            self.errors["past"] = _("This day is past. What was done since then stays as it is: tick if you want that.")

    def text(self, name: str) -> str:
        """A line of text."""
        return read_text(self.given.get(name, ""), lines=False)[:160]

    def day(self, name: str) -> date | None:
        """A date, None where it is empty or none."""
        try:
            return read_date(self.given.get(name, ""))
        except Misread:
            return None

    def flag(self, name: str) -> bool:
        """Whether a box is ticked."""
        return bool(self.given.get(name))

    @property
    def inputs(self) -> list[Input]:
        """The inputs of the values, with what was typed into them."""
        return [self._input(column) for column in self.table.columns]

    def _input(self, column: Column) -> Input:
        name = f"v_{column.name}"
        labels = [(each.key, each.label_en if language() == "en" else each.label_fr) for each in column.choices]
        return Input(
            name, column_label(column), column.kind, unit(column), self.given.get(name, ""), self.errors.get(name, ""),
            labels,
        )  # fmt: skip


def filled(table: Table, row: DatedRow | None, today: date) -> dict[str, str]:
    """What the form begins with: the values in force."""
    values = {} if row is None else {f"v_{name}": typed(value) for name, value in row.values.items()}
    return {**values, "valid_from": "", "decided_on": today.isoformat(), "decided_by": ""}
