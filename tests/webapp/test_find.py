"""Somebody phones: one box on every page leads to the person or the case, from what the caller says."""

from __future__ import annotations

from engine.engine import Engine
from tests.fixtures.cases import start_review
from tests.fixtures.pages import LookedAtPages
from tests.fixtures.staff import add_person
from tests.webapp.test_cases import browser_of


def test_one_box_on_every_page_leads_to_the_case_or_the_person(
    client: LookedAtPages, web_engine: Engine, review: str
) -> None:
    case = start_review(web_engine)
    wanted = add_person(web_engine, "Zoe", "Lefevre")
    desk = browser_of(client, web_engine, "MEMBERSHIP")
    assert 'id="find-anything"' in desk.get("/tasks").get_data(as_text=True)
    for text in ("lefèvre ZOÉ", "zoe lefev", "zoe lefevrr", "zoe.lefevre@example.org"):
        assert f"/people/{wanted.id}" in desk.get("/find", query_string={"q": text}).location
    assert desk.get("/find?q=rev-1").location == f"/cases/{case}"
    start_review(web_engine)
    assert desk.get("/find?q=REV-1").location == "/cases?q=REV-1"
    assert desk.get("/find?q=nobody+at+all").location == "/people?q=nobody+at+all"
    assert desk.get("/find").location == "/people"
    stranger = browser_of(client, web_engine, "")
    assert stranger.get("/find?q=rev-1").status_code == 403
    assert "find-anything" not in stranger.get("/account/").get_data(as_text=True)
