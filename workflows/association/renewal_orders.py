"""Service tasks that price a renewal and open its order: one basket, two ledgers, at the price that was announced."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Uuid, bindparam, func, select
from sqlalchemy.orm import Session

from engine.errors import WorkFailed
from engine.prepared import fetch
from engine.registry import ServiceWork, service_task
from workflows.association import (
    couples,
    figures,
    life_plans,
    mandates,
    memberships,
    orders,
    payers,
    people,
    renewals,
)
from workflows.association.applications import age_on
from workflows.association.bank import debits
from workflows.association.case_variables import amount, local_day, text, uuid, whole
from workflows.association.checkout import ONE_YEAR_TARIFFS, left_to_pay, new_order
from workflows.association.diplomas import Diploma
from workflows.association.dues import (
    FOR_LIFE,
    JOB_SEEKER,
    LIFE_FACTS,
    Dues,
    couple_share,
    due_for,
    dues_for_life,
    life_facts,
    life_offer,
    price_row,
)
from workflows.association.memberships import Membership
from workflows.association.orders import Order
from workflows.association.people import Person
from workflows.association.renewal_steps import renewal_of
from workflows.association.renewals import Renewal
from workflows.association.tariffs import LIFE_PART as LIFE_PART_TARIFF

_ZERO: Final = Decimal("0.00")
_DESCRIBED: Final = select(
    *(Person.id, Person.birth_date, Person.country, Person.situation),
    select(func.max(Diploma.promotion_year))
    .where(Diploma.person_id == Person.id)
    .scalar_subquery()
    .label("promotion_year"),
).where(Person.id == bindparam("person", type_=Uuid()))


def facts(work: ServiceWork) -> Mapping[str, object]:
    """What the decision `dues_quote` asks of a member, on this day."""
    membership, person = _described(work)
    today = local_day(work.now, work.engine.settings.zone)
    since = today - figures.days(work.session, "JOB_SEEKER", today)
    years = today.year - person.promotion_year if person.promotion_year else None
    presumed = years + figures.number(work.session, "AGE_AT_DIPLOMA", today) if years is not None else None
    return {
        "category": membership.category,
        "years_since_grad": years,
        "age": age_on(person.birth_date, today) if person.birth_date else presumed,
        "residence": "FR" if (person.country or "FR") == "FR" else "ABROAD",
        "situation": person.situation,
        "job_seeker_rate_used": memberships.used_within(work.session, person.id, JOB_SEEKER, since),
    }


@service_task("renewal.price", results=("tariff", "dues_amount", "course_end", *LIFE_FACTS))
def price(work: ServiceWork) -> Mapping[str, object]:
    """The yearly amount of the tariff. A row that applies to running cases changes it; so does the end of grace.

    Who pays for life in instalments is told the next of them.
    """
    quote = work.variables.get("quote")
    code = text(work.variables, "set_tariff") or (text(quote, "code") if isinstance(quote, Mapping) else "")
    renewal, today = renewal_of(work), local_day(work.now, work.engine.settings.zone)
    announced = announced_on(work.session, renewal, today)
    row = price_row(work.session, code, announced, today)
    membership = memberships.of(work.session, renewal.person_id)
    dues = amount(work.variables, "set_amount", row.amount)
    life = life_offer(work.session, membership, announced, today)
    renewal.tariff_code, renewal.dues = (LIFE_PART_TARIFF, life.part) if life.running else (code, dues)
    return {
        "tariff": code,
        "dues_amount": dues,
        "course_end": None,
        **life_facts(work.session, membership, announced, today),
    }


def announced_on(session: Session, renewal: Renewal, today: date) -> date:
    """The day whose price holds: that of the first notice while the membership runs or is in grace, then today's."""
    return renewal.started_at.date() if today <= renewals.grace_end(session, renewal) else today


@service_task(
    "renewal.order",
    results=(
        *("order_key", "years", "life", "collect_on", "gift_amount", "gift_key", "pay_means", "amount_due"),
        *("balance", "planned", "invoiced_first", "expires_at", "remind_at"),
    ),
)
def order(work: ServiceWork) -> Mapping[str, object]:
    """Makes the order of the basket, and plans its debit where a mandate stands."""
    membership, person = _member(work)
    today = local_day(work.now, work.engine.settings.zone)
    employer = text(work.variables, "payer") == payers.EMPLOYER
    dues = _dues(work, membership, today)
    gift = _ZERO if employer else amount(work.variables, "gift_amount", _ZERO)
    asked = "TRANSFER" if employer else text(work.variables, "pay_means", "NONE")
    means = asked if dues.amount + gift > 0 else "NONE"
    made = new_order(work, means, today, person_id=person.id, waits_as=payers.EMPLOYER if employer else None)
    orders.open_order(work.session, made, dues=dues.amount, tariff=dues.tariff, years=dues.years, gift=gift)
    if dues.instalment is not None:
        life_plans.ordered(made.lines[0], dues.instalment)
    balance = left_to_pay(work, made)
    invoiced = employer and balance > 0 and payers.take(work.session, person.id, made.id)
    collect_on = _plan_debit(work, made, membership, today, balance) if means == "SEPA" and balance > 0 else None
    return {
        "order_key": made.key,
        "years": dues.years,
        "life": dues.for_good,
        "collect_on": collect_on,
        "gift_amount": gift,
        "gift_key": orders.gift_key(made),
        "pay_means": means,
        "amount_due": made.total,
        "balance": balance,
        "planned": collect_on is not None,
        "invoiced_first": invoiced,
        "expires_at": made.expires_at,
        "remind_at": made.created_at + figures.days(work.session, "TRANSFER_REMINDER", today),
    }


def _dues(work: ServiceWork, membership: Membership, today: date) -> Dues:
    """The dues line of the basket: for life, at once or in part, or for some years; less for the second of a couple."""
    tariff, renewal = text(work.variables, "tariff"), renewal_of(work)
    once = tariff in ONE_YEAR_TARIFFS
    life = life_offer(work.session, membership, announced_on(work.session, renewal, today), today)
    chosen = text(work.variables, "duration_years")
    for_life = dues_for_life(chosen, life, once=once)
    if for_life is not None:
        return for_life
    years = 1 if once or chosen in FOR_LIFE else whole(work.variables, "duration_years", 1)
    share = couple_share(work.session, today, couple=couples.is_second(work.session, renewal.partner_id))
    return Dues(due_for(amount(work.variables, "dues_amount"), years, whole_course=False, share=share), tariff, years)


def _plan_debit(work: ServiceWork, made: Order, membership: Membership, today: date, balance: Decimal) -> date | None:
    """Promises the debit: fourteen days from now, and not before the period it pays for; None without a mandate."""
    due_on = mandates.collection_day(work.session, today, membership.end_date)
    mandate = mandates.current(work.session, None, membership.person_id, on=due_on, order=made)
    if mandate is None:
        return None
    debits.plan(work.session, made, mandate, amount=balance, due_on=due_on, now=work.now)
    return due_on


def _described(work: ServiceWork) -> tuple[Membership, Any]:
    """The membership, and what facts ask of the person, who is loaded no further: every renewal begins with it."""
    rows = fetch(work.session, _DESCRIBED, {"person": uuid(work.variables, "person_id")})
    membership = memberships.of(work.session, rows[0].id) if rows else None
    return (membership, rows[0]) if membership is not None else _member(work)


def _member(work: ServiceWork) -> tuple[Membership, Person]:
    person = people.get(work.session, uuid(work.variables, "person_id"))
    membership = memberships.of(work.session, person.id) if person is not None else None
    if person is None or membership is None:
        raise WorkFailed("the member of this case is not there", again=False)
    return membership, person
