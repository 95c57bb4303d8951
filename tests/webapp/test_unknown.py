"""What left the house on the case page, and the page on which people decide about what nobody knows."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask

from engine import commands, unknown
from engine.assignment import SYSTEM
from engine.engine import Engine
from engine.errors import OutcomeUnknown
from engine.jobs import run_due
from engine.registry import Connector, ConnectorWork, Registry
from engine.transaction import reading, transaction
from tests.fixtures.diagrams import end, process, service, start, user_task
from tests.fixtures.pages import LookedAtPages
from tests.webapp.test_cases import browser_of

POSTED = process(
    "membership_application",
    [start(), service("post", "letter.post"), user_task("look"), end()],
    ["begin -> post", "post -> look", "look -> done"],
)


@pytest.fixture
def posted(app: Flask, web_engine: Engine) -> UUID:
    """A case whose letter may or may not have left."""

    def post(work: ConnectorWork) -> None:
        work.told["desk"] = "B-7"
        raise OutcomeUnknown("the post office did not answer")

    connector = Connector("letter.post", post, policy="at_most_once")
    engine = replace(web_engine, registry=web_engine.registry + Registry.collect([connector]))
    app.extensions["amicale"] = engine
    with transaction(engine) as session:
        commands.deploy(session, engine, {"p.bpmn": POSTED}, by=SYSTEM)
        case = commands.start(session, engine, "membership_application", by=SYSTEM).instance_id
    run_due(engine)
    return case


def waiting(engine: Engine) -> list[unknown.Unknown]:
    with reading(engine) as session:
        return list(unknown.listed(session))


def test_it_is_shown_listed_counted_and_linked(client: LookedAtPages, web_engine: Engine, posted: UUID) -> None:
    admin = browser_of(client, web_engine, "ADMIN")
    text = admin.get(f"/cases/{posted}").get_data(as_text=True)
    assert "pas connu" in text
    assert "desk\u00a0: B-7" in text
    assert 'href="/operations/unknown"' in text
    assert "/retry" not in text
    assert "1 appel" in admin.get("/cases").get_data(as_text=True)
    assert f"/cases/{posted}" in admin.get("/operations/unknown").get_data(as_text=True)


@pytest.mark.parametrize(("said", "left"), [("went_out", 0), ("not_gone", 0)])
def test_an_operator_says_whether_it_went_out(
    client: LookedAtPages, web_engine: Engine, posted: UUID, said: str, left: int
) -> None:
    admin = browser_of(client, web_engine, "GENERAL_DELEGATE")
    (one,) = waiting(web_engine)
    assert admin.post_form(f"/operations/unknown/{one.id}", {"said": "perhaps"}).status_code == 422
    assert admin.post_form(f"/operations/unknown/{one.id}", {"said": said}).status_code == 303
    assert len(waiting(web_engine)) == left
    again = admin.post_form(f"/operations/unknown/{one.id}", {"said": said})
    assert again.status_code == 409
    text = admin.get(f"/cases/{posted}").get_data(as_text=True)
    assert "Quelqu’un a dit" in text


def test_nobody_decides_about_what_is_not_his(client: LookedAtPages, web_engine: Engine, posted: UUID) -> None:
    (one,) = waiting(web_engine)
    stranger = browser_of(client, web_engine, "EVENTS")
    assert str(posted) not in stranger.get("/operations/unknown").get_data(as_text=True)
    assert stranger.post_form(f"/operations/unknown/{one.id}", {"said": "went_out"}).status_code == 404
    member = browser_of(client, web_engine, "")
    assert member.get("/operations/unknown").status_code == 403
    assert len(waiting(web_engine)) == 1
