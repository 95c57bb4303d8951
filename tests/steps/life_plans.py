"""Dues for life in instalments: what is paid, what is left, and the papers that say so."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from itertools import pairwise

from pypdf import PdfReader
from pytest_bdd import parsers, then, when
from sqlalchemy import select

from engine.transaction import reading
from tests.fixtures.office import Office
from tests.steps.clock import day
from tests.steps.incidents import the_bank_returns
from tests.steps.renewal_debits import sign
from tests.steps.renewal_orders import latest_order
from tests.steps.renewals import are_started, it_becomes
from tests.steps.renewing_members import acting, member
from workflows.association import life_plans, mandates, memberships, renewal_campaign
from workflows.association.invoices import Invoice
from workflows.association.issued_documents import INVOICE, IssuedDocument
from workflows.association.life_plans import Offer
from workflows.association.memberships import Membership, MembershipPeriod
from workflows.association.payments import Received
from workflows.association.tariffs import LIFE, LIFE_PART


def _running(office: Office) -> Offer | None:
    assert office.incidents() == []
    with reading(office.engine) as session:
        membership = memberships.of(session, member(office).id)
        assert membership is not None
        return life_plans.running(session, membership, office.clock.now().date())


def _orders(office: Office, on: str, chosen: str, means: str, cost: int, tariff: str) -> None:
    it_becomes(office, on, 9, 0)
    are_started(office)
    basket = {"pay_means": means, "duration_years": chosen, "gift_amount": None, "auto_renew": None}
    office.complete("fill_basket", acting(office), basket, {})
    [line] = latest_order(office).lines
    assert (line.amount, line.tariff_code) == (cost, tariff)


def _pays(office: Office, amount: int) -> None:
    key = latest_order(office).key
    answer = office.pay(key, Decimal(amount), means="CARD", event_id=f"card-{key}", value_date=None)
    assert answer is Received.RECORDED


@when(parsers.parse("on {on} the member pays an instalment of {amount:d}"))
def pays_an_instalment(office: Office, on: str, amount: int) -> None:
    _orders(office, on, "LIFE_PART", "CARD", amount, LIFE_PART)
    _pays(office, amount)


@when(parsers.parse("on {on} the member pays the rest of {amount:d} at once"))
def pays_the_rest(office: Office, on: str, amount: int) -> None:
    _orders(office, on, "LIFE", "CARD", amount, LIFE)
    _pays(office, amount)


@when(parsers.parse("on {on} the member orders an instalment of {amount:d} by a debit"))
def orders_by_a_debit(office: Office, on: str, amount: int) -> None:
    it_becomes(office, on, 8, 0)
    sign(office, mandates.ONE_OFF)
    _orders(office, on, "LIFE_PART", "SEPA", amount, LIFE_PART)


@when(parsers.parse("on {on} the bank takes the latest debit back for {reason}"))
def takes_back(office: Office, on: str, reason: str) -> None:
    it_becomes(office, on, 9, 0)
    the_bank_returns(office, reason)


@then(parsers.parse("{paid:d} of {parts:d} instalments for life are paid, and {rest:d} is left"))
def are_paid(office: Office, paid: int, parts: int, rest: int) -> None:
    found = _running(office)
    assert found is not None and (found.paid_parts, found.parts, found.rest) == (paid, parts, rest)


@then("no instalment for life is left to pay")
def nothing_is_left(office: Office) -> None:
    assert _running(office) is None


@then(parsers.parse('the latest invoice says "{words}"'))
def the_latest_invoice_says(office: Office, words: str) -> None:
    with reading(office.engine) as session:
        number = session.scalars(select(Invoice.number).order_by(Invoice.number.desc())).first()
        [kept] = session.scalars(
            select(IssuedDocument).where(IssuedDocument.kind == INVOICE, IssuedDocument.file_name == f"{number}.pdf")
        )
        said = " ".join(PdfReader(BytesIO(kept.body)).pages[0].extract_text().split())
    assert words in said, said


@then(parsers.parse("the debit that is announced is of {amount:d}"))
def is_announced_of(office: Office, amount: int) -> None:
    assert office.incidents() == []
    latest = {mail.template: mail.text for mail in office.mails()}
    told = f"{amount},00"
    assert told in latest["prenotice_60"] and told in latest["sepa_prenotification"]


@then(parsers.parse("the campaign awaits {waits:d} instalment for life, of {due:d}, and counts {came:d} that was paid, of {total:d}"))  # fmt: skip  # noqa: E501
def the_campaign_counts(office: Office, waits: int, due: int, came: int, total: int) -> None:
    with reading(office.engine) as session:
        found = renewal_campaign.counts(session, day("1 August 2028")).instalments
    assert (found.awaited, found.due, found.paid, found.received) == (waits, due, came, total)


def _periods(office: Office) -> list[MembershipPeriod]:
    with reading(office.engine) as session:
        return list(session.scalars(select(MembershipPeriod).order_by(MembershipPeriod.start_date)))


@then("no day was paid twice, and none is missing")
def no_day_twice(office: Office) -> None:
    found = _periods(office)
    assert len(found) > 1
    for one, following in pairwise(found):
        assert following.start_date == one.end_date + timedelta(days=1)


@then(parsers.parse("the member's latest period begins on {on}"))
def begins_on(office: Office, on: str) -> None:
    assert _periods(office)[-1].start_date == day(on)
    with reading(office.engine) as session:
        membership = session.scalars(select(Membership)).one()
        assert membership.start_date < day(on), "the membership has run since before"
