"""The page of a pending timer: who may change its date, what a wrong date is answered with, undo, and going on now."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from engine import commands
from engine.engine import Engine
from engine.pending import PendingTimer, pending_timers
from engine.transaction import reading, transaction
from tests.fixtures.cases import DEPLOYER, HEAD
from tests.fixtures.pages import LookedAtPages
from tests.webapp.test_cases import browser_of

WAITING = (
    HEAD
    + """
  <bpmn:process id="waiting" name="Attente" isExecutable="true">
    <bpmn:startEvent id="asked" /><bpmn:sequenceFlow id="to_wait" sourceRef="asked" targetRef="wait" />
    <bpmn:intermediateCatchEvent id="wait" name="Délai de réflexion">
      <bpmn:timerEventDefinition><bpmn:timeDuration>P10D</bpmn:timeDuration></bpmn:timerEventDefinition>
    </bpmn:intermediateCatchEvent>
    <bpmn:sequenceFlow id="to_over" sourceRef="wait" targetRef="over" /><bpmn:endEvent id="over" />
  </bpmn:process>
</bpmn:definitions>"""
)


@pytest.fixture
def waiting(web_engine: Engine) -> UUID:
    with transaction(web_engine) as session:
        commands.deploy(session, web_engine, {"waiting.bpmn": WAITING.encode()}, by=DEPLOYER)
        return commands.start(session, web_engine, "waiting", {}, by=DEPLOYER).instance_id


def _timer(engine: Engine, case: UUID) -> PendingTimer:
    with reading(engine) as session:
        return pending_timers(session, case)[0]


def test_who_operates_the_case_moves_undoes_and_ends_the_wait(
    client: LookedAtPages, web_engine: Engine, waiting: UUID
) -> None:
    first = _timer(web_engine, waiting)
    page = f"/cases/{waiting}/timers/{first.token}"
    person = browser_of(client, web_engine, "ADMIN")
    assert f'href="{page}"' in person.get(f"/cases/{waiting}").get_data(as_text=True)
    text = person.get(page).get_data(as_text=True)
    for words in (
        "Délai de réflexion",
        '<span class="govuk-caption-l">Attente',
        "À l’heure de Paris",
        "Cela ne s’annule pas",
    ):
        assert words in text
    sent = {"due": "2027-01-31T09:00", "reason": "absence", "was": first.due_at.isoformat()}
    assert person.post_form(page, sent).status_code == 303
    assert _timer(web_engine, waiting).due_at == datetime(2027, 1, 31, 8, tzinfo=UTC)
    faster = person.post_form(page, sent, headers={"Referer": f"http://localhost{page}?x=1"})
    assert faster.status_code == 409
    conflict = faster.get_data(as_text=True).replace("\u00a0", " ")
    assert "elle est au dimanche 31 janvier 2027, 09:00." in conflict
    assert f'href="{page}?x=1"' in conflict
    elsewhere = person.post_form(page, sent, headers={"Referer": f"http://elsewhere.example{page}"})
    assert f'href="{page}' not in elsewhere.get_data(as_text=True)
    told = person.get(f"/cases/{waiting}").get_data(as_text=True).replace("\u00a0", " ")
    assert "La date de « Délai de réflexion » a été changée" in told
    assert "Annuler : revenir au" in person.get(page).get_data(as_text=True).replace("\u00a0", " ")
    seen = _timer(web_engine, waiting).due_at.isoformat()
    assert person.post_form(f"{page}/undo", {"was": seen}).status_code == 303
    assert _timer(web_engine, waiting).due_at == first.due_at
    key = re.search(r'name="request_key" value="(\w+)"', person.get(page).get_data(as_text=True))
    assert key is not None
    for _again in range(2):
        assert person.post_form(f"{page}/run", {"request_key": key[1]}).status_code == 303
    assert "Terminé" in person.get(f"/cases/{waiting}").get_data(as_text=True)
    assert person.get(page).status_code == 409


@pytest.mark.parametrize("due", ["", "demain", "2027-02-30T09:00", "9999-12-31T23:59", "0001-01-01T00:00"])
def test_a_wrong_date_is_answered_on_the_form_and_nothing_is_lost(
    client: LookedAtPages, web_engine: Engine, waiting: UUID, due: str
) -> None:
    before = _timer(web_engine, waiting)
    person = browser_of(client, web_engine, "ADMIN")
    answer = person.post_form(f"/cases/{waiting}/timers/{before.token}", {"due": due, "reason": "absence"})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "govuk-error-summary" in text
    assert 'value="absence"' in text
    assert _timer(web_engine, waiting) == before


def test_nobody_else_sees_or_moves_it(client: LookedAtPages, web_engine: Engine, waiting: UUID) -> None:
    before = _timer(web_engine, waiting)
    page = f"/cases/{waiting}/timers/{before.token}"
    for role in ("FINANCE", "MENTOR", ""):
        person = browser_of(client, web_engine, role)
        refused = {404} if role == "FINANCE" else {403, 404}
        assert person.get(page).status_code in refused
        assert person.post_form(page, {"due": "2027-01-31T09:00"}).status_code in refused
        assert person.post_form(f"{page}/run", {"request_key": "x" * 16}).status_code in refused
        assert person.post_form(f"{page}/undo", {}).status_code in refused
    assert _timer(web_engine, waiting) == before
    operator = browser_of(client, web_engine, "ADMIN")
    assert operator.get(f"/cases/{waiting}/timers/{uuid4()}").status_code == 409
    assert operator.post_form(f"{page}/undo", {}).status_code == 409


def test_the_page_of_a_suspended_case_moves_but_does_not_run(
    client: LookedAtPages, web_engine: Engine, waiting: UUID
) -> None:
    before = _timer(web_engine, waiting)
    page = f"/cases/{waiting}/timers/{before.token}"
    with transaction(web_engine) as session:
        commands.suspend(session, web_engine, waiting, by=DEPLOYER)
    person = browser_of(client, web_engine, "ADMIN")
    assert f"{page}/run" not in person.get(page).get_data(as_text=True)
    later = (before.due_at + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    assert person.post_form(page, {"due": later}).status_code == 303
    assert person.post_form(f"{page}/run", {"request_key": "x" * 16}).status_code == 409


def test_a_process_outside_the_catalogue_goes_by_its_name(
    client: LookedAtPages, web_engine: Engine, waiting: UUID
) -> None:
    person = browser_of(client, web_engine, "ADMIN")
    for path in ("/cases?process=waiting", f"/cases/{waiting}"):
        text = person.get(path).get_data(as_text=True)
        assert "Attente" in text, path
        assert ">waiting<" not in text, path
    assert '<option value="waiting"' in person.get("/cases").get_data(as_text=True)
