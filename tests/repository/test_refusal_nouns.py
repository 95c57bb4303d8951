"""Whatever is not found or not allowed is named in both languages: each kind and action in the source has its words."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache

import pytest
from flask import Flask
from flask_babel import force_locale

from engine.errors import NotFound, Refused
from tests.repository.sources import ROOT
from webapp.catalogues import read_languages
from webapp.errors import in_words
from webapp.refusal_nouns import KINDS, VERBS, kind_in_words, templates, verb_in_words

FRENCH, ENGLISH = (read_languages()[language].gettext for language in ("fr", "en"))
FOLDERS = ("engine", "forms", "webapp", "workflows")
# Words that are written alike in both languages.
ALIKE = {"absence", "date", "document", "incident", "message", "migration", "page", "signal", "signature", "version"}
# Who passes a kind or an action on that somebody else names, and what it may be.
PASSED_ON = {
    "engine/definitions.py": {"dmn", "form"},
    "webapp/api/operations.py": {"publish", "send", "message", "signal"},
    "webapp/texts/routes.py": set(),  # what somebody typed into an address
    "workflows/association/texts.py": {"mail", "letter"},
}
BARE = {"ValueNotStorable", "NotFeelValue", "FourEyes", "OwnSignature"}  # their sentences name no such kind


def _errors(kind: type[Exception]) -> Iterator[str]:
    yield kind.__name__
    for each in kind.__subclasses__():
        yield from _errors(each)


@cache
def _given() -> frozenset[tuple[str, str, str | None]]:
    """What the source gives: the parameter, the word (None where it is passed on) and the file."""
    names = {*_errors(NotFound), *_errors(Refused)} - BARE
    found = set()
    for folder in FOLDERS:
        for file in (ROOT / folder).rglob("*.py"):
            text = file.read_text(encoding="utf-8")
            if any(f"{name}(" in text for name in names):
                for node in ast.walk(ast.parse(text)):
                    if isinstance(node, ast.Call) and _called(node) in names:
                        for each in node.keywords:
                            if each.arg in ("kind", "action"):
                                constant = each.value.value if isinstance(each.value, ast.Constant) else None
                                found.add((str(each.arg), file.relative_to(ROOT).as_posix(), constant))
    return frozenset(found)  # type: ignore[arg-type]


def _called(node: ast.Call) -> str:
    called = node.func
    return called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""


def test_every_kind_and_action_of_the_source_is_known() -> None:
    known = {"kind": {*KINDS}, "action": {*VERBS}}
    named = {(name, word) for name, _file, word in _given() if word is not None}
    assert len(named) > 50, "they are found"
    assert sorted((name, word) for name, word in named if word not in known[name]) == []
    passed_on = {file for _name, file, word in _given() if word is None}
    assert passed_on <= PASSED_ON.keys(), "say here what it may be"
    words = set().union(*PASSED_ON.values())
    assert words <= {*KINDS, *VERBS, "dmn"}


def test_no_word_is_kept_that_nobody_says() -> None:
    said = {word for _name, _file, word in _given()} | set().union(*PASSED_ON.values())
    assert {*KINDS, *VERBS} - said == set()


@pytest.mark.parametrize("text", sorted({*templates()} - ALIKE))
def test_each_has_its_french(text: str) -> None:
    assert FRENCH(text) != text
    assert ENGLISH(text) == text


def test_a_refusal_is_in_one_language(app: Flask) -> None:
    missing, refused = NotFound(kind="process version", id="7"), Refused(action="start", kind="process")
    with app.test_request_context():
        with force_locale("fr"):
            assert in_words(missing).replace("\N{NO-BREAK SPACE}", " ") == (
                "Introuvable, ou pas pour vous : version de processus 7."
            )
            assert in_words(refused).replace("\N{NO-BREAK SPACE}", " ") == (
                "Cela ne vous est pas permis : démarrer (processus)."
            )
        with force_locale("en"):
            assert in_words(missing) == missing.message == "There is no process version 7, or you may not see it."
            assert in_words(refused) == refused.message == "You may not start this process."
    assert kind_in_words("what somebody typed", FRENCH) == verb_in_words("what somebody typed", FRENCH)
    assert kind_in_words("dmn", FRENCH) == "table de décision"
