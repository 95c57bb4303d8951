"""What a new version of a form changed since somebody typed: questions gone, new, reworded, answers not offered now.

A draft keeps with its texts how each question was asked, and in which language: read in the other one, a form has not
changed. What is not asked any more stays with the draft, to be read and copied, until the task is done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from forms.bind import BoundForm
from webapp.words import _

LEFT: Final = ""  # under this key, which no question has, stands what is not asked any more
SPOKEN: Final = "@"  # and under this one the language in which was asked
Asked = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Changes:
    """What the form says differently now, in sentences; and what was typed that it does not ask any more."""

    sentences: Sequence[str]
    left: Sequence[tuple[str, str]]

    def __bool__(self) -> bool:
        return bool(self.sentences or self.left)


def asked(bound: BoundForm) -> dict[str, Any]:
    """Each question as it is asked now: its words, and the words of its choices by what they send."""
    return {SPOKEN: bound.language, **_questions(bound)}


def spoken(before: Asked | None, otherwise: str) -> str:
    """The language in which a draft was typed, where it kept that."""
    return str((before or {}).get(SPOKEN, otherwise))


def _questions(bound: BoundForm) -> dict[str, Any]:
    return {
        field.short_name: {
            "label": str(field.wording.label),
            "choices": {str(each.text): str(each.label) for each in getattr(field, "options", ())},
        }
        for field in bound.wtform
        if not field.component.transient and hasattr(field, "wording")
    }


def kept(before: Asked | None, typed: Mapping[str, Sequence[str]], now: dict[str, Any]) -> dict[str, Any]:
    """What the draft keeps beside its new texts: how it asks now, and what it had that is not asked any more."""
    gone = [*(before or {}).get(LEFT, ()), *([label, text] for label, text in _gone(before or {}, typed, now))]
    return {**now, LEFT: gone} if gone else now


def changes(before: Asked | None, typed: Mapping[str, Sequence[str]], bound: BoundForm, then: BoundForm) -> Changes:
    """What differs from the form into which this was typed; nothing where that is not known.

    `bound` is the form as it is read now, `then` the same in the language of the draft: only that can be compared.
    """
    if not before:
        return Changes((), ())
    compared, now, sentences = _questions(then), _questions(bound), list[str]()
    for key, question in now.items():
        was, label = before.get(key), question["label"]
        if was is None:
            sentences.append(_("“%(label)s” is a new question.", label=label))
            continue
        if was["label"] != compared.get(key, question)["label"]:
            sentences.append(_("“%(old)s” is now “%(new)s”.", old=was["label"], new=label))
        sentences += [
            _("“%(label)s”: your answer “%(answer)s” is not offered any more.", label=label, answer=words)
            for text, words in was["choices"].items()
            if text not in question["choices"] and text in typed.get(key, ())
        ]
        more = [words for text, words in question["choices"].items() if text not in was["choices"]]
        if was["choices"] and more:
            sentences.append(_("“%(label)s” also offers: %(more)s.", label=label, more=", ".join(more)))
    left = [*(tuple(each) for each in before.get(LEFT, ())), *_gone(before, typed, now)]
    return Changes(sentences, left)


def _gone(before: Asked, typed: Mapping[str, Sequence[str]], now: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was typed into questions that are not there now."""
    gone = [(key, was) for key, was in before.items() if key not in (LEFT, SPOKEN) and key not in now]
    texts = [(was["label"], ", ".join(_said(was, key, typed))) for key, was in gone]
    return [(label, text) for label, text in texts if text]


def _said(was: Mapping[str, Any], key: str, typed: Mapping[str, Sequence[str]]) -> list[str]:
    """The texts of a question, and of the parts and rows that belong to it, in the words of its choices."""
    own = [text for name, texts in typed.items() if name == key or name.startswith(f"{key}-") for text in texts]
    return [was["choices"].get(text, text) for text in own if text]
