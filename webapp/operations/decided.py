"""What a decision rested on, in words: the rows that matched, the inputs, and why a value is null."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.feel.run import Place, Warning  # noqa: A004 - the standard's word
from engine.feel.values import to_text
from engine.feel.wording import MESSAGES
from engine.variables import decode
from webapp.expression_words import warning_in_words
from webapp.words import _


def decided(name: str, data: Mapping[str, object], *, inputs: bool) -> str:
    """“Quote the dues” was decided: row 3 of “Tarif” (Âge = 40). `inputs`: whether the reader may see values."""
    rows = [_row(each, inputs=inputs) for each in _listed(data, "matched")]
    said = [_("“%(name)s” was decided: %(rows)s", name=name, rows="; ".join(rows))] if rows else [_undrawn(name)]
    return ". ".join([*said, *_reasons(data)])


def null_explained(name: str, data: Mapping[str, object]) -> str:
    """“Compute the age” met an empty value: `date(born)` – “…” is no date."""
    said = _("“%(name)s” met an empty value: %(expression)s", name=name, expression=data.get("expression", ""))
    return ". ".join([said, *_reasons(data)])


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
    return f"{text} ({', '.join(f'{column} = {to_text(value)}' for column, value in decode(given).items())})"


def _reasons(data: Mapping[str, object]) -> Iterator[str]:
    for each in _listed(data, "warnings"):
        code, params, place = each.get("code"), each.get("params"), each.get("place")
        if code in MESSAGES and isinstance(params, Mapping):
            where = Place(*place) if isinstance(place, list) else None
            yield warning_in_words(Warning(str(code), params, None, where))


def _listed(data: Mapping[str, object], name: str) -> Iterator[Mapping[str, object]]:
    found = data.get(name)
    yield from (each for each in found if isinstance(each, Mapping)) if isinstance(found, list) else ()
