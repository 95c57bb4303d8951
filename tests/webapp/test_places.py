"""What an element without a name is called: by what it stands after or before."""

from __future__ import annotations

from itertools import pairwise

import pytest
from flask import Flask

from engine.deployment import examine
from engine.engine import Engine
from engine.findings import Finding
from webapp.operations.ahead import element_name
from webapp.operations.drawing import Drawing, Flow, Shape, read_drawing
from webapp.process_titles import number_beside
from webapp.studio import checks
from webapp.studio.places import FAR, called
from workflows.catalogue import definitions


def shape(id_: str, kind: str, name: str = "", host: str | None = None) -> Shape:
    return Shape(id_, kind, name, None, "", host, (), {}, 0.0)


DRAWN = Drawing(
    "p",
    {each.id: each for each in (
        shape("a", "userTask", "Réunir les faits"), shape("fork", "exclusiveGateway"),
        shape("again", "exclusiveGateway"),
        shape("b", "userTask", "Payer"), shape("join", "parallelGateway"), shape("c", "endEvent"),
        shape("late", "boundaryEvent", host="b"), shape("alone", "exclusiveGateway"), shape("d", "userTask", "Fin"),
    )},
    tuple(Flow(f"{source}_{target}", source, target, False) for source, target in (
        ("a", "fork"), ("fork", "again"), ("fork", "b"), ("again", "b"), ("again", "join"), ("b", "join"),
        ("join", "d"), ("d", "c"),
    )),
)  # fmt: skip


@pytest.mark.parametrize(
    ("id_", "said"),
    [
        ("a", "« Réunir les faits »"),
        ("fork", "l’embranchement après « Réunir les faits »"),
        ("again", "l’embranchement après « Réunir les faits »"),
        ("join", "la jonction avant « Fin »"),
        ("c", "fin après « Fin »"),
        ("late", "événement au bord de « Payer »"),
        ("alone", "alone"),
        ("nowhere", "nowhere"),
    ],
)
def test_what_has_no_name_is_called_by_its_place(app: Flask, id_: str, said: str) -> None:
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        assert called(DRAWN, id_, "fr").replace("\u00a0", " ") == said


UNNAMED = b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p" isExecutable="true">
<startEvent id="s" name="Arriv\xc3\xa9e"/><exclusiveGateway id="x"/>
<parallelGateway id="j"/><endEvent id="e" name="Fait"/>
<sequenceFlow id="f1" sourceRef="s" targetRef="x"/><sequenceFlow id="f2" sourceRef="x" targetRef="j"/>
<sequenceFlow id="f3" sourceRef="x" targetRef="j"><conditionExpression>n > 1</conditionExpression></sequenceFlow>
<sequenceFlow id="f4" sourceRef="j" targetRef="e"/></process></definitions>"""


def test_a_deadlock_names_what_has_no_name(app: Flask, web_engine: Engine) -> None:
    files = {"p.bpmn": UNNAMED}
    found = examine(web_engine, files).findings
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        said = {each.code: each.text.replace("\u00a0", " ") for each in checks.in_words(found, files, "fr")}
    assert said["deadlock"].startswith("La jonction avant « Fait » : ")
    assert "« Arrivée » → l’embranchement après « Arrivée »" in said["deadlock"]
    assert "ne mène à ce qui ne s’exécute jamais : la jonction avant « Fait »" in said["element_dead"]


def test_a_finding_calls_its_element_in_the_language_of_the_reader(app: Flask) -> None:
    name = "membership_application"
    files = {f"{name}.bpmn": definitions()[name][f"{name}.bpmn"]}
    french, english = (checks.labels(files, each)["check_diploma"] for each in ("fr", "en"))
    found = [Finding("warning", "role_unknown", "", {"role": "NOBODY"}, "check_diploma", french)]
    with app.test_request_context(headers={"Accept-Language": "en"}):
        (said,) = checks.in_words(found, files, "en")
    assert french != english and said.text.startswith(f"“{english}”: ")


def test_what_an_operator_chooses_from_has_no_raw_id(app: Flask) -> None:
    drawn = read_drawing(
        definitions()["membership_application"]["membership_application.bpmn"], "membership_application"
    )
    with app.test_request_context(headers={"Accept-Language": "en"}):
        raw = [one for one in drawn.shapes if element_name(drawn, one, "en") in ("", one)]
        assert element_name(drawn, "proof_reminded", "en").startswith("end after “Remind of the proof")
    assert raw == []


@pytest.mark.parametrize(
    ("title", "number", "said"),
    [
        (None, "ADH-2026-000001", "ADH-2026-000001"),
        ("Membership ADH-2026-000001", "ADH-2026-000001", None),
        ("Gift of 24/11/2026", "line:3934658e-a87f-4670-8cf5-14b02db546c5", None),
    ],
)
def test_a_number_stands_beside_a_title_where_people_can_use_it(
    title: str | None, number: str, said: str | None
) -> None:
    assert number_beside(title, number) == said


def test_a_gateway_of_the_association_is_not_called_by_its_id(app: Flask) -> None:
    drawn = read_drawing(definitions()["payment_incident"]["payment_incident.bpmn"], "payment_incident")
    before = drawn.shapes["report_death"].label("en")
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert called(drawn, "await_certainty", "en", bare=True) == f"the fork after “{before}”"


def test_a_name_that_is_far_off_says_nothing_of_the_place(app: Flask) -> None:
    """Else each of thousands of unnamed steps in a row looks along all the others."""
    steps = [shape("first", "userTask", "Accueillir"), *(shape(f"s{number}", "task") for number in range(600))]
    ways = tuple(Flow(f"w{at}", one.id, next_.id, False) for at, (one, next_) in enumerate(pairwise(steps)))
    drawn = Drawing("p", {each.id: each for each in steps}, ways)
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        assert called(drawn, f"s{FAR // 2}", "fr").endswith("«\u00a0Accueillir\u00a0»")
        assert called(drawn, "s599", "fr") == "s599"
