"""The texts of a draft's tables: what lacks its English, what tables are called, findings in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from engine.dmn import DmnRefused, Text
from engine.dmn.texts import DRAWN, texts_of
from engine.dmn.xml import parse
from engine.findings import Finding
from webapp.words import _

__all__ = ["english_missing", "in_language", "names", "texts", "title"]

Files = Mapping[str, bytes]
ENGLISH: Final = "en"
MISSING: Final = "table_english_missing"
MOST: Final = 3  # texts that one finding quotes
# Parameters of findings that hold names of decisions or headings of columns, alone or among other words.
HEADED: Final = frozenset({"column", "columns", "heading", "example", "region", "element", "decision", "input"})


def texts(name: str, body: bytes) -> tuple[Text, ...]:
    """The texts of a file of tables; none of one that cannot be read, which says so itself."""
    try:
        return texts_of(parse(body, name))
    except DmnRefused:
        return ()


def title(name: str, body: bytes, language: str) -> str:
    """What a file of tables is called: its own name, in another language also that of a decision of the same name."""
    found = texts(name, body)
    own = next((each for each in found if each.place == "file"), None)
    if own is None:
        return ""
    alike = (each for each in found if each.kind == "name" and each.drawn == own.drawn)
    return own.spoken.get(language) or next(filter(None, (each.spoken.get(language) for each in alike)), own.drawn)


def names(files: Files, language: str) -> dict[str, str]:
    """By id, what the decisions are called."""
    return {
        each.decision: each.within(language)
        for name, body in files.items()
        if name.endswith(".dmn")
        for each in texts(name, body)
        if each.place == "decision"
    }


def english_missing(files: Files) -> Iterator[Finding]:
    """A warning for each decision of which something that people read has no English."""
    for name, body in files.items():
        if name.endswith(".dmn"):
            yield from _missing(texts(name, body))


def _missing(found: tuple[Text, ...]) -> Iterator[Finding]:
    lacking: dict[str, list[Text]] = {}
    for each in found:
        if each.place != "file" and not each.spoken.get(ENGLISH) and re.search(r"[^\W\d_]", each.drawn):
            lacking.setdefault(each.decision, []).append(each)
    for decision, parts in lacking.items():
        shown = [each.spoken.get(DRAWN) or each.drawn for each in parts]
        params: dict[str, object] = {"texts": shown[:MOST], "more": len(shown) - MOST}
        yield Finding("warning", MISSING, "it has no English", params, decision, parts[0].owner)


def in_language(finding: Finding, files: Files, language: str) -> Finding:
    """The finding with decisions and columns called as in this language."""
    if finding.code == MISSING:
        finding = replace(finding, params={**finding.params, "texts": _quoted(finding)})
    if language == DRAWN:
        return finding
    named = finding.params.get("file", finding.params.get("name"))
    spoken: dict[str, str] = {}
    for name, body in files.items():
        if name.endswith(".dmn") and (named in (None, name) or finding.element):
            spoken |= {
                each.drawn: each.within(language)
                for each in texts(name, body)
                if each.kind in ("name", "label") and finding.element in (None, each.decision)
            }
    if not spoken:
        return finding
    params = {key: _said(value, spoken) if key in HEADED else value for key, value in finding.params.items()}
    called = finding.element_name and spoken.get(finding.element_name, finding.element_name)
    return replace(finding, params=params, element_name=called)


def _quoted(finding: Finding) -> str:
    shown, more = finding.params["texts"], int(str(finding.params["more"]))
    quoted = ", ".join(_("“%(name)s”", name=text) for text in shown) if isinstance(shown, list) else ""
    return f"{quoted} {_('({count} more)').format(count=more)}" if more > 0 else quoted


def _said(value: object, spoken: Mapping[str, str]) -> object:
    """A text with the headings in it as in the other language, the longest first."""
    if not isinstance(value, str):
        return value
    longest = sorted(spoken, key=len, reverse=True)
    return re.sub(
        "|".join(rf"(?<!\w){re.escape(each)}(?!\w)" for each in longest), lambda found: spoken[found[0]], value
    )
