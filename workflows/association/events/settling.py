"""The settlement of an event: what the books say came in and went out, and who has to agree to its result.

Tickets are what was received for its orders, less what banks and providers took back. What goes back to people counts
once it was transferred, expenses once they were paid, and accounts are closed when neither waits. A loss that is larger
than what the approval put at risk, by more than the margin `accounts_margin`, is for the treasurer. Source: domain
§P4.5.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.calendar import PARIS
from engine.errors import Invalid
from workflows.association import wording
from workflows.association.case_variables import local_day
from workflows.association.events import expenses, figures, records, refunds
from workflows.association.events.expenses import APPROVED, ASKED, PAID, EventExpense
from workflows.association.events.owed import EventRefund
from workflows.association.events.records import COST, INCOME, Event
from workflows.association.events.registrations import EventRegistration
from workflows.association.events.reports import EventReport
from workflows.association.orders import Order
from workflows.association.payments import Payment
from workflows.association.records import Subject


class ExpensesOpen(Invalid):
    """Expenses of this event wait: {count}. Decide them and note their transfers first, then close the accounts."""

    code: ClassVar[str] = "event_expenses_open"


class RefundsOpen(Invalid):
    """Refunds of this event wait: {count}. Note their transfers first, then close the accounts."""

    code: ClassVar[str] = "event_refunds_open"


@dataclass(frozen=True, slots=True)
class Books:
    """What is on record for an event, in euros; `due`: what has to go back and was not transferred yet; `waiting`: how
    many requests for expenses are not paid or refused."""

    tickets: Decimal
    given_back: Decimal
    due: Decimal
    expenses: Decimal
    waiting: int


def books(session: Session, event: Event) -> Books:
    """What came in and went out for an event."""
    keys = select(EventRegistration.order_key).where(EventRegistration.event_id == event.id)
    theirs = select(Payment).join(Order, Order.id == Payment.order_id).where(Order.key.in_(keys))
    paid = session.scalars(theirs.where(Payment.reversed_at.is_(None)))
    back = session.scalars(select(EventRefund).where(EventRefund.event_id == event.id)).all()
    asked = expenses.of_event(session, event.id)
    return Books(
        tickets=_sum(each.net for each in paid),
        given_back=_sum(each.left for each in back if each.refund_id is not None),
        due=_sum(each.left for each in back if each.refund_id is None),
        expenses=_sum(expenses.total(session, each.id) for each in asked if each.state == PAID),
        waiting=_waiting(asked),
    )


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal("0.00"))


def _waiting(asked: Iterable[EventExpense]) -> int:
    return sum(each.state in (ASKED, APPROVED) for each in asked)


def words(session: Session, event: Event, lang: str) -> str:
    """The books in a line."""
    found = books(session, event)
    tickets, back, due, spent = (
        wording.amount(each, lang) for each in (found.tickets, found.given_back, found.due, found.expenses)
    )
    if lang == "en":
        return (
            f"tickets {tickets}, given back {back}, to give back {due}, expenses paid {spent}, "
            f"requests that wait: {found.waiting}"
        )
    return (
        f"billets {tickets}, remboursés {back}, à rembourser {due}, frais payés {spent}, "
        f"demandes en attente : {found.waiting}"
    )


def result(income: Decimal, costs: Decimal, lang: str) -> str:
    """The result of an event in words."""
    told = (wording.amount(each, lang) for each in (income, costs, income - costs))
    return ("income {}, costs {}, result {}" if lang == "en" else "recettes {}, dépenses {}, résultat {}").format(*told)


@dataclass(frozen=True, slots=True)
class Compared:
    """One line of the budget beside what came of it, in euros: `COSTS`, `INCOME`, `RESULT`."""

    line: str
    planned: Decimal
    actual: Decimal

    @property
    def difference(self) -> Decimal:
        """By how much it was more than planned."""
        return self.actual - self.planned


def compared(session: Session, event: Event) -> Sequence[Compared]:
    """The budget beside the accounts, or beside the report until they are closed; nothing before that. Planned income
    is what is sure (a sponsor, a grant): tickets are income that nobody promised."""
    report = session.get(EventReport, event.id)
    if report is None:
        return ()
    income = report.income if report.final_income is None else report.final_income
    costs = report.costs if report.final_costs is None else report.final_costs
    planned_costs, planned_income = (records.total(session, event.id, side) for side in (COST, INCOME))
    return (
        Compared("COSTS", planned_costs, costs),
        Compared("INCOME", planned_income, income),
        Compared("RESULT", planned_income - planned_costs, income - costs),
    )


def all_settled(session: Session, event: Event, field: str) -> None:
    """That nothing waits when accounts are closed, by the answer in this field. Raises ExpensesOpen, RefundsOpen."""
    waiting = _waiting(expenses.of_event(session, event.id))
    if waiting:
        raise ExpensesOpen(count=waiting, field=field)
    due = refunds.due(session, event.id)
    if due:
        raise RefundsOpen(count=len(due), field=field)


def exceeds(subject: Subject, event: Event, income: Decimal, costs: Decimal) -> bool:
    """Whether the event lost more than its approval put at risk, by more than the margin."""
    margin = figures.rule(subject.session, "accounts_margin", local_day(subject.now, PARIS))
    return costs - income > records.exposure(subject.session, event.id) + margin
