"""The report of an event, and its accounts: what came of it, and who owes one for too long. Domain F22, §P4.5."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey, Numeric, Select, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.models import Base, Moment
from engine.personal import Personal
from workflows.association.events import figures
from workflows.association.events.records import ENDED, Event

MOST: Final = 300  # that are shown at once


class EventReport(Base):
    """What the organiser says of an event, and how its accounts were closed, in euros.

    `closed_by` is whoever set the final sums; `closed_at` when they needed nobody's agreement any more.
    """

    __tablename__ = "event_report"
    __privacy__ = (
        Personal("programme", "event_id", "keep", erase="highlights incidents coming remark", ids="filed_by closed_by"),
        Personal("work", "filed_by@actor closed_by@actor", "keep", ids="filed_by closed_by"),
    )
    event_id: Mapped[UUID] = mapped_column(ForeignKey("association_event.id"), primary_key=True)
    attended: Mapped[int]
    missed: Mapped[int] = mapped_column(default=0)
    highlights: Mapped[str] = mapped_column(Text, default="")
    incidents: Mapped[str] = mapped_column(Text, default="")
    coming: Mapped[str] = mapped_column(Text, default="")  # what should come of it
    photos_cleared: Mapped[bool] = mapped_column(default=False)
    list_deleted: Mapped[bool] = mapped_column(default=False)
    income: Mapped[Decimal] = mapped_column(Numeric(12, 2), default=Decimal(0))
    costs: Mapped[Decimal] = mapped_column(Numeric(12, 2), default=Decimal(0))
    filed_by: Mapped[str] = mapped_column(String(64))
    filed_at: Mapped[datetime] = mapped_column(Moment)
    final_income: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    final_costs: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    remark: Mapped[str] = mapped_column(Text, default="")  # of whoever has to agree to the accounts
    closed_by: Mapped[str | None] = mapped_column(String(64))
    closed_at: Mapped[datetime | None] = mapped_column(Moment)


def is_overdue(session: Session, person_id: UUID, today: date) -> bool:
    """Whether a report of somebody's events is missing for so long that he proposes no other one."""
    limit = today - timedelta(days=figures.rule(session, "report_block", today))
    return session.scalar(_missing().where(Event.organiser_id == person_id, Event.day < limit).limit(1)) is not None


def missing(session: Session) -> Sequence[Event]:
    """The events that are over and have no report, the oldest first."""
    return session.scalars(_missing().order_by(Event.day, Event.key).limit(MOST)).all()


def _missing() -> Select[tuple[Event]]:
    return (
        select(Event)
        .outerjoin(EventReport, EventReport.event_id == Event.id)
        .where(Event.state == ENDED, Event.closed_at.is_not(None), EventReport.event_id.is_(None))
    )
