"""A form of a draft as people would see it: drawn by the very code that draws deployed forms, with its texts to put
into English beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, cast

from sqlalchemy.orm import Session

from engine.engine import Engine
from forms.bind import BoundForm
from forms.definition import Component
from forms.schema import read_form
from forms.submission import Texts
from forms.translations import own_texts
from webapp import deployed_forms
from webapp.deployed_forms import DeployedForm

__all__ = ["Preview", "Text", "preview"]

NATIVE: Final = "fr"
PREFIX: Final = "preview"
Table = Mapping[str, Mapping[str, Mapping[str, str]]]


@dataclass(frozen=True, slots=True)
class Text:
    """One text of a component, in the form's own language and in English. `name`: what an owner calls the component."""

    component: str
    name: str
    property: str
    native: str
    english: str


@dataclass(frozen=True, slots=True)
class Preview:
    """The form bound to what was typed into it, and its texts."""

    bound: BoundForm
    texts: tuple[Text, ...]


def preview(
    session: Session, engine: Engine, name: str, body: bytes, translations: bytes, language: str, by: str,
    typed: Texts | None,
) -> Preview:  # fmt: skip
    """The form as it would be drawn about nobody in particular. A text without English is shown in French.

    Raises FormRefused with every finding, UnknownOptionList.
    """
    native = read_form(body, name=name)
    components = [each for top in native.components for each in top.tree()]
    given = _table(translations)
    texts = tuple(text for component in components for text in _texts(component, given))
    whole = read_form(body, translations=_filled(texts), name=name)
    asked = deployed_forms.Answering(engine, language, {}, engine.clock.now(), by)
    bound = deployed_forms.bind(session, DeployedForm(whole), asked, submitted=typed, prefix=PREFIX, of_nobody=True)
    return Preview(bound, texts)


def _table(translations: bytes) -> Table:
    """What stands in English already. Of a file that is no table nothing is taken: the checks say so."""
    try:
        read = json.loads(translations or b"{}")
    except ValueError:
        return {}
    return cast("Table", read) if isinstance(read, dict) else {}


def _texts(component: Component, given: Table) -> Iterator[Text]:
    own = dict(own_texts(component))
    name = own.get("label") or own.get("title") or own.get("text") or component.id
    entries = given.get(component.id)
    for property_, text in own.items():
        found = entries.get(property_) if isinstance(entries, Mapping) else None
        english = found.get("en", "") if isinstance(found, Mapping) else ""
        yield Text(component.id, name[:80], property_, text, str(english))


def _filled(texts: tuple[Text, ...]) -> dict[str, dict[str, dict[str, str]]]:
    table: dict[str, dict[str, dict[str, str]]] = {}
    for text in texts:
        table.setdefault(text.component, {})[text.property] = {"en": text.english.strip() or text.native}
    return table
