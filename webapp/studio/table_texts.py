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

__all__ = ["english_missing", "english_old", "in_language", "names", "said_of", "texts", "title", "worded"]

Files = Mapping[str, bytes]
ENGLISH: Final = "en"
MISSING: Final = "table_english_missing"
OLD: Final = "table_english_old"
RED: Final = "golden_case_red"
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
    for parts in lacking.values():
        yield _finding(MISSING, "it has no English", parts)


def english_old(before: Files, now: Files) -> Iterator[Finding]:
    """A warning for each decision of which a text was changed and its English stayed that of the former one."""
    for name, body in now.items():
        if name.endswith(".dmn") and before.get(name, body) != body:
            yield from _old(texts(name, before[name]), texts(name, body))


def _old(before: tuple[Text, ...], now: tuple[Text, ...]) -> Iterator[Finding]:
    former = {_place(each): each for each in before if each.kind != "value"}
    changed: dict[str, list[Text]] = {}
    for each in now:
        was, english = former.get(_place(each)), each.spoken.get(ENGLISH)
        if was is not None and was.drawn != each.drawn and english and english == was.spoken.get(ENGLISH):
            changed.setdefault(each.decision, []).append(each)
    for parts in changed.values():
        yield _finding(OLD, "its English is that of the former text", parts)


def _place(text: Text) -> tuple[str, str, str]:
    return text.decision, text.element, text.kind


def _finding(code: str, sentence: str, parts: list[Text]) -> Finding:
    shown = [each.spoken.get(DRAWN) or each.drawn for each in parts]
    params: dict[str, object] = {"texts": shown[:MOST], "more": len(shown) - MOST}
    return Finding("warning", code, sentence, params, parts[0].decision, parts[0].owner)


def in_language(finding: Finding, files: Files, language: str) -> Finding:
    """The finding with decisions, columns and the codes that a golden case answers called as in this language."""
    if finding.code == RED:
        finding = _answers(finding, files, language)
    if finding.code in (MISSING, OLD):
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


def _answers(finding: Finding, files: Files, language: str) -> Finding:
    """A red golden case as its reader calls it, what was expected and what came in the words of its table."""
    said = said_of(files, finding.element or "", "output", language)
    shown = dict(finding.params)
    names = shown.get("names")
    shown["case"] = names.get(language, shown["case"]) if isinstance(names, Mapping) else shown["case"]
    for key in ("expected", "got") if said else ():
        shown[key] = worded(str(shown[key]), said)
    return replace(finding, params=shown)


def said_of(files: Files, decision: str, place: str, language: str) -> dict[str, str]:
    """By what stands in a text of values, the codes in quotation marks and the columns before a colon, its words in
    this language: of the inputs or outputs of a decision. What means several things has none."""
    own = [
        each
        for name, body in files.items()
        if name.endswith(".dmn")
        for each in texts(name, body)
        if each.decision == decision and each.place == place
    ]
    colon = "\N{NO-BREAK SPACE}:" if language == "fr" else ":"
    reads = _columns(files, own) if place == "input" else {each.element: each.column for each in own}
    labels = {each.element: each.within(language) for each in own if each.kind == "label"}
    words: dict[str, set[str]] = {}
    for element, column in reads.items():
        label = f"{labels.get(element, column)}{colon}"
        words.setdefault(f"{column}:", set()).add(label)
        for truth, word in (("true", _("yes")), ("false", _("no"))):
            words.setdefault(f"{column}: {truth}", set()).add(f"{label} {word}")
    for each in own:
        if each.kind == "value":
            word, column = _("“%(name)s”", name=each.within(language)), reads.get(each.element, each.column)
            words.setdefault(f'"{each.drawn}"', set()).add(word)
            words.setdefault(f'{column}: "{each.drawn}"', set()).add(
                f"{labels.get(each.element, column)}{colon} {word}"
            )
    return {code: next(iter(found)) for code, found in words.items() if len(found) == 1}


def _columns(files: Files, own: list[Text]) -> dict[str, str]:
    """What the columns of inputs read, by their ids."""
    wanted = {each.element for each in own}
    found: dict[str, str] = {}
    for name, body in files.items():
        try:
            columns = parse(body, name).iterfind(".//{*}input[@id]") if name.endswith(".dmn") else iter(())
        except DmnRefused:
            continue
        read = {each.get("id") or "": each.findtext("{*}inputExpression/{*}text") for each in columns}
        found |= {id_: text.strip() for id_, text in read.items() if text and id_ in wanted}
    return found


def worded(text: str, said: Mapping[str, str]) -> str:
    """A text of values in these words; a code that stands alone has no marks."""
    return said.get(f'"{text}"') or str(_said(text, said) if said else text)


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
