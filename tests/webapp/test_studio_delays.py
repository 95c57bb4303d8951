"""The panel of a timer leads to the table in which its figure stands; what is calculated, to those that are read."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from flask import Flask

from engine.engine import Engine
from engine.transaction import reading, transaction
from tests.repository.sources import ROOT
from webapp.studio import delays
from webapp.wiring_checks import processes_in
from workflows.association import parameters
from workflows.association.case_variables import local_day
from workflows.catalogue import definitions

FIGURE = re.compile(r"\bparameters\.([a-z]\w*)\.([A-Za-z]\w*)")


def told(app: Flask, engine: Engine, files: Mapping[str, bytes], language: str) -> Mapping[str, object]:
    specs = [spec for found in processes_in(files).values() for spec in found]
    today = local_day(engine.clock.now(), engine.settings.zone)
    with app.test_request_context(), reading(engine) as session:
        return delays.figures(session, specs, files, language, today)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_figure_that_a_delivered_diagram_names_has_a_page_and_words(
    app: Flask, web_engine: Engine, language: str
) -> None:
    files = {name: body for each in definitions().values() for name, body in each.items() if name.endswith(".bpmn")}
    found = told(app, web_engine, files, language)
    tables, rows = found["tables"], found["rows"]
    assert isinstance(tables, Mapping)
    assert isinstance(rows, Mapping)
    named = {figure for body in files.values() for figure in FIGURE.findall(body.decode())}
    assert len(named) > 40
    for table, key in named:
        assert tables[table]["address"] == f"/parameters/{table}"
        assert rows[table][key] not in ("", key), (table, key)
    label = "label_en" if language == "en" else "label_fr"
    assert {name: each["label"] for name, each in tables.items()} == {
        name: getattr(table, label) for name, table in parameters.declared().items()
    }


def test_the_tables_of_a_calculated_moment_are_those_that_hold_lengths(app: Flask, web_engine: Engine) -> None:
    read = told(app, web_engine, definitions()["membership_renewal"], "fr")["read"]
    assert read == ["membership_delay", "membership_number", "order_wait"], "no texts, no amounts"
    assert told(app, web_engine, {"notes.bpmn": b"<no"}, "fr")["read"] == []


@pytest.mark.parametrize(("language", "said"), [("fr", "Point non fait\n10 jours"), ("en", "No check-in\n10 days")])
def test_a_picture_says_today_s_figure_below_a_timer(app: Flask, web_engine: Engine, language: str, said: str) -> None:
    """Its name does not: the figure is changed in its table."""
    body = definitions()["mentorship"]["mentorship.bpmn"]
    today = local_day(web_engine.clock.now(), web_engine.settings.zone)
    with app.test_request_context(headers={"Accept-Language": language}), transaction(web_engine) as session:
        shown = delays.pictured(session, body, language, today)
        assert shown["check_in_is_missing"] == said
        assert "next_date_has_come" not in shown or "\n" not in shown["next_date_has_come"]  # calculated
        table = parameters.declared()["mentoring_delay"]
        parameters.decide(
            session, table, "CHECKIN_SILENCE", {"days": 12}, valid_from=today, decided_by="Bureau", decided_on=today,
            now=web_engine.clock.now(),
        )  # fmt: skip
        assert "\n12" in delays.pictured(session, body, language, today)["check_in_is_missing"]
        literal = body.replace(b"=parameters.mentoring_delay.CHECKIN_SILENCE", b"P3M")
        assert "\n3" in delays.pictured(session, literal, language, today)["check_in_is_missing"]


def test_a_timer_has_one_french_name() -> None:
    words = [*(ROOT / "webapp/assets/src/studio").glob("words-*.js"), *(ROOT / "webapp/translations/fr").glob("*.po")]
    assert len(words) > 10
    assert [each.name for each in words if "minuterie" in each.read_text(encoding="utf-8").casefold()] == []
