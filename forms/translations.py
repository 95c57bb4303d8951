"""The texts of a form in each language: the form's own (French) and a table beside it, `<form>.translations.json`.

The table is `{component id: {property: {language: text}}}`. The properties are those of the form; the label of an
answer is `values.<value>`, of a column `columns.<key>`, an adorner `appearance.prefixAdorner`, a custom property
`thing` or `message.<code>`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from forms.definition import Component, expression
from forms.errors import Finding, MissingTranslation, NotAForm, NotTranslated, StaleTranslation
from forms.vocabulary import LANGUAGES, TEXT_SETTINGS

Texts = Mapping[str, Mapping[str, Mapping[str, str]]]

_SPACE: Final = re.compile(r"(\{\{.*?\}\})| (?=[:;?!»])|(?<=«) ", re.DOTALL)
_PLAIN = ("label", "description", "text", "title", "dateLabel", "timeLabel")


def own_texts(component: Component) -> Iterator[tuple[str, str]]:
    """The texts of one component as (property, text), in the language of the form."""
    properties = component.properties
    for name in ("text",) if component.type == "text" else _PLAIN:  # the label of a text is the editor's alone
        if isinstance(text := properties.get(name), str) and text.strip():
            yield name, text
    if isinstance(appearance := properties.get("appearance"), Mapping):
        for name, text in appearance.items():
            if isinstance(text, str) and text.strip():
                yield f"appearance.{name}", text
    for family, by in (("values", "value"), ("columns", "key")):
        entries = properties.get(family)
        for entry in entries if isinstance(entries, list | tuple) else ():
            if isinstance(entry, Mapping) and isinstance(entry.get("label"), str):
                yield f"{family}.{option_text(entry.get(by))}", entry["label"]
    for name, text in component.settings.items():
        if name in TEXT_SETTINGS:
            yield name, text


def option_text(value: object) -> str:
    """The value of an answer as it is written in a page and in the translations."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def printed(french: str) -> str:
    """A French text as it is printed: no line breaks before : ; ? ! » nor behind «. An expression, and what stands in
    {{ }}, stays as it is written."""
    if expression(french) is not None:
        return french
    return _SPACE.sub(lambda found: found[1] or "\N{NO-BREAK SPACE}", french)


def collect(
    components: Iterable[Component], translations: Mapping[str, object] | None, findings: list[Finding]
) -> tuple[Texts, tuple[str, ...]]:
    """All texts and the languages that are whole. Missing and stale entries are added to `findings`."""
    native, *others = LANGUAGES
    table = _table(translations or {}, findings)
    texts: dict[str, dict[str, dict[str, str]]] = {}
    for component in (each for top in components for each in top.tree()):
        given = table.pop(component.id, {})
        own = texts.setdefault(component.id, {})
        for name, text in own_texts(component):
            own[name] = {native: printed(text), **given.pop(name, {})}
            if translations is not None:
                findings += _missing(component.id, name, own[name], others)
        findings += [StaleTranslation(component=component.id, property=name) for name in given]
    findings += [StaleTranslation(component=id_, property=name) for id_, rest in table.items() for name in rest]
    if translations is None:
        findings.append(NotTranslated(language=native))
    return texts, LANGUAGES if translations is not None else (native,)


def _missing(component: str, name: str, text: Mapping[str, str], languages: Iterable[str]) -> Iterator[Finding]:
    native = text[LANGUAGES[0]]
    if not any(character.isalpha() for character in native):
        return  # "€" or "2026" reads the same everywhere
    for language in languages:
        if not text.get(language, "").strip():
            yield MissingTranslation(component=component, property=name, text=native, language=language)


def _table(translations: Mapping[str, object], findings: list[Finding]) -> dict[str, dict[str, dict[str, str]]]:
    """A copy one may take apart; an entry of another shape is a finding."""
    table: dict[str, dict[str, dict[str, str]]] = {}
    for id_, properties in translations.items():
        for name, texts in properties.items() if isinstance(properties, Mapping) else [("?", properties)]:
            if isinstance(texts, Mapping) and all(isinstance(text, str) for text in texts.values()):
                table.setdefault(id_, {})[str(name)] = {str(language): text for language, text in texts.items()}
            else:
                shape = f"the translations of “{id_}.{name}” are not {{language: text}}"
                findings.append(NotAForm(component=id_, reason=shape))
    return table
