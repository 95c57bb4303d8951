"""Rows below the sentence about the register: kept by keys, written and read in the words of either language."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from webapp.definitions import scenarios
from webapp.sandbox.blanks import REGISTER
from webapp.sandbox.newcomers import RowUnknown
from webapp.sandbox.phrases import RowTwice, Step, read, written
from webapp.sandbox.saying import said
from webapp.sandbox.scenarios import scenarios_in
from webapp.sandbox.untrue import Words
from workflows.catalogue import catalogue

TOLD = {key: str(number) for number, key in enumerate(REGISTER)}
BELOW = r"le registre connaît «.*\n((?:[ ]*\|.*\n)+)"
KNOWN = Step("person", {"name": "Ambre Delaunay"}, TOLD, 1)


@pytest.mark.parametrize(("language", "row"), [("fr", "membre jusqu’au"), ("en", "member until")])
def test_what_is_written_is_read_again(language: str, row: str) -> None:
    sentence, *rows = written(KNOWN, language)
    cells = dict([cell.strip() for cell in each.strip(" |").split("|")] for each in rows)
    assert row in cells and len(cells) == len(TOLD)
    assert read(sentence, cells.items(), 1) == KNOWN


def test_keys_and_other_apostrophes_are_understood_and_unknown_rows_stay() -> None:
    for row, kept in (("birth_date", "birth_date"), ("Membre jusqu'au", "member_until"), ("shoe size", "shoe size")):
        found = read("le registre connaît « Ambre Delaunay »", [(row, "x")], 1)
        assert found is not None and found.table == {kept: "x"}


def test_rows_of_other_sentences_are_the_fields_of_their_forms() -> None:
    found = read("la personne fait « Payer »", [("date de naissance", "x")], 1)
    assert found is not None and found.table == {"date de naissance": "x"}


def test_delivered_scenarios_say_it_in_words() -> None:
    bodies = {name: body.decode() for each in catalogue() for name, body in scenarios(each.path).items()}
    tables = {(name, found[1]) for name, body in bodies.items() for found in re.finditer(BELOW, body)}
    said = {(name, line.split("|")[1].strip()) for name, table in tables for line in table.splitlines()}
    assert len(said) > 60
    words = {each["fr"] for each in REGISTER.values()}
    assert [row for row in said if row[1] not in words] == []


def test_a_row_told_twice_is_refused_with_its_place() -> None:
    for second in ("adresse électronique", "email", "e-mail address"):
        rows = f"      | adresse électronique | a@example.org |\n      | {second} | b@example.org |\n"
        body = f"Feature: x\n  Scenario: y\n    Given the register knows “Ambre”\n{rows}"
        with pytest.raises(RowTwice) as told:
            scenarios_in({"a.feature": body.encode()})
        assert told.value.params["row"] == second and told.value.params["line"] == 3


@pytest.mark.parametrize(("language", "words"), [("fr", "« membre jusqu’au »"), ("en", "“member until”")])
def test_a_row_that_the_register_has_not_is_answered_with_those_that_it_has(
    app: Flask, language: str, words: str
) -> None:
    refused = RowUnknown(
        row="pointure", known=Words({each: [said[each] for said in REGISTER.values()] for each in ("fr", "en")})
    )
    with app.test_request_context():
        message = said(refused, language)
    assert words in message.replace("\u00a0", " ") and "pointure" in message and "member_until" not in message
    assert isinstance(refused.params["known"], Words), "the refusal itself is as it was"
