"""Diagrams as Camunda's tools write them: each comes in, and each thing that would not run is said with its mend."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from flask import Flask

from engine import commands
from engine.assignment import SYSTEM
from engine.engine import Engine
from engine.transaction import reading, transaction
from tests.fixtures.peers import DIAGRAM, FILES, PROCESS
from tests.security.web import at_desk
from webapp.studio import checks
from webapp.studio.outline import outlines

FOLDER = Path(__file__).parent / "camunda"
# What each file lacks here: the code and the element of every error and of every missing thing.
LACKS = {
    "c7_invoice": {
        "made_for_camunda_7 None", "camunda_7_person approve_invoice", "camunda_7_form approve_invoice",
        "camunda_7_data approve_invoice", "camunda_7_other approve_invoice", "camunda_7_work archive_invoice",
        "camunda_7_other archive_invoice", "camunda_7_other StartEvent_1", "camunda_7_other invoice",
    },
    "c7_form_fields": {
        "made_for_camunda_7 None", "camunda_7_form StartEvent_1", "camunda_7_decision choose_level",
        "camunda_7_data choose_level", "camunda_7_person decide_high", "camunda_7_condition Flow_high",
    },
    "c8_collapsed": {"missing_work check_papers"},
    "c8_connector": set(),
    "c8_decision": {"missing_decision rate_request", "missing_process pay_out", "variable_unwritten sum_up"},
    "c8_embedded_form": {"role_unknown answer_question"},
    "c8_events": {"feel_invalid letters_late", "condition_missing all_sent"},
    "c8_foreign": {
        "task_listeners read_file", "extension_unsupported use_tools", "extension_attribute_unsupported use_tools",
    },
    "c8_pools": {"missing_form write_quote", "role_unknown write_quote"},
    "c8_sketch": {"no_process None"},
    "c8_webhook": {"inbound_connector StartEvent_1"},
}  # fmt: skip


@pytest.mark.parametrize("file", sorted(LACKS))
def test_it_is_checked_and_says_what_it_lacks(web_engine: Engine, app: Flask, file: str) -> None:
    body = (FOLDER / f"{file}.bpmn").read_bytes()
    with reading(web_engine) as session, app.test_request_context():
        found = checks.findings(session, web_engine, PROCESS, {DIAGRAM: body})
        said = checks.in_words(found, {DIAGRAM: body}, "fr")
    told = {f"{each.code} {each.element}" for each in said}
    assert (
        told - {f"english_missing {each.element}" for each in said} - {"process_gone None", "process_other None"}
        == LACKS[file]
    )
    names = checks.labels({DIAGRAM: body}, "fr")
    for each in said:
        assert each.element is None or names.get(each.element, each.element) in each.text
        assert "{" not in each.text.replace("${", "") and each.text.endswith((".", "…", "»"))


def test_they_come_in_and_can_be_read_as_a_list(web_engine: Engine, app: Flask) -> None:
    with transaction(web_engine) as session:
        commands.deploy(session, web_engine, FILES, by=SYSTEM)
    owner = at_desk(app, web_engine, "Odile", "DATA")
    address = owner.post_form(f"/studio/{PROCESS}/drafts", {"name": "Camunda"}).headers["Location"]
    for seen, file in enumerate(sorted(LACKS), 1):
        body = (FOLDER / f"{file}.bpmn").read_bytes()
        taken = owner.post_form(f"{address}/import", {"seen": str(seen), "files": (io.BytesIO(body), DIAGRAM)})
        assert taken.status_code == 303, file
        assert owner.get(f"{address}/files/{DIAGRAM}").data == body, "kept byte for byte"
        page = owner.get(f"{address}/list/{DIAGRAM}").get_data(as_text=True)
        assert "`" not in page
        with app.test_request_context():
            entries = [entry for outline in outlines(DIAGRAM, body, "fr") for entry in outline.entries]
        for entry in entries:
            assert f"#{entry.id}" in page and entry.name in page


def test_the_list_says_what_the_picture_shows(web_engine: Engine, app: Flask) -> None:
    with app.test_request_context():
        (found,) = outlines(DIAGRAM, (FOLDER / "c8_events.bpmn").read_bytes(), "fr")
        (pools,) = outlines(DIAGRAM, (FOLDER / "c8_pools.bpmn").read_bytes(), "fr")
    entries = {each.id: each for each in found.entries}
    assert list(entries)[:3] == ["StartEvent_1", "write_letters", "letters_late"]
    assert "Écrire les lettres" in entries["letters_late"].says[0]
    assert [(way.when, way.target) for way in entries["all_sent"].ways] == [
        ("Puis\N{NO-BREAK SPACE}:", "EndEvent_1"),
        ("Si `not(sent)` («\N{NO-BREAK SPACE}non\N{NO-BREAK SPACE}»)\N{NO-BREAK SPACE}:", "EndEvent_2"),
    ]
    assert {each.says[0] for each in pools.entries} == {"Dans le couloir «\N{NO-BREAK SPACE}Ventes\N{NO-BREAK SPACE}»."}
