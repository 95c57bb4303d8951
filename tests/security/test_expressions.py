"""Corpus A at every place that takes FEEL: a clear refusal, or a case that stands somewhere it may stand, and small."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

import pytest
from werkzeug.datastructures import MultiDict

from engine.bpmn import DiagramRefused, read_diagram
from engine.dmn import DmnRefused
from engine.engine import Engine
from engine.feel import Budget, Environment
from engine.feel.values import Value, from_python, to_text
from forms import FormRefused, bind, read_form
from tests.engine.bpmn.play import PARIS, DeskHost, Play
from tests.engine.dmn.models import decision, inputs, literal, model, table
from tests.fixtures.feel import feel_environment
from tests.forms.drawn import component, form
from tests.security.corpora import EXPRESSIONS
from tests.security.sites import SITES, drawn_at
from webapp.deployed_forms import DeployedForm

SMALL = Budget(steps=5_000)  # what a step costs is tests/engine/feel's; here: that every place is under the budget
BIG, MANY = "x" * 90_000, list(range(900))
VARIABLES: Mapping[str, object] = {"n": 7, "big": BIG, "many": MANY, "key": "k"}


@dataclass
class Guarded(DeskHost):
    """The desk of the tests, with a smaller budget."""

    @property
    def environment(self) -> Environment:
        return Environment(self.clock.now, PARIS, budget=SMALL)


def answer_at(site: str, expression: str) -> str:
    """What came of it: refused, incident, or where the case stands."""
    try:
        [process] = read_diagram(drawn_at(site, expression), name=site).processes
    except DiagramRefused as refused:
        assert all(len(finding.message) < 1_000 and finding.element for finding in refused.findings), refused
        return "refused"
    play = Play(process, Guarded(), stored=True, n=7, big=BIG, many=MANY, key="k")
    assert len(play.case.dump()) < 1_000_000
    return "incident" if play.incidents() else ",".join(play.waiting()) or "ended"


@pytest.mark.parametrize("site", SITES)
@pytest.mark.timeout(20)
def test_a_diagram(site: str) -> None:
    came = {expression: answer_at(site, expression) for expression in EXPRESSIONS}
    assert came["().__class__"] == came["[1.."] == came["1" * 5_000] == "refused"
    assert {where for answers in came.values() for where in answers.split(",")} <= {
        "refused", "incident", "site", "after", "yes", "ended",
    }  # fmt: skip
    assert came["9**9**9"] in ("refused", "incident", "after", "site")


@pytest.mark.parametrize("site", ["condition", "script", "correlation key", "input collection", "assignee"])
def test_more_work_than_allowed_is_an_incident_that_says_so(site: str) -> None:
    [process] = read_diagram(drawn_at(site, "for i in 1..1000000000 return i"), name=site).processes
    play = Play(process, Guarded(), n=7, big=BIG, many=MANY, key="k")
    assert play.incidents() == [("site", "budget_exceeded")]
    assert play.set().retry("site").incidents() == [("site", "budget_exceeded")]


def test_the_product_evaluates_under_the_full_budget(sqlite_database: str) -> None:
    with Engine.open(sqlite_database) as engine:
        assert engine.environment.budget == Budget()


def test_a_decision_table() -> None:
    known: dict[str, Value] = {name: from_python(value) for name, value in VARIABLES.items()}
    for expression in EXPRESSIONS:
        for logic in (
            table("FIRST", "n", "out", f"{expression} => 1"),
            table("FIRST", "n", "out", f"- => {expression}"),
            table("FIRST", expression.replace(",", " "), "out", "- => 1"),
            literal(expression),
        ):
            try:
                found = model(inputs("n", "big", "many"), decision("d", logic, "n", "big", "many"))
            except DmnRefused as refused:
                assert len(str(refused)) < 8_000
                continue
            answer = found.evaluate("d", known, feel_environment(SMALL))
            assert len(to_text(answer.value)) < 200_000


def test_a_form(sqlite_database: str) -> None:
    """As deployed: what cannot be compiled answers null, whatever else is hostile is bounded by the engine's budget."""
    with Engine.open(sqlite_database) as engine:
        under = replace(engine, environment=replace(engine.environment, budget=SMALL))
        for expression in EXPRESSIONS:
            drawn = form(
                component("textfield", "shown", conditional={"hide": f"={expression}"}),
                component("number", "n", properties={"validate.rule": f"={expression}"}),
                {"id": "said", "type": "text", "text": f"a {{{{{expression}}}}} b"},
            )
            try:
                deployed = DeployedForm(read_form(drawn))
            except FormRefused as refused:
                assert all(finding.component for finding in refused.findings)
                continue
            sent: MultiDict[str, str] = MultiDict({"shown": "kept", "n": "5"})
            asked = partial(deployed.evaluate, under)
            bound = bind(deployed.form, language="fr", values=dict(VARIABLES), submitted=sent, evaluate=asked)
            bound.validate()
            assert set(bound.variables()) <= {"shown", "n"}
