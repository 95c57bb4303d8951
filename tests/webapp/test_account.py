"""One's own account: devices that are listed and signed out, a password that is changed, a language that is kept."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from engine.engine import Engine
from engine.transaction import reading
from tests.fixtures.pages import LookedAtPages
from tests.fixtures.staff import PASSWORD, add_person
from webapp.accounts.models import WebSession
from webapp.accounts.sessions import device_name
from workflows.association.people import Person

NEW = "autres mots tout neufs"


def signed_in(app: Flask, address: str = "anna.berger@example.org", password: str = PASSWORD) -> LookedAtPages:
    browser = app.test_client()
    assert isinstance(browser, LookedAtPages)
    answer = browser.post_form("/sign-in/password", {"email": address, "password": password})
    assert answer.status_code == 303
    return browser


def is_in(browser: LookedAtPages) -> bool:
    return browser.get("/account/").status_code == 200


def test_another_device_can_be_signed_out(app: Flask, web_engine: Engine, anna: Person) -> None:
    here, there = signed_in(app), signed_in(app)
    page = here.get("/account/").get_data(as_text=True)
    ends = re.findall(r'action="(/account/browsers/[^"]+/end)"', page)
    assert len(ends) == 1, "this device has no button"
    assert here.post_form(ends[0]).status_code == 303
    assert is_in(here)
    assert not is_in(there)


def test_every_other_device_at_once(app: Flask, anna: Person) -> None:
    here, *others = [signed_in(app) for _ in range(3)]
    here.post_form("/account/browsers/end-others")
    assert is_in(here)
    assert [is_in(other) for other in others] == [False, False]


def test_nobody_signs_another_person_out(app: Flask, web_engine: Engine, anna: Person) -> None:
    add_person(web_engine, "Paul", "Nguyen", "DATA", password=PASSWORD)
    mine, his = signed_in(app), signed_in(app, "paul.nguyen@example.org")
    with reading(web_engine) as session:
        theirs = session.scalars(select(WebSession).where(WebSession.person_id == anna.id)).one()
    his.post_form(f"/account/browsers/{theirs.id}/end")
    assert is_in(mine)


def test_a_changed_password_signs_the_others_out(app: Flask, anna: Person) -> None:
    here, there = signed_in(app), signed_in(app)
    assert here.post_form("/account/password", {"present": PASSWORD, "chosen": NEW}).status_code == 303
    assert is_in(here)
    assert not is_in(there)
    assert signed_in(app, password=NEW)


@pytest.mark.parametrize(
    ("present", "chosen"),
    [("not the present one", NEW), (PASSWORD, "onze lettre"), (PASSWORD, "anna.berger@example.org"),
     (PASSWORD, "x" * 129)],
)  # fmt: skip
def test_a_password_is_refused_with_a_reason(app: Flask, anna: Person, present: str, chosen: str) -> None:
    here = signed_in(app)
    answer = here.post_form("/account/password", {"present": present, "chosen": chosen})
    assert answer.status_code == 422
    assert "Il y a un problème" in answer.get_data(as_text=True)
    assert chosen not in answer.get_data(as_text=True).replace("anna.berger@example.org", "", 1)
    assert signed_in(app)


def test_the_language_follows_the_person(app: Flask, anna: Person) -> None:
    here = signed_in(app)
    here.post_form("/language", {"language": "en", "next": "/account/"})
    assert "My account" in here.get("/account/").get_data(as_text=True)
    assert "My account" in signed_in(app).get("/account/").get_data(as_text=True)


@pytest.mark.parametrize(
    ("asked", "spoken"), [("en-GB,en;q=0.9,fr;q=0.8", "en"), ("fr-CA", "fr"), ("de,es;q=0.5", "fr"), ("", "fr")]
)
def test_the_browser_says_the_language_first(client: LookedAtPages, asked: str, spoken: str) -> None:
    assert f'<html lang="{spoken}"' in client.get("/sign-in", headers={"Accept-Language": asked}).get_data(as_text=True)


def test_no_other_language_is_taken(client: LookedAtPages) -> None:
    client.post_form("/language", {"language": "../../etc/passwd", "next": "//evil.example"})
    assert '<html lang="fr"' in client.get("/sign-in").get_data(as_text=True)


@pytest.mark.parametrize(
    ("agent", "name"),
    [("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
     ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1", "Safari, iPhone"),
     ("Mozilla/5.0 (Windows NT 10.0) Chrome/150.0 Safari/537.36 Edg/150.0", "Edge, Windows"), ("", ""),
     ("curl/8.5.0", ""), ("Mozilla/5.0 (Linux) Unheard/1.0", "Linux")],
)  # fmt: skip
def test_a_device_has_a_name(agent: str, name: str) -> None:
    assert device_name(agent) == name
