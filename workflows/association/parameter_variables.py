"""Parameters for diagrams: the service task `parameters.read`, so that a timer says `=parameters.delay.REMINDER`.

The header `table` names one table, or several by comma. A table of one column gives its values by key, one of several a
context by column. Lengths from minutes to months come as FEEL durations, working days and other numbers as numbers.
A case reads the rows that it keeps (domain §1.6); a read later in the case gives what has come to apply to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import ClassVar

from sqlalchemy import select

from engine.errors import Invalid
from engine.feel.durations import YearsDuration
from engine.models import ProcessInstance
from engine.registry import ServiceWork, service_task
from workflows.association import parameters
from workflows.association.case_variables import local_day
from workflows.association.parameters import Column, DatedRow, Table, Value

__all__ = ["read", "started_on"]


class TableNotNamed(Invalid):
    """The service task “{element}” needs the header “table”: the name of a parameter table, or several by comma."""

    code: ClassVar[str] = "parameter_table_not_named"


@service_task("parameters.read", results=("parameters",))
def read(work: ServiceWork) -> Mapping[str, object]:
    """The rows of the tables that the header `table` names. Raises TableNotNamed, TableUnknown."""
    names = [name.strip() for name in work.headers.get("table", "").split(",") if name.strip()]
    if not names:
        raise TableNotNamed(element=work.element)
    known = work.variables.get("parameters")
    before = known if isinstance(known, Mapping) else {}
    started, today = started_on(work), local_day(work.now, work.engine.settings.zone)
    found: dict[str, object] = {}
    for table in map(parameters.table_named, names):
        rows = parameters.rows(work.session, table, on=today, started=started)
        found[table.name] = {row.key: _row(table, row) for row in rows}
    return {"parameters": {**before, **found}}


def started_on(work: ServiceWork) -> date:
    """The day on which the case of this work started, in the association's zone; today while it is just starting."""
    query = select(ProcessInstance.started_at).where(ProcessInstance.id == work.instance_id)
    return local_day(work.session.scalar(query) or work.now, work.engine.settings.zone)


def _row(table: Table, row: DatedRow) -> object:
    values = {column.name: _variable(column, row[column.name]) for column in table.columns}
    return next(iter(values.values())) if len(values) == 1 else values


def _variable(column: Column, value: Value) -> object:
    if not isinstance(value, int) or isinstance(value, bool):
        return value
    if column.kind in ("minutes", "hours", "days"):
        return timedelta(**{column.kind: value})
    return YearsDuration(value) if column.kind == "months" else value
