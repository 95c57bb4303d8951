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
from webapp.studio.changes.wording import Wording
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
            entries = [entry for outline in outlines(DIAGRAM, body, Wording("fr")) for entry in outline.entries]
        for entry in entries:
            assert f"#{entry.id}" in page and entry.name in page


def test_the_list_says_what_the_picture_shows(web_engine: Engine, app: Flask) -> None:
    with app.test_request_context():
        (found,) = outlines(DIAGRAM, (FOLDER / "c8_events.bpmn").read_bytes(), Wording("fr"))
        (pools,) = outlines(DIAGRAM, (FOLDER / "c8_pools.bpmn").read_bytes(), Wording("fr"))
    entries = {each.id: each for each in found.entries}
    assert list(entries)[:3] == ["StartEvent_1", "write_letters", "letters_late"]
    assert "Écrire les lettres" in entries["letters_late"].says[0]
    assert [(way.when, way.target) for way in entries["all_sent"].ways] == [
        ("Puis\N{NO-BREAK SPACE}:", "EndEvent_1"),
        ("Si «\N{NO-BREAK SPACE}non\N{NO-BREAK SPACE}» (`not(sent)`)\N{NO-BREAK SPACE}:", "EndEvent_2"),
    ]
    assert {each.says[0] for each in pools.entries} == {"Dans le couloir «\N{NO-BREAK SPACE}Ventes\N{NO-BREAK SPACE}»."}


BESIDE = """<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" id="d">
<bpmn:category id="c"><bpmn:categoryValue id="cv" value="Le bureau" /></bpmn:category>
<bpmn:process id="p" isExecutable="true"><bpmn:task id="count" name="Compter"><bpmn:property id="to" />
  <bpmn:dataInputAssociation id="i"><bpmn:sourceRef>list</bpmn:sourceRef><bpmn:targetRef>to</bpmn:targetRef>
  </bpmn:dataInputAssociation>
  <bpmn:dataOutputAssociation id="o"><bpmn:targetRef>store</bpmn:targetRef></bpmn:dataOutputAssociation></bpmn:task>
<bpmn:dataObjectReference id="list" name="Liste" dataObjectRef="o1" /><bpmn:dataObject id="o1" />
<bpmn:dataObjectReference id="bare" dataObjectRef="o1" /><bpmn:dataStoreReference id="store" name="Registre" />
<bpmn:textAnnotation id="note"><bpmn:text>Deux fois l’an</bpmn:text></bpmn:textAnnotation>
<bpmn:association id="a" sourceRef="count" targetRef="note" /><bpmn:group id="g" categoryValueRef="cv" />
</bpmn:process><bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement="p">
<bpmndi:BPMNShape bpmnElement="count"><dc:Bounds x="100" y="100" width="100" height="80" /></bpmndi:BPMNShape>
<bpmndi:BPMNShape bpmnElement="g"><dc:Bounds x="50" y="50" width="300" height="200" /></bpmndi:BPMNShape>
</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></bpmn:definitions>"""


def test_the_list_tells_what_is_drawn_beside_the_steps(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        (found,) = outlines(DIAGRAM, BESIDE.encode(), Wording("en"))
        (pools,) = outlines(DIAGRAM, (FOLDER / "c8_pools.bpmn").read_bytes(), Wording("en"))
    assert {each.id: (each.name, each.kind, each.says) for each in found.beside} == {
        "list": ("Liste", "data object", ("Read by “Compter”.",)),
        "bare": ("data object without a name", "data object", ("Connected to nothing.",)),
        "store": ("Registre", "data store", ("Written by “Compter”.",)),
        "note": ("Deux fois l’an", "note", ("Drawn beside “Compter”.",)),
        "g": ("Le bureau", "group", ("Around “Compter”.",)),
    }
    told = {each.id: each for each in pools.beside}
    assert told["Flow_message"].name == "devis" and told["Flow_message"].says[0].startswith("From “")
    assert "TextAnnotation_1" in told
