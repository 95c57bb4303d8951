"""What an element without a name is called: by what it stands after or before."""

from __future__ import annotations

import pytest
from flask import Flask

from webapp.operations.ahead import element_name
from webapp.operations.drawing import Drawing, Flow, Shape, read_drawing
from webapp.process_titles import number_beside
from webapp.studio.places import called
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
        ("late", "événement après « Payer »"),
        ("alone", "alone"),
        ("nowhere", "nowhere"),
    ],
)
def test_what_has_no_name_is_called_by_its_place(app: Flask, id_: str, said: str) -> None:
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        assert called(DRAWN, id_, "fr").replace("\u00a0", " ") == said


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
