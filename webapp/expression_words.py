"""Warnings of expressions in words, in the reader's language: where, what, which names are known and near.

The English templates are the engine's (`engine.feel.wording`). `say` is gettext: of a request, or of a
catalogue where there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, TypeAlias

from flask_babel import gettext

from engine.feel.run import Place, Warning  # noqa: A004 - the standard's word
from engine.feel.wording import MESSAGES as WARNINGS
from engine.feel.wording import PHRASES, Shown

Say: TypeAlias = Callable[[str], str]

NEAREST: Final = "{said}; did you mean “{nearest}”?"
IN_CELL: Final = "“{decision}”, row {row}, column “{column}”: {said}"
IN_COLUMN: Final = "“{decision}”, column “{column}”: {said}"
OF_ELEMENT: Final = "“{name}”: {said}"
NOTHING: Final = "nothing"
EITHER: Final = "{left} or {right}"
QUOTED: Final = "“{text}”"
# Parameters that name a type of FEEL, and the names there are.
TYPED: Final = frozenset({"type", "left", "right", "expected", "given", "known", "low", "high"})
TYPES: Final = (
    "null", "boolean", "number", "string", "date", "time", "date and time", "days and time duration",
    "years and months duration", "range", "list", "context", "function",
)  # fmt: skip


def templates() -> Iterator[str]:
    """Every text that is said here, for the catalogues."""
    yield from (NEAREST, IN_CELL, IN_COLUMN, OF_ELEMENT, NOTHING, EITHER, QUOTED, *TYPES)
    yield from WARNINGS.values()


def warning_in_words(warning: Warning, say: Say = gettext) -> str:
    """One sentence: “Dues”, row 3, column “age”: unknown name “agee” — known: age, status; did you mean “age”?"""
    said = say(WARNINGS[warning.code]).format_map(shown(warning.params, say))
    nearest = warning.params.get("nearest")
    if nearest:
        said = say(NEAREST).format(said=said, nearest=nearest)
    return said if warning.place is None else _placed(warning.place, said, say)


def _placed(place: Place, said: str, say: Say) -> str:
    if place.row is None:
        return say(IN_COLUMN).format(decision=place.decision, column=place.column, said=said)
    return say(IN_CELL).format(decision=place.decision, row=place.row, column=place.column, said=said)


def shown(params: Mapping[str, object], say: Say) -> Shown:
    """Parameters as words: lists by comma, the types of FEEL and what reading found in the reader's language."""
    return Shown({name: _words(value, say, typed=name in TYPED) for name, value in params.items()})


def _words(value: object, say: Say, *, typed: bool) -> str:
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(str(part) for part in value) or say(NOTHING)
    if typed and isinstance(value, str) and "|" in value:  # one type or the other
        return say(EITHER).format(
            left=_words(value.partition("|")[0], say, typed=True),
            right=_words(value.partition("|")[2], say, typed=True),
        )
    if isinstance(value, str) and len(value) > 2 and value[0] + value[-1] == "“”":  # what stood in an expression
        return say(QUOTED).format(text=value[1:-1])
    return say(value) if isinstance(value, str) and ((typed and value in TYPES) or value in PHRASES) else str(value)
