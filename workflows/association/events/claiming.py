"""The form F23 (record `expense.*`), and who approves and pays what a volunteer spent for an event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import delete
from sqlalchemy.orm import Session

from engine.calendar import PARIS
from engine.registry import ServiceWork, service_task
from workflows.association import mandates, people, roles, wording
from workflows.association.case_variables import amount, day, local_day, text, uuid, uuid_or_none, whole
from workflows.association.events import expenses, figures
from workflows.association.events.expenses import KM, EventExpense, EventExpenseLine
from workflows.association.events.records import Event
from workflows.association.records import Record, Subject, Values

_WRITTEN: Final = frozenset({"lines", "receipts", "iban", "decision", "note", "reference"})
_SHOWN: Final = frozenset({"event", "who", "words", "account"})
_OWN: Final = frozenset({"FINANCE", "TREASURER", "EVENTS", "GENERAL_DELEGATE"})


def _of(subject: Subject) -> EventExpense | None:
    found = uuid_or_none(subject.variables, "expense_id")
    return subject.session.get(EventExpense, found) if found is not None else None


def _read(subject: Subject, fields: Iterable[str]) -> Values:
    expense, lang = _of(subject), subject.language
    if expense is None:
        return {}
    session = subject.session
    lines = expenses.lines(session, expense.id)
    said = [f"{wording.day(each.spent_on, lang)} · {each.kind} · {wording.amount(each.amount, lang)}" for each in lines]
    total = wording.amount(expenses.total(session, expense.id), lang)
    return {
        "lines": [
            {
                "spent_on": each.spent_on, "kind": each.kind, "kilometres": each.kilometres, "amount": each.amount,
                "vat": each.vat,
            }
            for each in lines
        ],
        "receipts": list(expense.receipts),
        "iban": expense.iban,
        "event": session.get_one(Event, expense.event_id).title(lang),
        "who": people.display_name(session, expense.person_id),
        "words": "\n".join([*said, total]),
        "account": expense.iban,
    }  # fmt: skip


def _write(subject: Subject, values: Values) -> Values:
    """Puts a request on record or completes it; keeps a decision, or the transfer. Raises IbanRefused,
    AccountOutsideSepa."""
    expense = _of(subject)
    if expense is not None and "iban" not in values:
        expense.note = text(values, "note").strip()[:600] or expense.note
        expense.reference = text(values, "reference").strip()[:80] or expense.reference
        return {"decision": text(values, "decision")} if values.get("decision") else {}
    if expense is None:
        event = subject.session.get_one(Event, uuid(subject.variables, "event_id"))
        person_id = uuid(subject.variables, "person_id")
        expense = EventExpense(id=uuid4(), event_id=event.id, person_id=person_id, iban="", asked_at=subject.now)
        subject.session.add(expense)
    expense.iban = mandates.account(text(values, "iban"))
    given = values.get("receipts")
    expense.receipts = [str(each) for each in given] if isinstance(given, list) else expense.receipts or []
    subject.session.flush()
    _list(subject, expense, values.get("lines"))
    return {"expense_id": str(expense.id), "claimant": f"person:{expense.person_id}"}


def _list(subject: Subject, expense: EventExpense, rows: object) -> None:
    session, rate = subject.session, figures.kilometre(subject.session, local_day(subject.now, PARIS))
    session.execute(delete(EventExpenseLine).where(EventExpenseLine.expense_id == expense.id))
    given = [each for each in rows if isinstance(each, Mapping)] if isinstance(rows, list) else []
    for number, row in enumerate(given):
        driven = whole(row, "kilometres", 0)
        cost = rate * driven if text(row, "kind") == KM else amount(row, "amount", Decimal(0))
        if cost > 0:
            session.add(
                EventExpenseLine(
                    expense_id=expense.id, position=number, spent_on=day(row, "spent_on"), kind=text(row, "kind")[:8],
                    kilometres=driven, amount=cost, vat=amount(row, "vat", Decimal(0)),
                )
            )  # fmt: skip
    session.flush()


EXPENSE: Final = Record(_WRITTEN | _SHOWN, _read, _WRITTEN, _write)


def expense_of(work: ServiceWork) -> EventExpense:
    """The expense of a case."""
    return work.session.get_one(EventExpense, uuid(work.variables, "expense_id"))


@service_task("expense.weigh", results=("amount", "receipt", "approved", "days_since", "claimant_approves"))
def weigh(work: ServiceWork) -> Mapping[str, object]:
    """What the table asks: kilometres need no receipt, everything else does."""
    expense, today = expense_of(work), local_day(work.now, work.engine.settings.zone)
    expense.instance_id = work.instance_id
    event = work.session.get_one(Event, expense.event_id)
    lines = expenses.lines(work.session, expense.id)
    held = roles.keys_of(work.session, expense.person_id, today)
    return {
        "amount": expenses.total(work.session, expense.id),
        "receipt": bool(lines) and (bool(expense.receipts) or all(line.kind == KM for line in lines)),
        "approved": event.approved is not None,
        "days_since": max((today - event.day).days, 0),
        "claimant_approves": bool(held & _OWN) or _treasurer(event) in held,
    }


def _treasurer(event: Event) -> str:
    return roles.key("GROUP_TREASURER", f"group:{event.group_id}")


@service_task("expense.line_up", results=("approvers", "approver", "decision"))
def line_up(work: ServiceWork) -> Mapping[str, object]:
    """Who approves, one after the other; the group's own treasurer where it has one."""
    expense, today = expense_of(work), local_day(work.now, work.engine.settings.zone)
    event = work.session.get_one(Event, expense.event_id)
    asked = [each.strip() for each in text(work.variables, "route").split(",")]
    chain = [_role(work.session, event, each, expense.person_id, today) for each in asked]
    return {"approvers": chain[1:], "approver": chain[0], "decision": None}


def _role(session: Session, event: Event, role: str, claimant: UUID, today: date) -> str:
    if role != "GROUP_TREASURER":
        return role
    holders = roles.holders(session, role, today, scope=f"group:{event.group_id}")
    return _treasurer(event) if set(holders) - {claimant} else "EVENTS"


@service_task("expense.tally", results=("verdict", "approvers", "approver"))
def tally(work: ServiceWork) -> Mapping[str, object]:
    """What follows from a decision: REFUSED, RETURNED, NEXT (with whom to ask now) or APPROVED."""
    said, rest = text(work.variables, "decision"), work.variables.get("approvers")
    coming = [str(each) for each in rest] if isinstance(rest, list) else []
    verdict = {"REFUSE": "REFUSED", "RETURN": "RETURNED"}.get(said, "NEXT" if coming else "APPROVED")
    expense = expense_of(work)
    if verdict == "REFUSED":
        expense.state, expense.closed_at = expenses.REFUSED, work.now
    elif verdict == "APPROVED":
        expense.state = expenses.APPROVED
    return {"verdict": verdict, "approvers": coming[1:], "approver": coming[0] if coming else None}


@service_task("expense.pay", results=())
def pay(work: ServiceWork) -> None:
    """The transfer is made."""
    expense = expense_of(work)
    expense.state, expense.closed_at = expenses.PAID, work.now
    expense.paid_on = local_day(work.now, work.engine.settings.zone)
