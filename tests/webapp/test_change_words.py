"""What will this change? Every kind of change is said in a plain sentence: no setting by its technical name."""

from __future__ import annotations

import json
import re

import pytest
from flask import Flask

from tests.webapp.test_camunda_diagrams import BESIDE
from webapp.studio.changes import between, by_file, form_settings, forms, sides
from webapp.studio.file_titles import file_titles
from workflows.catalogue import definitions

FILES = dict(definitions()["payment_incident"])
DIAGRAM, TABLE, FORM, TEXTS = (
    "payment_incident.bpmn", "sepa_incident.dmn", "incident_outcome.form", "incident_outcome.translations.json",
)  # fmt: skip
RETYPED = (r'<bpmn:serviceTask id="suspend_services"(.*?)</bpmn:serviceTask>',
           r'<bpmn:userTask id="suspend_services"\1</bpmn:userTask>')  # fmt: skip
UNNAMED = (r'<bpmn:exclusiveGateway id="new" />'
           r'<bpmn:sequenceFlow id="new_1" sourceRef="decide_incident" targetRef="new" />'
           r'<bpmn:sequenceFlow id="new_2" sourceRef="new" targetRef="decide_incident" />'
           r'<bpmn:sequenceFlow id="new_3" sourceRef="new" targetRef="decide_incident" />\1')  # fmt: skip
LATE = (r'<bpmn:boundaryEvent id="late" name="Cinq jours" attachedToRef="call_member" cancelActivity="false">'
        r'<bpmn:timerEventDefinition id="late_timer"><bpmn:timeDuration>P5D</bpmn:timeDuration>'
        r'</bpmn:timerEventDefinition></bpmn:boundaryEvent>\1')  # fmt: skip
NOTE = r'<bpmn:textAnnotation id="n"><bpmn:text>Deux fois l’an</bpmn:text></bpmn:textAnnotation>\1'
MOVED = "<bpmn:flowNodeRef>call_member</bpmn:flowNodeRef>"


def edited(file: str, pattern: str, new: str) -> dict[str, bytes]:
    text, count = re.subn(pattern, new, FILES[file].decode(), count=1, flags=re.DOTALL)
    assert count == 1
    return {**FILES, file: text.encode()}


def in_form(**changed: object) -> dict[str, bytes]:
    """The question of the outcome, changed."""
    form = json.loads(FILES[FORM])
    form["components"][-1] |= changed
    return {**FILES, FORM: json.dumps(form).encode()}


def moved() -> dict[str, bytes]:
    """The call to the member stands in the lane of the member."""
    text = FILES[DIAGRAM].decode().replace(MOVED, "", 1)
    return {**FILES, DIAGRAM: re.sub(r'(<bpmn:lane id="lane_member"[^>]*>)', rf"\1{MOVED}", text, count=1).encode()}


CHOICES = json.loads(FILES[FORM])["components"][-1]["values"]


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (edited(DIAGRAM, "=parameters.incident_rule.new_mandate", "P10D"), "“Time is up” comes after 10 days instead "),
        (edited(DIAGRAM, 'value="P3Y"', 'value="P5Y"'), "What “Payment incident” knows is kept for 5 years instead "),
        (edited(DIAGRAM, 'Groups="MEMBERSHIP"', 'Groups="FINANCE"'), "“Call the member” is for Finance instead"),
        (edited(DIAGRAM, 'name="Choisir la suite"', 'name="Décider"'),
         "“Choose what follows”: in French it is now called “Décider”."),
        (edited(DIAGRAM, 'name="Équipe"', 'name="Bureau"'), "“Team”: in French it is now called “Bureau”."),
        (edited(DIAGRAM, 'value="Choose what follows"', 'value="Decide"'),
         "“Choose what follows” is now called “Decide”."),
        (edited(DIAGRAM, r'(<bpmn:participant [^>]*)name="[^"]*"', r'\1name="Rejets"'),
         "“Payment incident” is now called “Rejets”."),
        (moved(), "“Call the member” stands in the lane “Member” instead of “Team”."),
        (edited(DIAGRAM, *RETYPED), "“Suspend the services” becomes something else: task for a person "),
        (edited(DIAGRAM, r'<bpmn:serviceTask id="hold_mails".*?</bpmn:serviceTask>', ""), "Gone: “Hold the mails”."),
        (edited(DIAGRAM, r"(</bpmn:process>)", r'<bpmn:task id="new" name="Relire" />\1'), "New: “Relire”."),
        (edited(DIAGRAM, r"(</bpmn:process>)", LATE),
         "New: “Cinq jours”. While “Call the member” goes on. After 5 days."),
        (edited(DIAGRAM, r"(</bpmn:process>)", UNNAMED), "New: the fork after “Choose what follows”."),
        (edited(DIAGRAM, 'value="sepa_new_account"', 'value="sepa_retry"'),
         "“Ask for another account” sends the text “A new direct debit on …” instead of “Your direct debit could not "),
        (edited(DIAGRAM, r'kind = "REFUNDED" and', "amount &gt; 5000 and"),
         "“yes (Did a gift go back? → Tell of reversed gifts)” is taken when `amount > 50"),
        (edited(DIAGRAM, 'id="mandate_is_missing"', 'id="mandate_is_missing" cancelActivity="false"'),
         "“Time is up” no longer breaks off what it stands at: it goes on beside it."),
        (edited(DIAGRAM, 'bindingType="deployment"', 'bindingType="latest"'), " uses the newest version instead "),
        (edited(DIAGRAM, r"(</bpmn:process>)", NOTE), "New: “Deux fois l’an”, note."),
        (edited(TABLE, '"RETRY"', '"CALL"'), "row 1: “What follows” is \"CALL\" instead of \"RETRY\"."),
        (edited(TABLE, r"<rule .*?</rule>", ""), "the former row 1 is gone"),
        (edited(TABLE, "<decision (.*?) name=", r'<decision \1 name="Nouveau" was='),
         "The table “Choose what follows an incident” is now called “Nouveau” in French instead of “Choisir la suite"),
        (edited(TABLE, 'label="Motif"', 'label="Raison"'),
         "its columns are Raison, Échecs, Suite, Mandat, Adhésion in French instead of Motif, Échecs,"),
        (edited(TABLE, 'value="Reason"', 'value="Code"'), "“Motif” is read “Code” in English instead of “Reason”."),
        (edited(TABLE, 'value="another try"', 'value="again"'), "“RETRY” is read “again” in English instead "),
        (edited(TABLE, 'value="nouvel essai"', 'value="encore"'), "“RETRY” is read “encore” in French instead of “"),
        (edited(TABLE, r'<zeebe:property name="i18n.\w\w.value.DEATH"[^>]*>\s*<zeebe:property name="i18n.en.value.DEATH'
                       r'"[^>]*>', ""), "“DEATH” is gone."),
        (edited(TABLE, "<description>Provision", "<description>Une provision"), "row 1: its note is “Une provision "),
        (in_form(validate={"required": False}), "“What was agreed” may now be left empty."),
        (in_form(label="Et ensuite ?"), "“What was agreed”: in French it is now called “Et ensuite ?”."),
        (in_form(values=CHOICES[:-1]), "“What was agreed” no longer offers “Not pay: cancel the order”."),
        (in_form(values=[{**CHOICES[0], "label": "Réessayer"}, *CHOICES[1:]]),
         "“What was agreed”: the answer “Debit again” is now called “Réessayer” in French."),
        (in_form(values=[*CHOICES, {"value": "WAIT", "label": "Attendre"}]), "offers “Attendre” too."),
        (in_form(description="Une fois"), "“What was agreed”: its explanation is now “Une fois”."),
        (in_form(disabled=True), "“What was agreed” is now shown, and cannot be changed."),
        (in_form(type="select"), "“What was agreed”: what it is is one choice of a list instead of one choice of"),
        (in_form(conditional={"hide": "=paid"}), "“What was agreed”: when it is hidden is now `paid`."),
        (in_form(values=CHOICES[::-1]), "The answers of “What was agreed” stand in another order."),
        (edited(TEXTS, '"en": "', '"en": "Now: '), "The text “"),
        (edited(TEXTS, "Debit again", "Try again"), "becomes “Try again” (What was agreed)."),
    ],
)  # fmt: skip
def test_a_change_is_a_sentence(app: Flask, after: dict[str, bytes], said: str) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        told = [change.text for change in between(FILES, after, "en")]
        assert len(told) == 1 and said in told[0], told
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        assert [change.text for change in between(FILES, after, "fr")] != told


def test_differences_stand_under_what_they_are_in(app: Flask) -> None:
    """A diagram alone needs no heading. What the form's editor writes anew with it, and changes nothing, is no news."""
    rewritten = {TEXTS: FILES[TEXTS] + b"\n"}
    renamed = edited(DIAGRAM, 'name="Choisir la suite"', 'name="Décider"')
    with app.test_request_context(headers={"Accept-Language": "en"}):
        (told,) = by_file(between(FILES, renamed, "en"), file_titles(renamed, "en"))
        assert (told.name, len(told.changes)) == ("", 1)
        after = {**renamed, **rewritten, FORM: in_form(label="Et ensuite ?")[FORM]}
        first, second = by_file(between(FILES, after, "en"), file_titles(after, "en"))
        assert first.name == "Diagram: Payment incident"
        assert second.name == "Form: “Decide what follows” / “Call the member”"
        assert [each.text for each in second.changes] == [
            "“What was agreed”: in French it is now called “Et ensuite ?”."
        ]
        (alone,) = between(FILES, {**FILES, **rewritten}, "en")
        assert "is written otherwise, and does the same" in alone.text


def test_the_ways_of_a_new_step_are_marked_with_it(app: Flask) -> None:
    """No sentence tells of them: that the step is new says it. Of a step that goes, they are marked where it was."""
    after = edited(DIAGRAM, r"(</bpmn:process>)", UNNAMED)
    with app.test_request_context():
        there, back = sides(between(FILES, after, "en")), sides(between(after, FILES, "en"))
    assert (there[0]["incidents"], there[1]["done"]) == ([], ["new", "new_1", "new_2", "new_3"])
    assert (back[0]["incidents"], back[1]["done"]) == (["new", "new_1", "new_2", "new_3"], [])


def test_what_is_drawn_beside_the_steps_is_told(app: Flask) -> None:
    was = BESIDE.encode()
    joined = b'<bpmn:association id="a" sourceRef="count" targetRef="note" />'
    now = was.replace(joined, b"").replace(b'name="Liste"', b'name="Table"').replace(b"Deux fois", b"Trois fois")
    now = re.sub(rb"<bpmn:dataStoreReference[^>]*>", b"", now)
    with app.test_request_context(headers={"Accept-Language": "en"}):
        told = [change.text for change in between({DIAGRAM: was}, {DIAGRAM: now}, "en")]
    assert told == [
        "“Liste” is now called “Table”.",
        "“Deux fois l’an” is now called “Trois fois l’an”.",
        "“Trois fois l’an”, note, belongs to something else. Connected to nothing.",
        "Gone: “Registre”, data store.",
    ]


@pytest.mark.parametrize("written", [b"", b"abc"])
def test_a_step_whose_place_is_no_number_is_drawn_nowhere(app: Flask, written: bytes) -> None:
    was = BESIDE.encode()
    now = was.replace(b'x="100" y="100"', b'x="%b" y="%b"' % (written, written))
    with app.test_request_context(headers={"Accept-Language": "en"}):
        told = [change.text for change in between({DIAGRAM: was}, {DIAGRAM: now}, "en")]
    assert told == ["“Le bureau”, group, belongs to something else. Around nothing."]


def test_settings_of_a_form_are_told_in_words(app: Flask) -> None:
    """Every setting that a delivered form has is known by words, and none is told by its name in the file."""
    was = {"validate.max": "100", "validate.min": "0.5", "properties.date.max": "=today()", "layout.row": "a"}
    now = {"validate.max": "120", "validate.min": "1.5", "validate.validationType": "email", "layout.row": "b"}
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        said = [*form_settings.changes("Âge", was, now)]
    assert said == [
        "«\xa0Âge\xa0»\xa0: le plus grand nombre, 120 au lieu de 100.",
        "«\xa0Âge\xa0»\xa0: le plus petit nombre, 1,5 au lieu de 0,5.",
        "«\xa0Âge\xa0»\xa0: ce que doit être la réponse, désormais une adresse e-mail.",
        "«\xa0Âge\xa0»\xa0: le dernier jour accepté, supprimé (c’était `today()`).",
    ]
    with app.test_request_context(headers={"Accept-Language": "en"}):
        [year] = form_settings.changes("Year", {"defaultValue": "2025"}, {"defaultValue": "2026"})
        assert year.endswith("is “2026” instead of “2025”."), "an answer in digits is a text, no number"
        [code] = form_settings.changes("Code", {"defaultValue": "75001"}, {"defaultValue": "0033"})
        assert code.endswith("is “0033” instead of “75001”.")
        for place in sorted(settings_used()):
            for sentence in form_settings.changes("X", {}, {place: "true"}):
                assert "the setting" not in sentence and place not in sentence


def settings_used() -> set[str]:
    """The settings of every component of every delivered form, by their paths."""
    files = (body for each in definitions().values() for name, body in each.items() if name.endswith(".form"))
    components = (one for body in files for _key, one in forms.components(json.loads(body)))
    settings = {place for each in components for place, _value in forms.leaves(each, "")}
    return {each for each in settings if each not in {"label", "text", "id", "validate.required"}}
