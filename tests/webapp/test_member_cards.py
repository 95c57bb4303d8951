"""Member cards: on a telephone and on paper, and what whoever checks one learns."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from engine.engine import Engine
from engine.transaction import transaction
from tests.fixtures.pages import LookedAtPages
from tests.fixtures.staff import PASSWORD, add_person
from tests.webapp.test_membership_page import join, signed_in
from webapp.house import card_links
from webapp.settings import Settings
from workflows.association import member_cards
from workflows.association.memberships import Membership
from workflows.association.people import Person


@pytest.fixture
def zoe(web_engine: Engine) -> Person:
    person = add_person(web_engine, "Zoe", "Petit", password=PASSWORD)
    join(web_engine, person, "123478")
    return person


def link(engine: Engine, settings: Settings, person: Person) -> str:
    """The path behind the picture of the present card."""
    with transaction(engine) as session:
        card = member_cards.card_of(session, person.id, engine.clock.now().date())
    assert card is not None
    return card_links(settings).of(card).removeprefix(settings.public_url)


def stranger(app: Flask) -> LookedAtPages:
    browser = app.test_client()
    assert isinstance(browser, LookedAtPages)
    return browser


def told(app: Flask, path: str) -> str:
    answer = stranger(app).get(path)
    assert answer.status_code == 200
    assert (answer.headers["Referrer-Policy"], answer.headers["X-Robots-Tag"]) == ("no-referrer", "noindex")
    return answer.get_data(as_text=True)


def test_a_member_has_a_card_and_whoever_checks_it_learns_no_more_than_needed(
    app: Flask, web_engine: Engine, settings: Settings, zoe: Person
) -> None:
    browser = signed_in(app, zoe)
    assert "/membership/card" in browser.get("/membership/").get_data(as_text=True)
    card = browser.get("/membership/card").get_data(as_text=True)
    assert "Zoe Petit" in card and "123478" in card
    assert re.search(r"<svg[^>]* viewBox=", card), "else it is cut off where there is less room"
    page = told(app, link(web_engine, settings, zoe))
    assert "Cette carte est valable" in page and "Z. P." in page and "78" in page
    assert "Petit" not in page and "123478" not in page and "example.org" not in page


def test_the_card_on_paper_has_number_and_picture(app: Flask, zoe: Person) -> None:
    answer = signed_in(app, zoe).get("/membership/card.pdf")
    text = PdfReader(BytesIO(answer.data)).pages[0].extract_text()
    assert "123478" in text and "Zoe Petit" in text
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    "change",
    [
        {"service_entitlement": "LAPSED"}, {"service_entitlement": "SUSPENDED"}, {"service_entitlement": "ENDED"},
        {"service_entitlement": "PENDING_PAY"}, {"statutory_status": "RESIGNED"}, {"statutory_status": "DECEASED"},
    ],
)  # fmt: skip
def test_a_card_ends_with_the_services(
    app: Flask, web_engine: Engine, settings: Settings, zoe: Person, change: dict[str, str]
) -> None:
    path, browser = link(web_engine, settings, zoe), signed_in(app, zoe)
    with transaction(web_engine) as session:
        membership = session.scalars(select(Membership)).one()
        for name, value in change.items():
            setattr(membership, name, value)
    assert "n’est pas valable" in told(app, path)
    assert "Vous n’avez pas de carte" in browser.get("/membership/card").get_data(as_text=True)
    assert browser.get("/membership/card.pdf").status_code == 404


def test_a_card_is_good_for_its_own_period_and_through_grace(
    web_engine: Engine, settings: Settings, zoe: Person
) -> None:
    with transaction(web_engine) as session:
        membership = session.scalars(select(Membership)).one()
        end, id_ = membership.end_date, membership.id
        membership.service_entitlement = "GRACE"
        session.flush()
        last = end + timedelta(days=30)
        assert member_cards.standing(session, id_, end, last) == member_cards.Standing(True, last, "Z. P.", "78")
        assert not member_cards.standing(session, id_, end, last + timedelta(days=1)).good
        membership.service_entitlement, membership.end_date = "CURRENT", end + timedelta(days=365)
        session.flush()
        assert member_cards.standing(session, id_, end, end).good, "the card of the year that ends"
        assert not member_cards.standing(session, id_, end, end + timedelta(days=1)).good, "it is not the new one"
        membership.end_date = end
        session.flush()
        assert not member_cards.standing(session, id_, end + timedelta(days=365), end).good, "the money went back"


def test_nobody_makes_a_card(app: Flask, web_engine: Engine, settings: Settings, zoe: Person) -> None:
    path = link(web_engine, settings, zoe)
    other = path[:-1] + ("A" if path[-1] != "A" else "B")
    for forged in (other, "/cards/x", "/cards/" + "A" * 42, path + "AA"):
        assert "n’est pas valable" in told(app, forged)
    assert re.fullmatch(r"/cards/[\w-]{42}", path)
