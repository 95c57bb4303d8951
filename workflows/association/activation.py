"""Service tasks that make a member: dates move here, once, on payment; then number and entitlement."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.registry import ServiceWork, service_task
from workflows.association import applications, consents, life_plans, memberships
from workflows.association.case_variables import day, text, uuid
from workflows.association.checkout import order_of
from workflows.association.memberships import Membership, MembershipPeriod, Period
from workflows.association.number_series import member_number
from workflows.association.orders import Order
from workflows.association.tariffs import LIFE, LIFE_PART
from workflows.association.verification import application_of


@service_task("membership.period_facts", results=("event", "current_end"))
def period_facts(work: ServiceWork) -> Mapping[str, object]:
    """What the decision `period_rule` asks of the person: is this a first join, and when does the present end?"""
    membership = memberships.of(work.session, uuid(work.variables, "person_id"))
    return {
        "event": memberships.event_of(membership),
        "current_end": membership.end_date if membership is not None else None,
    }


@service_task("membership.activate", results=("period",))
def activate(work: ServiceWork) -> Mapping[str, object]:
    """Opens or moves the membership by the decided period. A second time for the same order changes nothing."""
    order, application = order_of(work), application_of(work)
    person_id = uuid(work.variables, "person_id")
    period = decided_period(work.variables)
    if not _already_moved(work.session, order):
        membership = memberships.of(work.session, person_id)
        if membership is None:
            membership = _first(work.session, person_id, application.category, period, work.now)
        else:
            _move(membership, period, work.variables, work.now)
        membership.auto_renew = work.variables.get("auto_renew") is True
        period = keep_period(work, membership, order, period)
        consents.carry_over(work.session, application.id, person_id)
        applications.close(application, "ACCEPTED", work.now)
    return {"period": {"rule": period.rule, "start": period.start, "end": period.end}}


@service_task("membership.confirm_entitlement", results=())
def confirm_entitlement(work: ServiceWork) -> None:
    """After the first 90 days NEW becomes CURRENT; any other entitlement stays."""
    membership = memberships.of(work.session, uuid(work.variables, "person_id"))
    if membership is not None and membership.service_entitlement == "NEW":
        membership.service_entitlement, membership.changed_at = "CURRENT", work.now


def decided_period(variables: Mapping[str, object]) -> Period:
    """The period of the decision, or the one that a person set. Raises VariableUnusable."""
    decided = variables.get("period")
    facts: Mapping[str, object] = decided if isinstance(decided, Mapping) else {}
    rule = text(facts, "rule", "MANUAL")
    if rule == "MANUAL":
        return Period(day(variables, "set_start"), day(variables, "set_end"), rule)
    return Period(day(facts, "start"), day(facts, "end"), rule)


def _already_moved(session: Session, order: Order) -> bool:
    return session.scalar(select(MembershipPeriod.id).where(MembershipPeriod.order_id == order.id)) is not None


def _first(session: Session, person_id: UUID, category: str, period: Period, now: datetime) -> Membership:
    membership = Membership(
        id=uuid4(),
        person_id=person_id,
        member_no=member_number(session),
        category=category,
        statutory_status="NOT_MEMBER" if category == "GUEST" else "MEMBER",
        service_entitlement="NEW",
        join_date=period.start,
        start_date=period.start,
        end_date=period.end,
        rejoin_count=0,
        changed_at=now,
    )
    session.add(membership)
    session.flush()
    return membership


def _move(membership: Membership, period: Period, variables: Mapping[str, object], now: datetime) -> None:
    """The number and the join date stay; somebody who comes back after more than a year is counted as such."""
    decided = variables.get("period")
    rejoins = isinstance(decided, Mapping) and decided.get("rejoins") is True
    fresh = rejoins or period.rule in {"LAPSED", "MANUAL"}
    membership.rejoin_count += 1 if rejoins else 0
    membership.start_date, membership.end_date = _dates(membership, period)
    membership.service_entitlement = "NEW" if fresh else "CURRENT"
    if membership.statutory_status in {"NOT_MEMBER", "RESIGNED", "REMOVED"} and membership.category != "GUEST":
        membership.statutory_status = "MEMBER"
    membership.changed_at = now


def _dates(membership: Membership, period: Period) -> tuple[date, date]:
    """A renewal prolongs the running period, any other rule begins a new one."""
    return (membership.start_date if memberships.continues(membership, period) else period.start), period.end


def keep_period(work: ServiceWork, membership: Membership, order: Order, period: Period) -> Period:
    """Adds the period that an order paid for, and what of dues for life it paid; answers the period as it is kept: the
    last instalment is for good only where no earlier one went back meanwhile."""
    line = next(each for each in order.lines if each.kind == "DUES")
    tariff = LIFE_PART if line.tariff_code == LIFE_PART else text(work.variables, "tariff")
    kept = MembershipPeriod(
        id=uuid4(),
        membership_id=membership.id,
        order_id=order.id,
        start_date=period.start,
        end_date=period.end,
        value_date=day(work.variables, "value_date"),
        tariff_code=LIFE if work.variables.get("life") is True else tariff,
        rule=period.rule,
        written_at=work.now,
    )
    life_plans.keep(work.session, kept, line, membership)
    work.session.add(kept)
    if kept.life_paid is not None:
        work.session.flush()
        life_plans.settle(work.session, membership.id)
        membership.end_date = kept.end_date
    return Period(kept.start_date, kept.end_date, kept.rule)
