"""Warnings of expressions and findings of tables in words, in the reader's language: where, what, which names are near.

The English templates are the engine's (`engine.feel.wording`, `engine.dmn.analysis`); their French stands with that of
the errors. `say` is gettext: of a request, or of a catalogue where there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, TypeAlias

from flask_babel import gettext

from engine.dmn.analysis import MESSAGES as FINDINGS
from engine.feel.run import Place, Warning  # noqa: A004 - the standard's word
from engine.feel.wording import MESSAGES as WARNINGS
from engine.feel.wording import Shown
from engine.findings import Finding

Say: TypeAlias = Callable[[str], str]

NEAREST: Final = "{said}; did you mean “{nearest}”?"
IN_CELL: Final = "“{decision}”, row {row}, column “{column}”: {said}"
IN_COLUMN: Final = "“{decision}”, column “{column}”: {said}"
OF_ELEMENT: Final = "“{name}”: {said}"
NOTHING: Final = "nothing"
MORE: Final = {
    "golden_case_red": "{file}, case “{case}”: expected {expected}, got {got} (row {rows}). Correct the table, or the "
    "case.",
    "golden_cases_alone": "{file}: there is no decision “{decision}” beside it.",
    "golden_cases_unreadable": "The golden cases in {name} cannot be read: {reason}.",
}
# Parameters that name a type of FEEL, and the names there are.
TYPED: Final = frozenset({"type", "left", "right", "expected", "given", "known", "low", "high"})
TYPES: Final = (
    "null", "boolean", "number", "string", "date", "time", "date and time", "days and time duration",
    "years and months duration", "range", "list", "context", "function",
)  # fmt: skip


def templates() -> Iterator[str]:
    """Every text that is said here, for the catalogues."""
    yield from (NEAREST, IN_CELL, IN_COLUMN, OF_ELEMENT, NOTHING, *TYPES)
    yield from (*WARNINGS.values(), *FINDINGS.values(), *MORE.values())


def warning_in_words(warning: Warning, say: Say = gettext) -> str:
    """One sentence: “Dues”, row 3, column “age”: unknown name “agee” — known: age, status; did you mean “age”?"""
    said = say(WARNINGS[warning.code]).format_map(_shown(warning.params, say))
    nearest = warning.params.get("nearest")
    if nearest:
        said = say(NEAREST).format(said=said, nearest=nearest)
    return said if warning.place is None else _placed(warning.place, said, say)


def _placed(place: Place, said: str, say: Say) -> str:
    if place.row is None:
        return say(IN_COLUMN).format(decision=place.decision, column=place.column, said=said)
    return say(IN_CELL).format(decision=place.decision, row=place.row, column=place.column, said=said)


def finding_in_words(finding: Finding, say: Say = gettext) -> str:
    """The sentence of a finding about a table; of another one, the English sentence that it carries."""
    template = FINDINGS.get(finding.code) or MORE.get(finding.code)
    if template is None:
        return finding.message
    said = say(template).format_map(_shown(finding.params, say))
    return say(OF_ELEMENT).format(name=finding.element_name, said=said) if finding.element_name else said


def _shown(params: Mapping[str, object], say: Say) -> Shown:
    return Shown({name: _words(value, say, typed=name in TYPED) for name, value in params.items()})


def _words(value: object, say: Say, *, typed: bool) -> str:
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(str(part) for part in value) or say(NOTHING)
    return say(value) if typed and value in TYPES and isinstance(value, str) else str(value)
