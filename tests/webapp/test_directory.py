"""The members' directory: who reads it, who stands in it for whom, which fields are open, and what is noted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from engine.engine import Engine
from engine.transaction import reading, transaction
from tests.fixtures.pages import LookedAtPages
from tests.fixtures.staff import PASSWORD, add_person
from tests.webapp.test_membership_page import join, signed_in
from workflows.association import consents
from workflows.association.consents import Holder
from workflows.association.contacts import Address, Phone
from workflows.association.diplomas import Diploma
from workflows.association.groups import Group, GroupMember
from workflows.association.import_vcards import cards
from workflows.association.memberships import Membership
from workflows.association.openings import PersonOpening
from workflows.association.people import Person
from workflows.association.vcards import Contact, vcard

Change = Callable[[Person, Membership], None]


def member(engine: Engine, first: str, last: str, number: str, year: int) -> Person:
    person = add_person(engine, first, last, password=PASSWORD)
    join(engine, person, number)
    with transaction(engine) as session:
        session.add(Diploma(person_id=person.id, programme="PGE", promotion_year=year))
    return person


@pytest.fixture
def zoe(web_engine: Engine) -> Person:
    """Who reads, of the class of 2010."""
    return member(web_engine, "Zoe", "Petit", "2001", 2010)


@pytest.fixture
def max_(web_engine: Engine) -> Person:
    """Who is looked for, of the class of 2015, at Lyon."""
    person = member(web_engine, "Max", "Verne", "2002", 2015)
    with transaction(web_engine) as session:
        known = session.get_one(Person, person.id)
        known.employer, known.position = "Aciéries, SA", "Ingénieur"
        known.phones.append(Phone(person_id=person.id, number="+33612345678"))
        known.addresses.append(
            Address(person_id=person.id, lines="1 rue Haute", postcode="69001", city="Lyon", country="FR")
        )
    return person


def chose(engine: Engine, person: Person, *, later: int = 0, **answers: str) -> None:
    with transaction(engine) as session:
        said = {f"directory_{part}": value for part, value in answers.items()}
        at = engine.clock.now() + timedelta(minutes=later)
        consents.record(session, Holder(person.id), said, at=at, source="PROFILE")


def changed(engine: Engine, person: Person, change: Change) -> None:
    with transaction(engine) as session:
        membership = session.scalars(select(Membership).where(Membership.person_id == person.id)).one()
        change(session.get_one(Person, person.id), membership)


def shows(browser: LookedAtPages, person: Person, question: str = "name=verne") -> bool:
    """Whether the search finds somebody; the page and the card of a match say the same."""
    page = browser.get(f"/directory/?{question}").get_data(as_text=True)
    if "name=verne" in question:
        there = {browser.get(f"/directory/{person.id}{end}").status_code for end in ("", "/contact.vcf")}
        assert there == ({200} if f"/directory/{person.id}" in page else {404})
    return f"/directory/{person.id}" in page


def looks(engine: Engine, person: Person) -> list[PersonOpening]:
    with reading(engine) as session:
        return list(session.scalars(select(PersonOpening).where(PersonOpening.person_id == person.id)))


def test_names_and_classes_are_open_to_members_and_nothing_else(
    app: Flask, web_engine: Engine, zoe: Person, max_: Person
) -> None:
    browser = signed_in(app, zoe)
    assert shows(browser, max_) and shows(browser, max_, "year=2015") and shows(browser, max_, "name=max&year=2015")
    assert not shows(browser, max_, "year=2016") and not shows(browser, max_, "year=201x")
    assert not shows(browser, max_, "") and not shows(browser, max_, "town=lyon"), "the town is not open"
    page = browser.get(f"/directory/{max_.id}")
    text = page.get_data(as_text=True)
    assert "Max Verne" in text and "2015" in text and page.headers["Cache-Control"] == "private, no-store"
    assert not [word for word in ("example", "612345678", "6 12 34", "Aciéries", "Lyon", "rue Haute") if word in text]


def test_each_field_opens_by_itself_and_every_look_is_noted(
    app: Flask, web_engine: Engine, zoe: Person, max_: Person
) -> None:
    browser = signed_in(app, zoe)
    chose(web_engine, max_, town="members", career="promotion", contact="members")
    assert shows(browser, max_, "town=lyon") and looks(web_engine, max_) == [], "a list is no opening"
    text = browser.get(f"/directory/{max_.id}").get_data(as_text=True)
    assert "Lyon" in text and "+33 6 12 34 56 78" in text and "Aciéries" not in text and "rue Haute" not in text
    [look] = looks(web_engine, max_)
    assert (look.opened_by, look.role, look.reason) == (f"person:{zoe.id}", "MEMBER", "directory")
    assert look.shown.split() == ["contact", "identity", "town"]
    card = browser.get(f"/directory/{max_.id}/contact.vcf")
    assert card.headers["Content-Type"] == "text/vcard; charset=utf-8" and len(looks(web_engine, max_)) == 2
    [(_line, told)], _ignored = cards(card.get_data(as_text=True))
    assert {"max.verne@example.org", "+33612345678", "Verne"} <= {value for _column, value in told}
    assert "Aci" not in card.get_data(as_text=True)


@pytest.mark.parametrize("choice", ["promotion", "groups"])
def test_a_class_or_a_group_sees_what_it_is_shown(
    app: Flask, web_engine: Engine, zoe: Person, max_: Person, choice: str
) -> None:
    chose(web_engine, max_, identity=choice)
    browser = signed_in(app, zoe)
    assert not shows(browser, max_)
    with transaction(web_engine) as session:
        if choice == "promotion":
            session.add(Diploma(person_id=zoe.id, programme="MBA", promotion_year=2015))
        else:
            group = Group(id=uuid4(), kind="CLUB", name_fr="Voile", name_en="Sailing")
            session.add(group)
            session.flush()
            session.add_all(
                GroupMember(group_id=group.id, person_id=each, joined_on=date(2026, 1, 1)) for each in (zoe.id, max_.id)
            )
    assert shows(browser, max_)
    chose(web_engine, max_, later=1, identity="hidden")
    assert not shows(browser, max_), "nobody at all"


def _entitled(state: str) -> Change:
    return lambda person, membership: setattr(membership, "service_entitlement", state)


def _died(person: Person, membership: Membership) -> None:
    person.deceased_on = date(2026, 1, 1)


def _restricted(person: Person, membership: Membership) -> None:
    person.restricted_since = membership.changed_at


def _guest(person: Person, membership: Membership) -> None:
    membership.category = "GUEST"


def _resigned(person: Person, membership: Membership) -> None:
    membership.statutory_status = "RESIGNED"


@pytest.mark.parametrize(
    ("change", "listed"),
    [(_entitled("LAPSED"), True), (_entitled("GRACE"), True), (_entitled("SUSPENDED"), False), (_guest, False),
     (_died, False), (_restricted, False), (_resigned, False)],
)  # fmt: skip
def test_who_stands_in_it(
    app: Flask, web_engine: Engine, zoe: Person, max_: Person, change: Change, listed: bool
) -> None:
    changed(web_engine, max_, change)
    assert shows(signed_in(app, zoe), max_) is listed


@pytest.mark.parametrize(
    ("change", "reads"),
    [(_entitled("CURRENT"), True), (_entitled("GRACE"), True), (_entitled("LAPSED"), False),
     (_entitled("SUSPENDED"), False), (_guest, False), (_resigned, False)],
)  # fmt: skip
def test_who_reads_it(app: Flask, web_engine: Engine, zoe: Person, max_: Person, change: Change, reads: bool) -> None:
    changed(web_engine, zoe, change)
    browser = signed_in(app, zoe)
    assert shows(browser, max_) is reads
    assert ("services sont ouverts" in browser.get("/directory/").get_data(as_text=True)) is not reads


@pytest.mark.parametrize(("year", "found"), [(2010, True), (2020, True), (2021, False), (2009, False)])
def test_students_see_the_classes_around_their_own(
    app: Flask, web_engine: Engine, zoe: Person, max_: Person, year: int, found: bool
) -> None:
    def study(person: Person, membership: Membership) -> None:
        membership.category = "STUDENT"
        person.diplomas[0].promotion_year = year

    changed(web_engine, zoe, study)
    assert shows(signed_in(app, zoe), max_) is found


def test_whoever_copies_the_directory_is_stopped(app: Flask, web_engine: Engine, zoe: Person, max_: Person) -> None:
    browser = signed_in(app, zoe)
    answers = [browser.get(f"/directory/{max_.id}/contact.vcf").status_code for _time in range(31)]
    assert answers == [200] * 30 + [429]
    assert browser.get(f"/directory/{UUID(int=0)}").status_code == 404


def test_a_card_is_folded_and_escaped_as_the_standard_says() -> None:
    card = vcard(Contact("Zoé;\nA", "É" * 60, places=[("", "Lyon, 1er", "", "")]))
    assert all(len(line.encode()) <= 75 for line in card.split("\r\n"))
    unfolded = card.replace("\r\n ", "")
    assert f"N:{'É' * 60};Zoé\\;\\nA;;;\r\n" in unfolded and "ADR:;;;Lyon\\, 1er;;;\r\n" in unfolded
