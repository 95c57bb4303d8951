"""The fee of a cohort: billed by its rate less what was paid already, refunded by the table `cohort_refund`, once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.registry import ServiceWork, service_task
from workflows.association import invoices, orders, payments, people, wording
from workflows.association.calendars import appointments
from workflows.association.case_variables import amount, day, local_day, text, uuid, uuid_or_none, whole
from workflows.association.checkout import new_order
from workflows.association.cohorts import figures
from workflows.association.cohorts.candidacies import CohortCandidacy
from workflows.association.cohorts.records import Cohort, CohortSeat
from workflows.association.credit_notes import issue as credit
from workflows.association.orders import ASSOCIATION, Order, OrderLine
from workflows.association.records import Record, Subject, Values
from workflows.association.surplus import Refund, RefundRefused

ZERO: Final = Decimal("0.00")


def paid(session: Session, order: Order | None) -> Decimal:
    """What came for an order (and those beside it) and was not given back."""
    if order is None:
        return ZERO
    session.flush()
    arrived = sum((each.net for each in payments.of_orders_beside(session, order)), ZERO)
    together = [each.id for each in orders.beside(session, order)]
    back = session.scalar(select(func.sum(Refund.amount)).where(Refund.order_id.in_(together)))
    return max(arrived - (back or ZERO), ZERO)


@service_task("cohort_fee.bill", results=("order_key", "amount_due", "balance", "pay_means", "fee_due_at"))
def bill(work: ServiceWork) -> Mapping[str, object]:
    """The order of the fee; none where nothing is left to pay: what was paid for a seat that was lost counts."""
    found = work.session.get_one(CohortCandidacy, uuid(work.variables, "candidacy_id"))
    cohort, today = work.session.get_one(Cohort, found.cohort_id), local_day(work.now, work.engine.settings.zone)
    found.tariff = text(work.variables, "tariff")
    before = orders.by_key(work.session, found.order_key) if found.order_key else None
    left = max(figures.fee(work.session, found.tariff, today) - paid(work.session, before), ZERO)
    due = due_at(work.session, cohort, work.now, today)
    if left == 0:
        key = found.order_key or ""
        return {"order_key": key, "amount_due": ZERO, "balance": ZERO, "pay_means": "NONE", "fee_due_at": due}
    means = text(work.variables, "pay_means", "CARD")
    order = new_order(work, means, today, person_id=found.person_id)
    order.expires_at = due
    order.lines.append(
        OrderLine(
            id=uuid4(), position=1, beneficiary=ASSOCIATION, kind="FEE", tariff_code=found.tariff, amount=left, years=1
        )
    )  # fmt: skip
    work.session.add(order)
    found.order_key = order.key
    return {"order_key": order.key, "amount_due": left, "balance": left, "pay_means": means, "fee_due_at": due}


def due_at(session: Session, cohort: Cohort, now: datetime, today: date) -> datetime:
    """Until when the fee is due: so many days before the first session, and some days from now at least."""
    first = appointments.of_calendar(session, cohort.key)[0].starts_at
    planned = first - timedelta(days=figures.days(session, "FEE", today))
    return max(planned, now + timedelta(days=figures.days(session, "FEE_LEAST", today)))


@service_task("cohort_fee.refund", results=("order_key", "refund_amount"))
def refund(work: ServiceWork) -> Mapping[str, object]:
    """How much of the fee of a seat comes back: the share that the table gave, of what is still there."""
    seat = work.session.get_one(CohortSeat, uuid(work.variables, "seat_id"))
    order = orders.by_key(work.session, seat.order_key) if seat.order_key else None
    share = Decimal(whole(work.variables, "refund_share", 0)) / 100
    back = (paid(work.session, order) * share).quantize(Decimal("0.01"))
    return {"order_key": order.key if order is not None else "", "refund_amount": back}


def _read(subject: Subject, fields: Iterable[str]) -> Values:
    person_id = uuid_or_none(subject.variables, "person_id")
    back = amount(subject.variables, "refund_amount", ZERO)
    return {
        "person": people.display_name(subject.session, person_id) if person_id is not None else "—",
        "order_key": text(subject.variables, "order_key"),
        "due": wording.amount(back, subject.language),
        "amount": back,
    }


def _write(subject: Subject, values: Values) -> Values:
    """Records the refund, and credits the invoice where all of it came back. Raises RefundRefused for too much."""
    key = text(subject.variables, "order_key")
    order = orders.by_key(subject.session, key) if key else None
    most = min(amount(subject.variables, "refund_amount", ZERO), paid(subject.session, order))
    back = amount(values, "amount", ZERO)
    if order is None or not ZERO < back <= most:
        raise RefundRefused(field="amount", left=most)
    subject.session.add(
        Refund(
            id=uuid4(), order_id=order.id, amount=back, refunded_on=day(values, "refunded_on"),
            reference=text(values, "reference").strip()[:80], recorded_by=subject.by, recorded_at=subject.now,
        )
    )  # fmt: skip
    invoice = invoices.of_order(subject.session, order.id)
    if invoice is not None and back == invoice.amount:
        credit(subject.session, invoice, day(values, "refunded_on"), subject.now)
    return {}


_RECORDED: Final = frozenset({"amount", "refunded_on", "reference"})
REFUND: Final = Record(_RECORDED | {"person", "order_key", "due"}, _read, _RECORDED, _write)
