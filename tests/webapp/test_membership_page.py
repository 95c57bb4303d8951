"""One's own membership: its page, its documents for oneself alone, and an attestation when one asks."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from engine.engine import Engine
from engine.transaction import transaction
from tests.fixtures.pages import LookedAtPages
from tests.fixtures.staff import PASSWORD, add_person
from workflows.association.issued_documents import INVOICE, IssuedDocument
from workflows.association.life_plans import LifePlan, later
from workflows.association.memberships import Membership, MembershipPeriod
from workflows.association.orders import Order, open_order
from workflows.association.people import Person


def words(page: str) -> str:
    return re.sub(r"\s+", " ", page)


def signed_in(app: Flask, person: Person) -> LookedAtPages:
    browser = app.test_client()
    assert isinstance(browser, LookedAtPages)
    address = f"{person.first_names}.{person.birth_name}@example.org".lower()
    answer = browser.post_form("/sign-in/password", {"email": address, "password": PASSWORD})
    assert answer.status_code == 303
    return browser


@pytest.fixture
def zoe(web_engine: Engine) -> Person:
    """Zoé paid her dues."""
    person = add_person(web_engine, "Zoe", "Petit", password=PASSWORD)
    join(web_engine, person, "1001")
    return person


def join(engine: Engine, person: Person, number: str) -> None:
    now, today = engine.clock.now(), engine.clock.now().date()
    end = date(today.year + 1, 1, 1)
    with transaction(engine) as session:
        membership = Membership(
            id=uuid4(), person_id=person.id, member_no=number, category="GRADUATE", statutory_status="MEMBER",
            service_entitlement="NEW", join_date=today, start_date=today, end_date=end, changed_at=now,
        )  # fmt: skip
        session.add(membership)
        session.flush()
        session.add(
            MembershipPeriod(
                id=uuid4(), membership_id=membership.id, start_date=today, end_date=end, value_date=today,
                tariff_code="STD", rule="FIRST", written_at=now,
            )
        )  # fmt: skip


def test_a_member_sees_her_standing_and_gets_an_attestation(app: Flask, zoe: Person) -> None:
    browser = signed_in(app, zoe)
    page = browser.get("/membership/").get_data(as_text=True)
    assert "nouveau membre" in page and "1001" in page
    answer = browser.post_form("/membership/attestation")
    pdf = browser.get(answer.location)
    assert pdf.status_code == 200 and pdf.data.startswith(b"%PDF")
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert "attachment" in pdf.headers["Content-Disposition"]
    assert "Attestation de cotisation" in browser.get("/membership/").get_data(as_text=True)
    assert browser.post_form("/membership/attestation").location == answer.location, "issued once"


def test_until_when_she_is_paid_up_stands_only_where_a_paid_period_does(
    app: Flask, web_engine: Engine, zoe: Person
) -> None:
    browser = signed_in(app, zoe)
    assert "À jour jusqu’au" in browser.get("/membership/").get_data(as_text=True)
    with transaction(web_engine) as session:
        session.scalars(select(MembershipPeriod)).one().reversed_at = web_engine.clock.now()
    assert "À jour jusqu’au" not in browser.get("/membership/").get_data(as_text=True)


def test_what_the_bank_took_back_is_told_and_not_attested(app: Flask, web_engine: Engine, zoe: Person) -> None:
    browser, now = signed_in(app, zoe), web_engine.clock.now()
    with transaction(web_engine) as session:
        order = Order(id=uuid4(), key="CMD-2026-000888", means="SEPA", created_at=now, person_id=zoe.id)
        open_order(session, order, dues=Decimal(160), tariff="STD", years=1, gift=Decimal(0))
        session.flush()
        session.scalars(select(MembershipPeriod)).one().order_id = order.id
    page = browser.get("/membership/").get_data(as_text=True)
    assert "À jour jusqu’au" not in page and "est revenu" in page and "Commande CMD-2026-000888" in page
    assert "/pay/" not in page, "an order without a case has no page"
    assert "Obtenir une attestation" not in page
    assert browser.post_form("/membership/attestation").location == "/membership/"
    for standing, words in (
        ("NEW", "continuent quelque temps"), ("GRACE", "continuent quelque temps"), ("SUSPENDED", "sont fermés"),
        ("LAPSED", "compte, et sa commande est rouverte"), ("ENDED", "compte, et sa commande est rouverte"),
    ):  # fmt: skip
        with transaction(web_engine) as session:
            session.scalars(select(Order)).one().instance_id = uuid4()
            session.scalars(select(Membership)).one().service_entitlement = standing
        page = browser.get("/membership/").get_data(as_text=True)
        assert (words in page, "/pay/CMD-2026-000888" in page) == (True, True), standing
        assert ("continuent" in page) == (standing in {"NEW", "GRACE"}), standing
    with transaction(web_engine) as session:
        session.scalars(select(Order)).one().state = "PAID"
    assert "À jour jusqu’au" in browser.get("/membership/").get_data(as_text=True)


def test_nobody_else_gets_the_document(app: Flask, web_engine: Engine, zoe: Person) -> None:
    other = add_person(web_engine, "Paul", "Nguyen", "MEMBERSHIP", password=PASSWORD)
    address = signed_in(app, zoe).post_form("/membership/attestation").location
    assert signed_in(app, other).get(address).status_code == 404
    stranger = app.test_client()
    assert stranger.get(address).status_code in {303, 401}


def test_whoever_never_joined_is_told_how(app: Flask, web_engine: Engine) -> None:
    person, now = add_person(web_engine, "Max", "Roy", password=PASSWORD), web_engine.clock.now()
    browser = signed_in(app, person)
    page = browser.get("/membership/").get_data(as_text=True)
    assert re.search(r'href="/start"[^>]*>Comment adhérer', page)
    with transaction(web_engine) as session:  # his employer is to pay: the invoice comes before the membership
        session.add(
            IssuedDocument(
                id=uuid4(), key="invoice:1", kind=INVOICE, person_id=person.id, lang="fr", title="Facture 1",
                file_name="1.pdf", issued_on=now.date(), issued_at=now, size=4, sha256="", body=b"%PDF",
            )
        )  # fmt: skip
    assert "Facture 1" in browser.get("/membership/").get_data(as_text=True)
    assert browser.post_form("/membership/attestation").status_code == 303
    assert "pas encore de période payée" in browser.get("/membership/").get_data(as_text=True).replace("’", "'")


def test_who_pays_for_life_in_instalments_reads_how_many_are_paid_and_what_is_left(
    app: Flask, web_engine: Engine, zoe: Person
) -> None:
    today = web_engine.clock.now().date()
    with transaction(web_engine) as session:
        period = session.scalars(select(MembershipPeriod)).one()
        period.life_paid, period.life_parts = Decimal(1200), 2
        session.add(
            LifePlan(
                id=uuid4(), membership_id=period.membership_id, price=Decimal(2400), instalments=4, begun_on=today,
                payable_until=later(today, 4),
            )
        )  # fmt: skip
    browser = signed_in(app, zoe)
    page = words(browser.get("/membership/").get_data(as_text=True))
    assert "échéances payées : 2 sur 4 ; il reste 1 200,00 €, à payer au plus tard le" in page
    assert "La prochaine échéance de votre cotisation à vie est de 600,00 €" in page
    browser.post_form("/language", {"language": "en", "next": "/membership/"})
    english = words(browser.get("/membership/").get_data(as_text=True))
    browser.post_form("/language", {"language": "fr", "next": "/membership/"})
    assert "instalments paid: 2 of 4; €1,200.00 is left, to be paid by" in english
    with transaction(web_engine) as session:
        session.scalars(select(MembershipPeriod)).one().life_parts = 3
        session.scalars(select(MembershipPeriod)).one().life_paid = Decimal(1800)
    page = words(browser.get("/membership/").get_data(as_text=True))
    assert "La dernière échéance de votre cotisation à vie est de 600,00 €" in page
    with transaction(web_engine) as session:
        session.scalars(select(Membership)).one().statutory_status = "RESIGNED"
    assert "cotisation à vie" not in words(browser.get("/membership/").get_data(as_text=True)), "nothing is owed"
    with transaction(web_engine) as session:
        session.scalars(select(Membership)).one().statutory_status = "MEMBER"
        session.scalars(select(Membership)).one().end_date = date.max
    page = words(browser.get("/membership/").get_data(as_text=True))
    assert "échéance" not in page, "for life: nobody writes before an end"
