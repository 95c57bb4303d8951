"""Orders of a renewal: the basket, who pays, what arrived, and the invoice."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfReader
from pytest_bdd import given, parsers, then, when
from sqlalchemy import select

from engine.models import Message
from engine.transaction import reading, transaction
from tests.fixtures.office import Office
from tests.steps.clock import day
from tests.steps.payments import EMPLOYER
from tests.steps.renewals import renewal
from tests.steps.renewing_members import acting
from tests.steps.tasks import staff
from webapp.payments.providers import signs_at_provider
from webapp.settings import Settings
from workflows.association import (
    couples,
    payers,
)
from workflows.association.couples import RateTaken
from workflows.association.credit_notes import CreditNote
from workflows.association.invoices import Invoice
from workflows.association.issued_documents import CREDIT_NOTE, INVOICE, IssuedDocument
from workflows.association.memberships import MembershipPeriod
from workflows.association.orders import Order
from workflows.association.payments import Payment, Received
from workflows.association.record_set import record_set
from workflows.association.registry import registry


def latest_order(office: Office) -> Order:
    with reading(office.engine) as session:
        order = session.scalars(select(Order).order_by(Order.created_at.desc(), Order.key.desc())).first()
        assert order is not None
        assert order.lines
        return order


@given(parsers.re(r"the member orders: (?P<means>\w+), (?P<years>\w+) years?, gift (?P<gift>\d+)"))
@when(parsers.re(r"the member orders: (?P<means>\w+), (?P<years>\w+) years?, gift (?P<gift>\d+)"))
def orders_(office: Office, means: str, years: str, gift: str) -> None:
    office.instance_id = renewal(office).instance_id
    given_ = {
        "pay_means": None if means == "NONE" else means, "duration_years": int(years) if years.isdigit() else years,
        "gift_amount": Decimal(gift) if int(gift) else None, "auto_renew": None,
    }  # fmt: skip
    office.complete("fill_basket", acting(office), given_, {})


@when(parsers.parse("the member renews beside the member of number {number}"))
def renews_beside(office: Office, number: str) -> None:
    renewing = renewal(office)
    with transaction(office.engine) as session:
        beside = {"person_id": str(renewing.person_id), "case_id": str(renewing.instance_id)}
        given = {"renewal.partner_member_no": number}
        record_set().write(session, beside, given, now=office.clock.now(), by="person")


@then(parsers.parse("nobody can renew beside the member of number {number}"))
def nobody_can_renew_beside(office: Office, number: str) -> None:
    with reading(office.engine) as session, pytest.raises(RateTaken):
        couples.named(session, number)


@when("the member orders by SEPA what an unknown employer is to pay")
def the_unknown_pays(office: Office) -> None:
    office.instance_id = renewal(office).instance_id
    values = {"pay_means": "SEPA", "duration_years": 1, "gift_amount": None, "auto_renew": None, "payer": "EMPLOYER"}
    office.complete("fill_basket", acting(office), values, {})


@when("the member's employer is to pay")
def the_employer_pays(office: Office) -> None:
    office.instance_id = renewal(office).instance_id
    values = {"pay_means": None, "duration_years": 1, "gift_amount": None, "auto_renew": None, "payer": "EMPLOYER"}
    office.complete("fill_basket", acting(office), values, EMPLOYER)


@then(parsers.parse('the invoice of {amount:d} is made out to "{company}"'))
def is_made_out_to(office: Office, amount: int, company: str) -> None:
    assert office.incidents() == []
    with reading(office.engine) as session:
        invoice = session.scalars(select(Invoice)).one()
        payer = payers.of_order(session, invoice.order_id)
        document = session.scalars(select(IssuedDocument).where(IssuedDocument.kind == INVOICE)).one()
    assert payer is not None and (payer.company, invoice.amount) == (company, amount)
    assert document.file_name == f"{invoice.number}.pdf"


@then("the invoice is credited")
def is_credited(office: Office) -> None:
    with reading(office.engine) as session:
        invoice, note = session.scalars(select(Invoice)).one(), session.scalars(select(CreditNote)).one()
        assert (note.invoice_id, note.amount) == (invoice.id, invoice.amount)
        [kept] = session.scalars(select(IssuedDocument).where(IssuedDocument.kind == CREDIT_NOTE))
        said = PdfReader(BytesIO(kept.body)).pages[0].extract_text()
    assert all(each in said for each in (note.number, invoice.number, "160,00", "Ateliers Vernet")), said


@when(parsers.parse("the member pays {amount:d} by card"))
def pays_by_card(office: Office, amount: int) -> None:
    key = f"card-{amount}"
    answer = office.pay(latest_order(office).key, Decimal(amount), means="CARD", event_id=key, value_date=None)
    assert answer is Received.RECORDED


@given("direct debits are signed on a provider's page")
def signed_at_a_provider(office: Office) -> None:
    office.association = replace(office.association, signs_elsewhere=True)
    office.engine = replace(office.engine, registry=registry(office.association))


@then("nobody announces a debit, and the page of the order leads to the provider")
def leads_to_the_provider(office: Office) -> None:
    order, settings = latest_order(office), Settings(secret_key="x" * 40, debit_provider="gocardless")
    assert "await_card_payment" in office.entered() and "send_prenotification" not in office.entered()
    with reading(office.engine) as session:
        assert signs_at_provider(session, order, settings)


@then("the debit is announced here, and nobody waits for a payment online")
def is_announced(office: Office) -> None:
    assert office.incidents() == []
    assert "send_prenotification" in office.entered() and "await_card_payment" not in office.entered()


@when(parsers.re(r"the (member|applicant) pays (?P<amount>\d+) by a debit of the provider"))
def pays_by_a_debit(office: Office, amount: str) -> None:
    key, today = latest_order(office).key, office.clock.now().date()
    answer = office.pay(key, Decimal(amount), means="SEPA", event_id="debit-1", value_date=today)
    assert answer is Received.RECORDED


@when(parsers.parse("the bank tells of {amount:d} of {value_date}"))
def the_bank_tells(office: Office, amount: int, value_date: str) -> None:
    key = latest_order(office).key
    office.pay(key, Decimal(amount), means="TRANSFER", event_id="bank-1", value_date=day(value_date))


@when("the bank tells of the same again")
def the_bank_tells_again(office: Office) -> None:
    key = latest_order(office).key
    assert office.pay(key, Decimal(160), means="TRANSFER", event_id="bank-1", value_date=None) is Received.REPEATED


@then(parsers.parse("there is one payment and one period, from {first} to {last}"))
def one_payment(office: Office, first: str, last: str) -> None:
    with reading(office.engine) as session:
        assert len(session.scalars(select(Payment)).all()) == 1
        periods = [(each.start_date, each.end_date) for each in session.scalars(select(MembershipPeriod))]
    assert periods == [(day(first), day(last))]


@then(parsers.parse("the foundation is told of the renewal's gift of {amount:d}, by its line"))
def the_foundation_is_told(office: Office, amount: int) -> None:
    line = next(line for line in latest_order(office).lines if line.kind == "GIFT")
    with reading(office.engine) as session:
        message = session.scalars(select(Message).where(Message.name == "gift_received")).one()
    told = json.loads(message.payload)
    assert (message.key, told["gift_key"], Decimal(told["amount"]["n"])) == (
        f"line:{line.id}",
        f"line:{line.id}",
        amount,
    )


@then(parsers.parse("the invoice is of {amount:d}"))
def the_invoice_is(office: Office, amount: int) -> None:
    with reading(office.engine) as session:
        assert session.scalars(select(Invoice.amount)).all() == [amount]


@then(parsers.parse("the order is {state:w}"))
def the_order_is(office: Office, state: str) -> None:
    assert office.incidents() == []
    assert latest_order(office).state == state


@when(parsers.parse("FINANCE records the cheque of {amount:d} of {value_date}"))
def records_the_cheque(office: Office, amount: int, value_date: str) -> None:
    records = {"payment.amount": Decimal(amount), "payment.value_date": day(value_date), "payment.reference": "CH-1"}
    office.complete("record_cheque", staff("FINANCE"), {}, records)
