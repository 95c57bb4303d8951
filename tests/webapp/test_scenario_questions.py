"""Rows below what is asked: questions by their labels and options by their words, in either language."""

from __future__ import annotations

import json

import pytest
from flask import Flask

import forms
from forms.bind import BoundForm
from webapp.definitions import scenarios
from webapp.sandbox.phrases import RowTwice
from webapp.sandbox.questions import QuestionAmbiguous, QuestionUnknown
from webapp.sandbox.saying import said
from webapp.sandbox.scenarios import scenarios_in
from webapp.sandbox.stage import AnswerNotOffered, AnswerUnreadable, said_in, values_in
from webapp.studio.choices import questions
from webapp.studio.try_routes import rows_of
from workflows.association.options import programmes
from workflows.catalogue import catalogue, definitions

FORM = {
    "type": "default", "id": "asked", "schemaVersion": 18,
    "components": [
        {"type": "select", "id": "A", "key": "means", "label": "Moyen de\u00a0paiement", "values": [
            {"value": "CARD", "label": "Carte bancaire"}, {"value": "POST", "label": "Chèque, par la poste"},
        ]},
        {"type": "checklist", "id": "B", "key": "topics", "label": "Sujets", "values": [
            {"value": "A", "label": "Emploi, stage"}, {"value": "B", "label": "Études"},
        ]},
        {"type": "select", "id": "C", "key": "programme", "label": "Programme",
         "properties": {"options": "programmes"}},
        {"type": "number", "id": "D", "key": "amount", "label": "Montant"},
        {"type": "checkbox", "id": "E", "key": "agreed", "label": "Je suis d’accord"},
        {"type": "textfield", "id": "F", "key": "first", "label": "Ville"},
        {"type": "textfield", "id": "G", "key": "second", "label": "Ville"},
        {"type": "textfield", "id": "H", "key": "told", "label": "Bonjour {{name}}"},
    ],
}  # fmt: skip
ENGLISH = {
    "A": {"label": {"en": "Means of payment"}, "values.CARD": {"en": "Card"}, "values.POST": {"en": "Cheque, by post"}},
    "B": {"label": {"en": "Topics"}, "values.A": {"en": "Job, internship"}, "values.B": {"en": "Studies"}},
    "C": {"label": {"en": "Programme"}}, "D": {"label": {"en": "Amount"}}, "E": {"label": {"en": "I agree"}},
    "F": {"label": {"en": "Town"}}, "G": {"label": {"en": "Town"}}, "H": {"label": {"en": "Hello {{name}}"}},
}  # fmt: skip
KEPT = {"means": "POST", "topics": ["A", "B"], "programme": "PGE", "agreed": True}


def opened(language: str = "fr", values: dict[str, object] | None = None) -> BoundForm:
    form = forms.read_form(json.dumps(FORM).encode(), translations=ENGLISH)
    return forms.bind(
        form, language=language, values=values or {}, evaluate=lambda _text, _scope: None,
        options={"programmes": programmes(language)},
    )  # fmt: skip


@pytest.mark.parametrize(
    "table",
    [
        {"Moyen de paiement": "chèque, par la poste", "sujets": "Emploi, stage, Études",
         "Programme": "Programme Grande École", "Je suis d'accord": "oui"},
        {"Means of payment": "Cheque, by post", "Topics": "Job, internship, Studies",
         "Programme": "Grande École programme", "I agree": "yes"},
        {"means": "POST", "topics": "A, B", "programme": "PGE", "agreed": "true"},
    ],
)  # fmt: skip
def test_words_of_either_language_and_keys_mean_the_same(table: dict[str, str]) -> None:
    assert values_in(opened(), table) == KEPT


@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_was_answered_is_told_in_words_and_meant_again(language: str) -> None:
    told = said_in(opened(language, KEPT))
    words = {
        "fr": ("Moyen de paiement", "Emploi, stage, Études"),
        "en": ("Means of payment", "Job, internship, Studies"),
    }
    assert set(words[language]) <= {*told, *told.values()} and not {"means", "POST", "PGE"} & {*told, *told.values()}
    again = values_in(opened(), told)
    assert {key: again[key] for key in KEPT} == KEPT


def test_a_label_of_several_questions_or_that_is_calculated_is_none() -> None:
    assert {"first", "second", "told"} <= set(said_in(opened("fr", {"first": "Lyon", "second": "Paris", "told": "x"})))
    with pytest.raises(QuestionAmbiguous) as told:
        values_in(opened(), {"Ville": "Lyon"})
    assert told.value.params["keys"] == "first, second"


@pytest.mark.parametrize(("language", "words"), [("fr", "« Moyen de paiement »"), ("en", "“Means of payment”")])
def test_a_question_that_is_not_asked_is_answered_with_those_that_are(app: Flask, language: str, words: str) -> None:
    with pytest.raises(QuestionUnknown) as told:
        values_in(opened(), {"pointure": "42"})
    with app.test_request_context():
        assert words in said(told.value, language).replace("\u00a0", " ")


@pytest.mark.parametrize("answer", ["CHEQUE", "Espèces", "Carte bancaire, Espèces"])
def test_an_answer_that_is_not_offered_is_refused_and_not_replaced(app: Flask, answer: str) -> None:
    with pytest.raises(AnswerNotOffered) as told:
        values_in(opened(), {"Moyen de paiement": answer})
    with app.test_request_context():
        assert "« Chèque, par la poste »" in said(told.value, "fr").replace("\u00a0", " ")


def test_a_list_of_the_house_is_as_strict() -> None:
    with pytest.raises(AnswerNotOffered):
        values_in(opened(), {"Programme": "Un autre"})


def test_what_says_two_things_of_one_question_or_no_number_is_refused() -> None:
    with pytest.raises(RowTwice):
        values_in(opened(), {"Montant": "1", "amount": "2"})
    with pytest.raises(AnswerUnreadable) as told:
        values_in(opened(), {"Montant": "beaucoup"})
    assert told.value.params["question"] == "Montant"


def test_the_editor_offers_questions_and_their_answers_in_words() -> None:
    asked = questions(definitions()["membership_application"], "membership_application", "fr")["Composer le panier"]
    means = next(each for each in asked if each["row"] == "Moyen de paiement")
    assert "Carte bancaire" in list(means["offered"])  # type: ignore[call-overload]
    english = questions(definitions()["membership_application"], "membership_application", "en")
    assert [each for each in english["membership_application"] if "Grande École programme" in list(each["offered"])]  # type: ignore[call-overload]


def test_delivered_scenarios_ask_in_words() -> None:
    forms_ = {
        key
        for each in definitions().values()
        for name, body in each.items()
        if name.endswith(".form")
        for key in forms.read_form(body).fields
    }
    told = {
        (name, row)
        for each in catalogue()
        for name, body in scenarios(each.path).items()
        for scenario in scenarios_in({name: body})
        for step in scenario.steps
        if step.key in {"do", "form"}
        for row in step.table
    }
    assert len(told) > 100
    assert [each for each in told if each[1] in forms_] == []


@pytest.mark.parametrize(
    ("line", "row"),
    [
        ("| Heure de début (18:30) | 19:00 |", ("Heure de début (18:30)", "19:00")),
        ("  | Second groupe : lieu | Lyon |", ("Second groupe : lieu", "Lyon")),
        ("| Somme | a=b", ("Somme", "a=b")),
        ("| Vide | |", ("Vide", "")),
        ("Lieu : Lyon", ("Lieu", "Lyon")),
        ("verdict = YES", ("verdict", "YES")),
        ("Lieu | Lyon", ("Lieu", "Lyon")),
    ],
)
def test_a_typed_row_between_pipes_keeps_the_colons_of_its_label(line: str, row: tuple[str, str]) -> None:
    assert rows_of(line) == [row]
