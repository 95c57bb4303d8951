"""Finding tasks and cases by the words that people know: the task's name, the person's name, the number."""

from __future__ import annotations

import pytest

import workflows
from engine import jobs
from engine.engine import Engine
from tests.fixtures.members import apply, open_journey
from tests.fixtures.pages import LookedAtPages
from tests.fixtures.staff import PASSWORD, add_person


@pytest.fixture
def desk(client: LookedAtPages, joining: Engine) -> LookedAtPages:
    """The browser of the data office, with one application whose e-mail address is confirmed."""
    add_person(joining, "Odile", "Roux", "ADMIN", "DATA", "MEMBERSHIP", password=PASSWORD)
    apply(client)
    open_journey(client, joining)
    jobs.run_due(joining)
    staff = client.application.test_client()
    assert isinstance(staff, LookedAtPages)
    staff.post_form("/sign-in/password", {"email": "odile.roux@example.org", "password": PASSWORD})
    return staff


@pytest.mark.parametrize("text", ["Camille", "martin", "camille martin", "ADH-"])
def test_a_case_is_found_by_its_person_and_its_number(desk: LookedAtPages, text: str) -> None:
    page = desk.get("/cases", query_string={"q": text}).get_data(as_text=True)
    assert "Camille Martin" in page
    assert "ADH-" in page


def test_a_name_that_nobody_bears_finds_nothing(desk: LookedAtPages) -> None:
    assert "Aucun dossier" in desk.get("/cases?q=Zweifel").get_data(as_text=True)


def test_the_start_page_of_staff_names_what_they_may_start(desk: LookedAtPages) -> None:
    page = desk.get("/start").get_data(as_text=True)
    assert "Demande d’adhésion" in page
    held = {"ADMIN", "DATA", "MEMBERSHIP"}
    theirs = [
        each for each in workflows.catalogue() if each.public or each.for_members or held & set(each.starter_roles)
    ]
    assert page.count("am-card__foot") == len(theirs) > 1


def test_an_english_page_asks_to_be_written_to_in_english(client: LookedAtPages, joining: Engine) -> None:
    client.post_form("/language", {"language": "en", "next": "/"})
    page = client.get("/start/membership_application").get_data(as_text=True)
    chosen = page.split('name="lang"')
    assert [" checked" in part.split(">")[0] for part in chosen[1:]] == [False, True]
