"""The first page leads each to where his work is."""

from __future__ import annotations

from engine.engine import Engine
from engine.transaction import transaction
from tests.fixtures.pages import LookedAtPages
from tests.fixtures.staff import PASSWORD, add_person
from webapp import definitions
from workflows.association.people import Person


def test_a_stranger_is_told_what_one_can_do(client: LookedAtPages, web_engine: Engine) -> None:
    with transaction(web_engine) as session:
        definitions.deploy(session, web_engine, (definitions.OWN,))
    page = client.get("/").get_data(as_text=True)
    assert 'href="/start/membership_application"' in page
    assert 'href="/sign-in"' in page
    assert client.get("/start/membership_application").status_code == 200


def test_who_works_here_goes_to_the_inbox(client: LookedAtPages, anna: Person) -> None:
    client.post_form("/sign-in/password", {"email": "anna.berger@example.org", "password": PASSWORD})
    assert client.get("/").location == "/tasks"


def test_a_member_goes_to_his_own_steps(client: LookedAtPages, web_engine: Engine) -> None:
    add_person(web_engine, "Marie", "Colin", password=PASSWORD)
    client.post_form("/sign-in/password", {"email": "marie.colin@example.org", "password": PASSWORD})
    assert client.get("/").location == "/journeys"
