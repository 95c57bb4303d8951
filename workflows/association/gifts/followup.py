"""Service tasks of `donation_followup`: a gift is noted, classed, dated and booked; facts for decisions are read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from engine.calendar import PARIS
from engine.errors import WorkFailed
from engine.registry import ServiceWork, service_task
from workflows.association import consents, mail_holds, memberships, orders, payments, people
from workflows.association.bank.days import BANK_DAYS
from workflows.association.case_variables import day, local_day, text, uuid, uuid_or_none
from workflows.association.gifts import donors, figures, pledges, register
from workflows.association.gifts.donors import Donor
from workflows.association.gifts.pledges import Pledge
from workflows.association.gifts.register import Gift
from workflows.association.memberships import PAID_UP
from workflows.association.orders import FOUNDATION, Order, OrderLine

_MEANS: Final = {"CHEQUE": "CHEQUE_POST"}
_CREDITED: Final = frozenset({"CARD", "TRANSFER", "SEPA"})
_MORNING: Final = time(10)
ZONE: Final = PARIS
FACTS: Final = (
    *("gift_id", "donor_id", "is_new", "amount", "beneficiary", "payer", "origin", "counterpart_excessive", "means"),
    *("plan", "first_gift", "silent", "tax_residence", "tax_wished", "address_complete", "on_paper", "anonymous"),
    *("credited_on", "received_on", "fiscal_year", "to_examine", "concerned", "donor_actor", "anniversary_at"),
)


@service_task("gift.note", results=FACTS)
def note(work: ServiceWork) -> Mapping[str, object]:
    """Puts a gift on record, once for its source. `is_new` is false where it stands there, or no money is there."""
    key = text(work.variables, "gift_key")
    gift = register.standing(work.session, key)
    if gift is not None and not _is_entered(work.variables):
        return {**facts_of(work.session, gift, work.now), "is_new": False}
    if gift is None:
        gift = _of_line(work, key)
    if gift is None:
        return {"is_new": False}
    return {**facts_of(work.session, gift, work.now), "is_new": True}


@service_task("gift.facts", results=FACTS)
def facts(work: ServiceWork) -> Mapping[str, object]:
    """The facts of a gift read again, as they are now."""
    return facts_of(work.session, gift_of(work), work.now)


@service_task("gift.book", results=("given_on", "fiscal_year", "impact_at", "watch_until"))
def book(work: ServiceWork) -> Mapping[str, object]:
    """Books a gift with its class and its date; the year of the date is the year of the tax."""
    gift = gift_of(work)
    given_on = date_of(gift, work.variables)
    register.book(gift, class_=_class(work.variables), given_on=given_on)
    today = local_day(work.now, work.engine.settings.zone)
    days = 0 if gift.plan == register.INSTALMENT else figures.delay(work.session, "IMPACT", today)
    news_on = today + timedelta(days=days)
    impact_at = datetime.combine(news_on, _MORNING, work.engine.settings.zone)
    return {
        "given_on": given_on,
        "fiscal_year": given_on.year,
        "impact_at": impact_at,
        "watch_until": _watch_until(work, gift, today),
    }


def _watch_until(work: ServiceWork, gift: Gift, today: date) -> datetime | None:
    """Until when the receipt waits: a card's money is not on the account yet, or a large debit may still go back."""
    if gift.means == "CARD" and gift.credited_on is not None and gift.credited_on > today:
        return datetime.combine(gift.credited_on, _MORNING, work.engine.settings.zone)
    if gift.means != "SEPA" or gift.amount < figures.limit(work.session, "REFUND_WATCH_FROM", today):
        return None
    last = (gift.credited_on or today) + timedelta(days=figures.delay(work.session, "REFUND_WATCH", today))
    return datetime.combine(last + timedelta(days=1), _MORNING, work.engine.settings.zone) if last >= today else None


@service_task("donor.restrict", results=("erasure_verdict",))
def restrict(work: ServiceWork) -> Mapping[str, object]:
    """An erasure is approved: the evidence of receipts stays for six years, everything else of the donor goes."""
    gift = gift_of(work)
    donor = work.session.get_one(Donor, gift.donor_id)
    gift.tribute, gift.conditions, gift.note = "", "", ""
    donor.email = None
    return {"erasure_verdict": "PARTIAL"}


@service_task("gift.refuse", results=())
def refuse(work: ServiceWork) -> None:
    """The board does not take it: it never counted, and the money is given back."""
    gift = gift_of(work)
    if gift.state == register.NOTED:
        gift.state, gift.reversed_at, gift.reason = register.REFUSED, work.now, "REFUSED"


@service_task("gift.close", results=())
def close(work: ServiceWork) -> None:
    """What came in is no gift: a sale, a legacy's file, or dues."""
    gift = gift_of(work)
    if gift.state == register.NOTED:
        gift.state, gift.class_ = register.SALE, text(work.variables, "gift_class", "MANUAL")[:32]


def gift_of(work: ServiceWork) -> Gift:
    """The gift of a case. Raises WorkFailed where it is not there."""
    gift = work.session.get(Gift, uuid(work.variables, "gift_id"))
    if gift is None:
        raise WorkFailed("the gift of this case is not there", again=False)
    return gift


def facts_of(session: Session, gift: Gift, now: datetime) -> dict[str, object]:
    """What the decisions about a gift ask."""
    donor = session.get_one(Donor, gift.donor_id)
    on = gift.received_on or gift.credited_on or now.date()
    large = figures.limit(session, "ORIGIN_CHECK_FROM", gift.noted_at.date())
    first = register.is_first(session, gift)
    return {
        "gift_id": str(gift.id),
        "donor_id": str(donor.id),
        "amount": gift.amount,
        "beneficiary": FOUNDATION,
        "payer": donor.kind,
        "origin": gift.origin,
        "counterpart_excessive": figures.counterpart_excessive(session, gift.amount, gift.counterpart, on),
        "means": gift.means,
        "plan": gift.plan,
        "first_gift": first,
        "silent": not may_write(session, donor),
        "tax_residence": donor.tax_residence,
        "tax_wished": donor.tax_wished,
        "address_complete": donors.address_of(session, donor) is not None,
        "on_paper": donor.on_paper,
        "anonymous": donor.anonymous,
        "credited_on": gift.credited_on,
        "received_on": gift.received_on,
        "fiscal_year": gift.fiscal_year,
        "donor_actor": f"person:{donor.person_id}" if donor.person_id else None,
        "concerned": [gift.noted_by, *(f"person:{each}" for each in (donor.person_id, gift.host_id) if each)],
        "anniversary_at": _anniversary(gift, now) if first else None,
        "to_examine": gift.doubtful or bool(gift.conditions) or gift.amount >= large,
    }


def _anniversary(gift: Gift, now: datetime) -> datetime | None:
    """When a gift is a year old, in the morning; None where that has passed. Of 29 February it is 28 February."""
    given = gift.given_on
    if given is None:
        return None
    on = given.replace(year=given.year + 1, day=28 if (given.month, given.day) == (2, 29) else given.day)
    moment = datetime.combine(on, _MORNING, ZONE)
    return moment if moment > now else None


def may_write(session: Session, donor: Donor) -> bool:
    """Whether the Foundation may write to a donor now: alive, not held, and not opposed to its mails."""
    person = people.get(session, donor.person_id) if donor.person_id is not None else None
    if person is None:
        return donor.kind != donors.INDIVIDUAL
    if person.deceased_on is not None or mail_holds.is_held(session, person.id):
        return False
    member = memberships.entitlement(session, person.id) in PAID_UP
    return consents.allows(session, person.id, "foundation_mails", member=member)


def date_of(gift: Gift, variables: Mapping[str, object]) -> date:
    """The date that the decision `gift_date` names, or the one that a person set. Raises VariableUnusable."""
    rule = text(variables, "date_rule", "MANUAL")
    known = gift.credited_on if rule == "CREDITED" else gift.received_on if rule != "MANUAL" else None
    return known if known is not None else day(variables, "set_given_on")


def _is_entered(variables: Mapping[str, object]) -> bool:
    return text(variables, "gift_key").startswith("entry:")


def _class(variables: Mapping[str, object]) -> str:
    decided, by_hand = text(variables, "gift_class"), text(variables, "set_class")
    return by_hand or decided


def _of_line(work: ServiceWork, key: str) -> Gift | None:
    """The gift of a line of an order that is paid; None where its money is not there."""
    line = _line(work.session, key, text(work.variables, "order_key"))
    order = work.session.get(Order, line.order_id) if line is not None else None
    person_id = uuid_or_none(work.variables, "person_id") or (order.person_id if order is not None else None)
    if line is None or order is None or person_id is None or order.state != "PAID":
        return None
    donor = donors.individual(work.session, person_id, work.now)
    arrived_on = _arrived_on(work, order)
    credited = order.means in _CREDITED
    if order.means == "CARD":
        arrived_on = BANK_DAYS.add(arrived_on, figures.delay(work.session, "CARD_CREDIT", arrived_on))
    instalment = pledges.of_order(work.session, order.id)
    pledge = work.session.get(Pledge, instalment.pledge_id) if instalment is not None else None
    gift = Gift(
        id=uuid4(), key=key, turn=register.next_turn(work.session, key), donor_id=donor.id, amount=line.amount,
        counterpart=Decimal("0.00"), origin=pledge.kind if pledge is not None else "BASKET",
        means=_MEANS.get(order.means, order.means),
        credited_on=arrived_on if credited else None, received_on=None if credited else arrived_on,
        order_line_id=line.id, noted_at=work.now, noted_by="system", state=register.NOTED,
        plan=register.ONE_OFF if pledge is None else register.INSTALMENT,
        fund=pledge.fund if pledge is not None else "UNRESTRICTED",
    )  # fmt: skip
    work.session.add(gift)
    work.session.flush()
    return gift


def _line(session: Session, key: str, order_key: str) -> OrderLine | None:
    """The Foundation's line that a key names, or the latest one of an order."""
    named = key or ""
    if not named.startswith(orders.LINE):
        order = orders.by_key(session, order_key)
        named = orders.gift_key(order) or "" if order is not None else ""
    line = session.get(OrderLine, UUID(named.removeprefix(orders.LINE))) if named else None
    return line if line is not None and line.beneficiary == FOUNDATION and line.amount > 0 else None


def _arrived_on(work: ServiceWork, order: Order) -> date:
    arrived = payments.of_order(work.session, order.id)
    if arrived:
        return arrived[-1].value_date
    if work.variables.get("value_date"):
        return day(work.variables, "value_date")
    return local_day(work.now, work.engine.settings.zone)
