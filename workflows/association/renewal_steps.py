"""Service tasks of a renewal: opened once a cycle, grace and lapse by the calendar, renewed once, on payment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from engine import prepared
from engine.assignment import SYSTEM
from engine.errors import WorkFailed
from engine.registry import ServiceWork, service_task
from workflows.association import (
    couples,
    credit_notes,
    figures,
    known_rows,
    memberships,
    orders,
    payments,
    reminders,
    renewals,
    surplus,
)
from workflows.association.activation import decided_period, keep_period
from workflows.association.bank import debits
from workflows.association.case_variables import local_day, text, uuid
from workflows.association.checkout import order_of
from workflows.association.memberships import Membership
from workflows.association.number_series import take
from workflows.association.renewals import Renewal


@service_task(
    "renewal.open",
    results=(
        *("opens", "reference", "case_id", "member_actor", "cycle_end", "days_to_end", "rungs", "pay_means"),
        *("auto_renew", "silent", "grace_at", "lapse_at", "agreed_amount", "agreed_tariff", "set_tariff"),
    ),
)
def open_renewal(work: ServiceWork) -> Mapping[str, object]:
    """Opens the renewal of the period that ends, once; `opens` is false where there is nothing to renew."""
    person_id = uuid(work.variables, "person_id")
    membership = memberships.of(work.session, person_id)
    if membership is None or not _may_open(work, membership):
        return {"opens": False, "reference": "—", "case_id": str(work.instance_id)}
    renewal = _opened(work, membership)
    zone = work.engine.settings.zone
    today = local_day(work.now, zone)
    means = renewals.means_of(work.session, membership, today)
    grace = figures.days(work.session, "GRACE", today)
    return {
        "opens": True,
        "reference": renewal.reference,
        "case_id": str(work.instance_id),
        "member_actor": f"person:{person_id}",
        "cycle_end": membership.end_date,
        "days_to_end": figures.days(work.session, "NOTICE", today).days,  # where `dunning_step` is entered
        "rungs": [],
        "pay_means": means.pay_means,
        "auto_renew": means.auto_renew,
        "silent": reminders.opted_out(work.session, person_id),
        "grace_at": _midnight(membership.end_date + timedelta(days=1), zone),
        "lapse_at": _midnight(membership.end_date + grace + timedelta(days=1), zone),
        "agreed_amount": None,
        "agreed_tariff": None,
        "set_tariff": None,
    }


def _may_open(work: ServiceWork, membership: Membership) -> bool:
    if not renewals.may_renew(membership):
        return False
    return not renewals.is_open(work.session, membership.id, membership.end_date)


def _opened(work: ServiceWork, membership: Membership) -> Renewal:
    year = local_day(work.now, work.engine.settings.zone).year
    renewal = Renewal(
        id=uuid4(),
        reference=f"REN-{year}-{take(work.session, f'REN-{year}'):06}",
        membership_id=membership.id,
        person_id=membership.person_id,
        cycle_end=membership.end_date,
        instance_id=work.instance_id,
        state=renewals.RUNNING,
        started_at=work.now,
        started_by=text(work.variables, "started_by", "system")[:64],
        partner_id=couples.remembered(work.session, membership.person_id),
    )
    work.session.add(renewal)
    work.session.flush()
    known_rows.keep(work.session, Renewal.instance_id, renewal)
    return renewal


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


@service_task("renewal.enter_grace", results=("entitlement",))
def enter_grace(work: ServiceWork) -> Mapping[str, object]:
    """The paid period is over: thirty days of grace, with nearly all services (domain §1.2)."""
    return {"entitlement": _move(work, frozenset({"NEW", "CURRENT"}), "GRACE")}


@service_task("renewal.lapse", results=("entitlement",))
def lapse(work: ServiceWork) -> Mapping[str, object]:
    """Grace is over: services end. The legal membership does not: only the statutes end it."""
    return {"entitlement": _move(work, memberships.PAID_UP, "LAPSED")}


def _membership(work: ServiceWork, renewal: Renewal) -> Membership:
    membership = prepared.get(work.session, Membership, renewal.membership_id)
    assert membership is not None  # a foreign key
    return membership


def _move(work: ServiceWork, states: frozenset[str], to: str) -> str:
    """Changes the entitlement of a membership that still waits for this renewal; answers what it is now."""
    renewal = renewal_of(work)
    membership = _membership(work, renewal)
    waits = renewal.state == renewals.RUNNING and membership.end_date == renewal.cycle_end
    if waits and membership.service_entitlement in states:
        membership.service_entitlement, membership.changed_at = to, work.now
    return membership.service_entitlement


@service_task("renewal.renew", results=("period", "entitlement"))
def renew(work: ServiceWork) -> Mapping[str, object]:
    """Moves the membership by the decided period, once for each order; its number and its join date stay."""
    order, renewal = order_of(work), renewal_of(work)
    membership = _membership(work, renewal)
    period = decided_period(work.variables)
    if renewal.state != renewals.RENEWED:
        decided = work.variables.get("period")
        membership.rejoin_count += 1 if isinstance(decided, Mapping) and decided.get("rejoins") is True else 0
        membership.start_date = membership.start_date if memberships.continues(membership, period) else period.start
        membership.end_date, membership.changed_at = period.end, work.now
        membership.auto_renew = work.variables.get("auto_renew") is True
        today = local_day(work.now, work.engine.settings.zone)
        if membership.service_entitlement not in {"SUSPENDED", "ENDED"}:
            membership.service_entitlement = memberships.entitled(work.session, membership, today)
        period = keep_period(work, membership, order, period)
        renewal.state, renewal.closed_at = renewals.RENEWED, work.now
        renewal.order_id, renewal.means = order.id, order.means
    return {
        "period": {"rule": period.rule, "start": period.start, "end": period.end},
        "entitlement": membership.service_entitlement,
    }


@service_task("renewal.close", results=())
def close(work: ServiceWork) -> None:
    """A year after the end: nobody is asked any more. Whether the person is still a member is another decision."""
    _end(work, renewals.NOT_RENEWED)


@service_task("renewal.stop", results=())
def stop(work: ServiceWork) -> None:
    """A death, a resignation, an erasure, or a membership that was renewed elsewhere: nothing is asked, or debited."""
    _end(work, renewals.STOPPED)


def _end(work: ServiceWork, state: str) -> None:
    renewal = renewals.of_case(work.session, work.instance_id)
    if renewal is not None:
        renewals.close(renewal, state, work.now)
    for order in orders.of_case(work.session, work.instance_id):
        if orders.cancel(order, work.now):
            debits.cancel(work.session, order.id, work.now)
            credit_notes.of_order(work.session, order, local_day(work.now, work.engine.settings.zone), work.now)
    _give_back(work)


def _give_back(work: ServiceWork) -> None:
    """What came for orders that had expired is somebody's, and no order will use it any more."""
    made = orders.of_case(work.session, work.instance_id)
    if made and all(each.state == "CANCELED" for each in made) and surplus.left_over(work.session, made[0]) > 0:
        payments.report_surplus(work.session, work.engine, made[0], by=SYSTEM)


def renewal_of(work: ServiceWork) -> Renewal:
    """The renewal of a case. Raises WorkFailed where it has none."""
    renewal = renewals.of_case(work.session, UUID(text(work.variables, "case_id", str(work.instance_id))))
    if renewal is None:
        raise WorkFailed("the renewal of this case is not there", again=False)
    return renewal
