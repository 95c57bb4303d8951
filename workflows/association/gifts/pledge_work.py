"""Service tasks of `pledge_followup`: the next instalment, what asks for it, what follows when it comes or does not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import uuid4

from engine.assignment import SYSTEM
from engine.registry import ServiceWork, service_task
from workflows.association import mandates, orders, payments, wording
from workflows.association.bank import debits
from workflows.association.case_variables import local_day, text, uuid
from workflows.association.gifts import documents, donors, figures, pledges
from workflows.association.gifts.donors import Donor
from workflows.association.gifts.pledges import Instalment, Pledge
from workflows.association.letters import Table
from workflows.association.mandates import Mandate
from workflows.association.number_series import take
from workflows.association.orders import FOUNDATION, Order, OrderLine

_MORNING: Final = time(9)
_HEAD: Final = {"fr": ("Échéance", "Montant"), "en": ("Instalment", "Amount")}
_LOOKS: Final = (3, 16, 46, 91, 366)  # days late on which somebody looks again: the limits of `pledge_dunning`
_ORDER_LIFE: Final = timedelta(days=400)


@service_task("pledge.agree", results=())
def agree(work: ServiceWork) -> None:
    """The paper of what was promised, with its calendar."""
    pledge = _pledge(work)
    donor = work.session.get_one(Donor, pledge.donor_id)
    today, lang = _today(work), donors.language(work.session, donor)
    rows = [(wording.day(each.due_on, lang), wording.amount(each.amount, lang)) for each in pledge.instalments]
    total = sum((each.amount for each in pledge.instalments), start=pledge.amount * 0)
    values = {
        "amount": wording.amount(pledge.amount, lang),
        "fund": figures.fund_words(work.session, pledge.fund, today, lang),
        "signed_on": wording.day(pledge.signed_on, lang),
    }
    kind = "pledge_agreement" if pledge.kind == pledges.PLEDGE else "regular_gift_agreement"
    documents.letter(
        work.session, donor, kind, f"pledge:{pledge.id}", values, on=today, now=work.now,
        table=Table(_HEAD[lang], rows[:24], ("Total", wording.amount(total, lang))),
    )  # fmt: skip


@service_task("instalment.next", results=("has_next", "notice_at", "pledge_means", "instalment_amount"))
def following(work: ServiceWork) -> Mapping[str, object]:
    """The next instalment, and the moment at which the donor is told of it."""
    pledge = _pledge(work)
    found = pledges.following(pledge) if pledge.state in pledges.RUNNING else None
    if found is None:
        return {"has_next": False, "notice_at": None, "pledge_means": pledge.means, "instalment_amount": None}
    told_on = found.due_on - timedelta(days=figures.delay(work.session, "PRENOTICE", _today(work)))
    return {
        "has_next": True,
        "notice_at": datetime.combine(told_on, _MORNING, work.engine.settings.zone),
        "pledge_means": pledge.means,
        "instalment_amount": found.amount,
    }


@service_task(
    "instalment.ask", results=("asked", "order_key", "gift_key", "collect_on", "amount_due", "balance", "look_at")
)
def ask(work: ServiceWork) -> Mapping[str, object]:
    """Makes the order of the instalment, and plans its debit. A paused promise skips its turn."""
    pledge = _pledge(work)
    found = pledges.following(pledge)
    none = {"asked": False, "order_key": None, "gift_key": None, "collect_on": None, "look_at": None}
    if found is None or pledge.state != pledges.ACTIVE:
        if found is not None:
            found.state = pledges.SKIPPED
        return {**none, "amount_due": None, "balance": None}
    order = _order(work, pledge, found)
    found.order_id, found.state = order.id, pledges.ASKED
    due_on = found.due_on
    donor = work.session.get_one(Donor, pledge.donor_id)
    announced = max(_today(work), found.due_on - mandates.prenotice(work.session, _today(work)))
    debit_on = mandates.collection_day(work.session, announced)
    mandate = _mandate(work, donor, debit_on) if pledge.means == "SEPA" else None
    if mandate is not None:
        due_on = debit_on
        debits.plan(work.session, order, mandate, amount=found.amount, due_on=due_on, now=work.now)
    return {
        "asked": True,
        "order_key": order.key,
        "gift_key": orders.gift_key(order),
        "collect_on": due_on,
        "amount_due": found.amount,
        "balance": found.amount,
        "look_at": _look_at(work, found, 0),
    }


@service_task("instalment.paid", results=("instalment_amount",))
def paid(work: ServiceWork) -> Mapping[str, object]:
    """The money of an instalment is there. What is given is what arrived, so that a receipt never states more (art. 200
    CGI): of less than was promised the gift is less; of what is too much the donor says what becomes of it."""
    order = orders.by_key(work.session, text(work.variables, "order_key"))
    found = pledges.of_order(work.session, order.id) if order is not None else None
    if order is None or found is None:
        return {"instalment_amount": work.variables.get("instalment_amount")}
    if found.state != pledges.PAID:
        order.state, order.closed_at = "PAID", work.now
        debits.cancel(work.session, order.id, work.now)
        found.state, found.paid_on = pledges.PAID, _today(work)
        arrived = sum((each.net for each in payments.of_order(work.session, order.id)), start=order.total * 0)
        if 0 < arrived < order.total:
            order.lines[0].amount = arrived
        work.session.flush()
        if payments.is_too_much(order.total, arrived, payments.tolerance(work.session, _today(work))):
            payments.report_surplus(work.session, work.engine, order, by=SYSTEM)
    return {"instalment_amount": order.total}


@service_task("pledge.lateness", results=("days_late", "missed", "look_at"))
def lateness(work: ServiceWork) -> Mapping[str, object]:
    """How late the instalment is, how many were missed with it, and when to look again."""
    pledge = _pledge(work)
    found = pledges.following(pledge)
    if found is None:
        return {"days_late": 0, "missed": pledges.missed(pledge), "look_at": None}
    days = (_today(work) - found.due_on).days
    return {"days_late": days, "missed": pledges.missed(pledge) + 1, "look_at": _look_at(work, found, days)}


@service_task("pledge.agreed_anew", results=())
def agreed_anew(work: ServiceWork) -> None:
    """What was agreed with a donor who is late: another day, less, or this instalment is left out."""
    pledge, outcome = _pledge(work), text(work.variables, "pledge_outcome")
    found = pledges.following(pledge)
    if found is None:
        return
    _withdraw(work, found)
    if outcome == "RESCHEDULE":
        found.state, found.order_id = pledges.PLANNED, None
        found.due_on = _today(work) + timedelta(days=30)
    else:
        found.state = pledges.MISSED


@service_task("pledge.finish", results=())
def finish(work: ServiceWork) -> None:
    """Ends a promise by the headers `state` and `reason`; what was planned and not sent to the bank is taken back."""
    pledge = _pledge(work)
    for each in pledge.instalments:
        if each.state in pledges.OPEN:
            _withdraw(work, each)
    pledges.finish(pledge, work.headers["state"], work.headers["reason"], work.now)


def _withdraw(work: ServiceWork, instalment: Instalment) -> None:
    order = work.session.get(Order, instalment.order_id) if instalment.order_id else None
    if order is not None and orders.cancel(order, work.now):
        debits.cancel(work.session, order.id, work.now)


def _order(work: ServiceWork, pledge: Pledge, instalment: Instalment) -> Order:
    today = _today(work)
    donor = work.session.get_one(Donor, pledge.donor_id)
    order = Order(
        id=uuid4(), key=f"CMD-{today.year}-{take(work.session, f'CMD-{today.year}'):06}", person_id=donor.person_id,
        instance_id=work.instance_id, means=pledge.means, currency="EUR", state="OPEN", created_at=work.now,
        expires_at=work.now + _ORDER_LIFE,
        lines=[OrderLine(id=uuid4(), position=1, beneficiary=FOUNDATION, kind="GIFT", amount=instalment.amount)],
    )  # fmt: skip
    work.session.add(order)
    work.session.flush()
    return order


def _mandate(work: ServiceWork, donor: Donor, on: date) -> Mandate | None:
    """What the donor signed for the Foundation; else the association collects for it, as it does with dues."""
    own = mandates.current(work.session, None, donor.person_id, creditor=FOUNDATION, on=on)
    return own or mandates.current(work.session, None, donor.person_id, on=on)


def _look_at(work: ServiceWork, instalment: Instalment, late: int) -> datetime:
    """The next moment at which lateness means something new."""
    days = next((day for day in _LOOKS if day > late), late + 30)
    return datetime.combine(instalment.due_on + timedelta(days=days), _MORNING, work.engine.settings.zone)


def _pledge(work: ServiceWork) -> Pledge:
    return work.session.get_one(Pledge, uuid(work.variables, "pledge_id"))


def _today(work: ServiceWork) -> date:
    return local_day(work.now, work.engine.settings.zone)
