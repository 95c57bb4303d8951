"""Delivered work opens with its friendly form; a step that says more than a form can hold keeps the plain settings."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from flask import Flask

from engine.engine import Engine
from engine.transaction import reading
from webapp.studio import fitting, vocabulary
from webapp.studio.changes.facts import Part
from webapp.studio.vocabulary import Template
from webapp.wiring_checks import processes_in
from workflows.association.case_variables import local_day
from workflows.catalogue import definitions

PUBLISHED = frozenset({"message.publish", "message.publish_all"})  # drawn as messages, which have a form of their own
CALCULATED = frozenset({"=notice", "=rung.template"})  # no text of the list: the case says which
MORE = frozenset(
    {"input[event_id]", "input[registration_id]", "output[invoiced_first]"}
)  # what a few mails say besides


def offered(engine: Engine, files: Mapping[str, bytes], language: str) -> list[Template]:
    specs = [spec for each in definitions().values() for found in processes_in(each).values() for spec in found]
    parts = (part for found in fitting.parts_of(files).values() for part in found)
    with reading(engine) as session:
        draft = vocabulary.Draft.of(files, parts)
        today = local_day(engine.clock.now(), engine.settings.zone)
        return vocabulary.templates(session, engine.registry, specs, draft, language, today)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_delivered_step_with_a_template_opens_with_it(web_engine: Engine, language: str) -> None:
    files = {name: body for each in definitions().values() for name, body in each.items()}
    diagrams = fitting.parts_of(files)
    found = fitting.fitting(diagrams, offered(web_engine, files, language))
    plain = {
        (part.id, type_): part.facts
        for name, parts in diagrams.items()
        for part in parts
        if part.kind == "serviceTask" and (type_ := part.facts.get("taskDefinition@type", ""))
        if part.id not in found[name] and type_ not in PUBLISHED
    }
    assert sum(map(len, found.values())) > 400
    for step, facts in plain.items():
        assert facts.keys() & MORE or facts.get("input[template]") in CALCULATED or "output[rung]" in facts, step


def test_a_setting_without_a_field_is_never_hidden(web_engine: Engine) -> None:
    name, step = "membership_renewal.bpmn", "send_prenotification"
    files = definitions()["membership_renewal"]
    templates = offered(web_engine, files, "fr")
    mail = 'type="mail.send" retries="5" />\n            <zeebe:taskHeaders>'
    drawn = files[name].decode()
    at = drawn.index(f'id="{step}"')
    shown = {}
    for told, new in (
        ("as delivered", mail),
        ("other retries", mail.replace('"5"', '"2"')),
        ("a header more", f'{mail}<zeebe:header key="cc" value="x" />'),
    ):
        body = (drawn[:at] + drawn[at:].replace(mail, new, 1)).encode()
        shown[told] = step in fitting.fitting(fitting.parts_of({name: body}), templates)[name]
    assert shown == {"as delivered": True, "other retries": False, "a header more": False}
    unknown = drawn.replace('value="sepa_prenotification"', 'value="no_such_text"').encode()
    assert step not in fitting.fitting(fitting.parts_of({name: unknown}), templates)[name]
    assert fitting.fitting(fitting.parts_of({name: b"<no"}), templates) == {name: {}}, "told beside the drawing"


def test_whom_a_mail_goes_to_is_chosen_in_words(app: Flask, web_engine: Engine) -> None:
    files = definitions()["mentorship_application"]
    with app.test_request_context():
        mail = next(each for each in offered(web_engine, files, "fr") if each["id"] == "amicale.mail.send")
    fields = mail["properties"]
    assert isinstance(fields, list)
    asked = next(each for each in fields if each["binding"].get("name") == "person_id")
    named = {each["value"]: each["name"] for each in asked["choices"]}
    assert named == {"": "À la personne que le dossier concerne", "=mentor_id": "Au mentor"}


def test_to_whom_a_mail_goes_is_offered_from_mails_alone() -> None:
    def part(type_: str, reader: str) -> Part:
        told = {"taskDefinition@type": type_, "input[person_id]": reader}
        return Part("a", "serviceTask", "", "", "", "", told)

    parts = [part("mail.send", "=mentor_id"), part("letter.print", "=somebody.else")]
    assert vocabulary.Draft.of(["a.form"], parts) == vocabulary.Draft(["a"], ["=mentor_id"])
