"""Tables of a draft in the reader's language: what lacks its English, and findings about columns."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from engine.dmn import DmnRefused, read
from engine.findings import Finding
from engine.registry import Registry
from tests.engine.dmn.test_texts import FILE
from webapp.decision_checks import TablesCheck
from webapp.studio import checks
from webapp.studio.table_texts import english_missing, english_old, title

FILES = {"rates.dmn": FILE}


def without(language: str) -> dict[str, bytes]:
    return {"rates.dmn": re.sub(rb'<zeebe:property name="i18n.%b[^>]*/>' % language.encode(), b"", FILE)}


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "“Choisir le tarif”: it has no English for “Choisir le tarif”, “Âge”, “Code” (2 more): write it below "
               "the table."),
        ("fr", "« Choisir le tarif » : elle n’a pas d’anglais pour « Choisir le tarif »"
               ", « Âge », « Code » (et 2 autres)"),
    ],
)  # fmt: skip
def test_what_lacks_its_english_is_a_warning_with_the_mend(app: Flask, language: str, said: str) -> None:
    files = without("en")
    found = [*english_missing(files)]
    with app.test_request_context(headers={"Accept-Language": language}):
        [told] = checks.in_words(found, files, language)
    assert told.text.replace("\N{NO-BREAK SPACE}", " ").startswith(said)
    assert (told.severity, told.file, told.element) == ("warning", "rates.dmn", "rate")
    assert [*english_missing(FILES)] == [] and [*english_missing({"rates.dmn": b"<no"})] == []


NOTE = re.compile(rb"Moins de\s+18 ans\.")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "“Choose the rate”: the English of “Moins de 20 ans.” is that of the former text: look at it below "
               "the table."),
        ("fr", "« Choisir le tarif » : l’anglais de « Moins de 20 ans. » est celui de l’ancien texte : "
               "relisez-le sous la table."),
    ],
)  # fmt: skip
def test_the_english_of_a_text_that_was_changed_is_old(app: Flask, language: str, said: str) -> None:
    changed = {"rates.dmn": NOTE.sub(b"Moins de 20 ans.", FILE)}
    assert changed != FILES
    with app.test_request_context(headers={"Accept-Language": language}):
        [told] = checks.in_words([*english_old(FILES, changed)], changed, language)
    assert told.text.replace("\N{NO-BREAK SPACE}", " ") == said
    assert (told.severity, told.file, told.element) == ("warning", "rates.dmn", "rate")


def test_an_english_that_was_changed_too_or_is_none_is_not_old() -> None:
    changed = NOTE.sub(b"Moins de 20 ans.", FILE)
    for name, body in (
        ("changed too", changed.replace(b"Under 18.", b"Under 20.")),
        ("taken away", re.sub(rb"<zeebe:property[^>]*Under 18[^>]*/>", b"", changed)),
        ("other white space", NOTE.sub(b"Moins de 18 ans.", FILE)),
        ("unreadable", b"<no"),
    ):
        assert [*english_old(FILES, {"rates.dmn": body})] == [], name
    assert [*english_old({}, {"rates.dmn": changed})] == [], "a new file"


def test_a_code_without_a_french_word_needs_no_english(app: Flask) -> None:
    assert [finding.params["texts"] for finding in english_missing(without("en.value"))] == [["étudiant"]]
    assert [*english_missing({"rates.dmn": re.sub(rb"<zeebe:property[^>]*value.STU[^>]*/>", b"", FILE)})] == []


def test_findings_name_decisions_and_columns_as_the_reader_does(app: Flask) -> None:
    files = {
        "rates.dmn": FILE.replace(
            b"<text>-</text></inputEntry><inputEntry>", b"<text>2,5</text></inputEntry><inputEntry>"
        )
    }
    found = TablesCheck(Registry())(files)
    refused = {"rates.dmn": FILE.replace(b"&lt; 18", b"&lt;")}
    with pytest.raises(DmnRefused) as caught:
        read(refused["rates.dmn"], name="rates.dmn")
    unread = Finding("error", caught.value.code, caught.value.message, dict(caught.value.params))
    for language, decision, column in (("fr", "Choisir le tarif", "Âge"), ("en", "Choose the rate", "Age")):
        with app.test_request_context(headers={"Accept-Language": language}):
            told = [each.text for each in checks.in_words(found, files, language)]
            [wrong] = [each.text for each in checks.in_words([unread], refused, language)]
        assert told and all(decision in text for text in told)
        assert any(column in text for text in told)
        assert decision in wrong and column in wrong


def test_a_file_is_called_like_its_decision_where_only_that_has_english() -> None:
    alike = FILE.replace(b'name="Tarifs"', b'name="Choisir le tarif"').replace(b'value="Rates"', b'value=""')
    assert title("rates.dmn", alike, "en") == "Choose the rate"
    assert title("rates.dmn", FILE, "en") == "Rates" and title("rates.dmn", FILE, "fr") == "Tarifs"
