"""The year of career groups on a page, as a picture and as a sheet: for the careers office and the general delegate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal

from engine.transaction import reading
from webapp.auth import current_day, engine, role
from webapp.spreadsheets import download
from webapp.words import _
from workflows.association.cohorts import yearly
from workflows.association.cohorts.yearly import Figure, YearReport

ROLES = ("CAREERS_HEAD", "GENERAL_DELEGATE", "ADMIN")
blueprint = Blueprint("cohort_years", __name__, template_folder="templates", url_prefix="/cohorts/years")


@dataclass(frozen=True, slots=True)
class Line:
    """An indicator in words, and how long its bar is, of a hundred."""

    label: str
    said: str
    target: str
    verdict: str
    bar: int
    mark: int | None


def _labels() -> dict[str, tuple[str, str]]:
    """The name of each indicator, and its unit."""
    return {
        "fill": (_("Seats taken"), "%"),
        "completion": (_("Followed to the end, or work found"), "%"),
        "attendance": (_("Present at the sessions"), "%"),
        "in_work": (_("In work six months later"), "%"),
        "nps": (_("Would recommend it (net score)"), ""),
        "guests": (_("From other schools"), "%"),
        "waiting": (_("From application to seat"), _("days")),
        "pool": (_("People who may lead a group"), ""),
    }


def outcome_labels() -> dict[str, str]:
    """Where people stand, in words."""
    return {
        "JOB_SAME": _("Work, same occupation"), "JOB_CHANGED": _("Work, another occupation"),
        "INDEPENDENT": _("Self-employed"), "CREATION": _("Founded a company"), "TRAINING": _("Training"),
        "SEARCHING": _("Searching"), "STAYED": _("Stayed in post"), "OTHER": _("Other situation"),
    }  # fmt: skip


def statement_labels() -> dict[str, str]:
    """The statements of the questionnaire at the end."""
    return {
        "clarity": _("I see my project more clearly."),
        "content": _("The work that was proposed was useful to me."),
        "leading": _("The group was led fairly and attentively."),
        "trust": _("There was real trust in the group."),
        "pace": _("The pace suited me."),
        "network": _("I have new people whom I can ask for advice."),
    }


def lines(found: YearReport) -> Sequence[Line]:
    """The indicators in words."""
    return [_line(each) for each in found.figures]


def _line(each: Figure) -> Line:
    label, unit = _labels()[each.key]
    said = _("too few answers") if each.value is None else _with(each.value, unit)
    verdict = {None: "", True: _("reached"), False: _("not reached")}[each.reached]
    percent = unit == "%"
    bar = min(100, max(0, each.value)) if percent and each.value is not None else 0
    target = _with(each.target, unit) if each.target is not None else ""
    return Line(label, said, target, verdict, bar, each.target if percent else None)


def _with(value: int, unit: str) -> str:
    return f"{value} {unit}" if unit else str(value)


def _report() -> tuple[YearReport | None, list[int]]:
    today = current_day()
    with reading(engine()) as reader:
        known = yearly.years(reader)
        asked = request.args.get("year", type=int)
        year = asked if asked in known else (known[0] if known else 0)
        return (yearly.report(reader, year, today) if year else None), known


@blueprint.get("/")
@role(*ROLES)
def page() -> str:
    """The year asked for, else the latest one."""
    found, known = _report()
    return render_template(
        "cohorts/year.html", report=found, years=known, lines=lines(found) if found is not None else [],
        outcomes=outcome_labels(), statements=_said_of(found) if found is not None else [],
    )  # fmt: skip


def _said_of(found: YearReport) -> list[tuple[str, str]]:
    """Each statement with how far people agree, from 1 to 5."""
    labels = statement_labels()
    means = found.statements.items()
    return [(labels[key], "–" if mean is None else format_decimal(mean / 10)) for key, mean in means]


@blueprint.get("/sheet.csv")
@role(*ROLES)
def sheet() -> ResponseReturnValue:
    """The same as a sheet."""
    found, _known = _report()
    rows: list[list[str]] = []
    if found is not None:
        rows += [[_("Career groups"), str(found.year)], [_("Groups"), str(found.groups)]]
        rows += [[_("People"), str(found.people)]]
        rows += [[each.label, each.said, each.target, each.verdict] for each in lines(found)]
        rows += [[outcome_labels()[key], "–" if count is None else str(count)] for key, count in found.outcomes.items()]
        rows += [[label, said] for label, said in _said_of(found)]
    return download(rows, f"cohorts-{found.year if found is not None else 'none'}.csv")
