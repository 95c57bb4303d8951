"""The questions of a form as scenarios say them: by their labels, and options by their words, in either language; by
key where words mean several, or are calculated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import ClassVar, Final

from engine.errors import Invalid
from forms.answers import Answer
from forms.bind import BoundForm
from forms.choices import ChoiceAnswer
from forms.definition import Component, FormDefinition
from webapp.sandbox.step_names import LANGUAGES
from webapp.sandbox.untrue import Words
from workflows.association.options import list_words
from workflows.association.quoted_words import plain

__all__ = [
    "BETWEEN",
    "Labels",
    "QuestionAmbiguous",
    "QuestionUnknown",
    "chosen",
    "option_words",
    "spoken",
    "static_words",
]

CALCULATED: Final = ("=", "{{")
BETWEEN: Final = ", "  # several answers to one question


class QuestionUnknown(Invalid):
    """The form does not ask for “{question}”; it asks for {known}."""

    code: ClassVar[str] = "scenario_question"


class QuestionAmbiguous(Invalid):
    """The form asks “{question}” several times. Say which one by its key: {keys}."""

    code: ClassVar[str] = "scenario_question_several"


class Labels:
    """What each question of a form is called in each language."""

    def __init__(self, form: FormDefinition, components: Mapping[str, Component]) -> None:
        self._words = {key: _label(form, each) for key, each in components.items()}
        counted = {
            (language, plain(words), key) for key, said in self._words.items() for language, words in said.items()
        }
        self._times = Counter((language, words) for language, words, _key in counted)

    @classmethod
    def of(cls, bound: BoundForm) -> Labels:
        """Of a form that is open."""
        return cls(bound.definition, {str(name): bound.wtform[name].component for name in bound.wtform._fields})

    def row(self, key: str, language: str) -> str:
        """What a row about this question says: its label where no other has it, else its key."""
        words = self._words[key].get(language, "")
        return words if words and self._times[language, plain(words)] == 1 else key

    def key(self, row: str) -> str:
        """The key of the question that a row means. Raises QuestionUnknown, QuestionAmbiguous."""
        if row in self._words:
            return row
        found = [key for key, said in self._words.items() if plain(row) in {plain(words) for words in said.values()}]
        if len(found) > 1:
            raise QuestionAmbiguous(question=row, keys=BETWEEN.join(found))
        if not found:
            known = {language: [self.row(key, language) for key in self._words] for language in LANGUAGES}
            raise QuestionUnknown(question=row, known=Words(known))
        return found[0]


def _label(form: FormDefinition, component: Component) -> Mapping[str, str]:
    return static_words(form.texts.get(component.id, {}).get(component.label_name, {}))


def static_words(by_language: Mapping[str, str]) -> dict[str, str]:
    """By language the words, where nothing in them is calculated; on one line, without the marks of headings."""
    found = {language: " ".join(words.split()).strip("# ") for language, words in by_language.items()}
    return {language: words for language, words in found.items() if words and not _calculated(words)}


def _calculated(words: str) -> bool:
    return words.startswith(CALCULATED[0]) or CALCULATED[1] in words


def option_words(answer: ChoiceAnswer) -> Mapping[str, Mapping[str, str]]:
    """By option what it is called, by language: what the case decides in the reader's alone."""
    listed = list_words(answer.component.settings.get("options", ""))
    texts = answer.around.form.texts.get(answer.component.id, {})
    return {
        option.text: listed.get(option.text)
        or static_words(texts.get(f"values.{option.text}", {answer.around.language: str(option.label)}))
        for option in answer.options
    }


def chosen(answer: ChoiceAnswer, text: str) -> Sequence[str]:
    """The options that a cell says, by their words in either language or as they are kept; what is none stays."""
    named = option_words(answer)
    meant = {plain(words): option for option, said in named.items() for words in said.values()}
    meant |= {plain(option): option for option in named}
    return [meant.get(plain(part), part) for part in _parts(text, meant)]


def _parts(text: str, meant: Iterable[str]) -> Iterator[str]:
    """What stands between commas; words with commas of their own, where an option has such ones, in one piece."""
    known, pieces = set(meant), text.split(BETWEEN)
    while pieces:
        ends = (end for end in range(len(pieces), 0, -1) if plain(BETWEEN.join(pieces[:end])) in known)
        end = next(ends, 1)
        yield BETWEEN.join(pieces[:end])
        pieces = pieces[end:]


def spoken(answer: Answer, option: str) -> str:
    """An option in the words of the form's reader, where no other has them; else as it is kept."""
    if not isinstance(answer, ChoiceAnswer):
        return option
    named = {key: said.get(answer.around.language, "") for key, said in option_words(answer).items()}
    words = named.get(option, "")
    alone = sum(plain(words) == plain(each) for each in named.values()) == 1
    return words if words and alone else option
