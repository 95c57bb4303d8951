"""The page of a person: found by what one remembers, shown by role and legal person, every opening noted."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select, true
from sqlalchemy.orm import Session

from engine import commands
from engine.assignment import SYSTEM
from engine.engine import Engine
from engine.transaction import reading, transaction
from tests.fixtures.cases import RESOURCES, start_review
from tests.fixtures.pages import LookedAtPages
from tests.fixtures.staff import add_person
from tests.security.web import LIVE_TEXTS, NOWHERE, Place, at_desk, browser, place
from webapp.comments.store import Comment
from webapp.links import tokens
from webapp.settings import Settings
from workflows.association import contacts, mails, openings, person_search
from workflows.association.applications import Application
from workflows.association.gifts import donors
from workflows.association.gifts.register import Gift
from workflows.association.issued_documents import IssuedDocument
from workflows.association.life_plans import LifePlan, later
from workflows.association.member_records import Feedback
from workflows.association.memberships import Membership, MembershipPeriod
from workflows.association.openings import PersonOpening
from workflows.association.orders import Order, open_order
from workflows.association.people import Alias, Person

ROLES = (
    *("MEMBERSHIP", "DATA", "COACH", "EVENTS", "FINANCE", "DPO", "GENERAL_DELEGATE", "TREASURER", "ADMIN"),
    *("FOUNDATION_GIFTS", "EDITOR", "COMMITTEE", "MENTOR", "GROUP_LEAD"),
)
MARKS = {
    "standing": "1001",
    "contact": "zoe.petit@example",
    "birth": "14 mai 1990",
    "money": "Commande de 160,00",
    "gifts": "Don de 500,00",
    "mails": "Un sujet de courriel",
    "notes": "Une remarque libre",
    "openings": "Qui a regardé",
}
# The ways in of gifts: a basket paid by card, a transfer, a cheque, a pledge's debit.
WAYS = {"CARD": 500, "TRANSFER": 70, "CHEQUE_POST": 60, "SEPA": 50}
PAPER = UUID("00000000-0000-4000-8000-0000000000aa")
# What each role sees, the parts that are hidden at first in capitals.
SEES = {
    "MEMBERSHIP": {"standing", "contact", "birth", "money", "mails", "NOTES"},
    "DATA": {"standing", "contact", "birth", "money", "mails", "NOTES"},
    "COACH": {"standing", "contact", "NOTES"},
    "EVENTS": {"standing", "contact"},
    "FINANCE": {"standing", "contact", "money", "GIFTS"},
    "DPO": {"standing", "contact", "birth", "money", "mails", "GIFTS", "NOTES", "openings"},
    "GENERAL_DELEGATE": {"standing", "contact", "birth", "money", "mails", "GIFTS", "NOTES", "openings"},
    "TREASURER": {"standing", "contact", "money", "GIFTS"},
    "ADMIN": {"standing", "contact", "birth", "money", "mails"},
    "FOUNDATION_GIFTS": {"contact", "GIFTS"},
}


@pytest.fixture
def zoe(web_engine: Engine, settings: Settings, review: str) -> Person:
    """Zoé is a member who gave, was written to, and told us something; a case of hers has a comment."""
    person = add_person(web_engine, "Zoe", "Petit")
    now = web_engine.clock.now()
    found = place(web_engine, settings)
    with transaction(web_engine) as session:
        kept = session.get_one(Person, person.id)
        kept.birth_date = date(1990, 5, 14)
        session.add(
            Membership(
                id=uuid4(), person_id=person.id, member_no="1001", category="GRADUATE", statutory_status="MEMBER",
                service_entitlement="CURRENT", join_date=now.date(), start_date=now.date(),
                end_date=now.date() + timedelta(days=365), changed_at=now,
            )
        )  # fmt: skip
        order = Order(
            id=uuid4(), key="ORD-1", person_id=person.id, instance_id=found.instance_id, means="CARD", state="PAID",
            created_at=now,
        )  # fmt: skip
        open_order(session, order, dues=Decimal(160), tariff="STD", years=1, gift=Decimal(500))
        session.flush()
        pays_for_life(session, person, now)
        mails.post(session, web_engine, to=person.id, subject="Un sujet de courriel", text="Texte.", lang="en")
        donor = donors.individual(session, person.id, now)
        session.flush()
        for number, (means, amount) in enumerate(WAYS.items()):
            session.add(
                Gift(
                    id=uuid4(), key=f"g{number}", donor_id=donor.id, amount=Decimal(amount), means=means,
                    origin="ENTRY", state="BOOKED", noted_at=now, noted_by="x",
                )
            )  # fmt: skip
        session.add(
            IssuedDocument(
                id=PAPER, key="receipt:1", kind="TAX_RECEIPT", person_id=person.id, lang="fr", title="Reçu fiscal 1",
                file_name="r.pdf", issued_on=now.date(), issued_at=now, size=1, body=b"x",
                sha256=sha256(b"x").hexdigest(),
            )
        )  # fmt: skip
        session.add(Feedback(id=uuid4(), person_id=person.id, about="JOINING", comment="Une remarque libre", at=now))
        session.add(
            Comment(
                id=uuid4(), instance_id=found.instance_id, author="person:x", author_name="Olga", text="Vu ensemble",
                written_at=now,
            )
        )  # fmt: skip
    return person


def pays_for_life(session: Session, person: Person, now: datetime) -> None:
    """Of four instalments of 600 she paid the first."""
    membership, today = session.scalars(select(Membership).where(Membership.person_id == person.id)).one(), now.date()
    session.add(
        MembershipPeriod(
            id=uuid4(), membership_id=membership.id, start_date=today, end_date=membership.end_date, value_date=today,
            tariff_code="LIP", rule="FIRST_JOIN", written_at=now, life_paid=Decimal(600), life_parts=1,
        )
    )  # fmt: skip
    session.add(
        LifePlan(
            id=uuid4(), membership_id=membership.id, price=Decimal(2400), instalments=4, begun_on=today,
            payable_until=later(today, 4),
        )
    )  # fmt: skip


def seen(page: str) -> set[str]:
    return {part for part, mark in MARKS.items() if mark in page.replace("<wbr>", "").replace("\u00a0", " ")}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_sees_its_part_and_learns_of_no_other(app: Flask, web_engine: Engine, zoe: Person, role: str) -> None:
    desk = at_desk(app, web_engine, "Olga", role)
    answer = desk.get(f"/people/{zoe.id}")
    if role not in SEES:
        assert answer.status_code == 403
        assert desk.get("/people?q=petit").status_code == 403
        return
    if "mails" in SEES[role]:
        assert '<span lang="en">Un sujet de courriel</span>' in answer.get_data(as_text=True)
    at_once = {part for part in SEES[role] if part.islower()}
    on_request = {part.lower() for part in SEES[role]}
    assert seen(answer.get_data(as_text=True)) == at_once
    assert ("à vie, par échéances" in answer.get_data(as_text=True)) == ("standing" in SEES[role])
    left = "échéances payées : 1 sur 4 ; il reste 1 800,00 €"
    assert (left in re.sub(r"\s", " ", answer.get_data(as_text=True))) == ("money" in SEES[role])
    asked = desk.get(f"/people/{zoe.id}?show=gifts&show=notes&show=openings&show=birth").get_data(as_text=True)
    assert seen(asked) == on_request
    with reading(web_engine) as session:
        looks = openings.of_person(session, zoe.id)
    assert [look.role for look in looks] == [role, role]
    assert sorted(("gifts" in look.shown, "notes" in look.shown) for look in looks)[-1] == (
        "gifts" in on_request, "notes" in on_request,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("role", "sees", "why"),
    [("FINANCE", True, 200), ("FOUNDATION_GIFTS", True, 200), ("MEMBERSHIP", False, 404)],
)
def test_gifts_are_shown_whatever_their_way_in_and_to_nobody_else(
    app: Flask, web_engine: Engine, zoe: Person, role: str, sees: bool, why: int
) -> None:
    with transaction(web_engine) as session:
        mail = mails.post(session, web_engine, to=zoe.id, subject="Reçu", text="Texte.", key="receipt:1")
        hidden = mails.post(session, web_engine, to=zoe.id, subject="Caché", text="Texte.", key="hidden")
        session.get_one(mails.Mail, hidden).cause = mails.caused(UUID(int=5), "tell")  # a case that he may not read
    desk = at_desk(app, web_engine, "Olga", role)
    assert desk.get(f"/mails/{mail}/why").status_code == why, "who may not see gifts learns of no mail about them"
    page = desk.get(f"/people/{zoe.id}?show=gifts").get_data(as_text=True).replace("\u00a0", " ").replace("<wbr>", "")
    for words in (*(f"Don de {amount},00" for amount in WAYS.values()), "Reçu fiscal 1"):
        assert (words in page) is sees, words
    assert desk.get(f"/people/{zoe.id}/documents/{PAPER}").status_code == (200 if sees else 404)
    assert (page.count("/why"), f"{hidden}/why" in page) == (int(role == "MEMBERSHIP"), False), "no link to a refusal"
    assert "660,00" not in page  # what was paid for dues and gift together


def test_comments_are_of_cases_that_one_sees(app: Flask, web_engine: Engine, zoe: Person) -> None:
    for role, count in (("MEMBERSHIP", 1), ("COACH", 0)):
        page = at_desk(app, web_engine, "Olga", role).get(f"/people/{zoe.id}?show=notes").get_data(as_text=True)
        assert page.count("Vu ensemble") == count, role


def test_the_foundation_knows_donors_and_nobody_else(app: Flask, web_engine: Engine, zoe: Person, leo: Person) -> None:
    desk = at_desk(app, web_engine, "Gil", "FOUNDATION_GIFTS")
    found = desk.get("/people?q=petit").get_data(as_text=True)
    assert "Zoe Petit" in found
    assert "membre" not in found.partition("<main")[2].partition("</main")[0].replace("numéro de membre", "")
    assert "Leo Marchand" not in desk.get("/people?q=marchand").get_data(as_text=True)
    assert "Leo" not in desk.get("/people?q=leo.marchand@example.org").get_data(as_text=True)
    stranger, nobody = desk.get(f"/people/{leo.id}"), desk.get(f"/people/{NOWHERE}")
    assert stranger.status_code == nobody.status_code == 404
    assert "Leo" not in stranger.get_data(as_text=True)


def test_nobody_is_found_by_whoever_is_not_signed_in(app: Flask, zoe: Person) -> None:
    assert browser(app).get(f"/people/{zoe.id}").status_code == 303
    assert browser(app).get("/people?q=zoe").status_code == 303


def test_an_opening_says_who_when_and_from_where(app: Flask, web_engine: Engine, zoe: Person) -> None:
    desk = at_desk(app, web_engine, "Olga", "MEMBERSHIP")
    case = uuid4()
    for via in ("search", str(case), "'; DROP TABLE person", ""):
        assert desk.get(f"/people/{zoe.id}", query_string={"via": via}).status_code == 200
    with reading(web_engine) as session:
        reasons = session.scalars(select(PersonOpening.reason)).all()
    assert sorted(reasons) == sorted(["search", f"case:{case}", "link", "link"])


def test_a_merged_record_leads_to_the_one_that_was_kept(app: Flask, web_engine: Engine, zoe: Person) -> None:
    former = uuid4()
    with transaction(web_engine) as session:
        session.add(Alias(id=uuid4(), person_id=zoe.id, kind="PERSON_ID", value=str(former)))
    answer = at_desk(app, web_engine, "Olga", "DATA").get(f"/people/{former}")
    assert (answer.status_code, answer.location) == (301, f"/people/{zoe.id}")


def test_the_erased_are_not_there(app: Flask, web_engine: Engine, zoe: Person) -> None:
    with transaction(web_engine) as session:
        session.get_one(Person, zoe.id).erased_on = web_engine.clock.now().date()
    desk = at_desk(app, web_engine, "Olga", "DATA")
    assert desk.get(f"/people/{zoe.id}").status_code == 404
    assert "Zoe Petit" not in desk.get("/people?q=zoe").get_data(as_text=True)


def test_a_case_leads_to_the_person_for_those_who_may_open_her(app: Flask, web_engine: Engine, zoe: Person) -> None:
    page = at_desk(app, web_engine, "Olga", "MEMBERSHIP").get(f"/people/{zoe.id}").get_data(as_text=True)
    assert "/cases/" in page


@pytest.mark.parametrize("text", LIVE_TEXTS.values(), ids=LIVE_TEXTS.keys())
def test_any_text_may_be_asked(app: Flask, web_engine: Engine, zoe: Person, text: str) -> None:
    desk: LookedAtPages = at_desk(app, web_engine, "Olga", "DATA")
    answer = desk.get("/people", query_string={"q": text[:2_000]})
    assert answer.status_code == 200
    assert "<img src=x" not in answer.get_data(as_text=True)


@pytest.fixture
def register(web_engine: Engine) -> Engine:
    """Names as they are in a register, and a crowd around them."""
    with transaction(web_engine) as session:
        for first, birth, usage in (
            ("Élodie", "Lefèvre-d'Ormesson", None),
            ("Jean-Baptiste", "Œuvrard", None),
            ("Marie", "Nguyễn", "Delacroix"),
            ("محمد", "بن عبد الله", None),
            ("迁", "司马", None),
            *((f"Paul{n}", f"Martin{n}", None) for n in range(40)),
        ):
            person = Person(id=uuid4(), first_names=first, birth_name=birth, usage_name=usage, lang="fr")
            person.refresh_search_name()
            session.add(person)
            session.flush()
            person.emails.append(contacts.email_row(person.id, f"{person.id.hex[:8]}@boite.example"))
            if birth == "Nguyễn":
                person.phones.append(contacts.Phone(id=uuid4(), person_id=person.id, number="+33612345678"))
                session.add(Alias(id=uuid4(), person_id=person.id, kind="MEMBER_NO", value="4242"))
                person.aliases.append(Alias(id=uuid4(), person_id=person.id, kind="NAME", value="Dubois-Vernéty"))
                person.refresh_search_name()
    return web_engine


ORMESSON = "Lefèvre-d'Ormesson"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("lefevre", ORMESSON), ("ormesson elodie", ORMESSON), ("LEFÉVRE ÉLODIE", ORMESSON),
        ("oeuvrard", "Œuvrard"), ("ouvrard", "Œuvrard"), ("jean baptiste oeuvrad", "Œuvrard"),
        ("elodi lefevre", ORMESSON), ("lefebvre elodie", ORMESSON), ("ormeson", ORMESSON),
        ("nguyen", "Nguyễn"), ("delacroix marie", "Nguyễn"), ("delacrois", "Nguyễn"), ("verney", "Nguyễn"),
        ("06 12 34 56 78", "Nguyễn"), ("+33612345678", "Nguyễn"), ("4242", "Nguyễn"),
        ("محمد", "بن عبد الله"), ("司马", "司马"),
    ],
)  # fmt: skip
def test_somebody_is_found_by_what_one_remembers(register: Engine, text: str, found: str) -> None:
    with reading(register) as session:
        assert [each.birth_name for each in person_search.find(session, text, true())][:1] == [found]


@pytest.mark.parametrize("text", ["", "   ", "zzzzzz", "nobody@boite.example", "9999", "%", "_", "\x00"])
def test_nothing_is_found_by_nothing(register: Engine, text: str) -> None:
    with reading(register) as session:
        assert list(person_search.find(session, text, true())) == []


def test_a_place_of_a_case_is_no_person(app: Flask, web_engine: Engine, settings: Settings, review: str) -> None:
    found: Place = place(web_engine, settings)
    some: UUID = found.instance_id
    assert at_desk(app, web_engine, "Olga", "DATA").get(f"/people/{some}").status_code == 404


@pytest.mark.parametrize(("role", "told"), [("MEMBERSHIP", True), ("ADMIN", True), ("EVENTS", False), ("COACH", False)])
@pytest.mark.parametrize(
    ("alike", "why"),
    [
        ({"email": "Zoe.Petit@example.org"}, "la même adresse e-mail"),
        ({"phone": "+33612345678"}, "le même numéro"),
        ({}, ""),
    ],
)
def test_an_open_application_that_nobody_linked_is_perhaps_hers(
    app: Flask, web_engine: Engine, zoe: Person, role: str, told: bool, alike: dict[str, str], why: str
) -> None:
    with transaction(web_engine) as session:
        person = session.get_one(Person, zoe.id)
        person.phones.append(contacts.Phone(person_id=zoe.id, number="+33612345678", rank=0))
        application = Application(
            id=uuid4(), created_at=web_engine.clock.now(), category="GRADUATE", first_names="Zoé", birth_name="Petit",
            birth_date=date(1990, 5, 14), **{"email": "zoe@elsewhere.example", **alike},
        )  # fmt: skip
        session.add(application)
        session.flush()
        applicant = application.actor
    case = start_review(web_engine, applicant=applicant)
    with transaction(web_engine) as session:
        tokens.issue(session, web_engine.clock.now(), case, applicant, timedelta(days=30))
    page = at_desk(app, web_engine, "Olga", role).get(f"/people/{zoe.id}").get_data(as_text=True)
    shown = told and bool(why)
    assert (f'href="/cases/{case}"' in page, "peut-être" in page) == (shown, shown)
    if shown:
        assert "rien en attente" not in page
        assert f"({why}" in page.replace("\u00a0", " ")


def test_what_staff_entered_for_somebody_is_perhaps_hers_too(app: Flask, web_engine: Engine, zoe: Person) -> None:
    applied = Application(
        id=uuid4(), created_at=web_engine.clock.now(), category="GRADUATE", first_names="Zoé", birth_name="Petit",
        birth_date=date(1990, 5, 14), email="zoe@elsewhere.example", match_person_id=zoe.id,
    )  # fmt: skip
    with transaction(web_engine) as session:
        session.add(applied)
        session.flush()
        given = {"applicant_actor": "x", "application_id": str(applied.id)}
        commands.deploy(session, web_engine, RESOURCES, by=SYSTEM)
        case = commands.start(session, web_engine, "review", given, by=SYSTEM).instance_id
    page = at_desk(app, web_engine, "Olga", "MEMBERSHIP").get(f"/people/{zoe.id}").get_data(as_text=True)
    assert f'href="/cases/{case}"' in page
    assert "rapprochée par le nom et la promotion" in page
