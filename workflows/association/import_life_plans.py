"""Dues for life that are being paid in instalments, as a file of memberships brings them along.

The columns go together: the price that was agreed, how many instalments, since when, what was paid, by how many.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Final
from uuid import uuid4

from sqlalchemy import select

from workflows.association import figures
from workflows.association import import_cells as cells
from workflows.association.import_columns import Column, read_day
from workflows.association.import_records import Around, Values
from workflows.association.import_sheets import Rejected
from workflows.association.life_plans import LifePlan, later
from workflows.association.memberships import Membership, MembershipPeriod
from workflows.association.tariffs import LIFE_PART

COLUMNS: Final[Mapping[str, Column]] = MappingProxyType(
    {
        "life_price": Column("à vie, prix", ("adhesion a vie prix", "life price"), cells.amount),
        "life_instalments": Column("à vie, échéances", ("adhesion a vie echeances", "life instalments"), cells.whole),
        "life_begun": Column("à vie, depuis le", ("adhesion a vie depuis", "life since"), read_day),
        "life_paid": Column("à vie, déjà payé", ("adhesion a vie paye", "life paid"), cells.amount),
        "life_parts": Column(
            "à vie, échéances payées", ("adhesion a vie payees", "life instalments paid"), cells.whole
        ),
    }
)


def refused(around: Around, number: int, values: Values, known: Membership | None) -> Rejected | None:
    """Why a line's instalments cannot be taken over: some of the columns say nothing, what is paid does not go with
    what was agreed, or the membership is known already (what it paid is counted from its orders)."""
    said = [name for name in COLUMNS if name in values]
    if not said:
        return None
    if len(said) < len(COLUMNS):
        missing = next(name for name in COLUMNS if name not in values)
        return Rejected(number, "life_in_part", {"column": COLUMNS[missing].heading})
    if known is not None:
        return None if _agreed(around, known, values) else Rejected(number, "life_of_known", {})
    return _at_odds(number, values)


def _agreed(around: Around, known: Membership, values: Values) -> bool:
    """Whether these are the terms of a membership that is known: the same file again."""
    found = around.session.scalars(select(LifePlan).where(LifePlan.membership_id == known.id)).one_or_none()
    terms = (values["life_price"], values["life_instalments"], values["life_begun"])
    return found is not None and (found.price, found.instalments, found.begun_on) == terms


def _at_odds(number: int, values: Values) -> Rejected | None:
    price, paid = values["life_price"], values["life_paid"]
    instalments, parts = values["life_instalments"], values["life_parts"]
    begun, end = values["life_begun"], values["end_date"]
    assert isinstance(price, Decimal) and isinstance(paid, Decimal)
    assert isinstance(instalments, int) and isinstance(parts, int)
    assert isinstance(begun, date) and isinstance(end, date)
    if not 1 <= parts < instalments or paid >= price or end == date.max:
        return Rejected(number, "life_fulfilled", {"column": COLUMNS["life_instalments"].heading})
    return Rejected(number, "life_ahead", {"column": COLUMNS["life_begun"].heading}) if begun > end else None


def plan(around: Around, values: Values, membership: Membership, period: MembershipPeriod) -> LifePlan | None:
    """The terms of a line, and on its period what was paid of them; None where the line says nothing of it."""
    if "life_price" not in values:
        return None
    begun, paid, parts = values["life_begun"], values["life_paid"], values["life_parts"]
    assert isinstance(begun, date) and isinstance(paid, Decimal) and isinstance(parts, int)
    period.life_paid, period.life_parts, period.tariff_code = paid, parts, LIFE_PART
    years = figures.number(around.session, "LIFE_PLAN_YEARS", around.today)
    return LifePlan(
        id=uuid4(), membership_id=membership.id, price=values["life_price"], instalments=values["life_instalments"],
        begun_on=begun, payable_until=later(begun, years),
    )  # fmt: skip
