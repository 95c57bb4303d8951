"""What follows when money does not arrive or goes back: facts for the decision, and what was decided carried out.

The order waits for its money again, the entitlement follows what is paid, the mandate is kept, paused or canceled.
Source: domain §P1.4 `sepa_incident`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from engine import commands
from engine.assignment import SYSTEM
from engine.errors import WorkFailed
from engine.registry import ServiceWork, service_task
from workflows.association import (
    applications,
    credit_notes,
    mandates,
    memberships,
    orders,
    payments,
    returned_periods,
    surplus,
    suspensions,
)
from workflows.association.bank import creditors, debits, reasons
from workflows.association.bank.debits import REJECTED, RETURNED, DirectDebit
from workflows.association.case_variables import local_day, text, uuid_or_none
from workflows.association.checkout import order_of
from workflows.association.mandates import Mandate
from workflows.association.memberships import Membership
from workflows.association.orders import FOUNDATION, Order
from workflows.association.parameters import Column, Row, Table
from workflows.association.records import Record, Subject, Values

_ZERO: Final = Decimal("0.00")
DISPUTE: Final = "CARD_DISPUTE"  # the payer disputes a card payment: a chargeback
DELAYS: Final = Table(
    "incident_rule",
    "Délais d’un incident de paiement",
    "Time limits of a payment incident",
    (Column("days", "days", "Jours", "Days", minimum=1, maximum=180),),
    first=(
        Row("new_mandate", "Signer un nouveau mandat", "Sign a new mandate", 15),
        Row("money", "Attendre l’argent après un nouvel essai", "Wait for the money after another try", 45),
    ),
    about_fr="Passé l’un de ces délais, les services sont suspendus et une personne appelle.",
    about_en="After either of them services are suspended and somebody calls.",
    processes=("payment_incident",),
)


@service_task(
    "incident.gather",
    results=(
        *("person_id", "application_id", "applicant_actor", "attempts", "amount_due", "balance", "gift_amount"),
        *("gift_key", "gifts", "missing"),
    ),
)
def gather(work: ServiceWork) -> Mapping[str, object]:
    """Whose payment it was, how much of the order is open again, and how often its debits came back."""
    order = order_of(work)
    application = applications.get(work.session, order.application_id) if order.application_id else None
    failed = [each for each in debits.of_order(work.session, order.id) if each.state in {REJECTED, RETURNED}]
    left = _open(work.session, order)
    return {
        "missing": not _is_enough(work, order, left),
        "person_id": str(order.person_id) if order.person_id else None,
        "application_id": str(order.application_id) if order.application_id else None,
        "applicant_actor": application.actor if application is not None else f"person:{order.person_id}",
        "attempts": len(failed),
        "amount_due": order.total,
        "balance": left,
        **_gifts(order),
    }


@service_task("incident.carry_out", results=())
def carry_out(work: ServiceWork) -> None:
    """Does to mandate, order and membership what was decided."""
    order, decided = order_of(work), _decided(work.variables)
    debit_id = uuid_or_none(work.variables, "direct_debit_id")  # None: money of another means went back
    debit = work.session.get(DirectDebit, debit_id) if debit_id is not None else None
    mandate = work.session.get(Mandate, debit.mandate_id) if debit is not None else None
    if mandate is not None:
        mandates.treat(mandate, text(decided, "mandate"), work.now)
    if order.state == "PAID" and not _is_enough(work, order, _open(work.session, order)):
        order.state, order.closed_at = "OPEN", None
    if order.state == "OPEN":
        _treat_membership(work, order, text(decided, "membership"))


@service_task("incident.suspend", results=("suspended",))
def suspend(work: ServiceWork) -> Mapping[str, object]:
    """Closes the services until the money is there or the order void: a dispute, or a reject that nobody cured.

    `suspended` is false where they are closed for this order already, or the order is for no membership.
    """
    order = order_of(work)
    membership = surplus.membership_of(work.session, order)
    if membership is None or surplus.dues_line(order) is None:
        return {"suspended": False}
    disputed = text(work.variables, "reason_code") == DISPUTE
    cause, before = suspensions.CHARGEBACK if disputed else suspensions.UNPAID, membership.service_entitlement
    closed = suspensions.suspend(work.session, membership, cause, work.now, order_id=order.id)
    _announce(work, membership, before)
    return {"suspended": closed}


@service_task("debit.plan_again", results=("planned", "collect_on", "balance"))
def plan_again(work: ServiceWork) -> Mapping[str, object]:
    """Plans another debit of what is open, by the mandate that stands; `planned` is false where none does."""
    order = order_of(work)
    person_id, today = uuid_or_none(work.variables, "person_id"), _today(work)
    creditor = creditors.collector(order)
    due_on = mandates.collection_day(work.session, today)
    mandate = mandates.current(
        work.session, order.application_id, person_id, paused=True, creditor=creditor, on=due_on, order=order
    )
    balance = _open(work.session, order)
    if mandate is None or balance <= 0:
        return {"planned": False, "collect_on": None, "balance": balance}
    mandates.treat(mandate, mandates.RESUME, work.now)
    debits.plan(work.session, order, mandate, amount=balance, due_on=due_on, now=work.now)
    return {"planned": True, "collect_on": due_on, "balance": balance}


@service_task("incident.settle", results=("enough", "balance", "gift_amount", "gifts", "gift_key"))
def settle(work: ServiceWork) -> Mapping[str, object]:
    """Whether the money is there now; if so, order and membership are what they were before. Gifts are what came."""
    order = order_of(work)
    balance = _open(work.session, order)
    enough = _is_enough(work, order, balance)
    if enough and order.state == "OPEN":
        order.state, order.closed_at = "PAID", work.now
        debits.cancel(work.session, order.id, work.now)
        orders.give_what_arrived(order, balance)
        returned_periods.restore(work.session, order.id, _today(work), work.now)
        _lift(work, order)
        work.session.flush()
        if surplus.left_over(work.session, order) > payments.tolerance(work.session, _today(work)):
            payments.report_surplus(work.session, work.engine, order, by=SYSTEM)
    return {"enough": enough, "balance": balance, **_gifts(order)}


@service_task("incident.close", results=("credit_note",))
def close(work: ServiceWork) -> Mapping[str, object]:
    """Nobody will pay: the period is taken back, the order is void, and its invoice is credited."""
    order = order_of(work)
    returned_periods.reverse(work.session, order.id, _today(work), work.now)
    _lift(work, order)
    debits.cancel(work.session, order.id, work.now)
    order.state, order.closed_at = "CANCELED", work.now
    notes = credit_notes.of_order(work.session, order, _today(work), work.now)
    return {"credit_note": notes[0].number if notes else None}


@service_task("incident.void", results=())
def void(work: ServiceWork) -> None:
    """The member has died: the order is void, and nothing of it is asked for any more."""
    order = order_of(work)
    debits.cancel(work.session, order.id, work.now)
    if order.state == "OPEN":
        order.state, order.closed_at = "CANCELED", work.now


def _gifts(order: Order) -> dict[str, object]:
    """What is given by an order, as it stands: who is told of it is told what arrived."""
    return {
        "gift_amount": order.total_for(FOUNDATION),
        "gifts": [{"key": key, "amount": given} for key, given in orders.gifts(order)],
        "gift_key": orders.gift_key(order),
    }


def _lift(work: ServiceWork, order: Order) -> None:
    membership = surplus.membership_of(work.session, order)
    if membership is not None:
        before = membership.service_entitlement
        suspensions.lift_all_of_order(work.session, membership, order.id, _today(work), work.now)
        _announce(work, membership, before)


def _announce(work: ServiceWork, membership: Membership, before: str) -> None:
    """Tells whoever waits by the person's id that services opened or closed (`entitlement_changed`)."""
    if membership.service_entitlement != before:
        told = {"person_id": str(membership.person_id), "entitlement": membership.service_entitlement}
        commands.correlate_message(
            work.session, work.engine, "entitlement_changed", str(membership.person_id), told, source="incident",
            ttl=timedelta(days=1), by=SYSTEM,
        )  # fmt: skip


def _treat_membership(work: ServiceWork, order: Order, action: str) -> None:
    if action == "GRACE":
        memberships.to_grace(work.session, order.id, work.now)
    elif action == "REVERSE":
        returned_periods.reverse(work.session, order.id, _today(work), work.now)


def _decided(variables: Mapping[str, object]) -> Mapping[str, object]:
    decided = variables.get("decision")
    if not isinstance(decided, Mapping):
        raise WorkFailed("the table sepa_incident gave no answer", again=False)
    return decided


def _open(session: Session, order: Order) -> Decimal:
    """What is left to pay of an order, by the payments that stand."""
    paid = sum((each.net for each in payments.of_order(session, order.id)), _ZERO)
    return max(order.total - paid, _ZERO)


def _is_enough(work: ServiceWork, order: Order, left: Decimal) -> bool:
    return payments.is_enough(order.total, order.total - left, payments.tolerance(work.session, _today(work)))


def _today(work: ServiceWork) -> date:
    return local_day(work.now, work.engine.settings.zone)


def _read(subject: Subject, fields: Iterable[str]) -> Values:
    return {"reason": reasons.words(text(subject.variables, "reason_code"), subject.language)}


INCIDENT: Final = Record(frozenset({"reason"}), _read)
