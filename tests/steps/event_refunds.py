"""Money of seats that goes back."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from pytest_bdd import parsers, then, when

from engine.assignment import SYSTEM
from engine.transaction import reading, transaction
from tests.fixtures.office import Office
from tests.steps.event_seats import CROWD, seat_of
from tests.steps.events import calm, event_of
from workflows.association import credit_notes, invoices, orders, payments
from workflows.association.events import refunds
from workflows.association.payment_returns import take
from workflows.association.payments import REFUNDED, PaymentEvent, Received


@when("the refunds are paid")
def are_paid(office: Office) -> None:
    with transaction(office.engine) as session:
        chosen = refunds.due(session, event_of(office).id)
        told = {"on": office.clock.now().date(), "reference": "VIR-1", "by": "person:fin", "now": office.clock.now()}
        assert refunds.pay(session, chosen, **told) == 6 + 1, "the six, and Zoe's withdrawal"  # type: ignore[arg-type]
        assert refunds.pay(session, chosen, **told) == 0, "twice noted, once paid"  # type: ignore[arg-type]


@then("nothing is due any more")
def nothing_due(office: Office) -> None:
    with reading(office.engine) as session:
        assert [each for each in refunds.due(session) if each.cause == "ORGANISER"] == []


@then(parsers.parse('{amount} euros are due to "{name}", once'))
def due_once(office: Office, amount: str, name: str) -> None:
    calm(office)
    assert due_to(office, [name]) == [Decimal(amount)]


@then(parsers.parse("each of the 6 is due {amount} euros, once"))
def each_is_due(office: Office, amount: str) -> None:
    calm(office)
    assert due_to(office, CROWD) == [Decimal(amount)] * 6


def due_to(office: Office, names: Sequence[str]) -> list[Decimal]:
    mine = {seat_of(office, name).id for name in names}
    with reading(office.engine) as session:
        return [each.amount for each in refunds.due(session) if each.registration_id in mine]


@then(parsers.parse('the invoice of "{name}" is credited, and nothing is due to "{same}"'))
def is_credited(office: Office, name: str, same: str) -> None:
    with reading(office.engine) as session:
        order = orders.by_key(session, str(seat_of(office, name).order_key))
        assert order is not None
        issued = invoices.of_order(session, order.id)
        assert issued is not None
        note = credit_notes.of_invoice(session, issued.id)
        assert note is not None
        assert (note.amount, order.state) == (issued.amount, "CANCELED")
    assert due_to(office, [same]) == []


@when(parsers.parse('the bank takes back what "{name}" paid'))
def taken_back(office: Office, name: str) -> None:
    with transaction(office.engine) as session:
        order = orders.by_key(session, str(seat_of(office, name).order_key))
        assert order is not None
        (paid,) = payments.of_order(session, order.id)
        payments.take_back(
            session, office.engine, order, paid, debit_id=None, told="BANK-1", reason="MS03", by=SYSTEM,
            now=office.clock.now(),
        )  # fmt: skip


@when(parsers.parse('the provider gives back {amount} euros of what "{name}" paid'))
def given_back(office: Office, amount: str, name: str) -> None:
    """All that the provider gave back of the payment until now, as providers tell it."""
    with transaction(office.engine) as session:
        order = orders.by_key(session, str(seat_of(office, name).order_key))
        assert order is not None
        (paid,) = payments.of_order(session, order.id)
        told = PaymentEvent(
            paid.provider, f"back-{name}-{amount}", REFUNDED, order.key, Decimal(amount), "EUR", "CARD",
            office.clock.now(), reference=paid.provider_reference,
        )  # fmt: skip
        assert take(session, office.engine, told) is Received.RECORDED
