"""Names as people bear them: two surnames, Arabic, Chinese, an address without a postcode (domain annex G, X11)."""

from __future__ import annotations

import unicodedata
from collections import Counter
from decimal import Decimal
from io import BytesIO
from uuid import uuid4

import pytest
from pypdf import PdfReader
from sqlalchemy import true

from engine import jobs
from engine.engine import Engine
from engine.transaction import reading, transaction
from tests.fixtures.members import apply
from tests.fixtures.pages import LookedAtPages
from tests.fixtures.staff import PASSWORD, add_person
from workflows.association import person_search
from workflows.association.contacts import Address
from workflows.association.gifts import documents, donors, receipts
from workflows.association.gifts.register import Gift
from workflows.association.people import Person

# First names, birth name, usage name, and where a letter goes: neither Hong Kong nor the Emirates has postcodes.
NAMES = (
    ("محمد", "بن عبد الله", "الفاسي", "شارع الاستقلال ١٢", "دبي", "AE"),
    ("慕華", "歐陽", "陳", "彌敦道十二號", "香港", "HK"),
    ("Thị Hồng", "Nguyễn", "Lefèvre-Śliwa", "12 Nathan Road", "Hong Kong", "HK"),
)


@pytest.fixture
def people(joining: Engine) -> list[Person]:
    """Donors of these names, each with a gift."""
    now = joining.clock.now()
    with transaction(joining) as session:
        found = []
        for first, birth, usage, street, city, country in NAMES:
            person = Person(id=uuid4(), first_names=first, birth_name=birth, usage_name=usage, lang="fr")
            person.refresh_search_name()
            session.add(person)
            session.flush()
            session.add(Address(id=uuid4(), person_id=person.id, lines=street, postcode="", city=city, country=country))
            session.add(
                Gift(
                    id=person.id, key=f"entry:{person.id}", donor_id=donors.individual(session, person.id, now).id,
                    amount=Decimal(120), origin="ENTRY", means="CARD", class_="GIFT_IND", given_on=now.date(),
                    fiscal_year=now.year, state="BOOKED", noted_at=now, noted_by="t",
                )
            )  # fmt: skip
            found.append(person)
    return found


def letters(text: str) -> Counter[str]:
    """Marks and ligatures come in the order in which they are drawn: letters are compared, not their order."""
    return Counter(each for each in unicodedata.normalize("NFKC", text) if unicodedata.category(each)[0] == "L")


def test_a_receipt_states_the_name_and_the_address_in_their_own_script(joining: Engine, people: list[Person]) -> None:
    now = joining.clock.now()
    with transaction(joining) as session:
        for person, said in zip(people, NAMES, strict=True):
            issued = receipts.issue(session, [session.get_one(Gift, person.id)], on=now.date(), now=now, by="t")
            read = PdfReader(BytesIO(documents.receipt(session, issued, now=now).body)).pages[0].extract_text()
            assert not letters(f"{person.display_name} {said[3]} {said[4]}") - letters(read), said


def test_each_of_two_surnames_finds_the_person(joining: Engine, people: list[Person]) -> None:
    with reading(joining) as session:
        for person in people:
            for text in (person.birth_name, str(person.usage_name), f"{person.first_names} {person.birth_name}"):
                assert [each.id for each in person_search.find(session, text, true())] == [person.id], text


def test_the_form_to_join_takes_them_and_the_office_finds_the_case(client: LookedAtPages, joining: Engine) -> None:
    add_person(joining, "Odile", "Roux", "ADMIN", "DATA", "MEMBERSHIP", password=PASSWORD)
    for number, (first, birth, usage, _street, _city, country) in enumerate(NAMES):
        apply(
            client, first_names=first, birth_name=birth, usage_name=usage, country=country,
            email=f"names{number}@boite.example",
        )  # fmt: skip
    jobs.run_due(joining)
    desk = client.application.test_client()
    assert isinstance(desk, LookedAtPages)
    desk.post_form("/sign-in/password", {"email": "odile.roux@example.org", "password": PASSWORD})
    for first, birth, _usage, *_ in NAMES:
        assert first in desk.get("/cases", query_string={"q": birth}).get_data(as_text=True), birth
