"""What a decision rested on, in words: the rows that matched, the inputs, and why a value is null."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import reduce
from itertools import groupby
from typing import Any, Final

from babel.numbers import format_decimal
from flask_babel import get_locale

from engine.feel.run import Place, Warning  # noqa: A004 - the standard's word
from engine.feel.temporal import Date
from engine.feel.values import Value, to_python, to_text
from engine.feel.wording import MESSAGES
from engine.variables import decode
from webapp import dates
from webapp.decision_words import DecisionWords
from webapp.expression_words import warning_in_words
from webapp.words import _

AS_DRAWN: Final = DecisionWords((), "")


def decided(name: str, data: Mapping[str, object], *, inputs: bool, words: DecisionWords = AS_DRAWN) -> str:
    """“Quote the dues” was decided: row 3 of “Tarif” (Âge = 40). `inputs`: whether the reader may see values, and what
    stands beside the rows, which tells of them. `words`: of the model that decided, in the reader's language."""
    matched = [*_listed(data, "matched")]
    rows = [_row(each, words, inputs=inputs) for each in matched]
    said = [_("“%(name)s” was decided: %(rows)s", name=name, rows=_together(rows))] if rows else [_undrawn(name)]
    if inputs:
        said += [note.rstrip(".") for each in matched for note in words.notes(_list(each.get("ids")))]
    if inputs and "result" in data:
        said.append(_("Answer: %(answer)s", answer=_answer(data, words)))
    return ". ".join([*said, *_reasons(data, words)])


def null_explained(name: str, data: Mapping[str, object]) -> str:
    """“Compute the age” met an empty value: `date(born)` – “…” is no date."""
    said = _("“%(name)s” met an empty value: %(expression)s", name=name, expression=data.get("expression", ""))
    return ". ".join([said, *_reasons(data, AS_DRAWN)])


def value_in_words(value: Value, word: Callable[[str], str] = str) -> str:
    """A value as people write it; of contexts the entries, of lists the items. `word`: what a text is called."""
    if value is None or value == "":
        return _("empty")
    if isinstance(value, str):
        return word(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Decimal):
        return format_decimal(value, locale=get_locale(), decimal_quantization=False)
    if isinstance(value, list):
        return _together(value_in_words(part, word) for part in value) if value else _("empty")
    if isinstance(value, dict):
        return ", ".join(f"{name} = {value_in_words(part, word)}" for name, part in value.items()) or _("empty")
    day = to_python(value) if isinstance(value, Date) else None
    return dates.day(day) if isinstance(day, date) else to_text(value) or ""


def _undrawn(name: str) -> str:
    return _("“%(name)s” was decided", name=name)


def _row(matched: Mapping[str, object], words: DecisionWords, *, inputs: bool) -> str:
    rows = ", ".join(str(int(rule) + 1) for rule in _list(matched.get("rules")))
    owner = str(matched.get("decision"))
    if rows:
        text = _("row %(rows)s of “%(decision)s”", rows=rows, decision=words.decision(owner))
    else:
        text = _("no row of “%(decision)s”", decision=words.decision(owner))
    given = matched.get("inputs")
    if not inputs or not isinstance(given, Mapping) or not given:
        return text
    return f"{text} ({', '.join(_input(owner, each, words) for each in decode(given).items())})"


def _input(owner: str, given: tuple[str, Value], words: DecisionWords) -> str:
    column, value = given
    said = value_in_words(value, lambda code: words.value(owner, "input", column, code))
    return f"{words.column(owner, column)} = {said}"


def _answer(data: Mapping[str, object], words: DecisionWords) -> str:
    """What a decision answered, by the columns of its table."""
    owner = words.owner(str(data.get("decision")))
    value, columns = decode({"result": data["result"]})["result"], words.outputs(owner)
    rows = value if isinstance(value, list) else [value]
    if not all(isinstance(row, dict) for row in rows):
        column = columns[0] if len(columns) == 1 else ""
        return value_in_words(value, lambda code: words.value(owner, "output", column, code))
    return _together(
        ", ".join(_output(owner, column, part, words) for column, part in row.items()) or _("empty")
        for row in rows
        if isinstance(row, dict)
    )


def _output(owner: str, column: str, value: Value, words: DecisionWords) -> str:
    said = value_in_words(value, lambda code: words.value(owner, "output", column, code))
    return f"{words.output(owner, column)} = {said}"


def _reasons(data: Mapping[str, object], words: DecisionWords) -> Iterator[str]:
    """Why a value is null: what one cell says in one sentence, which names the cell once."""
    known = [each for each in _listed(data, "warnings") if each.get("code") in MESSAGES]
    for place, same in groupby(known, key=lambda each: each.get("place")):
        if isinstance(place, list):
            first, *more = same
            owner, row, column = place
            where = Place(words.decision(owner), row, words.column(owner, column))
            yield _together([_reason(first, where), *(_reason(each, None) for each in more)])
        else:
            yield from (_reason(each, None) for each in same)


def _reason(kept: Mapping[str, object], place: Place | None) -> str:
    params = kept.get("params")
    return warning_in_words(Warning(str(kept["code"]), params if isinstance(params, Mapping) else {}, None, place))


def _together(parts: Iterable[str]) -> str:
    """Parts of one sentence. French has a blank before the semicolon."""
    return reduce(lambda said, more: _("%(said)s; %(more)s", said=said, more=more), parts)


def _listed(data: Mapping[str, object], name: str) -> Iterator[Mapping[str, object]]:
    yield from (each for each in _list(data.get(name)) if isinstance(each, Mapping))


def _list(found: object) -> list[Any]:
    return found if isinstance(found, list) else []
