"""What holders of mandates are told by the calendar: that one ends soon, four times, and that it is over. Domain §P9.5.

Asked every night; each notice leaves once (its key), and what is older than two days is not sent any more.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.engine import Engine
from engine.transaction import reading, transaction
from workflows.association import mails, office_mandates, parameters
from workflows.association.office_mandates import RULES
from workflows.association.roles import RoleHolding

_NOTICES: Final = ("coming_end", "notice_2", "notice_3", "notice_4")
_CAUGHT_UP: Final = 2  # days


def tell(engine: Engine, today: date) -> int:
    """Writes what is due on a day, each mail in a transaction of its own; answers how many."""
    with reading(engine) as reader:
        due = list(_due(reader, today))
    count = 0
    for holding_id, what, key in due:
        with transaction(engine) as session:
            if mails.by_key(session, key) is None:
                office_mandates.tell(session, engine, session.get_one(RoleHolding, holding_id), what, key=key)
                count += 1
    return count


def _due(session: Session, today: date) -> Iterator[tuple[UUID, str, str]]:
    days = sorted(parameters.count(session, RULES, key, "days", on=today) for key in _NOTICES)
    query = select(RoleHolding).where(
        RoleHolding.stands_for.is_(None), RoleHolding.to_date >= today - timedelta(days=_CAUGHT_UP),
        RoleHolding.to_date <= today + timedelta(days=days[-1]), RoleHolding.from_date <= today,
    )  # fmt: skip
    for holding in session.scalars(query.order_by(RoleHolding.to_date, RoleHolding.id)):
        assert holding.to_date is not None
        left = (holding.to_date - today).days
        if left < 0:
            if holding.ended_by is None:  # who was told at the end by a person is not told twice
                yield holding.id, "over", f"mandate:{holding.id}:over"
            continue
        rung = next(each for each in days if each >= left)
        if rung - left <= _CAUGHT_UP:
            yield holding.id, "soon", f"mandate:{holding.id}:{holding.to_date:%y%m%d}:{rung}"
