"""What expressions and tables complain of is said in French and English, with place, known names and the nearest."""

from __future__ import annotations

import pytest

from engine.dmn.analysis import MESSAGES as FINDINGS
from engine.feel.run import Place, Warning  # noqa: A004 - the standard's word
from engine.feel.wording import MESSAGES as WARNINGS
from tests.fixtures.feel import evaluate
from tests.webapp.test_decision_checks import DMN, form, select
from webapp.catalogues import read_languages
from webapp.decision_checks import check_tables
from webapp.expression_words import finding_in_words, templates, warning_in_words

FRENCH, ENGLISH = (read_languages()[language].gettext for language in ("fr", "en"))
SAME = {"null", "date"}


@pytest.mark.parametrize("template", sorted({*templates()} - SAME))
def test_every_sentence_has_its_french(template: str) -> None:
    assert FRENCH(template) != template
    assert ENGLISH(template) == template


def test_every_code_has_a_sentence() -> None:
    said = {*templates()}
    assert {*WARNINGS.values(), *FINDINGS.values()} <= said


def test_the_place_the_name_and_the_nearest() -> None:
    [warning, *_more] = evaluate("agee > 3", {"age": 1, "status": 3}).warnings
    placed = Warning(warning.code, warning.params, warning.position, Place("Tarif", 3, "Âge"))
    assert warning_in_words(placed, ENGLISH) == (
        "“Tarif”, row 3, column “Âge”: unknown name “agee” — known: age, status; did you mean “age”?"
    )
    assert warning_in_words(placed, FRENCH).replace("\N{NO-BREAK SPACE}", " ") == (
        "« Tarif », ligne 3, colonne « Âge » : nom inconnu « agee » — connus : age, status ; "
        "vouliez-vous dire « age » ?"
    )


def test_types_are_said_in_the_language() -> None:
    [warning] = evaluate('1 + "a"').warnings
    assert "nombre et texte" in warning_in_words(warning, FRENCH)
    assert "number and string" in warning_in_words(warning, ENGLISH)


def test_findings_are_said_in_the_language() -> None:
    [finding, _gap] = check_tables({"rate.dmn": DMN, "f.form": form(select("A", "C"))})
    assert finding_in_words(finding, ENGLISH).startswith('“rate”: Row 3 waits for “kind” to be "B"')
    assert "La ligne 3 attend que" in finding_in_words(finding, FRENCH)
