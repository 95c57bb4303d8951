"""Rows below the sentence about the register: kept by keys, written and read in the words of either language."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from flask import Flask

from webapp.definitions import scenarios
from webapp.sandbox.blanks import BROUGHT, REGISTER
from webapp.sandbox.newcomers import CategoryUnknown, RowUnknown, newcomer
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


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("key", ["begin", "message"])
def test_what_a_start_or_a_message_brings_is_said_in_words(key: str, language: str) -> None:
    brought = {"=key": "x", "cause": "SIZE", "lead_role": "FACILITATOR", "breach_rule": "SELLING", "own": "1"}
    step = Step(key, {"process" if key == "begin" else "message": "merger_wanted"}, brought, 1)
    sentence, *rows = written(step, language)
    cells = dict([cell.strip() for cell in each.strip(" |").split("|")] for each in rows)
    assert {"cause", "own"} <= cells.keys() and not {"=key", "lead_role", "breach_rule"} & cells.keys()
    assert "SIZE" not in cells.values() and "FACILITATOR" not in cells.values()
    assert read(sentence, cells.items(), 1) == step
    assert read(sentence, brought.items(), 1) == step, "keys are understood too"


def test_delivered_starts_and_messages_say_it_in_words() -> None:
    bodies = {name: body for each in catalogue() for name, body in scenarios(each.path).items()}
    rows = {
        (name, line.split("|")[1].strip())
        for name, body in bodies.items()
        for found in re.finditer(r"(?:le message|le processus) «.*\n((?:[ ]*\|.*\n)+)", body.decode())
        for line in found[1].splitlines()
    }
    assert len(rows) > 10
    assert [row for row in rows if row[1] not in {each["fr"] for each in BROUGHT.values()}] == []


@pytest.mark.parametrize(
    ("said_", "name"),
    [("Manquement signalé", "breach_reported"), ("Breach reported", "breach_reported"),
     ("breach_reported", "breach_reported"), ("Autre chose", "Autre chose")],
)  # fmt: skip
def test_a_message_is_called_as_the_event_that_waits_for_it(said_: str, name: str) -> None:
    step = read(f"le message « {said_} » arrive", (), 1)
    assert step is not None and step.said == {"message": name}
    assert [read(written(step, language)[0], (), 1) for language in ("fr", "en")] == [step, step]
    bodies = [body.decode() for each in catalogue() for body in scenarios(each.path).values()]
    called = {found for body in bodies for found in re.findall(r"le message « ([^»]+) »", body)}
    assert len(called) > 2 and not [each for each in called if "_" in each]


def test_a_category_is_said_in_words_and_another_is_refused() -> None:
    for written_, kept in (("étudiant·e", "STUDENT"), ("graduate", "GRADUATE"), ("GUEST", "GUEST"), ("baron", "baron")):
        found = read("le registre connaît « Ambre »", [("catégorie de membre", written_)], 1)
        assert found is not None and found.table == {"category": kept}
    with pytest.raises(CategoryUnknown):
        newcomer(None, "Ambre", {"category": "baron"}, datetime(2026, 1, 1, tzinfo=UTC))  # type: ignore[arg-type]


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
