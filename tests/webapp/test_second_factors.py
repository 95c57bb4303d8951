"""The second step of a sign-in by code: who has an app is asked for it, each code is good once, paper helps out."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select

from engine.clock import VirtualClock
from engine.engine import Engine
from engine.transaction import reading, transaction
from tests.fixtures.pages import LookedAtPages
from tests.fixtures.staff import PASSWORD, add_person
from tests.webapp.test_account import is_in, signed_in
from webapp.accounts import codes, steps
from webapp.accounts.models import SecondFactor, SignInCode
from workflows.association import parameters, second_step
from workflows.association.people import Person

SECOND = "/sign-in/second"


def half_in(app: Flask, address: str = "anna.berger@example.org") -> LookedAtPages:
    """A browser in which the password was given, and the second step waits."""
    browser = app.test_client()
    assert isinstance(browser, LookedAtPages)
    answer = browser.post_form("/sign-in/password", {"email": address, "password": PASSWORD})
    assert answer.headers["Location"].endswith(SECOND)
    return browser


def now_code(key: str, clock: VirtualClock) -> str:
    return pyotp.TOTP(key).at(clock.now())


@pytest.fixture
def phone(app: Flask, anna: Person, clock: VirtualClock) -> tuple[str, list[str]]:
    """Anna has added an app: its key, and her codes on paper."""
    browser = signed_in(app)
    assert browser.post_form("/account/second/app", {"name": "téléphone"}).headers["Location"].endswith("/confirm")
    assert browser.post_form("/account/second/confirm", {"present": "not this one"}).status_code == 422
    assert browser.post_form("/account/second/confirm", {"present": PASSWORD}).status_code == 303
    begun = browser.post_form("/account/second/app", {"name": "téléphone"}).headers["Location"]
    page = browser.get(begun).get_data(as_text=True)
    (key,) = re.findall(r"<code[^>]*>([A-Z2-7]{32})</code>", page)
    assert "<svg" in page
    assert browser.post_form(begun, {"code": "000000"}).status_code == 422
    done = browser.post_form(begun, {"code": now_code(key, clock)})
    codes = re.findall(r"<code[^>]*>([a-z2-7-]{19})</code>", done.get_data(as_text=True))
    assert len(codes) == 10
    clock.advance(timedelta(seconds=60))
    return key, codes


def test_the_password_alone_opens_nothing_any_more(
    app: Flask, phone: tuple[str, list[str]], clock: VirtualClock
) -> None:
    key, _ = phone
    browser = half_in(app)
    assert not is_in(browser)
    code = now_code(key, clock)
    assert browser.post_form(SECOND, {"code": code[:3] + " " + code[3:]}).status_code == 303
    assert is_in(browser)
    late = half_in(app)
    assert late.post_form(SECOND, {"code": code}).status_code == 422, "a code is good once"
    clock.advance(timedelta(seconds=30))
    assert late.post_form(SECOND, {"code": now_code(key, clock)}).status_code == 303


def test_a_code_on_paper_stands_in_once(app: Flask, phone: tuple[str, list[str]]) -> None:
    _, codes = phone
    browser, again = half_in(app), half_in(app)
    assert browser.post_form(SECOND, {"code": codes[0].upper().replace("-", " ")}).status_code == 303
    assert is_in(browser)
    assert again.post_form(SECOND, {"code": codes[0]}).status_code == 422
    assert not is_in(again)


def test_the_second_step_ends_by_time_and_by_tries(
    app: Flask, phone: tuple[str, list[str]], clock: VirtualClock
) -> None:
    key, _ = phone
    browser = half_in(app)
    answers = [browser.post_form(SECOND, {"code": "123456"}).status_code for _ in range(steps.TRIES)]
    assert answers == [422] * (steps.TRIES - 1) + [303]
    assert browser.post_form(SECOND, {"code": now_code(key, clock)}).status_code in (303, 429)
    assert not is_in(browser)
    slow = half_in(app)
    clock.advance(steps.GOOD_FOR)
    assert slow.post_form(SECOND, {"code": now_code(key, clock)}).headers["Location"].endswith("/sign-in/password")
    assert not is_in(slow)
    assert slow.post_form(SECOND + "/key", {"credential": "{}"}).status_code == 303


def test_nobody_takes_another_persons_factor_away(
    app: Flask, web_engine: Engine, phone: tuple[str, list[str]], clock: VirtualClock
) -> None:
    key, _ = phone
    add_person(web_engine, "Paul", "Nguyen", "DATA", password=PASSWORD)
    with reading(web_engine) as session:
        factor = session.scalars(select(SecondFactor)).one().id
    paul = signed_in(app, "paul.nguyen@example.org")
    paul.post_form("/account/second/confirm", {"present": PASSWORD})
    assert paul.post_form(f"/account/second/{factor}/remove").status_code == 404
    anna = half_in(app)
    anna.post_form(SECOND, {"code": now_code(key, clock)})
    assert anna.post_form(f"/account/second/{factor}/remove").headers["Location"].endswith("/confirm")
    anna.post_form("/account/second/confirm", {"present": PASSWORD})
    assert anna.post_form(f"/account/second/{factor}/remove").status_code == 303
    assert is_in(signed_in(app)), "the password alone is enough again"


def test_a_key_that_is_none_is_refused(app: Flask, phone: tuple[str, list[str]]) -> None:
    browser = half_in(app)
    for answer in ("", "{}", "[]", '{"id": 1}', "x" * 30_000, '{"id":"AA","rawId":"AA","type":"public-key"}'):
        assert browser.post_form(SECOND + "/key", {"credential": answer}).headers["Location"].endswith(SECOND)
    assert not is_in(browser)


def decide(engine: Engine, role: str, *, grace: int, required: bool = True) -> None:
    now = engine.clock.now()
    with transaction(engine) as session:
        parameters.decide(
            session, second_step.TABLE, role, {"required": required, "grace": grace}, valid_from=now.date(),
            decided_by="ADMIN", decided_on=now.date(), now=now,
        )  # fmt: skip


def add_app(browser: LookedAtPages, clock: VirtualClock) -> None:
    browser.post_form("/account/second/confirm", {"present": PASSWORD})
    begun = browser.post_form("/account/second/app", {"name": "téléphone"}).headers["Location"]
    (key,) = re.findall(r"<code[^>]*>([A-Z2-7]{32})</code>", browser.get(begun).get_data(as_text=True))
    assert browser.post_form(begun, {"code": now_code(key, clock)}).status_code == 200


def test_a_role_that_asks_for_a_second_step_gives_days_and_then_opens_nothing_else(
    app: Flask, web_engine: Engine, anna: Person, clock: VirtualClock
) -> None:
    decide(web_engine, "MEMBERSHIP", grace=7)
    told = signed_in(app).get("/tasks").get_data(as_text=True)
    assert "votre rôle demande une deuxième étape" in told
    clock.advance(timedelta(days=8))
    browser = signed_in(app)
    for path in ("/tasks", "/cases", "/account/", "/start"):
        assert browser.get(path).headers["Location"].endswith("/account/second-required"), path
    assert browser.post_form("/account/tokens", {"name": "x"}).headers["Location"].endswith("/second-required")
    assert "Ajouter une deuxième étape" in browser.get("/account/second-required").get_data(as_text=True)
    add_app(browser, clock)
    page = browser.get("/account/second").get_data(as_text=True)
    assert browser.get("/tasks").status_code == 200
    (remove,) = re.findall(r'action="(/account/second/[^"]+/remove)"', page)
    browser.post_form(remove)
    assert "ajoutez-en d’abord une autre" in browser.get("/account/second").get_data(as_text=True)


def test_the_last_administrator_is_held_up_and_not_locked_out(
    app: Flask, web_engine: Engine, clock: VirtualClock
) -> None:
    add_person(web_engine, "Ada", "Roux", "ADMIN")  # who signs in by codes alone
    decide(web_engine, "ADMIN", grace=0)
    browser = app.test_client()
    assert isinstance(browser, LookedAtPages)
    browser.post_form("/sign-in", {"email": "ada.roux@example.org"})
    with reading(web_engine) as session:
        asked = session.scalars(select(SignInCode)).one()
        code = codes.digits(app.extensions["amicale.settings"].secret_key, asked.id)
    assert browser.post_form("/sign-in/code", {"code": code}).status_code == 303
    assert browser.get("/cases").headers["Location"].endswith("/account/second-required")
    assert browser.post_form("/account/password", {"chosen": PASSWORD}).status_code == 303
    add_app(browser, clock)
    assert browser.get("/cases").status_code == 200
