"""Taking a case elsewhere and passing over an incident in the browser: what ends and begins is shown first."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from engine import commands
from engine.engine import Engine
from engine.models import Incident, UserTask
from engine.transaction import reading, transaction
from tests.engine.test_midway import FORKED
from tests.fixtures.cases import DEPLOYER
from tests.fixtures.diagrams import end, exclusive, process, script, start, user_task
from tests.fixtures.pages import LookedAtPages
from tests.webapp.test_cases import browser_of

HALTED = process(
    "halted",
    [
        start(), script("reckon", "total", "count(for i in 1..9999999 return i)"), exclusive("way"), user_task("near"),
        end(), end("far"),
    ],
    ["begin -> reckon", "reckon -> way", "way -> near if =total = 1", "way -> far if =total = 2", "near -> done"],
)  # fmt: skip


@pytest.fixture
def cases(web_engine: Engine) -> tuple[UUID, UUID]:
    with transaction(web_engine) as session:
        commands.deploy(session, web_engine, {"a.bpmn": FORKED, "b.bpmn": HALTED}, by=DEPLOYER)
        forked, halted = (
            commands.start(session, web_engine, process_id, {}, by=DEPLOYER).instance_id
            for process_id in ("forked", "halted")
        )
        return forked, halted


def _open(engine: Engine, case: UUID) -> set[str]:
    with reading(engine) as session:
        return {task.element for task in session.query(UserTask).filter_by(instance_id=case, state="created")}


def _text(person: LookedAtPages, path: str) -> str:
    return person.get(path).get_data(as_text=True).replace("\u00a0", " ").replace("\u202f", " ")


def test_a_case_is_taken_elsewhere_after_a_look(
    client: LookedAtPages, web_engine: Engine, cases: tuple[UUID, UUID]
) -> None:
    case, _ = cases
    person = browser_of(client, web_engine, "ADMIN")
    page = f"/cases/{case}/move"
    assert f'href="{page}"' in _text(person, f"/cases/{case}")
    shown = _text(person, page)
    tokens = re.findall(r'name="token" type="checkbox" value="([^"]+)"', shown)
    assert (len(tokens), shown.count(" checked")) == (2, 2)
    left = _text(person, f"{page}?token={tokens[0]}")
    assert 'value="done"' not in left, "the join behind it would wait for ever"
    typed = {"element": "done", "reason": "pris deux fois", "token": tokens, "request_key": "a" * 32}
    assert person.post_form(page, {**typed, "element": "join"}).status_code == 422
    assert person.post_form(page, {**typed, "reason": ""}).status_code == 422
    looked = person.post_form(page, typed)
    text = looked.get_data(as_text=True).replace("\u00a0", " ")
    assert looked.status_code == 200
    assert "la tâche « right_side » disparaît de toutes les listes" in text
    assert "Ce chemin s’achève là" in text
    assert _open(web_engine, case) == {"left_side", "right_side"}
    assert person.post_form(page, {**typed, "seen": "split"}).status_code == 200, "what was not looked at is not done"
    assert person.post_form(page, {**typed, "seen": "done"}).status_code == 303
    assert _open(web_engine, case) == set()
    assert "Le dossier a été déplacé à « done » : « pris deux fois »" in _text(person, f"/cases/{case}")
    assert person.get(page).status_code == 409


def test_an_incident_is_passed_over(client: LookedAtPages, web_engine: Engine, cases: tuple[UUID, UUID]) -> None:
    _, case = cases
    with reading(web_engine) as session:
        incident = session.query(Incident).filter_by(instance_id=case).one().id
    person = browser_of(client, web_engine, "ADMIN")
    page = f"/cases/{case}/incidents/{incident}/skip"
    assert f'href="{page}"' in _text(person, f"/cases/{case}")
    for result in ("{total:", "12", "{_total: 1}", "{f: function(x) x}", "{gift_amount: 1}"):
        assert person.post_form(page, {"reason": "compté à la main", "result": result}).status_code == 422
    assert person.post_form(page, {"reason": "", "result": "{total: 1}"}).status_code == 422
    assert _open(web_engine, case) == set()
    assert person.post_form(page, {"reason": "compté à la main", "result": "{total: 1}"}).status_code == 303
    assert _open(web_engine, case) == {"near"}
    told = _text(person, f"/cases/{case}")
    assert "« reckon » a été passé : c’est considéré comme fait : « compté à la main »" in told
    assert person.get(page).status_code == 404
