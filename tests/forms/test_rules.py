"""What each rule of a field says to mend, in French and English, and the type a good answer keeps."""

from __future__ import annotations

from decimal import Decimal

import pytest

from forms import read_form
from tests.forms.binding import answered, bound
from tests.forms.drawn import Json, component, form, two_answers


def test_the_messages_are_english_where_the_reader_is() -> None:
    drawn = component(
        "textfield", "birth_name", label="Nom", validate={"required": True}, properties={"thing": "votre nom"}
    )
    english = {"c_birth_name": {"label": {"en": "Name"}, "thing": {"en": "your birth name"}}}
    definition = read_form(form(drawn), translations=english)
    found = bound(definition, {}, "en")
    assert not found.validate()
    assert found.errors == {"birth_name": ["Enter your birth name"]}


@pytest.mark.parametrize(
    ("drawn", "typed", "message"),
    [
        (
            component("textfield", "a", validate={"maxLength": 3}),
            "abcd",
            "«\u00a0Question a\u00a0» doit compter 3 caractères au plus",
        ),
        (
            component("textfield", "a", validate={"minLength": 3}),
            "ab",
            "«\u00a0Question a\u00a0» doit compter 3 caractères au moins",
        ),
        (component("textfield", "a"), "x" * 1001, "«\u00a0Question a\u00a0» doit compter 1000 caractères au plus"),
        (
            component("textfield", "a", validate={"pattern": "^[A-Z]{2}$"}),
            "ab",
            "«\u00a0Question a\u00a0» n’a pas la forme attendue",
        ),
        (
            component(
                "textfield", "a", validate={"pattern": "^[A-Z]{2}$"}, properties={"message.pattern": "Deux lettres"}
            ),
            "ab",
            "Deux lettres",
        ),
        (component("number", "a", validate={"min": 10}), "9,99", "«\u00a0Question a\u00a0» doit être 10 ou plus"),
        (
            component("number", "a", validate={"max": "=limit"}),
            "13",
            "«\u00a0Question a\u00a0» doit être 12,5 ou moins",
        ),
        (
            component("number", "a", decimalDigits=2),
            "1,234",
            "«\u00a0Question a\u00a0» doit avoir 2 chiffres après la virgule au plus",
        ),
        (
            component("number", "a", decimalDigits=0),
            "1,5",
            "«\u00a0Question a\u00a0» doit être un nombre entier, par exemple 12",
        ),
        (
            component("number", "a", decimalDigits=0),
            "x",
            "«\u00a0Question a\u00a0» doit être un nombre entier, par exemple 12",
        ),
        (component("number", "a"), "NaN", "«\u00a0Question a\u00a0» doit être un nombre, par exemple 12,50"),
        (component("radio", "a", values=two_answers()), "c", "Choisissez une réponse de la liste"),
        (component("taglist", "a", values=two_answers()), "c", "Choisissez une réponse de la liste"),
        (
            component("select", "a", values=[], properties={"options": "countries"}),
            "XX",
            "Choisissez une réponse de la liste",
        ),
        (
            component("datetime", "a", subtype="date", disallowPassedDates=True),
            "2026-11-21",
            "«\u00a0Question a\u00a0» doit être le 22 novembre 2026 ou après",
        ),
        (
            component("datetime", "a", subtype="date", properties={"date.max": "=today()"}),
            "23/11/2026",
            "«\u00a0Question a\u00a0» doit être le 22 novembre 2026 ou avant",
        ),
        (
            component("datetime", "a", subtype="datetime", disallowPassedDates=True),
            "21/11/2026 10:00",
            "«\u00a0Question a\u00a0» doit être le 22 novembre 2026 ou après",
        ),
        (
            component(
                "number",
                "a",
                properties={"validate.rule": "=value = 0 or value >= 1", "message.rule": "0, ou 1 et plus"},
            ),
            "0,5",
            "0, ou 1 et plus",
        ),
    ],
)
def test_each_rule_says_what_to_mend(drawn: Json, typed: str, message: str) -> None:
    assert answered(drawn, typed, limit=Decimal("12.5")).errors == {"a": [message]}


@pytest.mark.parametrize(
    ("drawn", "typed", "value"),
    [
        (component("textfield", "a", validate={"pattern": "^[A-Z]{2}"}), "ABC", "ABC"),
        (component("textfield", "a", validate={"minLength": 3}), "", None),
        (component("number", "a", serializeToString=True), "12,50", "12.50"),
        (component("number", "a", validate={"min": 0}), "0", Decimal(0)),
        (component("radio", "a", values=[{"label": "Oui", "value": True}]), "true", True),
        (component("select", "a", values=[{"label": "2", "value": 2}]), "2", 2),
        (component("checkbox", "a"), "false", False),
        (component("select", "a", valuesKey="programmes"), "arts", "arts"),
        (component("datetime", "a", subtype="date"), "", None),
    ],
)
def test_good_answers_keep_their_type(drawn: Json, typed: str, value: object) -> None:
    found = answered(drawn, typed)
    assert found.errors == {}
    assert found.variables() == {"a": value}
