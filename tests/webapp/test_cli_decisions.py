"""`amicale feel` and `amicale decision`: what is answered, where reading stopped, which case is red."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.engine.dmn.test_folder import AGES, FEES
from tests.webapp.test_decision_checks import DMN, cases
from webapp.cli import main


@pytest.fixture(name="rates")
def rates_fixture(tmp_path: Path) -> Path:
    file = tmp_path / "rate.dmn"
    file.write_bytes(DMN)
    return file


def amicale(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_an_expression_with_variables() -> None:
    answer = amicale("feel", "if age < 18 then dues / 2 else dues", "--with", '{"age": 12, "dues": 40.5}')
    assert (answer.exit_code, answer.stdout) == (0, "20.25\n")
    assert amicale("feel", 'd + @"P1D"', "--with", '{"d": "@2026-08-31"}').stdout == "2026-09-01\n"


def test_a_null_says_why_in_both_languages() -> None:
    english = amicale("feel", "agee", "--with", '{"age": 1}', "--language", "en")
    assert (english.exit_code, english.stdout) == (0, "null\n")
    assert "did you mean “age”?" in english.stderr
    assert "nom inconnu" in amicale("feel", "agee", "--language", "fr").stderr
    told = json.loads(amicale("feel", 'number("12a")', "--json", "--language", "en").stdout)
    assert told["warnings"][0]["message"] == "“12a” is no number"


def test_a_syntax_error_points_at_its_place() -> None:
    answer = amicale("feel", "1 +* 2", "--language", "en")
    assert answer.exit_code == 1
    assert answer.stderr.splitlines()[:2] == ["1 +* 2", "   ^"]
    assert "column 4" in answer.stderr
    assert "attendu une valeur" in amicale("feel", "1 +* 2", "--language", "fr").stderr


@pytest.mark.parametrize("given", ["[1]", "{", '{"a": "@nothing"}'])
def test_variables_that_are_none(given: str) -> None:
    answer = amicale("feel", "1", "--with", given, "--language", "en")
    assert answer.exit_code == 1
    assert "--with" in answer.stderr
    assert "dans --with" in (french := amicale("feel", "1", "--with", given).stderr) or "un objet JSON" in french


def test_a_table_is_checked_with_its_cases(rates: Path) -> None:
    gap = amicale("decision", "check", str(rates), "--language", "fr")
    assert gap.exit_code == 0, "a gap is a warning"
    assert "Aucune ligne" in gap.stdout
    beside = rates.with_name("rate.cases.json")
    beside.write_bytes(cases({"name": "a guest", "given": {"kind": "B"}, "expect": 4})["rate.cases.json"])
    red = amicale("decision", "check", str(rates), "--language", "en")
    assert red.exit_code == 1
    assert "case “a guest”: expected 4, got 3 (row 3)" in red.stdout


def test_golden_cases_are_run(rates: Path) -> None:
    nothing = amicale("decision", "test", str(rates), "--language", "en")
    assert nothing.exit_code == 1
    assert "rate.cases.json" in nothing.stderr
    beside = rates.with_name("rate.cases.json")
    green, red = {"name": "g", "given": {"kind": "A", "age": 3}, "expect": 1}, {"name": "r", "given": {}, "expect": 9}
    beside.write_bytes(cases(green)["rate.cases.json"])
    assert amicale("decision", "test", str(rates), "--language", "en").stdout == "1 passed, 0 failed\n"
    beside.write_bytes(cases(green, red)["rate.cases.json"])
    answer = amicale("decision", "test", str(rates), "--language", "en")
    assert answer.exit_code == 1
    assert answer.stdout.splitlines()[-1] == "1 passed, 1 failed"
    assert "the input “kind” is missing" in answer.stdout


def test_a_check_tells_of_golden_cases_that_cannot_be_read(rates: Path) -> None:
    rates.with_name("rate.cases.json").write_text("{")
    told = amicale("decision", "check", str(rates), "--language", "fr")
    assert (told.exit_code, "rate.cases.json" in told.stdout) == (1, True)


def test_a_table_is_checked_with_the_tables_of_its_folder(tmp_path: Path) -> None:
    (tmp_path / "ages.dmn").write_bytes(AGES)
    (tmp_path / "fees.dmn").write_bytes(FEES)
    told = amicale("decision", "check", str(tmp_path / "fees.dmn"), "--language", "en")
    assert (told.exit_code, "nothing to say" in told.stdout) == (0, True), told.stdout
