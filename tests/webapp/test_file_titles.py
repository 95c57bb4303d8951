"""What the files of a draft and the components of a form are called for their readers."""

from __future__ import annotations

import json

from flask import Flask

from engine.findings import Finding
from webapp.studio import checks
from webapp.studio.file_titles import companions, file_titles
from workflows.catalogue import definitions

FILES = dict(definitions()["payment_incident"])
FORM, TEXTS = "incident_outcome.form", "incident_outcome.translations.json"


def test_files_are_called_by_what_they_say_and_forms_by_who_asks_them(app: Flask) -> None:
    titled = "# en: A payment fails\n@tag\nFonctionnalité: Incident de paiement\n"
    feature = {"payment_incident.feature": titled.encode()}
    with app.test_request_context(headers={"Accept-Language": "en"}):
        titles = file_titles({**FILES, **feature, "unread.dmn": b"<no", "new.form": b"{}"}, "en")
        drawn = file_titles({**FILES, **feature}, "fr")
    assert titles["payment_incident.bpmn"] == "Payment incident"
    assert titles["sepa_incident.dmn"] == "Choose what follows an incident"
    assert drawn["sepa_incident.dmn"] == "Choisir la suite d’un incident"
    assert titles["payment_incident.feature"] == "A payment fails"
    assert drawn["payment_incident.feature"] == "Incident de paiement"
    assert titles[FORM] == titles[TEXTS] == "“Decide what follows” / “Call the member”"
    assert not {"unread.dmn", "new.form"} & set(titles)


def test_a_finding_of_a_form_calls_components_by_their_labels(app: Flask) -> None:
    question = json.loads(FILES[FORM])["components"][-1]
    missing = {"component": question["id"], "property": "label", "text": "x", "language": "en", "file": FORM}
    found = Finding("error", "form_missing_translation", "", missing, element=question["id"])
    for files, language, called in (
        (FILES, "fr", "Ce qui est convenu"), (FILES, "en", json.loads(FILES[TEXTS])[question["id"]]["label"]["en"]),
        ({**FILES, FORM: b"{", TEXTS: b"["}, "fr", question["id"]),
    ):  # fmt: skip
        with app.test_request_context(headers={"Accept-Language": language}):
            (said,) = checks.in_words([found], files, language)
        assert called in said.text and said.element == question["id"]
        assert {"fr": "(anglais)", "en": "“English”"}[language] in said.text


def test_texts_stand_with_their_form_and_cases_with_their_table() -> None:
    assert companions(["a.form", "a.translations.json", "b.dmn", "b.cases.json", "c.translations.json", "d.form"]) == {
        "a.form": "a.translations.json", "b.dmn": "b.cases.json"
    }  # fmt: skip
