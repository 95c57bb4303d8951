"""Steps that were called otherwise: the scenarios of a draft say the new name, so that no rename turns them red.

Sentences call a step by its name, which the diagram may change while the step stays the same one by its id.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from engine.errors import AmicaleError
from webapp.sandbox.phrases import QUOTED
from webapp.sandbox.scenarios import SUFFIX, scenarios_in
from webapp.sandbox.step_names import LANGUAGES
from webapp.studio.changes import facts
from webapp.studio.step_words import placed
from workflows.association.quoted_words import plain, quotable

__all__ = ["carried"]

Said = tuple[str, ...]
Names = Mapping[str, Mapping[str, Said]]


def carried(before: Mapping[str, bytes], after: Mapping[str, bytes], written: Collection[str]) -> dict[str, bytes]:
    """The files after a save, with the sentences about steps that it renamed in the new words.

    `written`: the files of the save; scenarios among them were written for the new diagram, and only what names nothing
    any more is carried on in them. What cannot be read stays as it is.
    """
    features = [name for name in after if name.endswith(SUFFIX)]
    diagrams = {name: body for name, body in after.items() if name.endswith(".bpmn")}
    if not features or all(before.get(name) == body for name, body in diagrams.items()):
        return dict(after)
    was = _names({name: body for name, body in before.items() if name.endswith(".bpmn")})
    now = _names(diagrams)
    return {
        **after,
        **{name: _file(name, after[name], was, now, sure=name not in written) for name in features},
    }


def _names(diagrams: Mapping[str, bytes]) -> Names:
    """By language what all elements are called, by their ids: the name, and the name with its place where several bear
    it."""
    found = [part for name, body in diagrams.items() for part in facts.parts(body, name).values()]
    places = {language: placed(found, language) for language in LANGUAGES}
    return {
        language: {part.id: tuple(filter(None, (part.label(language), told.get(part.id)))) for part in found}
        for language, told in places.items()
    }


def _file(name: str, body: bytes, was: Names, now: Names, *, sure: bool) -> bytes:
    try:
        scenarios = scenarios_in({name: body})
    except AmicaleError:
        return body
    lines = body.decode().split("\n")
    called = {step.line: step.said["element"] for each in scenarios for step in each.steps if "element" in step.said}
    for number, words in called.items():
        new = _renamed(words, was, now, sure=sure)
        if new is not None:
            lines[number - 1] = _reworded(lines[number - 1], words, new)
    return "\n".join(lines).encode()


def _renamed(words: str, was: Names, now: Names, *, sure: bool) -> str | None:
    """The new words for a step; None where they stay."""
    if not sure and any(words in names or list(_bearing(words, names)) for names in now.values()):
        return None
    for language in LANGUAGES:
        ids = list(_bearing(words, was[language]))
        if len(ids) != 1 or ids[0] not in now[language]:
            continue
        said = [quotable(each) for each in now[language][ids[0]]]
        if plain(words) in map(plain, said):
            return None
        # A name that means no step or several is none to call it by.
        return next((each for each in said if each and _meant(each, now) == {ids[0]}), ids[0])
    return None


def _meant(words: str, names: Names) -> set[str]:
    """The ids of all that is called like this in either language, as sentences are read."""
    return {id_ for called in names.values() for id_ in _bearing(words, called)}


def _bearing(words: str, names: Mapping[str, Said]) -> Iterator[str]:
    return (id_ for id_, said in names.items() if plain(words) in map(plain, said))


def _reworded(line: str, old: str, new: str) -> str:
    def put(found: re.Match[str]) -> str:
        group = found.lastgroup
        if group is None or plain(found[group]) != plain(old):
            return found[0]
        at = found.start(group) - found.start(), found.end(group) - found.start()
        return found[0][: at[0]] + new + found[0][at[1] :]

    return QUOTED.sub(put, line)
