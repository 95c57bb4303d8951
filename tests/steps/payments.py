"""Baskets, orders and money that arrives."""

from __future__ import annotations

import json
from decimal import Decimal
from io import BytesIO

from pypdf import PdfReader
from pytest_bdd import given, parsers, then, when
from sqlalchemy import select

from engine.models import Message
from engine.transaction import reading, transaction
from tests.fixtures.office import Office
from tests.steps.applications import applicant
from tests.steps.clock import day
from workflows.association import member_documents, orders
from workflows.association.invoices import Invoice
from workflows.association.issued_documents import INVOICE, IssuedDocument
from workflows.association.mandates import Mandate
from workflows.association.memberships import Membership
from workflows.association.orders import ASSOCIATION, FOUNDATION, Order, of_application
from workflows.association.payments import Payment, Received

EMPLOYER = {
    "payer.company": "Ateliers Vernet", "payer.address_lines": "3 rue du Port", "payer.city": "Nantes",
    "payer.postcode": "44000", "payer.reference": "BC-77",
}  # fmt: skip
ADDRESS = {"applicant.address_lines": "1 rue des Écoles", "applicant.postcode": "75005", "applicant.city": "Paris"}


def order(office: Office) -> Order:
    """The newest order of the application, its lines read."""
    assert office.application_id is not None
    with reading(office.engine) as session:
        newest = of_application(session, office.application_id)[0]
        assert newest.lines
        return newest


@given(parsers.re(r"the applicant fills the basket: (?P<means>\w+), (?P<years>\d) years?, gift (?P<gift>\d+)"))
@when(parsers.re(r"the applicant fills the basket: (?P<means>\w+), (?P<years>\d) years?, gift (?P<gift>\d+)"))
def fills_the_basket(office: Office, means: str, years: str, gift: str) -> None:
    variables = {
        "pay_means": None if means == "NONE" else means,
        "duration_years": int(years),
        "gift_amount": Decimal(gift) if int(gift) else None,
    }
    office.complete("fill_basket", applicant(office), variables, ADDRESS if int(gift) else {})


def basket_of(years: object, means: str) -> dict[str, object]:
    """The answers of a basket without gift."""
    return {"pay_means": means, "duration_years": years, "gift_amount": None}


@when(parsers.parse('the applicant fills the basket for a direct debit from "{iban}"'))
def fills_the_basket_for_a_debit(office: Office, iban: str) -> None:
    records = {
        "mandate.holder": "Ambre Delaunay", "mandate.iban": iban, "mandate.kind": "OOFF", "mandate.signed": True,
    }  # fmt: skip
    office.complete("fill_basket", applicant(office), basket_of(1, "SEPA"), records)


@when("the applicant's employer is to pay")
def the_employer_is_to_pay(office: Office) -> None:
    values = {"pay_means": None, "duration_years": 1, "gift_amount": None, "payer": "EMPLOYER"}
    office.complete("fill_basket", applicant(office), values, EMPLOYER)


@when("the applicant fills the basket for life")
def fills_the_basket_for_life(office: Office) -> None:
    office.complete("fill_basket", applicant(office), basket_of("LIFE", "CARD"), {})


@when("the applicant fills the basket for life, one instalment a year")
def fills_the_basket_for_an_instalment(office: Office) -> None:
    office.complete("fill_basket", applicant(office), basket_of("LIFE_PART", "CARD"), {})


@then(parsers.parse('the mandate "{reference}" is signed for one debit'))
def the_mandate_is_signed(office: Office, reference: str) -> None:
    with reading(office.engine) as session:
        mandates = [(each.reference, each.kind, each.state, each.iban) for each in session.scalars(select(Mandate))]
    assert mandates == [(reference, "OOFF", "SIGNED", "FR7630006000011234567890189")]


@when(parsers.parse("the applicant pays {amount:d} by card"))
def pays_by_card(office: Office, amount: int) -> None:
    key = f"card-{amount}"
    answer = office.pay(order(office).key, Decimal(amount), means="CARD", event_id=key, value_date=None)
    assert answer is Received.RECORDED


@when(parsers.parse("the bank announces a transfer of {amount:d} with value date {value_date}"))
def the_bank_announces(office: Office, amount: int, value_date: str) -> None:
    office.pay(order(office).key, Decimal(amount), means="TRANSFER", event_id="bank-1", value_date=day(value_date))


@when("the bank announces the same transfer again")
def the_bank_announces_again(office: Office) -> None:
    with reading(office.engine) as session:
        payment = session.scalars(select(Payment)).one()
    again = office.pay(order(office).key, payment.amount, means="TRANSFER", event_id="bank-1", value_date=None)
    assert again is Received.REPEATED


@then("exactly one payment is recorded")
def exactly_one_payment(office: Office) -> None:
    with reading(office.engine) as session:
        assert len(session.scalars(select(Payment)).all()) == 1


@then(parsers.parse('invoice "{number}" of {amount:d} is issued'))
def an_invoice_is_issued(office: Office, number: str, amount: int) -> None:
    with reading(office.engine) as session:
        invoices = [(invoice.number, invoice.amount) for invoice in session.scalars(select(Invoice))]
        issued = session.scalars(select(IssuedDocument).where(IssuedDocument.kind == INVOICE))
        documents = [document.file_name for document in issued]
    assert invoices == [(number, amount)]
    assert documents == [f"{number}.pdf"]


@then(parsers.parse('the invoice says "{line}", and the attestation "{paid}"'))
def papers_say(office: Office, line: str, paid: str) -> None:
    today = office.clock.now().date()
    with transaction(office.engine) as session:
        member = session.scalars(select(Membership)).one()
        given = member_documents.attestation(
            session, office.association, member.person_id, lang="fr", today=today, now=office.clock.now()
        )
        invoice = session.scalars(select(IssuedDocument).where(IssuedDocument.kind == INVOICE)).one()
        for document, words in ((invoice, line), (given, paid)):
            read = PdfReader(BytesIO(document.body)).pages[0].extract_text()
            assert words in " ".join(read.split()), read


@then("no invoice is issued")
def no_invoice_is_issued(office: Office) -> None:
    with reading(office.engine) as session:
        assert session.scalars(select(Invoice)).all() == []


@then(parsers.parse("the foundation is told of a gift of {amount:d}"))
def the_foundation_is_told(office: Office, amount: int) -> None:
    with reading(office.engine) as session:
        message = session.scalars(select(Message).where(Message.name == "gift_received")).one()
    assert message.key == orders.gift_key(order(office))
    assert Decimal(json.loads(message.payload)["amount"]["n"]) == amount


@then(parsers.parse("the order is {dues:d} for the association and {gift:d} for the foundation"))
def the_order_is(office: Office, dues: int, gift: int) -> None:
    found = order(office)
    assert (found.total_for(ASSOCIATION), found.total_for(FOUNDATION)) == (dues, gift)
