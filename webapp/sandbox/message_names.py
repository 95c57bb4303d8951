"""What a message is called where people read and write of it: as the event of a delivered diagram that waits for it.

A message that no diagram calls, or that is called as another one is, goes by its own name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from lxml import etree

from engine.bpmn.xml import BPMN, parse
from webapp.sandbox.step_names import LANGUAGES
from workflows.association.quoted_words import plain, quotable
from workflows.association.wording import typographic
from workflows.catalogue import definitions

__all__ = ["message_named", "message_title"]

WAITING: Final = ("startEvent", "intermediateCatchEvent", "boundaryEvent", "receiveTask")  # the first tells the most


def message_title(name: str, language: str) -> str:
    """What a message is called in a language; its name where nothing calls it."""
    return _titles()[language].get(name, name)


def message_named(text: str) -> str:
    """The name of the message that is meant: by its name, or by what it is called in either language."""
    wanted = plain(text)
    named = (name for titles in _titles().values() for name, title in titles.items() if plain(title) == wanted)
    return next(named, text)


@cache
def _titles() -> Mapping[str, Mapping[str, str]]:
    """By language, what each message is called."""
    found: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
    for kind in WAITING:
        for files in definitions().values():
            for body in (body for name, body in files.items() if name.endswith(".bpmn")):
                for name, titles in _events(parse(body, ""), kind):
                    for language, title in titles.items():
                        found[language].setdefault(name, title)
    times = Counter((language, plain(title)) for language in found for title in found[language].values())
    return {
        language: {name: title for name, title in titles.items() if times[language, plain(title)] == 1}
        for language, titles in found.items()
    }


def _events(root: etree._Element, kind: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The messages that events of a kind wait for, and what each event is called by language."""
    names = {each.get("id"): each.get("name", "") for each in root.iter(f"{{{BPMN}}}message")}
    for event in root.iter(f"{{{BPMN}}}{kind}"):
        definition = event.find(f"{{{BPMN}}}messageEventDefinition")
        name = names.get((event if definition is None else definition).get("messageRef"), "")
        if name and event.get("name"):
            properties = event.iterfind("{*}extensionElements/{*}properties/{*}property")
            english = next((each.get("value") for each in properties if each.get("name") == "i18n.en.name"), None)
            drawn = event.get("name", "")
            yield name, {"fr": quotable(typographic(drawn)), "en": quotable(typographic(english or drawn))}
