"""Service tasks and records of the process `payment_surplus`: what is left is counted, then refunded, given or spent.

An extension and a gift are lines that the order gains: whoever takes the order's money back takes these back too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Final
from uuid import uuid4

from sqlalchemy import select

from engine import commands
from engine.assignment import SYSTEM
from engine.errors import WorkFailed
from engine.models import ProcessInstance
from engine.registry import ServiceWork, service_task
from workflows.association import applications, memberships, orders, payments, people, surplus, wording
from workflows.association.case_variables import amount, day, local_day, text
from workflows.association.checkout import order_of
from workflows.association.memberships import MembershipPeriod
from workflows.association.orders import ASSOCIATION, FOUNDATION, Order, OrderLine
from workflows.association.parameter_variables import started_on
from workflows.association.records import Record, Subject, Values
from workflows.association.surplus import ZERO, Refund, RefundRefused

RULE: Final = "SURPLUS"


@service_task(
    "surplus.gather",
    results=(
        *("person_id", "application_id", "member_actor", "surplus", "may_extend", "may_give", "pay_means"),
        *("choose_until", "value_date", "may_order", "notice"),
    ),
)
def gather(work: ServiceWork) -> Mapping[str, object]:
    """Whose money it is, how much of it is left now, what may be done with it, and until when the person may choose."""
    order, today = order_of(work), local_day(work.now, work.engine.settings.zone)
    left, person = _spoken_for_once(work, order), None
    application = applications.get(work.session, order.application_id) if order.application_id else None
    if order.person_id is not None:
        person = people.get(work.session, order.person_id)
    started = started_on(work)
    expired = left > 0 and order.state == "CANCELED" and payments.is_under_way(work.session, order)
    return {
        "person_id": str(order.person_id) if order.person_id else None,
        "application_id": str(order.application_id) if order.application_id else None,
        "member_actor": application.actor if application is not None else f"person:{order.person_id}",
        "surplus": left,
        "may_extend": left > 0 and surplus.may_extend(order, surplus.membership_of(work.session, order)),
        "may_give": surplus.may_give(work.session, order, person, left, today),
        "pay_means": order.means,
        "choose_until": surplus.choose_until(work.session, started, today),
        "value_date": today,
        "may_order": expired,
        "notice": "late_payment" if expired else "surplus_found",
    }


def _spoken_for_once(work: ServiceWork, order: Order) -> Decimal:
    """What is left over for the newest case about orders that stand together; the others end, since nobody is asked
    twice for the same money, and it is given back once."""
    left = surplus.left_over(work.session, order)
    keys = [each.key for each in surplus.together(work.session, order)] if left > 0 else []
    others = surplus.cases_about(work.session, keys, besides=work.instance_id)
    started = work.session.scalar(select(ProcessInstance.started_at).where(ProcessInstance.id == work.instance_id))
    own = (started or work.now, work.instance_id)
    if any((each.started_at, each.id) > own for each in others):
        return ZERO
    for each in others:
        assert each.start_key is not None, "it was found by it"
        commands.correlate_message(
            work.session, work.engine, surplus.USED, each.start_key, source="surplus",
            message_id=f"{work.instance_id} {each.id}", ttl=payments.MESSAGE_LIFE, by=SYSTEM,
        )  # fmt: skip
    return left


@service_task("order.give_surplus", results=("gift_amount", "gift_key", "given_on"))
def give(work: ServiceWork) -> Mapping[str, object]:
    """Adds the surplus to the order as a line of the Foundation: it is given on the day it is given up."""
    order, given = order_of(work), _used(work)
    _add_line(order, FOUNDATION, "GIFT", given, None)
    today = local_day(work.now, work.engine.settings.zone)
    return {"gift_amount": given, "gift_key": orders.gift_key(order), "given_on": today}


@service_task("membership.extend", results=("period", "entitlement"))
def extend(work: ServiceWork) -> Mapping[str, object]:
    """Prolongs the membership by what the surplus buys: whole years at the price of the order, and days of the rest."""
    order, used = order_of(work), _used(work)
    membership, line = surplus.membership_of(work.session, order), surplus.dues_line(order)
    if membership is None or line is None:
        raise WorkFailed("no membership was bought by this order", again=False)
    today = local_day(work.now, work.engine.settings.zone)
    end = surplus.prolonged(membership.end_date, used, surplus.price_of_a_year(work.session, order, today))
    tariff = surplus.tariff_of_a_year(line)
    _add_line(order, ASSOCIATION, "DUES", used, tariff)
    if end > membership.end_date:
        work.session.add(
            MembershipPeriod(
                id=uuid4(), membership_id=membership.id, order_id=None, surplus_of=order.id,
                start_date=membership.end_date + timedelta(days=1), end_date=end, value_date=today,
                tariff_code=tariff, rule=RULE, written_at=work.now,
            )
        )  # fmt: skip
        membership.end_date, membership.changed_at = end, work.now
        membership.service_entitlement = memberships.entitled(work.session, membership, today)
    return {
        "period": {"rule": RULE, "start": membership.start_date, "end": end},
        "entitlement": membership.service_entitlement,
    }


def _used(work: ServiceWork) -> Decimal:
    """What the person saw and decided about, of which no more than is left can be used."""
    left = surplus.left_over(work.session, order_of(work))
    return min(amount(work.variables, "surplus", left), left)


def _add_line(order: Order, beneficiary: str, kind: str, used: Decimal, tariff: str | None) -> None:
    """A line of what was paid already; `years` is 0, since it buys days and no period of its own."""
    order.lines.append(
        OrderLine(
            id=uuid4(), position=len(order.lines) + 1, beneficiary=beneficiary, kind=kind, tariff_code=tariff,
            years=0, amount=used,
        )
    )  # fmt: skip


def _read_surplus(subject: Subject, fields: Iterable[str]) -> Values:
    until = subject.variables.get("choose_until")
    return {
        "order_key": text(subject.variables, "order_key"),
        "left": wording.amount(amount(subject.variables, "surplus", ZERO), subject.language),
        "until": wording.day(day(subject.variables, "choose_until"), subject.language) if until else "—",
    }


def _read_refund(subject: Subject, fields: Iterable[str]) -> Values:
    order = orders.by_key(subject.session, text(subject.variables, "order_key"))
    if order is None:
        return {}
    left = surplus.left_over(subject.session, order)
    return {"order_key": order.key, "left": wording.amount(left, subject.language), "amount": left}


def _write_refund(subject: Subject, values: Values) -> Values:
    """Records a refund. Raises RefundRefused for nothing or for more than there is."""
    order = orders.by_key(subject.session, text(subject.variables, "order_key"))
    left = surplus.left_over(subject.session, order) if order is not None else ZERO
    refunded = amount(values, "amount", ZERO)
    if order is None or not ZERO < refunded <= left:
        raise RefundRefused(field="amount", left=left)
    refund = Refund(
        id=uuid4(), order_id=order.id, amount=refunded, refunded_on=day(values, "refunded_on"),
        reference=text(values, "reference").strip()[:80], recorded_by=subject.by, recorded_at=subject.now,
    )  # fmt: skip
    subject.session.add(refund)
    return {"refund_id": str(refund.id), "surplus": refunded}


_RECORDED: Final = frozenset({"amount", "refunded_on", "reference"})
SURPLUS: Final = Record(frozenset({"order_key", "left", "until"}), _read_surplus)
REFUND: Final = Record(_RECORDED | {"order_key", "left"}, _read_refund, _RECORDED, _write_refund)
