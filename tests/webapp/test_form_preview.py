"""The preview of a form in the studio: about nobody, so that every delivered form can be drawn."""

from __future__ import annotations

import pytest
from flask import Flask

import forms
from engine.engine import Engine
from engine.transaction import reading
from webapp.studio.form_preview import preview
from workflows.catalogue import definitions

TEXTS = ".translations.json"
DELIVERED = definitions()
FORMS = sorted((process, name) for process, files in DELIVERED.items() for name in files if name.endswith(".form"))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_delivered_form_is_drawn_about_nobody(app: Flask, web_engine: Engine, language: str) -> None:
    with app.test_request_context(), reading(web_engine) as session:
        for process, name in FORMS:
            files = DELIVERED[process]
            texts = files.get(name.removesuffix(".form") + TEXTS, b"{}")
            found = preview(session, web_engine, name, files[name], texts, language, "person:x", None)
            assert "govuk-" in forms.render(found.bound, app.jinja_env), f"{process}/{name}"
