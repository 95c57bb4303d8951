"""What the files of a process are called: by what they say of themselves, and forms by the tasks that ask them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from engine.dmn.golden import SUFFIX
from webapp.sandbox.scenarios import title_of
from webapp.studio import table_texts
from webapp.studio.changes import facts
from webapp.studio.changes.facts import Part
from webapp.words import _
from workflows.association.wording import typographic

__all__ = ["companions", "file_titles"]

TEXTS: Final = ".translations.json"


def file_titles(files: Mapping[str, bytes], language: str) -> dict[str, str]:
    """By file name its title; nothing of a file that says none."""
    parts = [facts.parts(body, name) for name, body in files.items() if name.endswith(".bpmn")]
    elements = [each for found in parts for each in found.values()]
    titles = {name: title for name, body in files.items() if (title := _own(name, body, language))}
    titles |= {name: title for name in files if name.endswith(".form") and (title := _asked(name, elements, language))}
    beside = {other: titles[name] for name, other in companions(files).items() if name in titles}
    return {name: typographic(title) for name, title in (titles | beside).items()}


def companions(files: Iterable[str]) -> dict[str, str]:
    """By form and table of these files, the file that goes with it: its texts, the cases that must come out."""
    names = frozenset(files)
    return {
        of: name
        for name in sorted(names)
        for ending, kind in ((TEXTS, ".form"), (SUFFIX, ".dmn"))
        if name.endswith(ending) and (of := name.removesuffix(ending) + kind) in names
    }


def _own(name: str, body: bytes, language: str) -> str:
    """What a file is called within itself."""
    if name.endswith(".bpmn"):
        found = facts.parts(body, name).values()
        return ", ".join(label for each in found if each.kind == "process" and (label := each.label(language)))
    if name.endswith(".dmn"):
        return table_texts.title(name, body, language)
    if name.endswith(".feature"):
        return title_of(body, language)
    return ""


def _asked(name: str, elements: list[Part], language: str) -> str:
    """The steps that ask this form."""
    asking = list(dict.fromkeys(_asking(name.removesuffix(".form"), elements, language)))
    return " / ".join(_("“%(name)s”", name=each) for each in asking)


def _asking(form_id: str, elements: list[Part], language: str) -> Iterator[str]:
    for each in elements:
        if form_id in (value for setting, value in each.facts.items() if setting.endswith("@formId")):
            yield each.label(language) or each.id
