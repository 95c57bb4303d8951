"""The banner while nothing leaves the house, and the page that opens it again: for administrators alone."""

from __future__ import annotations

import pytest

from engine.engine import Engine
from engine.muting import mute, muted
from engine.transaction import reading, transaction
from tests.fixtures.pages import LookedAtPages
from tests.webapp.test_cases import browser_of

BANNER = "Rien ne sort"


@pytest.fixture
def restored(web_engine: Engine) -> None:
    with transaction(web_engine) as session:
        mute(session, web_engine, "operator", "restored")


@pytest.mark.usefixtures("restored")
def test_every_page_of_staff_says_so_and_no_page_of_others(client: LookedAtPages, web_engine: Engine) -> None:
    for role, shown in (("MEMBERSHIP", True), ("TREASURER", True), ("MENTOR", False), ("", False)):
        person = browser_of(client, web_engine, role)
        for path in ("/start", "/account"):
            text = person.get(path, follow_redirects=True).get_data(as_text=True)
            assert (BANNER in text) == shown, (role, path)
    assert BANNER not in client.get("/sign-in").get_data(as_text=True)


@pytest.mark.usefixtures("restored")
def test_an_administrator_opens_and_holds(client: LookedAtPages, web_engine: Engine) -> None:
    admin = browser_of(client, web_engine, "ADMIN")
    assert 'href="/operations/outgoing"' in admin.get("/cases").get_data(as_text=True)
    assert "restaurée" in admin.get("/operations/outgoing").get_data(as_text=True)
    assert admin.post_form("/operations/outgoing/open").status_code == 303
    with reading(web_engine) as session:
        assert muted(session) is None
    assert BANNER not in admin.get("/operations/outgoing").get_data(as_text=True)
    assert admin.post_form("/operations/outgoing/hold").status_code == 303
    assert BANNER in admin.get("/cases").get_data(as_text=True)


@pytest.mark.parametrize("role", ["MEMBERSHIP", "GENERAL_DELEGATE", "MENTOR"])
@pytest.mark.usefixtures("restored")
def test_nobody_else_does(client: LookedAtPages, web_engine: Engine, role: str) -> None:
    person = browser_of(client, web_engine, role)
    assert person.get("/operations/outgoing").status_code == 403
    assert person.post_form("/operations/outgoing/open").status_code == 403
    with reading(web_engine) as session:
        assert muted(session) is not None
