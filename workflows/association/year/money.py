"""How people pay what they ordered, whatever they ordered: by card at once, by transfer, by cheque, by direct debit.

What becomes of an order is drawn under its person and its moment, so that the bank, the accounts and the payer agree on
it without a table of their own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from random import Random
from types import MappingProxyType
from typing import Final
from uuid import UUID

from schwifty import IBAN
from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from engine.transaction import reading
from workflows.association import orders, payments, surplus
from workflows.association.applications import Application
from workflows.association.bank.days import BANK_DAYS
from workflows.association.case_variables import local_day, text
from workflows.association.contacts import Email
from workflows.association.orders import Order
from workflows.association.year import days
from workflows.association.year.lots import among, between
from workflows.association.year.world import Answers, Asked, Habit, OpenTask, Planned, Wait, World

MEANS = {"CARD": 56.0, "SEPA": 24.0, "TRANSFER": 8.0, "CHEQUE": 12.0}
GIVES = 0.1  # of those who pay dues also give (domain §1.10: 1,500 of 15,000)
NEVER = date.max


def basket(asked: Asked) -> Answers:
    """How somebody pays, and whether they add a gift."""
    rng, means = asked.rng, among(asked.rng, MEANS)
    gift = gift_amount(rng) if rng.random() < GIVES else None
    said: dict[str, object] = {"pay_means": means, "gift_amount": gift}
    if gift is not None:
        said |= {"address_lines": f"{rng.randint(1, 120)} rue des Écoles", "postcode": "75005", "city": "Paris"}
        said["country"] = "FR"
    return {**said, **mandate(rng, "RCUR" if rng.random() < 0.6 else "OOFF")}


def mandate(rng: Random, kind: str) -> Answers:
    """The account that a direct debit is collected from, and the signature."""
    return {"holder": "TITULAIRE DU COMPTE", "iban": iban(rng), "mandate_kind": kind, "mandate_signed": True}


def iban(rng: Random) -> str:
    """A French account whose check digits are right, at a bank that exists in examples alone."""
    return str(IBAN.generate("FR", bank_code="30006", branch_code="00001", account_code=f"{rng.randrange(10**11):011}"))


def gift_amount(rng: Random) -> Decimal:
    """Half of the gifts are below 100 €, one in a hundred is above 3,000 €."""
    drawn = min(rng.lognormvariate(4.4, 1.15), 60_000)
    step = 5 if drawn < 100 else 50 if drawn < 1_000 else 500
    return Decimal(max(10, round(drawn / step) * step))


_SUBJECTS: Final = (
    select(
        Order,
        func.coalesce(
            Application.email,
            select(func.min(Email.folded)).where(Email.person_id == Order.person_id).scalar_subquery(),
        ),
    )
    .outerjoin(Application, Application.id == Order.application_id)
    .where(Order.id.in_(bindparam("ids", expanding=True)))
)


def subjects(session: Session, ids: Collection[UUID]) -> dict[UUID, str]:
    """Steady names of whose orders these are: addresses, which no two people of the demonstration share."""
    return {
        order.id: name or str(order.person_id or order.created_at.isoformat())
        for order, name in session.execute(_SUBJECTS, {"ids": list(ids)})
    }


def subject_of(session: Session, order: Order) -> str:
    """The steady name of whose order it is."""
    return subjects(session, [order.id])[order.id]


def fate(world: World, order: Order, subject: str) -> Random:
    """The chance of an order, for whoever asks about it."""
    return world.lots.of("order", subject, order.created_at.isoformat())


def arrival(world: World, order: Order, subject: str) -> tuple[date, Decimal]:
    """When a transfer or a cheque of this order comes, and how much it is; NEVER where it does not come."""
    rng = fate(world, order, subject)
    chance, wrong = rng.random(), rng.random()
    ordered = local_day(order.created_at, world.association.zone)
    due = order.total if wrong < 0.97 else order.total - 10 if wrong < 0.98 else order.total + 40
    if chance > 0.975 or due <= 0:
        return NEVER, due
    late = 25 if chance > 0.955 else 12
    return BANK_DAYS.add(ordered + timedelta(days=rng.randint(2, late)), 0), due


def _pay(world: World, session: Session, wait: Wait) -> Planned | None:
    """Who chose the card pays within minutes, or leaves the page; the bank and the accounts see to everything else."""
    order = orders.by_key(session, wait.key)
    if order is None or order.means != "CARD" or order.state != "OPEN":
        return None
    rng = fate(world, order, subject_of(session, order))
    if rng.random() > 0.95:
        return None
    moment = order.created_at + between(rng, timedelta(minutes=1), timedelta(minutes=22))
    act = partial(_pay_by_card, order_key=wait.key, instance_id=wait.instance_id)
    return Planned(moment, f"card:{wait.key}", act, about=wait.subject)


def _pay_by_card(world: World, order_key: str, instance_id: UUID) -> UUID:
    with reading(world.engine) as reader:
        known = orders.by_key(reader, order_key)
        left = Decimal(0) if known is None or known.state != "OPEN" else left_to_pay(reader, known)
    if left > 0:
        world.pay_by_card(order_key, left)
    return instance_id


def left_to_pay(session: Session, order: Order) -> Decimal:
    """What of an order has not arrived."""
    return order.total - sum((each.net for each in payments.of_order(session, order.id)), Decimal(0))


def _order_of(asked: Asked) -> Order:
    order = orders.by_key(asked.session, text(asked.variables, "order_key"))
    assert order is not None, asked.task.element
    return order


def _cheque(asked: Asked) -> Answers:
    order = _order_of(asked)
    left, (_, amount) = left_to_pay(asked.session, order), arrival(asked.world, order, subject_of(asked.session, order))
    amount = amount if left == order.total else left  # the second cheque is right
    today = local_day(asked.world.engine.clock.now(), asked.world.association.zone)
    return {"amount": amount, "value_date": today, "reference": f"CHQ {order.key}"}


def _refund(asked: Asked) -> Answers:
    order = _order_of(asked)
    left = surplus.left_over(asked.session, order)
    today = local_day(asked.world.engine.clock.now(), asked.world.association.zone)
    return {"amount": left, "refunded_on": today, "reference": f"VIR {order.key}"}


def _cheque_came(world: World, session: Session, task: OpenTask) -> datetime | None:
    order = session.scalars(
        select(Order).where(Order.instance_id == task.instance_id).order_by(Order.created_at.desc()).limit(1)
    ).first()
    came = NEVER if order is None else arrival(world, order, subject_of(session, order))[0]
    return None if came == NEVER else days.at(came, days.POST, world.association.zone)


def _surplus(asked: Asked) -> Answers:
    may = {"REFUND": 50.0, "EXTEND": 20.0 * bool(asked.variables.get("may_extend"))}
    return {"surplus_use": among(asked.rng, {**may, "GIFT": 30.0 * bool(asked.variables.get("may_give"))})}


HABITS: Mapping[str, Habit] = MappingProxyType(
    {
        "record_cheque": Habit(_cheque, not_before=_cheque_came),
        "record_transfer": Habit(not_before=lambda world, session, task: None),  # the bank's statements tell
        "record_collection": Habit(not_before=lambda world, session, task: None),
        "choose_use": Habit(_surplus, share=0.7, most=timedelta(days=20)),
        "decide_use": Habit(_surplus),
        "decide_line": Habit(not_before=lambda world, session, task: None),  # on the page of the bank
        "record_refund": Habit(_refund),
        "sign_mandate": Habit(lambda asked: mandate(asked.rng, "RCUR"), share=0.7, most=timedelta(days=12)),
    }
)
REACTIONS = MappingProxyType({"payment_confirmed": _pay})
