"""The texts of a decision file that people read, in every language in which it gives them.

As drawn stand the names of the file and of its decisions, the labels of columns, the descriptions of rows. What they
are in another language stands beside them as in diagrams, in properties `i18n.en.name`, `i18n.en.label` and
`i18n.en.description`. A column words the codes in its cells in every language, the drawn one too: `i18n.fr.value.GO`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from engine.dmn.xml import Element, child, children, kind, label, name_of, text_of

__all__ = ["DRAWN", "Text", "texts_of"]

DRAWN: Final = "fr"  # the language of names, labels and descriptions
ZEEBE: Final = "http://camunda.org/schema/zeebe/1.0"
_PREFIX: Final = "i18n."
_VALUE: Final = "value."
Place = Literal["file", "decision", "input", "output", "rule"]
Said = Mapping[str, Mapping[str, str]]  # by language, what the properties say: `name`, `label`, `value.GO`


@dataclass(frozen=True, slots=True)
class Text:
    """One text. `owner`: the decision as warnings and history name it, `decision` its id; `element` the id of what has
    the text; `kind`: name, label, description or value; `column`: of a text of a column, how history names it.

    `drawn`: the text as drawn, of a value its code. `spoken`: by language.
    """

    place: Place
    decision: str
    owner: str
    element: str
    kind: str
    column: str
    drawn: str
    spoken: Mapping[str, str]

    def within(self, language: str) -> str:
        """The text in this language, else as it is drawn."""
        return self.spoken.get(language) or self.drawn


def texts_of(root: Element) -> tuple[Text, ...]:
    """Every text of a file, in its order."""
    return tuple(_texts(root))


def _texts(root: Element) -> Iterator[Text]:
    yield from _text("file", "", "", root, "name", "", name_of(root))
    for element in children(root, "decision", "businessKnowledgeModel"):
        id_, owner = element.get("id") or "", label(element)
        yield from _text("decision", id_, owner, element, "name", "", name_of(element))
        for table in element.iter():
            if kind(table) == "decisionTable":
                yield from _of_table(id_, owner, table)


def _of_table(decision: str, owner: str, table: Element) -> Iterator[Text]:
    for column in children(table, "input"):
        heading = column.get("label") or text_of(child(column, "inputExpression"))
        yield from _of_column("input", decision, owner, column, heading)
    for column in children(table, "output"):
        yield from _of_column("output", decision, owner, column, name_of(column))
    for rule in children(table, "rule"):
        said = child(rule, "description")
        drawn = "" if said is None else " ".join((said.text or "").split())
        yield from _text("rule", decision, owner, rule, "description", "", drawn)


def _of_column(place: Place, decision: str, owner: str, column: Element, named: str) -> Iterator[Text]:
    yield from _text(place, decision, owner, column, "label", named, " ".join((column.get("label") or "").split()))
    codes: dict[str, dict[str, str]] = {}
    for language, words in _said(column).items():
        for what, text in words.items():
            if what.startswith(_VALUE):
                codes.setdefault(what.removeprefix(_VALUE), {})[language] = text
    for code, spoken in codes.items():
        yield Text(place, decision, owner, column.get("id") or "", "value", named, code, spoken)


def _text(
    place: Place, decision: str, owner: str, element: Element, what: str, column: str, drawn: str
) -> Iterator[Text]:
    if drawn:
        spoken = {language: words[what] for language, words in _said(element).items() if words.get(what)}
        yield Text(place, decision, owner, element.get("id") or "", what, column, drawn, spoken)


def _said(element: Element) -> Said:
    found: dict[str, dict[str, str]] = {}
    extensions = child(element, "extensionElements")
    for property_ in () if extensions is None else extensions.iter(f"{{{ZEEBE}}}property"):
        language, _dot, what = (property_.get("name") or "").removeprefix(_PREFIX).partition(".")
        if what and (property_.get("name") or "").startswith(_PREFIX):
            found.setdefault(language, {})[what] = (property_.get("value") or "").strip()
    return found
