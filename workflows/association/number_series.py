"""Numbers without gaps: each series is one row that is counted up in the transaction that uses the number.

A rolled-back transaction gives its number back, because the row rolls back with it; two transactions queue on the row.
Source: domain §1.9.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, String, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.models import Base
from engine.personal import Impersonal
from engine.prepared import fetch

MEMBER_NUMBERS = "MEMBER"
FIRST_MEMBER = 1001


class NumberSeries(Base):
    """The last number that was given in a series."""

    __tablename__ = "number_series"
    __privacy__ = Impersonal("the last number of each series")
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    last: Mapped[int] = mapped_column(BigInteger)


_TAKE: Final = (
    insert(NumberSeries)
    .values(name=bindparam("name"), last=bindparam("last"))
    .on_conflict_do_update(
        index_elements=["name"], set_={"last": NumberSeries.last + bindparam("count", type_=BigInteger())}
    )
    .returning(NumberSeries.last)
)


def take(session: Session, name: str, *, first: int = 1, count: int = 1) -> int:
    """Takes `count` numbers in one go and answers the last of them; a new series begins at `first`."""
    return int(fetch(session, _TAKE, {"name": name, "last": first + count - 1, "count": count})[0].last)


def reach(session: Session, name: str, number: int) -> None:
    """From here on a series goes on above this number; one that is above it already stays."""
    if (session.scalar(select(NumberSeries.last).where(NumberSeries.name == name)) or 0) < number:
        take(session, name, first=number)
        session.execute(update(NumberSeries).where(NumberSeries.name == name).values(last=number))


def invoice_number(session: Session, year: int) -> str:
    """The next invoice number of the association: INV-ASSO-YYYY-nnnnnn, without gaps within a year."""
    return f"INV-ASSO-{year:04}-{take(session, f'INV-ASSO-{year:04}'):06}"


def member_number(session: Session) -> str:
    """The next member number, at least four digits; never given twice."""
    return f"{take(session, MEMBER_NUMBERS, first=FIRST_MEMBER):04}"
