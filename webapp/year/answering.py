"""Answers to any deployed form: what is given, what the form offers, and what its own validation still asks for.

The form is filled as a browser would send it, and bound as the pages bind it. What it finds missing or wrong is filled
in by the kind of question, until the form takes it: so a form that nobody has seen before is answered too.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from random import Random
from typing import Any, Final

from werkzeug.datastructures import FileStorage, MultiDict

from forms.answers import Answer
from forms.bind import BoundForm
from forms.choices import ChoiceAnswer
from forms.dates import DateAnswer, MomentAnswer, TimeAnswer
from forms.documents import FileAnswer
from forms.fields import NumberAnswer, TextAnswer, TickAnswer

Texts = MultiDict[str, str]
Bind = Callable[[Texts | None, "MultiDict[str, FileStorage]"], BoundForm]
ROUNDS: Final = 12  # of filling in what the form still asks for
PDF: Final = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
_WORDS: Final = {"email": "reponse@courrier.example", "phone": "+33639980012"}


class NoAnswer(Exception):
    """The form cannot be answered by what it says of itself: a family has to say how."""

    def __init__(self, form: str, errors: Mapping[str, object]) -> None:
        super().__init__(f"the form “{form}” cannot be answered: {dict(errors)}")


def answered(shown: BoundForm, bind: Bind, given: Mapping[str, object], rng: Random, today: date) -> BoundForm:
    """The form as it was `shown`, with answers that it accepts. `given`: by key, where a family says them.

    Raises NoAnswer.
    """
    texts, files = _as_shown(shown), MultiDict[str, FileStorage]()
    for key, value in given.items():
        if key in shown.wtform:
            _put(texts, shown.wtform[key], value)
    for round_ in range(ROUNDS):
        bound = bind(texts, files)
        if bound.validate():
            return bound
        for key in (*bound.errors, *bound.revealed):
            if key not in bound.wtform:
                raise NoAnswer(bound.definition.id, bound.errors)
            _fill(texts, files, bound.wtform[key], given.get(key), rng, today, round_)
    raise NoAnswer(bound.definition.id, bound.errors)


def _as_shown(bound: BoundForm) -> Texts:
    """What a browser would send of a page that nobody touched."""
    return MultiDict((name, text) for name, texts in bound.draft().items() for text in texts)


def _put(texts: Texts, field: Answer, value: object) -> None:
    """Writes a value as the question's own inputs show it."""
    written = field.write(list(value) if isinstance(value, tuple) else field.adopt(value))
    if len(field.names) == len(written) > 1:
        for name, text in zip(field.names, written, strict=True):
            texts.setlist(name, [text])
    else:
        texts.setlist(field.names[0], written)


def _fill(
    texts: Texts,
    files: MultiDict[str, FileStorage],
    field: Answer,
    given: object,
    rng: Random,
    today: date,
    round_: int,
) -> None:
    """Answers one question: with what is given at first, else by its kind."""
    if isinstance(field, FileAnswer):
        files.setlist(field.names[0], [FileStorage(io.BytesIO(PDF), "document.pdf", content_type="application/pdf")])
    elif given is not None and round_ < 2:
        _put(texts, field, given)
    elif isinstance(field, ChoiceAnswer):
        if field.options:
            chosen = rng.choice(field.options)
            texts.setlist(field.names[0], [chosen.text])
    else:
        _put(texts, field, _by_kind(field, rng, today, round_))


def _by_kind(field: Answer, rng: Random, today: date, round_: int) -> Any:
    """A plausible value for a question of this kind; another one at each round."""
    if isinstance(field, TickAnswer):
        return True
    if isinstance(field, NumberAnswer):
        return _number(field, rng)
    if isinstance(field, DateAnswer):
        return (today, date(1985, 4, 12), date(today.year + 1, 1, 15))[round_ % 3]
    if isinstance(field, MomentAnswer):
        return datetime.combine(today, time(10))
    if isinstance(field, TimeAnswer):
        return time(10)
    if isinstance(field, TextAnswer):
        return _text(field, rng)
    raise NoAnswer(str(field.name), {"kind": type(field).__name__})


def _number(field: NumberAnswer, rng: Random) -> Decimal:
    least, most = (Decimal(str(field.limit(name) or default)) for name, default in (("min", 1), ("max", 100)))
    return least if most <= least else least.to_integral_value() + rng.randrange(int(most - least) + 1)


def _text(field: TextAnswer, rng: Random) -> str:
    kind = str(field.component.rule("validationType") or "")
    if kind in _WORDS:
        return _WORDS[kind]
    if field.component.rule("pattern"):
        return f"{rng.randrange(1000, 9999)}" if "[0-9]" in str(field.component.rule("pattern")) else "Réponse"
    least = int(str(field.limit("minLength") or 0))
    return "Réponse".ljust(least, ".")[: field.longest]
