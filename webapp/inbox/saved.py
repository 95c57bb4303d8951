"""Filters that somebody keeps under a name, for himself or for all of the staff; each with how many tasks it holds now.

What is shared is the filter, never what it finds: everybody sees his own lists through it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from flask import url_for
from sqlalchemy import Boolean, ForeignKey, String, Uuid, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column
from werkzeug.datastructures import MultiDict

from engine.engine import Engine
from engine.errors import Invalid
from engine.models import Base, Json, Moment
from engine.personal import Personal
from engine.tally import counts
from webapp.authorize import Viewer
from webapp.inbox.finding import narrowed
from webapp.inbox.listing import COUNTED, asked, query_of

__all__ = ["FilterRefused", "Kept", "SavedFilter", "drop", "keep", "shown"]

MOST: Final = 12  # of one person; as many are shown, with a count each
LONGEST: Final = 60


class FilterRefused(Invalid):
    """Give the filter a name of at most {longest} characters; twelve can be kept, so remove one that you do not
    need any more."""

    code = "filter_refused"


class SavedFilter(Base):
    """A list's address under a name."""

    __tablename__ = "saved_filter"
    __privacy__ = Personal("work", "person_id", plain="name query")
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(LONGEST))
    query: Mapped[dict[str, Any]] = mapped_column(Json)
    shared: Mapped[bool] = mapped_column(Boolean, index=True)
    made_at: Mapped[datetime] = mapped_column(Moment)


@dataclass(frozen=True, slots=True)
class Kept:
    """A saved filter as the list shows it."""

    id: UUID
    name: str
    url: str
    count: str
    shared: bool
    own: bool
    current: bool


def keep(
    session: Session, person_id: UUID, name: str, args: MultiDict[str, str], now: datetime, *, shared: bool
) -> None:
    """Keeps the list of this address under a name, over one of the same name. Raises FilterRefused."""
    tab, filters, _after = asked(args)
    cleaned = " ".join(name.split())
    mine = select(SavedFilter).where(SavedFilter.person_id == person_id)
    same = session.scalars(mine.where(SavedFilter.name == cleaned)).first()
    full = same is None and len(session.scalars(mine).all()) >= MOST
    if not cleaned or len(cleaned) > LONGEST or full:
        raise FilterRefused(longest=LONGEST)
    row = same or SavedFilter(id=uuid4(), person_id=person_id, name=cleaned)
    row.query, row.shared, row.made_at = query_of(tab, filters), shared, now
    session.add(row)


def drop(session: Session, person_id: UUID, filter_id: UUID) -> bool:
    """Forgets a filter of this person; answers whether there was one."""
    row = session.get(SavedFilter, filter_id)
    if row is None or row.person_id != person_id:
        return False
    session.delete(row)
    return True


def shown(
    session: Session, engine: Engine, viewer: Viewer, person_id: UUID, language: str, current: dict[str, str]
) -> Sequence[Kept]:
    """The viewer's filters, then those that others share, with how many of his tasks each holds."""
    query = select(SavedFilter).where(or_(SavedFilter.person_id == person_id, SavedFilter.shared))
    mine_first = query.order_by(SavedFilter.person_id != person_id, func.lower(SavedFilter.name), SavedFilter.id)
    return [
        Kept(
            id=row.id,
            name=row.name,
            url=url_for("inbox.listing", **row.query),
            count=_count(session, engine, viewer, language, row.query),
            shared=row.shared,
            own=row.person_id == person_id,
            current=row.query == current,
        )
        for row in session.scalars(mine_first.limit(MOST))
    ]


def _count(session: Session, engine: Engine, viewer: Viewer, language: str, query: dict[str, str]) -> str:
    tab, filters, _after = asked(MultiDict(query))
    now = engine.clock.now()
    chosen = replace(narrowed(session, engine, filters, language), now=now)
    figure = COUNTED.get(tab)
    return "" if figure is None else counts(session, viewer.actor, now, chosen).said(figure)
