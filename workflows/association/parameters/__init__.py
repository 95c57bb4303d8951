"""Dated parameter tables: figures that the association decides, each row valid from a day and with who decided it.

Declare a `Table` at the top of a module of `workflows.association`; read it with `value` (or `amount`, `count`, `text`,
`flag` for a typed answer) and `rows`. What is kept: decimals with their digits, dates as dates. A first reading in a
transaction costs one small query, further ones none (`remembered`). Source: domain §1.6.
"""

from __future__ import annotations

from workflows.association.parameters.deciding import (
    KeyUnusable,
    PeriodUnusable,
    RowChanged,
    RowDelivered,
    RowOverlaps,
    decide,
    end,
    history,
    state_of,
    withdraw,
)
from workflows.association.parameters.first_rows import declare_first, deliver
from workflows.association.parameters.kinds import ValueUnusable
from workflows.association.parameters.models import ParameterEvent, ParameterRow
from workflows.association.parameters.reading import (
    ColumnUnknown,
    ParameterMissing,
    TableUnknown,
    amount,
    count,
    every_row,
    flag,
    row,
    rows,
    table_named,
    text,
    value,
)
from workflows.association.parameters.remembered import DatedRow
from workflows.association.parameters.tables import BEGINNING, Choice, Column, Kind, Row, Table, Value, declared

__all__ = [
    "BEGINNING", "Choice", "Column", "ColumnUnknown", "DatedRow", "KeyUnusable", "Kind", "ParameterEvent",
    "ParameterMissing", "ParameterRow", "PeriodUnusable", "Row", "RowChanged", "RowDelivered", "RowOverlaps", "Table",
    "TableUnknown", "Value", "ValueUnusable", "amount", "count", "decide", "declare_first", "declared", "deliver",
    "end", "every_row", "flag", "history", "row", "rows", "state_of", "table_named", "text", "value", "withdraw",
]  # fmt: skip
