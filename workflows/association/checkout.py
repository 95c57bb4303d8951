"""Service tasks of the order: opened from the basket, canceled when nobody pays, settled when somebody did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

from engine import commands
from engine.assignment import SYSTEM
from engine.errors import WorkFailed
from engine.registry import ServiceWork, service_task
from workflows.association import (
    credit_notes,
    figures,
    life_plans,
    mandates,
    memberships,
    orders,
    payers,
    payments,
    surplus,
)
from workflows.association.admission import take_over_address
from workflows.association.applications import Application
from workflows.association.bank import debits
from workflows.association.case_variables import amount, local_day, text, whole
from workflows.association.dues import FOR_LIFE, Dues, as_shown, couple_share, due_for, dues_for_life, life_offer
from workflows.association.number_series import take
from workflows.association.orders import FOUNDATION, Order
from workflows.association.payments import Payment
from workflows.association.people import get
from workflows.association.verification import application_of

_ZERO = Decimal("0.00")
ONE_YEAR_TARIFFS = frozenset({"STU", "Y0", "GST", "JSK"})


@service_task(
    "order.open",
    results=(
        *("order_key", "years", "life", "collect_on", "gift_amount", "gift_key"),
        *("pay_means", "amount_due", "balance", "planned", "invoiced_first", "expires_at"),
        "remind_at",
    ),
)
def open_order(work: ServiceWork) -> Mapping[str, object]:
    """Makes the order of the basket. What the applicant paid before (a late payment) is taken off the balance."""
    application, today = application_of(work), local_day(work.now, work.engine.settings.zone)
    tariff = text(work.variables, "tariff")
    employer = text(work.variables, "payer") == payers.EMPLOYER
    gift = _ZERO if employer else amount(work.variables, "gift_amount", _ZERO)
    dues = _dues(work, application, tariff, today)
    asked = "TRANSFER" if employer else text(work.variables, "pay_means", "NONE")
    order = new_order(
        work, asked if dues.amount + gift > 0 else "NONE", today, person_id=application.person_id,
        application_id=application.id, waits_as=payers.EMPLOYER if employer else None,
    )  # fmt: skip
    orders.open_order(work.session, order, dues=dues.amount, tariff=dues.tariff, years=dues.years, gift=gift)
    if dues.instalment is not None:
        life_plans.ordered(order.lines[0], dues.instalment)
    person = get(work.session, application.person_id) if application.person_id else None
    if person is not None:
        take_over_address(person, application)
    balance = left_to_pay(work, order)
    invoiced = employer and balance > 0 and person is not None and payers.take(work.session, person.id, order.id)
    collect_on, planned = _plan_debit(work, application, order, balance, today)
    return {
        "order_key": order.key,
        "years": dues.years,
        "life": dues.for_good,
        "collect_on": collect_on,
        "gift_amount": gift,
        "gift_key": orders.gift_key(order),
        "pay_means": order.means,
        "amount_due": order.total,
        "balance": balance,
        "planned": planned,
        "invoiced_first": invoiced,
        "expires_at": order.expires_at,
        "remind_at": work.now + figures.days(work.session, "TRANSFER_REMINDER", today),
    }


def _dues(work: ServiceWork, application: Application, tariff: str, today: date) -> Dues:
    """The dues line of the basket: for life, at once or in part, or for some years; less for the second of a couple."""
    once = tariff in ONE_YEAR_TARIFFS
    membership = memberships.of(work.session, application.person_id) if application.person_id else None
    started = local_day(application.created_at, work.engine.settings.zone)
    life = as_shown(work.variables, life_offer(work.session, membership, started, today))
    chosen = text(work.variables, "duration_years")
    for_life = dues_for_life(chosen, life, once=once)
    if for_life is not None:
        return for_life
    years = 1 if once or chosen in FOR_LIFE else whole(work.variables, "duration_years", 1)
    share = couple_share(work.session, today, couple=bool(application.partner_id))
    cost = due_for(amount(work.variables, "dues_amount"), years, whole_course=tariff == "STU", share=share)
    return Dues(cost, tariff, years)


def left_to_pay(work: ServiceWork, made: Order) -> Decimal:
    """What a new order costs, less what came for one before it that had expired; whoever was asked what becomes of
    that money is asked no more (`surplus_used`)."""
    work.session.flush()
    arrived = surplus.at_hand(work.session, made)
    if arrived > 0:
        for other in orders.beside(work.session, made):
            if other.state == "CANCELED":
                commands.correlate_message(
                    work.session, work.engine, surplus.USED, other.key, source="order", message_id=made.key, by=SYSTEM
                )
    return max(made.total - arrived, _ZERO)


def _plan_debit(
    work: ServiceWork, application: Application, order: Order, balance: Decimal, today: date
) -> tuple[date | None, bool]:
    """Promises the debit of what is still due, where a mandate is signed; answers its day, and whether it did.

    Of an order that is paid otherwise there is no day.
    """
    if order.means != "SEPA":
        return None, False
    due_on = mandates.collection_day(work.session, today)
    mandate = mandates.of_application(work.session, application.id)
    if mandate is None or balance <= 0:
        return due_on, False
    work.session.flush()
    debits.plan(work.session, order, mandate, amount=balance, due_on=due_on, now=work.now)
    return due_on, True


def new_order(
    work: ServiceWork, means: str, today: date, *, person_id: UUID | None, application_id: UUID | None = None,
    waits_as: str | None = None,
) -> Order:  # fmt: skip
    """An open order without lines, under the next key of its year."""
    wait = figures.wait(work.session, waits_as or means, today)
    return Order(
        id=uuid4(),
        key=f"CMD-{today.year}-{take(work.session, f'CMD-{today.year}'):06}",
        application_id=application_id,
        person_id=person_id,
        instance_id=work.instance_id,
        means=means,
        currency="EUR",
        state="OPEN",
        created_at=work.now,
        expires_at=work.now + wait if wait is not None else None,
        lines=[],
    )


@service_task("order.cancel", results=())
def cancel_order(work: ServiceWork) -> None:
    """Nobody paid in time: the order is void, what was invoiced is credited, and the basket may be filled again."""
    order = order_of(work)
    if orders.cancel(order, work.now):
        debits.cancel(work.session, order.id, work.now)
        credit_notes.of_order(work.session, order, local_day(work.now, work.engine.settings.zone), work.now)


@service_task("payment.settle", results=("payment", "amount_paid", "balance", "value_date", "gift_amount"))
def settle(work: ServiceWork) -> Mapping[str, object]:
    """Compares what arrived with what is due; two euros either way are the right amount. The value date decides.

    Of a little less the gift is less, never more than what arrived. What is too much goes its own way
    (`payment_surplus`), and nothing waits for it.
    """
    order = order_of(work)
    arrived, back = payments.of_orders_beside(work.session, order), surplus.refunded(work.session, order)
    paid, due = _sum(arrived) - back, order.total
    today = local_day(work.now, work.engine.settings.zone)
    tolerance = payments.tolerance(work.session, today)
    enough = payments.is_enough(due, paid, tolerance)
    if enough and order.state == "OPEN":
        order.state, order.closed_at = "PAID", work.now
        if order.means == "SEPA":
            debits.cancel(work.session, order.id, work.now)  # nobody is debited for what is paid
        orders.give_what_arrived(order, due - paid)
    if enough and payments.is_too_much(due, paid, tolerance):
        work.session.flush()
        payments.report_surplus(work.session, work.engine, order, by=SYSTEM)
    return {
        "payment": {"enough": enough},
        "amount_paid": paid,
        "balance": max(due - paid, _ZERO),
        "value_date": _day_it_was_enough(arrived, due + back, tolerance) or today,
        "gift_amount": order.total_for(FOUNDATION),
    }


def order_of(work: ServiceWork) -> Order:
    """The order of a case. Raises WorkFailed where it has none."""
    order = orders.by_key(work.session, text(work.variables, "order_key"))
    if order is None:
        raise WorkFailed("the order of this case is not there", again=False)
    return order


def _sum(arrived: Sequence[Payment]) -> Decimal:
    return sum((payment.net for payment in arrived), _ZERO)


def _day_it_was_enough(arrived: Sequence[Payment], due: Decimal, tolerance: Decimal) -> date | None:
    """The value date of the payment that made the sum enough; None where nothing arrived or it is not enough."""
    total = _ZERO
    for payment in arrived:
        total += payment.net
        if payments.is_enough(due, total, tolerance):
            return payment.value_date
    return None
