"""The files of a process: decisions with golden cases, forms in two languages whose free text never enters a case."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import workflows
from engine.bpmn import read_diagram
from forms.schema import read_form
from workflows import association, golden_cases
from workflows.association.mail_guard import REMINDS_OF
from workflows.association.mail_templates import names as mail_names
from workflows.association.options import SECTORS
from workflows.association.record_set import record_set
from workflows.association.registry import registry
from workflows.association.role_names import ROLES
from workflows.association.settings import Association

FOLDERS = [entry.path for entry in workflows.catalogue()]
FORMS = [form for folder in FOLDERS for form in sorted(folder.glob("*.form"))]
# Numbers with two decimals that are no euros.
NO_EUROS = {("gift_entry", "foreign_amount"), ("event_plan", "budget[].quantity")}
NOW = datetime(2026, 11, 23, 11, tzinfo=UTC)
BUILT_IN = {"message.publish", "message.publish_all"}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_decisions_answer_their_golden_cases(folder: Path) -> None:
    outcomes = golden_cases.run(folder, now=NOW, zone=ZoneInfo("Europe/Paris"))
    assert [(each.decision, each.name, each.expected, each.got) for each in outcomes if not each.passed] == []
    tables = {table.stem for table in folder.glob("*.dmn")}
    assert tables == {outcome.decision for outcome in outcomes}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_row_of_a_decision_is_reached_by_a_golden_case(folder: Path) -> None:
    """All rows but one, at most: some tables end with a row for what no form gives."""
    reached: dict[str, set[object]] = {}
    for outcome in golden_cases.run(folder, now=NOW, zone=ZoneInfo("Europe/Paris")):
        reached.setdefault(outcome.decision, set()).update(outcome.rows)
    for decision, rows in reached.items():
        table = (folder / f"{decision}.dmn").read_text(encoding="utf-8")
        assert len(rows) >= table.count("<rule ") - 1, decision


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.stem)
def test_forms_are_whole_in_both_languages(form: Path) -> None:
    translations = json.loads(form.with_suffix(".translations.json").read_text(encoding="utf-8"))
    definition = read_form(form.read_bytes(), translations=translations, name=form.stem)
    assert definition.languages == ("fr", "en")
    assert [finding.code for finding in definition.warnings] == []
    assert definition.id == form.stem


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.stem)
def test_what_a_person_may_type_freely_goes_to_a_record(form: Path) -> None:
    definition = read_form(form.read_bytes(), name=form.stem)
    assert [key for key, field in definition.fields.items() if field.free_text and not field.record] == []
    records = record_set()
    assert [record for record in definition.records.values() if not records.known(record)] == []


def test_whoever_asks_for_an_address_asks_for_its_country_from_the_list() -> None:
    asked = 0
    for form in FORMS:
        fields = read_form(form.read_bytes(), name=form.stem).fields.values()
        countries = {field.record for field in fields if field.component.settings.get("options") == "countries"}
        towns = [field.record for field in fields if field.record and field.record.endswith(".city")]
        records = [town.removesuffix(".city") for town in towns]
        assert [each for each in records if not {f"{each}.address_country", f"{each}.country"} & countries] == [], (
            form.stem
        )
        asked += len(towns)
    assert asked


def test_no_form_writes_an_amount_by_itself() -> None:
    """`{{string(due)}} €` would be “2400 €”; `{{due}} €` is written as the mails and papers write amounts."""
    texts = [
        file.read_text(encoding="utf-8") for form in FORMS for file in (form, form.with_suffix(".translations.json"))
    ]
    beside = [said for text in texts for said in re.findall(r"€\{\{(.*?)\}\}|\{\{([^{}]*?)\}\}\s?€", text)]
    assert len(beside) >= 8
    assert [said for said in beside if "string(" in "".join(said)] == []


def test_an_amount_has_its_sign_beside_it_and_not_in_its_label() -> None:
    """“Recettes (€)” would be shown as “Recettes (€): 1 200”; with the sign as its adorner it is “1 200,00 €”."""
    asked = [
        (form.stem, field.key, field.component.properties.get("appearance"))
        for form in FORMS
        for field in read_form(form.read_bytes(), name=form.stem).fields.values()
        if field.component.properties.get("decimalDigits") == 2
    ]
    assert {(form, key) for form, key, beside in asked if beside != {"suffixAdorner": "€"}} == NO_EUROS
    texts = [
        file.read_text(encoding="utf-8") for form in FORMS for file in (form, form.with_suffix(".translations.json"))
    ]
    worded = r'"(?:label|en)": "[^"]*(?:\(€\)|\b(?:en|in) euros?\b)[^"]*"'
    assert [said for text in texts for said in re.findall(worded, text)] == []
    tables = [file for folder in FOLDERS for file in folder.glob("*.dmn") if "(€)" in file.read_text(encoding="utf-8")]
    assert tables == [], "a table has no room beside its cells: its inputs say “en euros”"


def test_a_new_mandate_asks_for_its_account() -> None:
    file = next(form for form in FORMS if form.stem == "new_mandate")
    form = json.loads(file.read_text(encoding="utf-8"))
    required = {each["key"] for each in form["components"] if each.get("validate", {}).get("required")}
    assert required == {"holder", "iban", "mandate_kind", "mandate_signed"}


def test_every_form_is_used_and_every_task_has_role_and_form() -> None:
    for entry in workflows.catalogue():
        resources = workflows.definitions()[entry.process_id]
        diagram = read_diagram(resources[f"{entry.process_id}.bpmn"], name=entry.process_id)
        used = {form.id for process in diagram.processes for form in process.forms_used}
        assert used == {form.stem for form in entry.path.glob("*.form")}
        xml = resources[f"{entry.process_id}.bpmn"].decode()
        assert (
            xml.count("<bpmn:userTask") == xml.count("<zeebe:assignmentDefinition") == xml.count("<zeebe:userTask />")
        )


def test_roles_of_a_diagram_are_roles_of_the_association() -> None:
    for folder in FOLDERS:
        xml = (folder / f"{folder.name}.bpmn").read_text(encoding="utf-8")
        named = (part.split('"')[0] for part in xml.split('candidateGroups="')[1:])
        asked = {key.strip() for groups in named if not groups.startswith("=") for key in groups.split(",")}
        assert asked <= set(ROLES)
    assert all(ROLES[role.head].head in ROLES for role in ROLES.values())


def test_job_types_are_registered_and_all_of_them_used() -> None:
    used: set[str] = set()
    templates: set[str] = set()
    for folder in FOLDERS:
        xml = (folder / f"{folder.name}.bpmn").read_text(encoding="utf-8")
        used |= {part.split('"')[0] for part in xml.split('taskDefinition type="')[1:]}
        templates |= {part.split('"')[0] for part in xml.split('key="template" value="')[1:]}
        tables = "".join(file.read_text(encoding="utf-8") for file in folder.glob("*.dmn"))  # a table may name it too
        templates |= {name for name in mail_names() if f'<text>"{name}"</text>' in tables}
    known = set(registry(Association()).types())
    assert used - BUILT_IN <= known
    assert known - used == {
        "task.remind", "task.escalate", "proof.erase", "renewal.campaign", "retention.nightly", "mail.answer",
        "person.erase", "mandate.hand_over", "sepa.papers",
        "credit_note.paper", "notice.look", "notice.push", "sms.send", "import.look",
        "import.carry_out",
    }  # fmt: skip
    code = "".join(file.read_text(encoding="utf-8") for file in Path(association.__file__).parent.rglob("*.py"))
    templates |= {name for name in mail_names() if f'"{name}"' in code}  # some work names its mail itself
    assert templates == set(mail_names())


def test_bindings_stay_with_the_deployment() -> None:
    for folder in FOLDERS:
        xml = (folder / f"{folder.name}.bpmn").read_text(encoding="utf-8")
        bound = xml.count("<zeebe:formDefinition") + xml.count("<zeebe:calledDecision")
        assert xml.count('bindingType="deployment"') == bound


def test_sectors_are_worded_in_both_languages() -> None:
    assert all(set(words) == {"fr", "en"} for words in SECTORS.values())


@pytest.mark.parametrize(("template", "element"), REMINDS_OF.items())
def test_what_a_mail_reminds_of_is_a_task_of_the_diagram_that_sends_it(template: str, element: str) -> None:
    """Renamed in the diagram alone, the task would be reminded of whoever has answered."""
    senders = [each for folder in FOLDERS if template in (each := (folder / f"{folder.name}.bpmn").read_text("utf-8"))]
    assert len(senders) == 1 and re.search(rf'<bpmn:userTask id="{element}"', senders[0]), f"{template}: {element}"
