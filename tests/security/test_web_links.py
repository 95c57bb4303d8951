"""Signed links and sign-in: what a scanner, a thief and a guesser get."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from engine.clock import VirtualClock
from engine.engine import Engine
from engine.transaction import reading
from tests.fixtures.staff import PASSWORD, add_person
from tests.security.web import A_MONTH, Place, at_desk, browser, place
from webapp.accounts.models import WebSession
from webapp.links.tokens import SignedLink
from webapp.settings import Settings


@pytest.fixture
def case(web_engine: Engine, settings: Settings, review: str) -> Place:
    return place(web_engine, settings)


def used(engine: Engine) -> bool:
    with reading(engine) as session:
        return session.scalars(select(SignedLink)).one().used_at is not None


def test_fetching_a_link_changes_nothing(app: Flask, web_engine: Engine, case: Place) -> None:
    for method in ("GET", "HEAD", "OPTIONS", "PUT", "GET"):
        for purpose in ({"Sec-Purpose": "prefetch"}, {"X-Method-Override": "POST"}, {}):
            browser(app).open(f"/l/{case.token}?_method=POST", method=method, headers=purpose)
    assert browser(app).post(f"/l/{case.token}").status_code == 400, "no token of ours"
    assert not used(web_engine)


def test_a_link_opens_one_browser_once(app: Flask, web_engine: Engine, clock: VirtualClock, case: Place) -> None:
    holder, thief = browser(app), browser(app)
    assert holder.post_form(f"/l/{case.token}").status_code == 303
    for _ in range(2):
        assert thief.post_form(f"/l/{case.token}").status_code == 409
        assert thief.get(f"/journeys/{case.instance_id}").status_code == 303
    assert case.token not in thief.get("/mailbox/").text
    assert holder.get(f"/journeys/{case.instance_id}").status_code == 200
    clock.advance(A_MONTH)
    assert holder.get(f"/journeys/{case.instance_id}").status_code == 303, "the session ends with its link"


@pytest.mark.parametrize("change", [str.swapcase, lambda token: token[:-1], lambda token: token + "=",
                                    lambda token: token[::-1], lambda token: "%20" + token])  # fmt: skip
def test_a_token_is_exact(app: Flask, web_engine: Engine, case: Place, change: object) -> None:
    assert callable(change)
    assert browser(app).post_form(f"/l/{change(case.token)}").status_code == 404
    assert not used(web_engine)


def test_the_database_holds_no_token(web_engine: Engine, case: Place) -> None:
    with web_engine.database.connect() as connection:
        dump = "".join(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]
    assert "signed_link" in dump
    assert case.token not in dump


def test_links_are_not_asked_for_without_end(app: Flask, case: Place) -> None:
    person = browser(app)
    assert [person.post_form(f"/l/{case.token}/again").status_code for _ in range(6)] == [404] * 5 + [429]


def test_a_session_planted_before_is_not_the_one_after(app: Flask, web_engine: Engine) -> None:
    add_person(web_engine, "Olga", "Test", "MEMBERSHIP", password=PASSWORD)
    person = browser(app)
    person.get("/sign-in/password")
    before = person.get_cookie("amicale")
    sent = {"email": "olga.test@example.org", "password": PASSWORD}
    answer = person.post_form("/sign-in/password", sent)
    after = person.get_cookie("amicale")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in answer.headers["Set-Cookie"].split(";")}
    planted = browser(app)
    planted.set_cookie("amicale", before.value)
    assert planted.get("/account/").status_code == 303


def test_signing_out_ends_it_on_the_server(app: Flask, web_engine: Engine, clock: VirtualClock) -> None:
    person = at_desk(app, web_engine, "Olga", "MEMBERSHIP")
    copy = browser(app)
    kept = person.get_cookie("amicale")
    assert kept is not None
    copy.set_cookie("amicale", kept.value)
    clock.advance(timedelta(minutes=1))
    assert copy.get("/tasks").status_code == 200
    assert person.post_form("/sign-out").status_code == 303
    assert copy.get("/tasks").status_code == 303
    with reading(web_engine) as session:
        assert session.scalars(select(WebSession)).all() == []
