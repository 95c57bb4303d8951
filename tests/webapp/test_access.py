"""Deny by default: every endpoint says whom it is for, and means it."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from flask import Blueprint, Flask, Response

from engine.engine import Engine
from tests.fixtures.pages import LookedAtPages
from tests.fixtures.staff import PASSWORD
from webapp import navigation as places
from webapp.app import BLUEPRINTS, create_app, register
from webapp.auth import SignedIn, access_of, public, role, signed_in, staff
from webapp.browser_code import Manifest
from webapp.navigation import entries, navigation
from webapp.settings import Settings
from webapp.studio.blueprints import STUDIO
from workflows.association.people import Person


def test_every_endpoint_says_whom_it_is_for(app: Flask) -> None:
    kinds = {endpoint: access_of(view).kind for endpoint, view in app.view_functions.items()}
    assert set(kinds.values()) <= {"public", "webhook", "api", "signed_in", "staff", "role"}
    assert kinds["account.overview"] == "signed_in"


def test_an_endpoint_that_does_not_say_is_refused_at_start(app: Flask) -> None:
    careless = Blueprint("careless", __name__)
    careless.get("/careless")(lambda: "anybody")
    fresh = Flask("fresh")
    fresh.config["LIMITS_STORAGE"] = "memory://"
    with pytest.raises(LookupError, match="needs @public"):
        register(fresh, (careless,), production=False)


def test_whoever_is_not_signed_in_sees_public_pages_alone(app: Flask, client: LookedAtPages) -> None:
    for rule in app.url_map.iter_rules():
        open_to_all = access_of(app.view_functions[rule.endpoint]).kind in {"public", "webhook"}
        if open_to_all or "GET" not in (rule.methods or ()):
            continue
        path = _filled(rule.rule)
        answer = client.get(path)
        if path.startswith("/api/"):
            assert answer.status_code == 401, path
            continue
        assert answer.status_code == 303, path
        assert answer.location.startswith("/sign-in"), path


def _filled(rule: str) -> str:
    """The rule with an id that nothing has in place of each variable."""
    known = re.sub(r"<uuid:\w+>", "00000000-0000-4000-8000-000000000000", rule)
    return re.sub(r"<\w+>|<\w+:\w+>", "x", re.sub(r"<int:\w+>", "1", known))


def test_a_demand_is_kept(settings: Settings, web_engine: Engine, manifest: Manifest, anna: Person) -> None:
    pages = Blueprint("pages", __name__)
    marks = {"staff": staff, "finance": role("FINANCE"), "membership": role("MEMBERSHIP", "DATA"), "all": public,
             "people": signed_in}  # fmt: skip
    for name, mark in marks.items():
        pages.get(f"/for-{name}", endpoint=name)(mark(_page()))
    demands = {"/for-staff": 200, "/for-finance": 403, "/for-membership": 200, "/for-all": 200, "/for-people": 200}
    app = create_app(settings, web_engine, manifest=manifest, blueprints=(*BLUEPRINTS, pages))
    app.test_client_class = LookedAtPages
    browser = app.test_client()
    assert isinstance(browser, LookedAtPages)
    browser.post_form("/sign-in/password", {"email": "anna.berger@example.org", "password": PASSWORD})
    assert {path: browser.get(path).status_code for path in demands} == demands


def _page() -> Callable[[], Response]:
    return lambda: Response("here", mimetype="text/plain")


def test_a_role_nobody_knows_cannot_be_demanded() -> None:
    with pytest.raises(KeyError):
        role("ROOT")


def test_every_page_of_the_studio_stands_under_its_place() -> None:
    assert {each.name for each in STUDIO} == {"studio", *places.STUDIO}


def test_the_navigation_leads_to_pages_that_exist(app: Flask) -> None:
    assert {entry.endpoint for entry in entries()} <= set(app.view_functions)


def shown_to(app: Flask, *held: str, at: str = "/start/") -> dict[str, list[str]]:
    """What the header offers to whoever has these roles: headings with what they open, links with nothing."""
    person = SignedIn(uuid4(), uuid4(), "Anna", "en", frozenset(held), "password")
    with app.test_request_context(at, headers={"Accept-Language": "en"}):
        return {place.text: [each.text for each in place.places] for place in navigation(person)}


def test_who_has_few_places_sees_them_in_a_row_and_others_find_the_rest_under_headings(app: Flask) -> None:
    assert shown_to(app).keys() == {"Start", "My steps", "Events", "My meetings", "My membership", "My gifts"}
    volunteer = shown_to(app, "AMBASSADOR")
    assert list(volunteer) == ["Inbox", "For me"]
    assert "My mandates" in volunteer["For me"] and len(volunteer["For me"]) == 7
    everything = shown_to(app, "ADMIN", "FINANCE", "MEMBERSHIP", "GENERAL_DELEGATE", "DPO", "FOUNDATION_GIFTS")
    assert list(everything)[:4] == ["Inbox", "My Monday", "Cases", "People"]
    assert list(everything)[4:] == ["Association", "Money", "Settings", "For me"]


def test_a_heading_tells_that_the_page_stands_under_it(app: Flask) -> None:
    person = SignedIn(uuid4(), uuid4(), "Anna", "en", frozenset({"FINANCE", "ADMIN"}), "password")
    with app.test_request_context("/texts"):
        assert [place.active for place in navigation(person)].count(True) == 1


@pytest.mark.parametrize(("path", "heading"), [("/mandates/mine", "For me"), ("/mandates/", "Association")])
def test_a_page_stands_under_one_heading_alone(app: Flask, path: str, heading: str) -> None:
    person = SignedIn(uuid4(), uuid4(), "Anna", "en", frozenset({"GENERAL_DELEGATE", "ADMIN"}), "password")
    with app.test_request_context(path, headers={"Accept-Language": "en"}):
        assert [place.text for place in navigation(person) if place.active] == [heading]
