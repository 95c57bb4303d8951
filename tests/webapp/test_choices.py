"""The case page offers what may be done in any order; handlers of the case choose."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from sqlalchemy import select

from engine import commands
from engine.choosing import open_choices
from engine.engine import Engine
from engine.models import UserTask
from engine.transaction import reading, transaction
from tests.fixtures.cases import DEPLOYER, HEAD
from tests.fixtures.pages import LookedAtPages
from tests.webapp.test_cases import browser_of

PREPARING = (
    HEAD
    + """
  <bpmn:process id="preparing" name="Soirée" isExecutable="true">
    <bpmn:startEvent id="asked" />
    <bpmn:sequenceFlow id="to_prepare" sourceRef="asked" targetRef="prepare" />
    <bpmn:adHocSubProcess id="prepare" name="Préparer la soirée" ordering="Sequential">
      <bpmn:userTask id="book_room" name="Réserver la salle"><bpmn:extensionElements><zeebe:userTask />
        <zeebe:assignmentDefinition candidateGroups="MEMBERSHIP" />
        <zeebe:properties><zeebe:property name="i18n.en.name" value="Book the room" /></zeebe:properties>
      </bpmn:extensionElements></bpmn:userTask>
      <bpmn:userTask id="order_food" name="Commander le repas"><bpmn:extensionElements><zeebe:userTask />
        <zeebe:assignmentDefinition candidateGroups="MEMBERSHIP" /></bpmn:extensionElements></bpmn:userTask>
      <bpmn:completionCondition>=false</bpmn:completionCondition>
    </bpmn:adHocSubProcess>
    <bpmn:sequenceFlow id="to_ready" sourceRef="prepare" targetRef="ready" />
    <bpmn:endEvent id="ready" />
  </bpmn:process>
</bpmn:definitions>"""
)


@pytest.fixture
def evening(web_engine: Engine) -> UUID:
    with transaction(web_engine) as session:
        commands.deploy(session, web_engine, {"preparing.bpmn": PREPARING.encode()}, by=DEPLOYER)
        started = commands.start(session, web_engine, "preparing", {}, by=DEPLOYER).instance_id
        token = open_choices(session, web_engine, started)[0].token
        commands.choose(session, web_engine, started, token, "order_food", by=DEPLOYER)
        return started


def test_the_page_offers_and_takes_the_choice(client: LookedAtPages, web_engine: Engine, evening: UUID) -> None:
    person = browser_of(client, web_engine, "MEMBERSHIP")
    assert "la suite pourra être choisie" in person.get(f"/cases/{evening}").get_data(as_text=True)
    with reading(web_engine) as session:
        (choice,) = open_choices(session, web_engine, evening)
    assert person.post_form(f"/cases/{evening}/choices/{choice.token}/begin/book_room", {}).status_code == 409
    _finish(web_engine, evening)
    page = person.get(f"/cases/{evening}").get_data(as_text=True)
    for words in ("À choisir : Préparer la soirée", "Réserver la salle", "Rien d’autre n’est nécessaire"):
        assert words in page.replace("\u00a0", " "), words
    begin = re.search(r'action="(/cases/[^"]+/begin/book_room)".*?name="request_key" value="(\w+)"', page)
    assert begin is not None
    for _again in range(2):
        assert person.post_form(begin[1], {"request_key": begin[2]}).status_code == 303
    assert person.get(f"/cases/{evening}").get_data(as_text=True).count("Réserver la salle") >= 1
    _finish(web_engine, evening)
    closing = f"/cases/{evening}/choices/{choice.token}/close"
    assert browser_of(client, web_engine, "FINANCE").post_form(closing, {}).status_code == 404
    assert person.post_form(closing, {}).status_code == 303
    assert "Terminé" in person.get(f"/cases/{evening}").get_data(as_text=True)


def _finish(engine: Engine, case: UUID) -> None:
    """Completes the one open task."""
    with transaction(engine) as session:
        (task,) = session.scalars(select(UserTask.id).where(UserTask.instance_id == case, UserTask.state == "created"))
        commands.complete(session, engine, task, {}, by=DEPLOYER)
