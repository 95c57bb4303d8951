"""The indicators of memberships, for who answers for them: by month, as pictures, tables and a file."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_date, format_decimal

from engine.transaction import reading
from webapp.auth import engine, role
from webapp.indicators.picture import picture
from webapp.indicators.wording import about, titles
from webapp.spreadsheets import download
from webapp.words import _
from workflows.association import parameters
from workflows.association.case_variables import local_day
from workflows.association.indicators import memberships
from workflows.association.indicators.months import LONGEST, Figure, Period, Series

blueprint = Blueprint("indicators", __name__, template_folder="templates", url_prefix="/indicators")
READERS: Final = ("MEMBERSHIP", "GENERAL_DELEGATE", "TREASURER", "PRESIDENT")
YEARS: Final = range(1900, 3000)


@blueprint.get("/memberships")
@role(*READERS)
def of_memberships() -> str:
    """The page: every indicator with its target."""
    period, told, targets = _read()
    rows = [
        {
            "series": each, "title": titles()[each.key], "about": about()[each.key], "whole": said(each, each.whole),
            "target": _number(each.unit, targets[each.key]) if each.key in targets else "",
            "picture": picture(each, targets.get(each.key), _spoken(each)),
            "figures": [(_month(figure.month), said(each, figure), figure.of) for figure in each.figures],
        }
        for each in told
    ]  # fmt: skip
    return render_template("indicators/memberships.html", rows=rows, period=period, span=_span(period))


@blueprint.get("/memberships.csv")
@role(*READERS)
def table() -> ResponseReturnValue:
    """The same for a spreadsheet: a line an indicator and month."""
    period, told, _targets = _read()
    rows: list[tuple[object, ...]] = [(_("Indicator"), _("Month"), _("Value"), _("Unit"), _("Of how many"))]
    for each in told:
        for figure in each.figures:
            value = "" if figure.value is None else format_decimal(figure.value)
            rows.append((titles()[each.key], f"{figure.month:%Y-%m}", value, _unit(each.unit), figure.of))
    return download(rows, f"adhesions-{period.first:%Y-%m}-{period.last:%Y-%m}.csv")


def _read() -> tuple[Period, list[Series], dict[str, Decimal]]:
    zone = engine().settings.zone
    today = local_day(engine().clock.now(), zone)
    period = _period(today)
    with reading(engine()) as reader:
        told = list(memberships.of_period(reader, period, today, zone))
        aims = parameters.rows(reader, memberships.TARGETS, on=today)
        return period, told, {row.key: Decimal(str(row.values["value"])) for row in aims}


def _period(today: date) -> Period:
    """The months that are asked for; the last twelve where none are, or where they cannot be read."""
    usual = Period.ending(today)
    first, last = (_asked(name) for name in ("from", "to"))
    found = Period(first or usual.first, last or usual.last)
    if found.first > found.last or (found.last - found.first).days > 31 * LONGEST:
        return usual
    return found


def _asked(name: str) -> date | None:
    """The month of the address; None for what is none, and for years of which no association has figures."""
    try:
        found = date.fromisoformat(f"{request.args.get(name, '')}-01")
    except ValueError:
        return None
    return found if found.year in YEARS else None


def said(series: Series, figure: Figure) -> str:
    """A figure with its unit; a dash where there was nothing to tell of."""
    return "–" if figure.value is None else _number(series.unit, figure.value)


def _number(unit: str, value: Decimal) -> str:
    whole = value.normalize() if value == value.to_integral() else value
    number = str(format_decimal(whole))
    return {"percent": _("%(number)s%%", number=number), "days": _("%(number)s d", number=number)}.get(unit, number)


def _unit(unit: str) -> str:
    return {"percent": "%", "days": _("days")}.get(unit, _("number"))


def _month(month: date) -> str:
    return str(format_date(month, "MMM yyyy"))


def _span(period: Period) -> str:
    return f"{_month(period.first)} – {_month(period.last)}"


def _spoken(series: Series) -> str:
    told = (f"{_month(each.month)} {said(series, each)}" for each in series.figures)
    return f"{titles()[series.key]} – {', '.join(told)}"
