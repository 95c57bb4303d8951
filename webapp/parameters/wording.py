"""Values of parameters as people read them, and as they are put into inputs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from flask_babel import format_date, format_decimal

from forms.readings import written_number
from webapp.dates import day, first_of
from webapp.payments.money import euros
from webapp.words import _, language, ngettext
from workflows.association.parameters import Column, Table, Value

SHORT = 90  # characters of a long text in a list


def table_label(table: Table) -> str:
    """The table's name."""
    return table.label_en if language() == "en" else table.label_fr


def about(table: Table) -> str:
    """What the table rules."""
    return table.about_en if language() == "en" else table.about_fr


def column_label(column: Column) -> str:
    """The column's name."""
    return column.label_en if language() == "en" else column.label_fr


def said(column: Column, value: Value) -> str:
    """The value in words: “160,00 €”, “14 jours”, “31 août”."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, Decimal):
        return euros(value) if column.kind == "amount" else f"{format_decimal(value)}\u00a0%"
    if isinstance(value, int):
        return _length(column, value)
    if isinstance(value, date):
        return day(value)
    return _text(column, value)


def _length(column: Column, value: int) -> str:
    if column.kind == "minutes":
        return ngettext("%(num)d minute", "%(num)d minutes", value)
    if column.kind == "hours":
        return ngettext("%(num)d hour", "%(num)d hours", value)
    if column.kind == "days":
        return ngettext("%(num)d day", "%(num)d days", value)
    if column.kind == "working_days":
        return ngettext("%(num)d working day", "%(num)d working days", value)
    if column.kind == "months":
        return ngettext("%(num)d month", "%(num)d months", value)
    return str(format_decimal(value))


def _text(column: Column, value: str) -> str:
    if column.kind == "choice":
        found = next((choice for choice in column.choices if choice.key == value), None)
        return value if found is None else found.label_en if language() == "en" else found.label_fr
    if column.kind == "month_day":
        return first_of(format_date(date.fromisoformat(f"2000-{value}"), "d MMMM"))
    return value if len(value) <= SHORT else f"{value[:SHORT]}…"


def typed(value: Value) -> str:
    """The value as it stands in an input."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else ""
    if isinstance(value, Decimal):
        return written_number(value, language())
    return value.isoformat() if isinstance(value, date) else str(value)


def unit(column: Column) -> str:
    """What is written behind an input."""
    units = {
        "amount": "€", "percent": "%", "minutes": _("minutes"), "hours": _("hours"), "days": _("days"),
        "working_days": _("working days"), "months": _("months"),
    }  # fmt: skip
    return units.get(column.kind, "")
