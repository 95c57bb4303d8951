"""Donors who gave and give no more: who they are, and what they are asked, within the words they allow.

LYBUNT gave last year but not this, SYBUNT in one of the five years before, DORMANT longer ago (domain §P5.4
`lapsed_segment`). Everybody is reviewed once a year at most, and whoever gives again is left in peace at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Uuid, exists, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import commands
from engine.assignment import SYSTEM
from engine.calendar import Duration
from engine.models import Base, Moment
from engine.personal import Personal
from engine.registry import ServiceWork, service_task
from workflows.association import parameters
from workflows.association.case_variables import local_day, uuid, whole
from workflows.association.gifts import figures, followup, pledges
from workflows.association.gifts.donors import Donor
from workflows.association.gifts.pledges import Pledge
from workflows.association.gifts.register import BOOKED, ZERO, Gift
from workflows.association.parameters import Column, Row, Table

ASKS: Final = Table(
    "lapsed_ask", "Appels aux donateurs de l’an passé", "Appeals to last year’s donors",
    (Column("day", "month_day", "Jour", "Day"),),
    (
        Row("FIRST", "Premier appel", "First appeal", "10-01"),
        Row("SECOND", "Deuxième appel", "Second appeal", "11-02"),
        Row("THIRD", "Dernier appel", "Last appeal", "12-01"),
    ),
    owner="FOUNDATION_GIFTS",
)  # fmt: skip
MESSAGE: Final = "donor_lapsed"
_LIFE: Final = timedelta(days=30)
_MORNING: Final = time(10)


class DonorReview(Base):
    """That a donor who lapsed was looked at in a year, and as what."""

    __tablename__ = "donor_review"
    __privacy__ = Personal("gift", "donor_id", "keep", plain="segment", since="opened_at")
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    donor_id: Mapped[UUID] = mapped_column(ForeignKey("donor.id"))
    year: Mapped[int]
    segment: Mapped[str | None] = mapped_column(String(8))
    opened_at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (Index("uq_donor_review_year", "donor_id", "year", unique=True),)


def due(session: Session, today: date) -> Sequence[UUID]:
    """Donors without a gift for so many months, with no promise that runs and not reviewed this year."""
    months = figures.months(session, "LAPSED", today)
    noon = datetime.combine(today, time(12), followup.ZONE)
    since = Duration(months=-months).after(noon, followup.ZONE).astimezone(followup.ZONE).date()
    last = select(Gift.donor_id).where(Gift.state == BOOKED).group_by(Gift.donor_id).having(
        func.max(Gift.given_on) <= since
    )  # fmt: skip
    reviewed = exists().where(DonorReview.donor_id == Donor.id, DonorReview.year == today.year)
    promised = exists().where(Pledge.donor_id == Donor.id, Pledge.state.in_(pledges.RUNNING))
    query = select(Donor.id).where(Donor.id.in_(last), ~reviewed, ~promised, Donor.anonymous.is_(False))
    return session.scalars(query.order_by(Donor.id)).all()


@service_task("lapsed.open_reviews", results=("opened",))
def open_reviews(work: ServiceWork) -> Mapping[str, object]:
    """Begins a case for every donor who lapsed, each once a year."""
    today = local_day(work.now, work.engine.settings.zone)
    found = due(work.session, today)
    for donor_id in found:
        donor = work.session.get_one(Donor, donor_id)
        work.session.add(DonorReview(id=uuid4(), donor_id=donor_id, year=today.year, opened_at=work.now))
        variables = {"donor_id": str(donor_id), "person_id": str(donor.person_id) if donor.person_id else None}
        commands.correlate_message(
            work.session, work.engine, MESSAGE, str(donor_id), variables, source="lapsed",
            message_id=f"{donor_id} {today.year}", ttl=_LIFE, by=SYSTEM,
        )  # fmt: skip
    return {"opened": len(found)}


@service_task("lapsed.facts", results=("silent", "years_since", "largest"))
def facts(work: ServiceWork) -> Mapping[str, object]:
    """What the decision asks: may we write, how many years ago was the last gift, how large was the largest."""
    donor = work.session.get_one(Donor, uuid(work.variables, "donor_id"))
    query = select(func.max(Gift.fiscal_year), func.max(Gift.amount)).where(
        Gift.donor_id == donor.id, Gift.state == BOOKED
    )
    year, largest = work.session.execute(query).one()
    today = local_day(work.now, work.engine.settings.zone)
    return {
        "silent": not followup.may_write(work.session, donor),
        "years_since": today.year - year if year is not None else 0,
        "largest": largest or ZERO,
    }


@service_task("lapsed.next_ask", results=("has_ask", "ask_at", "asks"))
def next_ask(work: ServiceWork) -> Mapping[str, object]:
    """The next day of appeal of this year that lies ahead; none after the last."""
    asked = whole(work.variables, "asks", 0)
    today = local_day(work.now, work.engine.settings.zone)
    for row in parameters.rows(work.session, ASKS, on=today)[asked:]:
        asked += 1
        month, day = (int(part) for part in str(row["day"]).split("-"))
        on = date(today.year, month, min(day, 28) if month == 2 else day)
        if on >= today:
            at = datetime.combine(on, _MORNING, work.engine.settings.zone)
            return {"has_ask": True, "ask_at": at, "asks": asked}
    return {"has_ask": False, "ask_at": None, "asks": asked}


@service_task("lapsed.keep_segment", results=())
def keep_segment(work: ServiceWork) -> None:
    """Notes as what the donor was looked at."""
    donor_id = uuid(work.variables, "donor_id")
    query = select(DonorReview).where(DonorReview.donor_id == donor_id).order_by(DonorReview.opened_at.desc())
    review = work.session.scalars(query.limit(1)).first()
    if review is not None:
        review.segment = str(work.variables.get("segment") or "NONE")[:8]
