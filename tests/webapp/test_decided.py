"""A decision on the case page: rows that matched, inputs for whoever may see them, and why a value is null."""

from __future__ import annotations

from decimal import Decimal

from flask import Flask
from flask_babel import force_locale

from engine.dmn.model import DecisionModel
from engine.effects import explained, reason
from tests.engine.dmn.models import decision, inputs, model, table
from tests.fixtures.feel import evaluate, feel_environment
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
    with app.test_request_context(), force_locale("fr"):
        assert "ligne 1 de" in decided("Quote", told, inputs=True)


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
