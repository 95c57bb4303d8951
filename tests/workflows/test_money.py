"""Numbers without gaps, tariffs by date, orders in two ledgers, payments once each, events that cannot be forged."""

from __future__ import annotations

import json
import threading
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.transaction import reading, transaction
from tests.fixtures.office import NOON, Office
from workflows.association import number_series, parameters, tariffs
from workflows.association.dues import due_for
from workflows.association.invoices import Invoice, issue
from workflows.association.number_series import NumberSeries
from workflows.association.orders import Order, OrderLine, open_order
from workflows.association.payment_provider import HEADER, TestProvider, WebhookRefused
from workflows.association.payments import PaymentRefused, Received, is_enough, is_too_much
from workflows.association.people import Person

EUROS = st.decimals(min_value=0, max_value=5000, places=2)


def new_order(key: str = "CMD-2026-000001") -> Order:
    return Order(id=uuid4(), key=key, means="CARD", currency="EUR", state="OPEN", created_at=NOON, lines=[])


def test_a_rolled_back_number_is_given_again(office: Office) -> None:
    class Undone(Exception):
        pass

    with transaction(office.engine) as session:
        assert number_series.invoice_number(session, 2026) == "INV-ASSO-2026-000001"
    with pytest.raises(Undone), transaction(office.engine) as session:
        assert number_series.invoice_number(session, 2026) == "INV-ASSO-2026-000002"
        raise Undone
    with transaction(office.engine) as session:
        assert number_series.invoice_number(session, 2026) == "INV-ASSO-2026-000002"
        assert number_series.invoice_number(session, 2027) == "INV-ASSO-2027-000001"


def test_twelve_at_once_get_twelve_numbers(office: Office) -> None:
    given_numbers: list[str] = []

    def take() -> None:
        with transaction(office.engine) as session:
            given_numbers.append(number_series.member_number(session))

    threads = [threading.Thread(target=take) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(given_numbers) == [str(number) for number in range(1001, 1013)]
    with reading(office.engine) as session:
        assert session.get_one(NumberSeries, "MEMBER").last == 1012


def test_a_tariff_is_the_one_of_its_day(office: Office) -> None:
    def raise_it(session: Session, **more: bool) -> None:
        parameters.decide(
            session, tariffs.TABLE, "STD", {"amount": Decimal(170)}, valid_from=date(2027, 1, 1), decided_by="AG",
            decided_on=date(2026, 12, 1), now=NOON, **more,
        )  # fmt: skip

    with transaction(office.engine) as session, pytest.raises(parameters.RowOverlaps):
        raise_it(session)
    with transaction(office.engine) as session:
        raise_it(session, succeeds=True)
    with reading(office.engine) as session:
        amounts = [tariffs.in_force(session, "STD", day).amount for day in (date(2026, 12, 31), date(2027, 1, 1))]
        assert amounts == [160, 170]
        kept = tariffs.in_force(session, "STD", date(2027, 1, 2), started=date(2026, 12, 31))
        assert (kept.amount, kept.label_en) == (160, "Full rate")
        with pytest.raises(NotFound):
            tariffs.in_force(session, "STD", date(2000, 1, 1))


@given(EUROS, st.integers(1, 3))
def test_a_couple_pays_half_and_a_course_is_paid_once(amount: Decimal, years: int) -> None:
    full = due_for(amount, years, whole_course=False)
    half = due_for(amount, years, whole_course=False, share=50)
    assert full == amount * years
    assert abs(half * 2 - full) <= Decimal("0.01")
    assert due_for(amount, years, whole_course=True) == amount


@given(EUROS, EUROS)
def test_two_euros_either_way_are_the_right_amount(due: Decimal, paid: Decimal) -> None:
    assert is_enough(due, paid, Decimal(2)) == (due == 0 or due - paid <= 2)
    assert is_too_much(due, paid, Decimal(2)) == (paid - due > 2)
    assert is_enough(due, due, Decimal(2))
    assert not is_too_much(due, due, Decimal(2))


def test_lines_stay_in_their_ledger_and_the_invoice_is_the_association_s(office: Office) -> None:
    order = new_order()
    person = Person(id=uuid4(), first_names="Ambre", birth_name="Delaunay", watched=False)
    with transaction(office.engine) as session:
        session.add(person)
        open_order(session, order, dues=Decimal(160), tariff="STD", years=1, gift=Decimal(100))
        session.flush()
        invoice = issue(session, order, person.id, date(2026, 11, 23))
        assert issue(session, order, person.id, date(2026, 11, 23)) is invoice
    assert (order.total, invoice and invoice.amount) == (260, 160)
    with reading(office.engine) as session:
        assert session.scalars(select(Invoice.number)).all() == ["INV-ASSO-2026-000001"]
    with pytest.raises(IntegrityError), transaction(office.engine) as session:
        gift = OrderLine(id=uuid4(), order_id=order.id, position=3, beneficiary="ASSOCIATION", kind="GIFT", amount=1)
        session.add(gift)


def test_a_signed_event_is_read_and_a_forged_one_is_not() -> None:
    provider, order = TestProvider(b"secret"), new_order()
    body = provider.event(order, Decimal("160.00"), NOON)
    header = provider.sign(body, NOON)
    event = provider.read_event({HEADER: header}, body, NOON)
    assert (event.order_key, event.amount, event.kind) == (order.key, Decimal("160.00"), "payment.succeeded")
    forged = body.replace(b"160.00", b"16.000")
    late = NOON + timedelta(minutes=6)
    refused = [
        ({}, body, NOON),
        ({HEADER: header}, forged, NOON),
        ({HEADER: header}, body, late),
        ({HEADER: header}, body, NOON - timedelta(minutes=6)),
        ({HEADER: TestProvider(b"other").sign(body, NOON)}, body, NOON),
        ({HEADER: header.replace("v1=", "v0=")}, body, NOON),
        ({HEADER: "t=" + "9" * 30 + ",v1=00"}, body, NOON),
        ({HEADER: "t=é,v1=é"}, body, NOON),
    ]
    for headers, sent, now in refused:
        with pytest.raises(WebhookRefused):
            provider.read_event(headers, sent, now)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b"null", b'{"id": 1}', b"\xff", json.dumps({"created": "2026-11-23"}).encode()]
)
def test_a_signed_event_of_another_shape_is_refused(body: bytes) -> None:
    provider = TestProvider(b"secret")
    with pytest.raises(WebhookRefused):
        provider.read_event({HEADER: provider.sign(body, NOON)}, body, NOON)


def test_an_event_for_no_order_is_kept_and_harms_nothing(office: Office) -> None:
    answer = office.pay("CMD-0000-000000", Decimal(10), means="CARD", event_id="e", value_date=None)
    again = office.pay("CMD-0000-000000", Decimal(10), means="CARD", event_id="e", value_date=None)
    assert (answer, again) == (Received.UNKNOWN_ORDER, Received.REPEATED)


def test_a_payment_of_nothing_is_refused(office: Office) -> None:
    with transaction(office.engine) as session:
        open_order(session, new_order(), dues=Decimal(160), tariff="STD", years=1, gift=Decimal(0))
    with pytest.raises(PaymentRefused):
        office.pay("CMD-2026-000001", Decimal(0), means="CARD", event_id="e", value_date=None)
