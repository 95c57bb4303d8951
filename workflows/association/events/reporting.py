"""The form F22 and the closing of accounts (record `report.*`), and the deadlines of a report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Final

from engine.calendar import PARIS
from engine.registry import ServiceWork, service_task
from workflows.association import wording
from workflows.association.case_variables import amount, local_day, text, whole
from workflows.association.events import door, figures, incidents, settling
from workflows.association.events.proposing import event_of as event_of_subject
from workflows.association.events.records import Event
from workflows.association.events.reports import EventReport
from workflows.association.records import Record, Subject, Values

_WRITTEN: Final = frozenset(
    {
        *("attended", "missed", "highlights", "calm", "incidents", "income", "costs", "photos_cleared", "coming"),
        *("list_deleted", "final_income", "final_costs", "accounts_decision", "remark"),
    }
)
AGREED: Final = "AGREE"
_DEADLINES: Final = {
    "report_due": "report", "first_at": "report_first", "second_at": "report_second", "block_at": "report_block",
    "accounts_at": "accounts",
}  # fmt: skip


def _read(subject: Subject, fields: Iterable[str]) -> Values:
    event, lang = event_of_subject(subject), subject.language
    report = subject.session.get(EventReport, event.id) if event is not None else None
    if event is None:
        return {}
    told = {"told": incidents.told_of(subject.session, event.id, lang) or "—"}
    if report is None:
        return {**(door.counted(subject.session, event.id) or {}), **told}
    income, costs = wording.amount(report.income, lang), wording.amount(report.costs, lang)
    sums = f"income {income}, costs {costs}" if lang == "en" else f"recettes {income}, dépenses {costs}"
    return {
        **told, "incidents": report.incidents, "sums": sums, "books": settling.words(subject.session, event, lang),
        "remark": report.remark or "—",
        "result": settling.result(report.final_income or Decimal(0), report.final_costs or Decimal(0), lang),
    }  # fmt: skip


def _close(subject: Subject, event: Event, report: EventReport, values: Values) -> Values:
    """The accounts as somebody closes them; answers who, and whether somebody else has to agree before they are closed.

    Raises ExpensesOpen, RefundsOpen.
    """
    settling.all_settled(subject.session, event, "final_costs")
    income, costs = (amount(values, name, Decimal(0)) for name in ("final_income", "final_costs"))
    report.final_income, report.final_costs = income, costs
    exceeds = settling.exceeds(subject, event, income, costs)
    report.closed_by, report.closed_at = subject.by[:64], None if exceeds else subject.now
    return {"exceeds": exceeds, "accounts_closer": subject.by}


def _agree(subject: Subject, event: Event, report: EventReport, values: Values) -> Values:
    """What somebody else says of the accounts: they are closed by it, or looked at again.

    Raises ExpensesOpen, RefundsOpen where something came up since they were closed.
    """
    if "remark" in values:
        report.remark = text(values, "remark").strip()[:600]
    if "accounts_decision" not in values:
        return {}  # the form of an older version keeps the decision among the case's variables
    decision = text(values, "accounts_decision")
    if decision == AGREED:
        settling.all_settled(subject.session, event, "accounts_decision")
        report.closed_at = subject.now
    return {"accounts_decision": decision}


def _write(subject: Subject, values: Values) -> Values:
    """Files a report, closes the accounts of its event, or says whether they are right.

    Raises ExpensesOpen, RefundsOpen.
    """
    event = event_of_subject(subject)
    if event is None:
        return {}
    report = subject.session.get(EventReport, event.id)
    if {"accounts_decision", "remark"} & set(values):
        return {} if report is None else _agree(subject, event, report, values)
    if "final_costs" in values:
        return {} if report is None else _close(subject, event, report, values)
    if "attended" not in values:
        return {}
    if report is None:
        report = EventReport(event_id=event.id, attended=0, filed_by=subject.by[:64], filed_at=subject.now)
        subject.session.add(report)
    report.attended, report.missed = whole(values, "attended", 0), whole(values, "missed", 0)
    for name in ("highlights", "incidents", "coming"):
        setattr(report, name, text(values, name).strip()[:2_000])
    report.income, report.costs = (amount(values, name, Decimal(0)) for name in ("income", "costs"))
    report.photos_cleared, report.list_deleted = (values.get(n) is True for n in ("photos_cleared", "list_deleted"))
    subject.session.flush()
    return {"has_incident": text(values, "calm") == "YES"}


REPORT: Final = Record(_WRITTEN | {"sums", "books", "result", "told"}, _read, _WRITTEN, _write)


@service_task("report.plan", results=tuple(_DEADLINES))
def plan(work: ServiceWork) -> Mapping[str, object]:
    """When the report is due, asked for again, and blocks its organiser; when the accounts are closed."""
    today = local_day(work.now, work.engine.settings.zone)
    return {
        name: datetime.combine(today + timedelta(days=figures.rule(work.session, key, today)), time(9), PARIS)
        for name, key in _DEADLINES.items()
    }
