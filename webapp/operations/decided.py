"""What a decision rested on, in words: the rows that matched, the inputs, and why a value is null."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import reduce
from itertools import groupby

from babel.numbers import format_decimal
from flask_babel import get_locale

from engine.feel.run import Place, Warning  # noqa: A004 - the standard's word
from engine.feel.temporal import Date
from engine.feel.values import Value, to_python, to_text
from engine.feel.wording import MESSAGES
from engine.variables import decode
from webapp import dates
from webapp.expression_words import warning_in_words
from webapp.words import _


def decided(name: str, data: Mapping[str, object], *, inputs: bool) -> str:
    """“Quote the dues” was decided: row 3 of “Tarif” (Âge = 40). `inputs`: whether the reader may see values."""
    rows = [_row(each, inputs=inputs) for each in _listed(data, "matched")]
    said = [_("“%(name)s” was decided: %(rows)s", name=name, rows=_together(rows))] if rows else [_undrawn(name)]
    if inputs and "result" in data:
        said.append(_("Answer: %(answer)s", answer=value_in_words(decode({"result": data["result"]})["result"])))
    return ". ".join([*said, *_reasons(data)])


def null_explained(name: str, data: Mapping[str, object]) -> str:
    """“Compute the age” met an empty value: `date(born)` – “…” is no date."""
    said = _("“%(name)s” met an empty value: %(expression)s", name=name, expression=data.get("expression", ""))
    return ". ".join([said, *_reasons(data)])


def value_in_words(value: Value) -> str:
    """A value as people write it; of contexts the entries, of lists the items."""
    if value is None:
        return _("empty")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Decimal):
        return format_decimal(value, locale=get_locale(), decimal_quantization=False)
    if isinstance(value, list):
        return _together(map(value_in_words, value)) if value else _("empty")
    if isinstance(value, dict):
        return ", ".join(f"{name} = {value_in_words(part)}" for name, part in value.items()) or _("empty")
    day = to_python(value) if isinstance(value, Date) else None
    return dates.day(day) if isinstance(day, date) else to_text(value) or ""


def _undrawn(name: str) -> str:
    return _("“%(name)s” was decided", name=name)


def _row(matched: Mapping[str, object], *, inputs: bool) -> str:
    rules = matched.get("rules")
    rows = ", ".join(str(int(rule) + 1) for rule in rules) if isinstance(rules, list) else ""
    decision = matched.get("decision")
    if rows:
        text = _("row %(rows)s of “%(decision)s”", rows=rows, decision=decision)
    else:
        text = _("no row of “%(decision)s”", decision=decision)
    given = matched.get("inputs")
    if not inputs or not isinstance(given, Mapping) or not given:
        return text
    return f"{text} ({', '.join(f'{column} = {value_in_words(value)}' for column, value in decode(given).items())})"


def _reasons(data: Mapping[str, object]) -> Iterator[str]:
    """Why a value is null: what one cell says in one sentence, which names the cell once."""
    known = [each for each in _listed(data, "warnings") if each.get("code") in MESSAGES]
    for place, same in groupby(known, key=lambda each: each.get("place")):
        if isinstance(place, list):
            first, *more = same
            yield _together([_reason(first, Place(*place)), *(_reason(each, None) for each in more)])
        else:
            yield from (_reason(each, None) for each in same)


def _reason(kept: Mapping[str, object], place: Place | None) -> str:
    params = kept.get("params")
    return warning_in_words(Warning(str(kept["code"]), params if isinstance(params, Mapping) else {}, None, place))


def _together(parts: Iterable[str]) -> str:
    """Parts of one sentence. French has a blank before the semicolon."""
    return reduce(lambda said, more: _("%(said)s; %(more)s", said=said, more=more), parts)


def _listed(data: Mapping[str, object], name: str) -> Iterator[Mapping[str, object]]:
    found = data.get(name)
    yield from (each for each in found if isinstance(each, Mapping)) if isinstance(found, list) else ()
