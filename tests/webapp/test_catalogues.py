"""Every text is French and English, with the same placeholders, and printed as French is."""

from __future__ import annotations

import pytest

from webapp import extraction
from webapp.catalogues import read_languages


def test_every_text_has_its_french() -> None:
    assert extraction.lacking() == []


def test_no_text_is_kept_that_nobody_says() -> None:
    said = {message.id for catalogue in extraction.said().values() for message in catalogue}
    kept = {name for name in read_languages()["fr"]._catalog if name}  # type: ignore[attr-defined]
    singular = {name[0] if isinstance(name, tuple) else name for name in kept}
    assert singular - {name[0] if isinstance(name, tuple) else name for name in said} == set()


@pytest.mark.parametrize(
    ("typed", "printed"),
    [("l'adresse : oui ?", "l’adresse\u00a0: oui\u00a0?"), ("« Anna »", "«\u00a0Anna\u00a0»"), ("a 'b' c", "a 'b' c"),
     ("http://a.example", "http://a.example")],
)  # fmt: skip
def test_french_is_printed_as_french(typed: str, printed: str) -> None:
    assert extraction.typographic(typed) == printed


def test_english_needs_no_catalogue() -> None:
    assert read_languages()["en"].gettext("Sign in") == "Sign in"
    assert read_languages()["fr"].gettext("Sign in") == "Se connecter"
