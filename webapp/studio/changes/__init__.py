"""What will this change? Two versions of a process, and the differences between them in plain sentences."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from engine.bpmn import DiagramRefused
from engine.dmn.errors import DmnRefused
from webapp.studio import file_titles
from webapp.studio.changes import diagram, forms, tables
from webapp.studio.changes.change import Change
from webapp.studio.changes.wording import Wording
from webapp.words import _

__all__ = ["Change", "Told", "between", "by_file", "sides"]

Files = Mapping[str, bytes]


def between(before: Files, after: Files, language: str) -> list[Change]:
    """Every difference, file by file: diagrams first. Of a form and its texts, or a table and its cases, one that is
    written otherwise and does the same is not told beside the other: an editor writes both."""
    names = sorted({*before, *after}, key=lambda name: (not name.endswith(".bpmn"), not name.endswith(".dmn"), name))
    differing = [name for name in names if before.get(name) != after.get(name)]
    found = {name: list(_file(name, before, after, language)) for name in differing}
    beside = file_titles.companions({**before, **after})
    beside |= {other: name for name, other in beside.items()}
    telling = {name for name, told in found.items() if any(change.kind != "layout" for change in told)}
    return [
        change
        for name in differing
        for change in found[name]
        if change.kind != "layout" or beside.get(name) not in telling
    ]


@dataclass(frozen=True, slots=True)
class Told:
    """The differences of one file, or of a form with its texts, under what it is called; "" for what needs no name."""

    name: str
    changes: tuple[Change, ...]


def by_file(found: Sequence[Change], titles: Mapping[str, str]) -> list[Told]:
    """The differences under the names of their files, each form with its texts. A diagram alone needs no name: its
    sentences name its elements. `titles`: what files are called."""
    of = {other: name for name, other in file_titles.companions(titles).items()}
    grouped: dict[str, list[Change]] = {}
    for change in found:
        grouped.setdefault(of.get(change.file, change.file), []).append(change)
    if all(name.endswith(".bpmn") for name in grouped) and len(grouped) < 2:
        return [Told("", tuple(found))] if found else []
    return [Told(_heading(name, titles), tuple(changes)) for name, changes in grouped.items()]


def _heading(name: str, titles: Mapping[str, str]) -> str:
    title = titles.get(name)
    if title is None:
        return name
    kinds = {".bpmn": _("Diagram: %(title)s"), ".dmn": _("Table: %(title)s"), ".form": _("Form: %(title)s")}
    said = next((words for ending, words in kinds.items() if name.endswith(ending)), "%(title)s")
    return said % {"title": title}


def sides(changes: list[Change]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """What to mark on the two diagrams: on the left what is changed or goes, on the right what is changed or comes.
    Each opens where the first of that lies."""
    marked: dict[str, list[str]] = {"added": [], "changed": [], "removed": []}
    for change in changes:
        if change.file.endswith(".bpmn") and change.kind in marked:
            marked[change.kind] += change.marked
    nothing: dict[str, list[str]] = {"done": [], "flows": [], "standing": marked["changed"], "incidents": []}
    gone, come = marked["removed"], marked["added"]
    left = {**nothing, "incidents": gone, "look": [*marked["changed"], *gone]}
    return left, {**nothing, "done": come, "look": [*marked["changed"], *come]}


def _file(name: str, before: Files, after: Files, language: str) -> Iterator[Change]:
    if name not in before:
        title = _title(name, after, language)
        said = _("The file “%(name)s” is new: %(title)s.") if title else _("The file “%(name)s” is new.")
        yield Change("added", name, None, said % {"name": name, "title": title})
    elif name not in after:
        title = _title(name, before, language)
        said = _("The file “%(name)s” is gone: %(title)s.") if title else _("The file “%(name)s” is gone.")
        yield Change("removed", name, None, said % {"name": name, "title": title})
    else:
        found = list(_inside(name, before, after, language))
        yield from found or [
            Change("layout", name, None, _("“%(name)s” is written otherwise, and does the same.", name=name))
        ]


def _title(name: str, files: Files, language: str) -> str:
    """What a file is called; "" where it does not say."""
    try:
        return file_titles.file_titles(files, language).get(name, "")
    except DiagramRefused:  # the diagram's own finding says so
        return ""


def _inside(name: str, before: Files, after: Files, language: str) -> Iterator[Change]:
    was, now = before[name], after[name]
    try:
        if name.endswith(".bpmn"):
            yield from diagram.changes(name, was, now, Wording(language))
        elif name.endswith(".dmn"):
            yield from tables.changes(name, was, now, language)
        elif name.endswith(".feature"):
            yield Change("changed", name, None, _("The scenarios of “%(name)s” tell it otherwise.", name=name))
        else:
            old, new = (cast("Mapping[str, object]", json.loads(each)) for each in (was, now))
            texts = forms.FormTexts(before, name, language), forms.FormTexts(after, name, language)
            yield from forms.changes(name, old, new, *texts)
    except (DiagramRefused, DmnRefused):
        yield Change(
            "changed", name, None, _("“%(name)s” cannot be compared: one of the two is unreadable.", name=name)
        )
