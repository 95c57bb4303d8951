"""Sign-in where the organisation does, against a real provider: groups as roles, leavers, what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask

from engine.clock import VirtualClock
from engine.engine import Engine
from engine.transaction import reading
from tests.fixtures.identity import CLIENT, SECRET, Provider
from tests.fixtures.pages import LookedAtPages
from tests.fixtures.staff import PASSWORD
from tests.webapp.test_account import is_in
from webapp.app import create_app
from webapp.setting_rules import faults
from webapp.settings import Settings
from workflows.association import roles
from workflows.association.people import Person

LEAVE = "/sign-in/organisation"


@pytest.fixture
def joined(settings: Settings, web_engine: Engine, provider: Provider) -> Flask:
    told = replace(
        settings, oidc_issuer=provider.url, oidc_client=CLIENT, oidc_secret=SECRET, oidc_name="Maison",
        oidc_addresses=True, oidc_roles={"bureau": "MEMBERSHIP EVENTS", "dons": "FOUNDATION_GIFTS"},
    )  # fmt: skip
    provider.client(f"{settings.public_url}{LEAVE}/answer")
    app = create_app(told, web_engine)
    app.test_client_class = LookedAtPages
    return app


def browser(app: Flask) -> LookedAtPages:
    found = app.test_client()
    assert isinstance(found, LookedAtPages)
    return found


def there_and_back(person: LookedAtPages) -> str:
    """Walks to the provider and back; answers where our last page leads."""
    asked = person.get(LEAVE).headers["Location"]
    query = parse_qs(urlsplit(asked).query)
    assert (query["code_challenge_method"], query["response_type"]) == (["S256"], ["code"])
    back = requests.get(asked, allow_redirects=False, timeout=10).headers["Location"]
    answer = urlsplit(back)
    found = person.get(f"{answer.path}?{answer.query}")
    return found.headers.get("Location", "")


def held(engine: Engine, person: Person, on: date) -> frozenset[str]:
    with reading(engine) as session:
        return roles.of(session, person.id, on)


def test_groups_are_roles_and_who_leaves_loses_them(
    joined: Flask, provider: Provider, web_engine: Engine, anna: Person, clock: VirtualClock
) -> None:
    user = provider.present = provider.person("aberger", "anna.berger@example.org", "bureau", "dons")
    here = browser(joined)
    assert "Se connecter par Maison" in here.get("/sign-in").get_data(as_text=True).replace("\u00a0", " ")
    assert there_and_back(here) == "/"
    assert is_in(here)
    today = clock.now().date()
    assert held(web_engine, anna, today) == {"MEMBERSHIP", "EVENTS", "FOUNDATION_GIFTS"}
    assert held(web_engine, anna, today + timedelta(days=40)) == {"MEMBERSHIP"}, "what was given here stays"
    other = browser(joined)
    refused = other.post_form("/sign-in/password", {"email": "anna.berger@example.org", "password": PASSWORD})
    assert refused.headers["Location"].endswith("/sign-in")
    assert not is_in(other), "whom the organisation knows comes in by no other door"
    provider.belongs(user, "bureau")
    there = browser(joined)
    there_and_back(there)
    assert held(web_engine, anna, today) == {"MEMBERSHIP", "EVENTS"}
    assert (is_in(here), is_in(there)) == (False, True), "a role that ends signs the other devices out"


def test_who_has_no_address_here_is_told_so(joined: Flask, provider: Provider, anna: Person) -> None:
    provider.present = provider.person("unknown", "somebody@example.org", "bureau")
    person = browser(joined)
    assert there_and_back(person).endswith("/sign-in")
    assert "personne ici n’a votre adresse" in person.get("/sign-in").get_data(as_text=True)
    provider.present = provider.person("second", "anna.berger@example.org")
    assert there_and_back(person) == "/"
    provider.present = provider.person("third", "anna.berger@example.org", "bureau")
    assert there_and_back(browser(joined)).endswith("/sign-in"), "a person is linked once"


def test_an_answer_that_was_not_asked_for_is_refused(joined: Flask, provider: Provider, anna: Person) -> None:
    provider.present = provider.person("aberger", "anna.berger@example.org")
    mine, theirs = browser(joined), browser(joined)
    asked = mine.get(LEAVE).headers["Location"]
    back = urlsplit(requests.get(asked, allow_redirects=False, timeout=10).headers["Location"])
    path = f"{back.path}?{back.query}"
    assert theirs.get(path).headers["Location"].endswith("/sign-in"), "a code that was slipped in"
    assert not is_in(theirs)
    assert mine.get(path).headers["Location"] == "/"
    mine.post_form("/sign-out")
    assert mine.get(path).headers["Location"].endswith("/sign-in"), "an answer is good once"
    assert not is_in(mine)
    for query in ("", "error=access_denied", "code=x&state=y"):
        assert browser(joined).get(f"{back.path}?{query}").headers["Location"].endswith("/sign-in")


def test_without_such_a_sign_in_there_is_no_such_page(app: Flask) -> None:
    assert browser(app).get(LEAVE).status_code == 404
    assert browser(app).get(f"{LEAVE}/answer").status_code == 404


def test_settings_that_cannot_work_are_named(settings: Settings) -> None:
    said = {name: getattr(settings, name) for name in settings.__slots__}
    said |= {"oidc_issuer": "https://sign-in.example", "oidc_client": "x", "oidc_roles": {"all": "MEMBERSHIP KING"}}
    assert {name for name, _ in faults(said)} >= {"oidc_secret", "oidc_roles"}
