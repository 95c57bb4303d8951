"""Rows of a table that rule together: of “at least” and “at most”, the first is never above the second."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import Invalid
from workflows.association.parameters.kinds import restored
from workflows.association.parameters.models import ParameterRow
from workflows.association.parameters.tables import Table

__all__ = ["RowsCrossed", "check_rising"]


class RowsCrossed(Invalid):
    """“{low}” would be {least} while “{high}” is {most}: nothing could be between them. Change the other one first."""

    code: ClassVar[str] = "parameter_rows_crossed"


def check_rising(session: Session, table: Table, row: ParameterRow, language: str) -> None:
    """Whether a row that is to be decided keeps to its side of the other rows of its pair while both are in force.

    Raises RowsCrossed.
    """
    column = table.columns[0]
    for low, high in (pair for pair in table.rising if row.key in pair):
        query = select(ParameterRow).where(ParameterRow.table == table.name, ParameterRow.withdrawn_at.is_(None))
        for other in session.scalars(query.where(ParameterRow.key == (high if row.key == low else low))):
            least, most = (row, other) if row.key == low else (other, row)
            values = [restored(column, each.data.get(column.name)) for each in (least, most)]
            if _meet(row, other) and None not in values and values[0] > values[1]:  # type: ignore[operator]
                names = [each.label_en if language == "en" else each.label_fr for each in (least, most)]
                raise RowsCrossed(
                    low=names[0], high=names[1], least=values[0], most=values[1], field=column.name
                )  # fmt: skip


def _meet(one: ParameterRow, other: ParameterRow) -> bool:
    return one.valid_from <= (other.valid_to or date.max) and other.valid_from <= (one.valid_to or date.max)
