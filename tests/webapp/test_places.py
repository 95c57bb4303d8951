"""What an element without a name is called: by what it stands after or before."""

from __future__ import annotations

import pytest
from flask import Flask

from webapp.operations.drawing import Drawing, Flow, Shape, read_drawing
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


def test_a_gateway_of_the_association_is_not_called_by_its_id(app: Flask) -> None:
    drawn = read_drawing(definitions()["payment_incident"]["payment_incident.bpmn"], "payment_incident")
    before = drawn.shapes["report_death"].label("en")
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert called(drawn, "await_certainty", "en", bare=True) == f"the fork after “{before}”"
