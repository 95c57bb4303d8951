"""What dues for life cost in instalments: the arithmetic of what is left, late comers, and money that went back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from engine.transaction import transaction
from tests.fixtures.office import Office
from tests.steps.renewing_members import add_member, member
from workflows.association import couples, figures, life_plans, memberships, parameters, returned_periods, surplus
from workflows.association.dues import dues_for_life
from workflows.association.life_plans import LifePlan, Offer
from workflows.association.memberships import Membership, MembershipPeriod
from workflows.association.orders import Order, OrderLine
from workflows.association.tariffs import LIFE, LIFE_PART

PRICE, BEGUN = Decimal("2400.00"), date(2027, 7, 5)
NOW = date(2027, 9, 1)


@pytest.fixture
def session(office: Office) -> Iterator[Session]:
    add_member(office, "Ambre Delaunay", "PGE", 2013, "31 August 2027")
    with transaction(office.engine) as opened:
        yield opened


@pytest.fixture
def membership(office: Office, session: Session) -> Membership:
    found = memberships.of(session, member(office).id)
    assert found is not None
    return found


def pay(
    session: Session,
    membership: Membership,
    office: Office,
    on: date,
    amount: Decimal,
    left: Offer,
    tariff: str = LIFE_PART,
) -> Order:  # fmt: skip
    """An instalment (or for good, LIFE) as an order, its line and the period that it bought."""
    part = LIFE if amount == left.rest and tariff == LIFE and not left.is_last else LIFE_PART
    line = OrderLine(
        id=uuid4(), position=1, beneficiary="ASSOCIATION", kind="DUES", tariff_code=part, years=1, amount=amount
    )
    life_plans.ordered(line, left)
    order = Order(
        id=uuid4(), key=f"CMD-{on}", person_id=membership.person_id, means="CARD", state="PAID",
        created_at=office.clock.now(), lines=[line],
    )  # fmt: skip
    session.add(order)
    session.flush()
    end = date.max if tariff == LIFE else life_plans.later(on, 1)
    period = MembershipPeriod(
        id=uuid4(), membership_id=membership.id, order_id=order.id, start_date=on, end_date=end,
        value_date=on, tariff_code=tariff, rule="RENEWAL", written_at=office.clock.now(),
    )  # fmt: skip
    life_plans.keep(session, period, line, membership)
    session.add(period)
    membership.end_date = period.end_date
    session.flush()
    return order


def offered(session: Session, membership: Membership, on: date, price: Decimal = PRICE) -> Offer:
    return life_plans.offer(session, membership, price, on)


def begun(session: Session, membership: Membership, office: Office) -> Order:
    first = offered(session, membership, BEGUN)
    assert (first.part, first.parts, first.running, first.is_last) == (Decimal(600), 4, False, False)
    return pay(session, membership, office, BEGUN, Decimal(600), first)


def test_the_price_of_the_first_day_holds_and_the_rest_may_be_paid_at_once(
    session: Session, membership: Membership, office: Office
) -> None:
    begun(session, membership, office)
    found = offered(session, membership, date(2028, 7, 5), price=Decimal(3000))
    assert (found.price, found.rest, found.part, found.paid_parts, found.parts) == (PRICE, 1800, 600, 1, 4)
    assert found.running


def test_whoever_comes_back_late_pays_what_is_left_within_the_four_years(
    session: Session, membership: Membership, office: Office
) -> None:
    begun(session, membership, office)
    in_time = [(date(2029, 7, 5), 600, 4), (date(2029, 7, 6), 900, 3), (date(2030, 7, 6), 1800, 2)]
    for on, part, parts in in_time:
        found = offered(session, membership, on)
        assert (on, found.part, found.parts) == (on, part, parts)
    assert offered(session, membership, date(2031, 7, 5)).is_last


def test_after_four_years_what_was_paid_is_taken_off_the_price_of_the_day(
    session: Session, membership: Membership, office: Office
) -> None:
    begun(session, membership, office)
    late = date(2031, 7, 6)
    found = offered(session, membership, late, price=Decimal(3000))
    assert (found.rest, found.part, found.running) == (2400, None, False)
    assert life_plans.running(session, membership, late) is None
    before = parameters.row(session, figures.NUMBERS, "LIFE_KEPT_PERCENT", on=late)
    assert before.id is not None
    parameters.end(session, before.id, date(2031, 7, 5), now=office.clock.now())
    parameters.decide(
        session, figures.NUMBERS, "LIFE_KEPT_PERCENT", {"number": 50}, valid_from=late, decided_by="AG",
        decided_on=late, by="AG", now=office.clock.now(),
    )  # fmt: skip
    assert offered(session, membership, late, price=Decimal(3000)).rest == 2700


def test_money_that_went_back_is_missing_and_a_first_instalment_without_any_begins_anew(
    session: Session, membership: Membership, office: Office
) -> None:
    order = begun(session, membership, office)
    now, dearer = office.clock.now(), Decimal(3000)
    returned_periods.reverse(session, order.id, NOW, now)
    session.flush()
    again = offered(session, membership, date(2028, 2, 1), price=dearer)
    assert (again.price, again.part, again.running) == (dearer, 750, False)
    returned_periods.restore(session, order.id, NOW, now)
    session.flush()
    assert offered(session, membership, date(2028, 2, 1), price=dearer).rest == 1800, "it came after all"
    returned_periods.reverse(session, order.id, NOW, now)
    session.flush()
    pay(session, membership, office, date(2028, 2, 1), Decimal(750), again)
    plan = session.query(LifePlan).one()
    assert (plan.price, plan.begun_on, plan.payable_until) == (dearer, date(2028, 2, 1), date(2032, 2, 1))


@pytest.mark.parametrize("rest_at_once", [False, True])
def test_for_life_is_for_good_only_while_all_that_was_paid_stands(
    session: Session, membership: Membership, office: Office, rest_at_once: bool
) -> None:
    orders = [begun(session, membership, office)]
    for year in (2028,) if rest_at_once else (2028, 2029):
        on = date(year, 7, 5)
        orders.append(pay(session, membership, office, on, Decimal(600), offered(session, membership, on)))
    on, last = date(2030, 7, 5), Decimal(1200 if rest_at_once else 600)
    orders.append(pay(session, membership, office, on, last, offered(session, membership, on), LIFE))
    now, later = office.clock.now(), date(2030, 7, 19)
    returned_periods.restore(session, orders[-1].id, later, now)
    assert membership.end_date == date.max and life_plans.running(session, membership, later) is None
    returned_periods.reverse(session, orders[1].id, later, now)
    assert membership.end_date == date(2031, 7, 4), "money of it is missing: a year, as any instalment"
    found = life_plans.running(session, membership, later)
    assert found is not None and (found.rest, found.is_last) == (600, True)
    kept = memberships.standing(session, membership)[-1]
    assert kept.tariff_code == LIFE_PART
    returned_periods.restore(session, orders[1].id, later, now)
    assert membership.end_date == date.max and life_plans.running(session, membership, later) is None
    assert kept.tariff_code == LIFE


def test_at_a_rate_that_is_had_once_nobody_begins_but_whoever_has_begun_goes_on(
    session: Session, membership: Membership, office: Office
) -> None:
    assert dues_for_life("LIFE_PART", offered(session, membership, BEGUN), once=True) is None
    assert dues_for_life("LIFE", offered(session, membership, BEGUN), once=True) is None
    begun(session, membership, office)
    found = dues_for_life("LIFE_PART", offered(session, membership, date(2028, 7, 5)), once=True)
    assert found is not None and (found.amount, found.tariff, found.for_good) == (Decimal(600), LIFE_PART, False)
    over = offered(session, membership, date(2032, 1, 1))
    assert dues_for_life("LIFE_PART", over, once=False) is None, "a year, never the whole price instead"
    all_at_once = dues_for_life("LIFE", over, once=False)
    assert all_at_once is not None and (all_at_once.tariff, all_at_once.for_good) == (LIFE, True)


def test_an_instalment_is_no_share_of_a_couple_and_its_surplus_buys_years_at_the_full_rate(
    session: Session, membership: Membership, office: Office
) -> None:
    order = begun(session, membership, office)
    assert not couples.pays_a_share(session, membership)
    assert surplus.price_of_a_year(session, order, NOW) == 160
    line = surplus.dues_line(order)
    assert line is not None and surplus.tariff_of_a_year(line) == "STD"


@given(st.decimals("1", "99999", places=2), st.integers(2, 12))
def test_equal_instalments_are_the_price_to_the_cent_and_as_many_as_agreed(price: Decimal, instalments: int) -> None:
    """A law: paid in time, so many instalments are the price, and none is dearer than the first."""
    rest, paid = price, []
    for left in range(instalments, 0, -1):
        paid.append(life_plans.part_of(rest, left))
        rest -= paid[-1]
    assert sum(paid) == price and rest == 0
    assert max(paid) == paid[0] and min(paid) >= 0
