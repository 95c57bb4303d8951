"""A decision on the case page: rows that matched, inputs for whoever may see them, and why a value is null."""

from __future__ import annotations

from decimal import Decimal

from flask import Flask
from flask_babel import force_locale

from engine.dmn import read
from engine.dmn.model import DecisionModel
from engine.effects import explained, reason
from engine.feel.iso import parse_date
from engine.feel.kinds import Value
from tests.engine.dmn.models import decision, inputs, model, table
from tests.engine.dmn.test_texts import FILE
from tests.fixtures.feel import evaluate, feel_environment
from webapp.decision_words import DecisionWords
from webapp.expression_words import warning_in_words
from webapp.operations.decided import decided
from webapp.operations.story import sentence


def detail(**variables: Decimal | str) -> dict[str, object]:
    result = _rates().evaluate("rate", variables, feel_environment())
    return explained("rate", result, {"secret"})


def _rates() -> DecisionModel:
    rows = table("FIRST", "age, secret", "result", "< 18; - => 1", '-; "x" => 2', "- ; - => number(secret)")
    return model(inputs("age", "secret"), decision("rate", rows, "age", "secret"))


def test_rows_and_inputs_are_told(app: Flask) -> None:
    told = detail(age=Decimal(12), secret="hush-hush")
    with app.test_request_context(), force_locale("en"):
        assert decided("Quote", told, inputs=True) == "“Quote” was decided: row 1 of “rate” (age = 12)"
        assert decided("Quote", told, inputs=False) == "“Quote” was decided: row 1 of “rate”"
        assert "Answer" not in decided("Quote", told, inputs=True)  # it may rest on what is transient
    with app.test_request_context(), force_locale("fr"):
        assert "ligne 1 de" in decided("Quote", told, inputs=True)


def test_a_decision_is_told_in_the_words_of_its_table(app: Flask) -> None:
    made = read(FILE, name="rates.dmn")
    given: dict[str, Value] = {"age": Decimal(12), "means": None}
    told = explained("rate", made.evaluate("rate", given, feel_environment()), set())
    for language, whole, short in (
        ("en", "“Quote” was decided: row 1 of “Choose the rate” (Age = 12, means = empty). Under 18. Answer: student",
         "“Quote” was decided: row 1 of “Choose the rate”"),
        ("fr", "« Quote » a été décidé : ligne 1 de « Choisir le tarif » (Âge = 12, means = vide). Moins de 18 ans. "
         "Réponse : étudiant", "« Quote » a été décidé : ligne 1 de « Choisir le tarif »"),
    ):  # fmt: skip
        words = DecisionWords(made.texts, language)
        with app.test_request_context(), force_locale(language):
            for inputs, expected in ((True, whole), (False, short)):
                said = decided("Quote", told, inputs=inputs, words=words)
                assert said.replace("\u202f", " ").replace("\xa0", " ") == expected


def test_several_columns_and_rows_are_told_by_their_headings(app: Flask) -> None:
    cells = (b'<output id="code"', b'<output id="how" name="how" label="Comment"/><output id="code"')
    file = FILE.replace(*cells).replace(
        b"<outputEntry>", b'<outputEntry><text>"POST"</text></outputEntry><outputEntry>'
    )
    made = read(file.replace(b'"FIRST"', b'"RULE ORDER"'), name="rates.dmn")
    told = explained("rate", made.evaluate("rate", {"age": Decimal(12), "means": "CARD"}, feel_environment()), set())
    with app.test_request_context(), force_locale("en"):
        said = decided("Quote", told, inputs=True, words=DecisionWords(made.texts, "en"))
    assert said.endswith("Answer: Comment = POST, Code = student; Comment = POST, Code = STD")


def test_a_null_keeps_its_reason_and_nothing_of_what_is_transient(app: Flask) -> None:
    told = detail(age=Decimal(40), secret="hush-hush")
    assert "hush" not in repr(told)
    with app.test_request_context(), force_locale("en"):
        assert decided("Quote", told, inputs=True) == (
            "“Quote” was decided: row 3 of “rate” (age = 40). “rate”, row 3, column “result”: “…” is no number"
        )


def test_an_expression_that_answered_null_says_why(app: Flask) -> None:
    warnings = evaluate("number(secret)", {"secret": "hush-hush"}).warnings
    told: dict[str, object] = {"expression": "number(secret)", "warnings": [reason(each) for each in warnings]}
    with app.test_request_context(), force_locale("en"):
        assert sentence("null_explained", "Compute", told) == (
            "“Compute” met an empty value: number(secret). “…” is no number"
        )
    with app.test_request_context(), force_locale("fr"):
        assert "a rencontré une valeur vide" in sentence("null_explained", "Calculer", told)


def test_an_event_without_rows_is_told_too(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        assert decided("Quote", {"decision": "rate"}, inputs=True) == "“Quote” was decided"


def test_the_answer_is_told_as_people_write(app: Flask) -> None:
    rows = table("UNIQUE", "joined, paid", "due, discount, note", '-; - => @"2026-03-01"; 1234.5; null')
    made = model(inputs("joined", "paid"), decision("rate", rows, "joined", "paid"))
    given: dict[str, Value] = {"joined": parse_date("2025-12-01"), "paid": True}
    told = explained("rate", made.evaluate("rate", given, feel_environment()), {"secret"})
    with app.test_request_context(), force_locale("fr"):
        assert decided("Devis", told, inputs=True).replace("\u202f", " ").replace("\xa0", " ") == (
            "« Devis » a été décidé : ligne 1 de « rate » (joined = 1er décembre 2025, paid = oui). "
            "Réponse : due = 1er mars 2026, discount = 1 234,5, note = vide"
        )


def test_what_one_cell_says_names_the_cell_once(app: Flask) -> None:
    made = model(inputs("born"), decision("rate", table("FIRST", "born", "year", "- => date(born).year + 1"), "born"))
    told = explained("rate", made.evaluate("rate", {"born": "in May"}, feel_environment()), set())
    with app.test_request_context(), force_locale("en"):
        assert decided("Quote", told, inputs=True).count("row 1, column “year”") == 1
    with app.test_request_context(), force_locale("fr"):
        warnings = evaluate('years and months duration("a", today())').warnings
        assert "date ou date et heure" in warning_in_words(warnings[0])
