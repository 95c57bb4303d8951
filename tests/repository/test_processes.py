"""Every process of the association is whole: diagram, tables, forms, feature, catalogue, work, messages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

import forms
import workflows
from engine import builtin, dmn
from engine.registry import Registry
from tests.repository.sources import ROOT
from webapp.wiring_checks import WiringCheck, processes_in
from workflows.association.record_set import record_set
from workflows.association.registry import registry
from workflows.association.settings import Association

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
FOLDERS = sorted(folder for folder in (ROOT / "workflows").iterdir() if (folder / f"{folder.name}.bpmn").exists())
BUILT_IN = {"message.publish", "message.publish_all"}

pytestmark = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


def _diagram(folder: Path) -> etree._Element:
    return etree.parse(str(folder / f"{folder.name}.bpmn")).getroot()


def _values(folder: Path, tag: str, attribute: str) -> Iterator[str]:
    return (value for element in _diagram(folder).iter(tag) if (value := element.get(attribute)))


def _lane_free_elements(folder: Path) -> Iterator[etree._Element]:
    flow_nodes = {"task", "Event", "Gateway", "Task", "subProcess", "callActivity"}
    for element in _diagram(folder).iter():
        if isinstance(element.tag, str) and element.tag.startswith(BPMN):
            name = element.tag.removeprefix(BPMN)
            if any(name.endswith(kind) for kind in flow_nodes) and element.get("id"):
                yield element


def test_a_feature_of_the_same_name_promises_it(folder: Path) -> None:
    assert (ROOT / "features" / f"{folder.name}.feature").exists()


def test_the_catalogue_says_what_it_is_for_in_both_languages(folder: Path) -> None:
    entry = workflows.entry(folder.name)
    assert entry is not None
    for language in ("fr", "en"):
        assert entry.title(language)
        assert entry.purpose(language)
    assert entry.title("fr") != entry.title("en")
    assert entry.owner_roles


def test_the_process_is_named_as_its_folder(folder: Path) -> None:
    ids = [process.get("id") for process in _diagram(folder).iter(f"{BPMN}process")]
    assert folder.name in ids


def test_every_user_task_has_somebody_to_do_it_and_a_form(folder: Path) -> None:
    for task in _diagram(folder).iter(f"{BPMN}userTask"):
        assignment = task.find(f".//{ZEEBE}assignmentDefinition")
        assert assignment is not None, task.get("id")
        assert any(assignment.get(name) for name in ("assignee", "candidateGroups", "candidateUsers")), task.get("id")
        assert task.find(f".//{ZEEBE}formDefinition") is not None, task.get("id")


def test_forms_and_diagram_agree(folder: Path) -> None:
    asked = set(_values(folder, f"{ZEEBE}formDefinition", "formId"))
    kept = {json.loads(file.read_text(encoding="utf-8"))["id"] for file in folder.glob("*.form")}
    assert asked == kept


def test_every_form_is_sound_in_french_and_english(folder: Path) -> None:
    records = record_set()
    for file in folder.glob("*.form"):
        translations = json.loads(file.with_suffix(".translations.json").read_text(encoding="utf-8"))
        form = forms.read_form(file.read_bytes(), translations=translations, name=file.name)
        assert form.warnings == (), file.name
        assert [name for name in form.records.values() if not records.known(name)] == [], file.name


def test_no_form_of_ours_lets_free_text_into_the_case(folder: Path) -> None:
    for file in folder.glob("*.form"):
        translations = json.loads(file.with_suffix(".translations.json").read_text(encoding="utf-8"))
        form = forms.read_form(file.read_bytes(), translations=translations, name=file.name)
        loose = [key for key, field in form.fields.items() if field.free_text and not field.record]
        assert loose == [], file.name


def test_tables_and_diagram_agree(folder: Path) -> None:
    called = set(_values(folder, f"{ZEEBE}calledDecision", "decisionId"))
    kept: set[str] = set()
    for file in folder.glob("*.dmn"):
        model = dmn.read(file.read_bytes(), name=file.name)
        kept |= set(model.decisions)
        assert file.with_suffix(".cases.json").exists(), f"{file.name} has no golden cases"
    assert called <= kept


def test_every_job_type_is_registered(folder: Path) -> None:
    named = set(_values(folder, f"{ZEEBE}taskDefinition", "type"))
    types = set(registry(Association()).types()) | BUILT_IN
    assert named <= types


def test_every_binding_is_to_the_deployment(folder: Path) -> None:
    for tag in ("formDefinition", "calledDecision", "calledElement"):
        for element in _diagram(folder).iter(f"{ZEEBE}{tag}"):
            # A process of another folder is another deployment: its newest version is called.
            other = element.get("processId") in {each.name for each in FOLDERS} - {folder.name}
            assert (element.get("bindingType") == "deployment") is not other, etree.tostring(element)


def test_every_message_has_a_sender_and_every_variable_a_writer(folder: Path) -> None:
    """What comes from outside is listed: messages in the catalogue, variables in `case.variables`."""
    files = {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}
    around = [
        spec
        for other in FOLDERS
        for spec in processes_in({f"{other.name}.bpmn": (other / f"{other.name}.bpmn").read_bytes()})[
            f"{other.name}.bpmn"
        ]
    ]
    assert [
        finding.message for finding in WiringCheck(Registry.of(builtin) + registry(Association()), around)(files)
    ] == []
    entry = workflows.entry(folder.name)
    assert entry is not None
    names = {message.get("name") for message in _diagram(folder).iter(f"{BPMN}message")}
    thrown = {header.get("value") for header in _diagram(folder).iter(f"{ZEEBE}header") if header.get("key") == "name"}
    assert entry.inbound_messages <= names  # and what is listed is there
    assert entry.outbound_messages <= thrown


def test_every_element_is_named_in_both_languages(folder: Path) -> None:
    silent = [
        element.get("id")
        for element in _lane_free_elements(folder)
        if element.get("name")
        and not any(property_.get("name") == "i18n.en.name" for property_ in element.iter(f"{ZEEBE}property"))
    ]
    assert silent == []


def test_every_element_is_drawn(folder: Path) -> None:
    di = "{http://www.omg.org/spec/BPMN/20100524/DI}"
    drawn = set(_values(folder, f"{di}BPMNShape", "bpmnElement")) | set(_values(folder, f"{di}BPMNEdge", "bpmnElement"))
    nodes = {element.get("id") for element in _lane_free_elements(folder)}
    flows = set(_values(folder, f"{BPMN}sequenceFlow", "id"))
    assert (nodes | flows) - drawn == set()


def test_element_ids_are_speaking(folder: Path) -> None:
    shy = [element.get("id") for element in _lane_free_elements(folder) if "_" not in (element.get("id") or "")]
    assert shy == []
