"""Suspending, resuming, ending a case and correcting its values in the browser: shown first, for those who may."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from engine import commands
from engine.engine import Engine
from engine.feel.values import to_expression
from engine.models import Job, ProcessInstance
from engine.transaction import reading, transaction
from tests.fixtures.cases import DEPLOYER
from tests.fixtures.pages import LookedAtPages
from tests.webapp.test_cases import browser_of
from tests.webapp.test_timers import WAITING
from webapp.operations.variables import variables_of


@pytest.fixture
def waiting(web_engine: Engine) -> UUID:
    with transaction(web_engine) as session:
        commands.deploy(session, web_engine, {"waiting.bpmn": WAITING.encode()}, by=DEPLOYER)
        return commands.start(session, web_engine, "waiting", {"country": "FR", "paid": None}, by=DEPLOYER).instance_id


def _status(engine: Engine, case: UUID) -> str:
    with reading(engine) as session:
        return session.get_one(ProcessInstance, case).status


def _text(person: LookedAtPages, path: str) -> str:
    return person.get(path).get_data(as_text=True).replace("\u00a0", " ").replace("\u202f", " ")


def test_a_case_is_held_and_goes_on(client: LookedAtPages, web_engine: Engine, waiting: UUID) -> None:
    person = browser_of(client, web_engine, "ADMIN")
    page = f"/cases/{waiting}/suspend"
    assert f'href="{page}"' in _text(person, f"/cases/{waiting}")
    assert "1 date attend" in _text(person, page)
    without = person.post_form(page, {"reason": ""})
    assert (without.status_code, _status(web_engine, waiting)) == (422, "active")
    assert person.post_form(page, {"reason": "litige en cours"}).status_code == 303
    assert _status(web_engine, waiting) == "suspended"
    with reading(web_engine) as session:
        assert [job.held for job in session.query(Job).filter_by(instance_id=waiting)] == [True]
    told = _text(person, f"/cases/{waiting}")
    assert "Le dossier a été suspendu : « litige en cours »" in told
    assert person.post_form(page, {"reason": "encore"}).status_code == 409
    assert person.get(page).status_code == 409
    assert person.post_form(f"/cases/{waiting}/resume").status_code == 303
    assert _status(web_engine, waiting) == "active"


def test_a_case_ends_after_a_second_yes(client: LookedAtPages, web_engine: Engine, waiting: UUID) -> None:
    person = browser_of(client, web_engine, "ADMIN")
    page = f"/cases/{waiting}/end"
    assert "Cela ne s’annule pas" in _text(person, page)
    half = person.post_form(page, {"reason": "ouvert deux fois"})
    assert (half.status_code, _status(web_engine, waiting)) == (422, "active")
    assert 'value="ouvert deux fois"' in half.get_data(as_text=True)
    assert person.post_form(page, {"reason": "ouvert deux fois", "sure": "y"}).status_code == 303
    assert _status(web_engine, waiting) == "canceled"
    for path in ("end", "suspend", "resume", "data/country"):
        assert person.get(f"/cases/{waiting}/{path}").status_code == 409
    assert page not in _text(person, f"/cases/{waiting}")


def test_a_value_is_looked_at_and_then_corrected(client: LookedAtPages, web_engine: Engine, waiting: UUID) -> None:
    person = browser_of(client, web_engine, "ADMIN")
    page = f"/cases/{waiting}/data/country"
    assert f'href="{page}"' in _text(person, f"/cases/{waiting}")
    typed = {"value": '"BE"', "reason": "déménagement", "was": '"FR"'}
    looked = person.post_form(page, typed)
    assert looked.status_code == 200
    assert _value(web_engine, waiting, "country") == '"FR"'
    seen = re.search(r'name="seen" value="([^"]*)"', looked.get_data(as_text=True))
    assert seen is not None
    assert seen[1] == "&#34;BE&#34;"
    assert person.post_form(page, {**typed, "seen": '"CH"'}).status_code == 200, "what was not looked at is not done"
    assert person.post_form(page, {**typed, "seen": '"BE"'}).status_code == 303
    assert _value(web_engine, waiting, "country") == '"BE"'
    faster = person.post_form(page, {**typed, "seen": '"BE"'})
    assert faster.status_code == 409
    assert "Les données du dossier ont été corrigées (country) : « déménagement »" in _text(person, f"/cases/{waiting}")


@pytest.mark.parametrize("value", ["", "FR", "1 +", "country", '{"_hidden": 1}', "[1,", '"a" + 1'])
def test_what_is_no_value_is_answered_on_the_form(
    client: LookedAtPages, web_engine: Engine, waiting: UUID, value: str
) -> None:
    person = browser_of(client, web_engine, "ADMIN")
    typed = {"value": value, "reason": "essai", "was": "null"}
    answer = person.post_form(f"/cases/{waiting}/data/paid", typed)
    again = person.post_form(f"/cases/{waiting}/data/paid", {**typed, "seen": value})
    assert {answer.status_code, again.status_code} <= {200, 422}
    assert 422 in {answer.status_code, again.status_code}
    assert _value(web_engine, waiting, "paid") == "null"


def test_nobody_else_may(client: LookedAtPages, web_engine: Engine, waiting: UUID) -> None:
    for role in ("FINANCE", "MENTOR", ""):
        person = browser_of(client, web_engine, role)
        for path in ("suspend", "resume", "end", "data/country"):
            assert person.get(f"/cases/{waiting}/{path}").status_code in {403, 404}
            sent = {"reason": "x", "sure": "y", "value": "1", "was": '"FR"', "seen": "1"}
            assert person.post_form(f"/cases/{waiting}/{path}", sent).status_code in {403, 404}
    assert _status(web_engine, waiting) == "active"
    operator = browser_of(client, web_engine, "ADMIN")
    assert operator.get(f"/cases/{waiting}/data/nothing").status_code == 404


def _value(engine: Engine, case: UUID, name: str) -> str:
    with reading(engine) as session:
        return to_expression(variables_of(session, engine, case)[name])
