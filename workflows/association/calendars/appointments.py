"""What people meet for: one row a meeting, by the hour of the place where it is held, and who is invited.

A meeting that moves keeps its identifier and counts its changes (RFC 5545 §3.8.7.4): calendar programs replace what
they have. The hour is kept as people say it, “18:30 in Paris”: a change of clocks or of the rules of a zone moves the
moment, never the hour. `calendar` names what a meeting belongs to: a case's business key (“COH-2026-03”).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import ClassVar, Final
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Time, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.errors import Invalid
from engine.models import Base, Moment
from engine.personal import Impersonal, Personal

CONFIRMED: Final = "CONFIRMED"
CANCELLED: Final = "CANCELLED"
LONGEST: Final = 15 * 24 * 60  # minutes of one meeting


class AppointmentRefused(Invalid):
    """A meeting begins on a day, at an hour, and lasts a minute to fifteen days; this one cannot be planned."""

    code: ClassVar[str] = "appointment_refused"


class Appointment(Base):
    """A meeting. Its titles and places name no person: names stand in the guests."""

    __tablename__ = "appointment"
    __privacy__ = Impersonal("what is held, where and when; who comes is in appointment_guest")
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    calendar: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(24))  # which of its calendar: “s12”, “checkin:3”
    title_fr: Mapped[str] = mapped_column(String(160))
    title_en: Mapped[str] = mapped_column(String(160))
    place: Mapped[str] = mapped_column(String(200), default="")
    day: Mapped[date] = mapped_column(Date)
    begins: Mapped[time] = mapped_column(Time)
    minutes: Mapped[int] = mapped_column(Integer)
    zone: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(9), default=CONFIRMED)
    sequence: Mapped[int] = mapped_column(Integer, default=0)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (
        Index("uq_appointment_key", "calendar", "key", unique=True),
        Index("ix_appointment_day", "calendar", "day"),
    )

    @property
    def starts_at(self) -> datetime:
        """The moment it begins, in its own zone."""
        return datetime.combine(self.day, self.begins, tzinfo=ZoneInfo(self.zone))

    @property
    def ends_at(self) -> datetime:
        """The moment it ends, in its own zone: so many minutes later, also through a change of clocks."""
        return (self.starts_at.astimezone(UTC) + timedelta(minutes=self.minutes)).astimezone(ZoneInfo(self.zone))

    def title(self, lang: str) -> str:
        """The title in one language."""
        return self.title_en if lang == "en" else self.title_fr


class AppointmentGuest(Base):
    """Somebody who is invited; `left_at`: not any more."""

    __tablename__ = "appointment_guest"
    __privacy__ = Personal("programme", "person_id", plain="appointment_id", since="left_at")
    appointment_id: Mapped[UUID] = mapped_column(ForeignKey("appointment.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    left_at: Mapped[datetime | None] = mapped_column(Moment)


def plan(
    session: Session, calendar: str, key: str, *, titles: tuple[str, str], starts: datetime, minutes: int,
    place: str = "", now: datetime,
) -> Appointment:  # fmt: skip
    """Plans a meeting, or answers the one that is planned under this key: done twice it is there once.

    `starts` is in the zone of the place (a ZoneInfo), `titles` are French and English. Raises AppointmentRefused.
    """
    found = of(session, calendar, key)
    if found is not None:
        return found
    zone = _zone_of(starts)
    if not 0 < minutes <= LONGEST:
        raise AppointmentRefused
    planned = Appointment(
        id=uuid4(), calendar=calendar, key=key, title_fr=titles[0], title_en=titles[1], place=place,
        day=starts.date(), begins=starts.time().replace(second=0, microsecond=0), minutes=minutes, zone=zone,
        state=CONFIRMED, sequence=0, changed_at=now,
    )  # fmt: skip
    session.add(planned)
    session.flush()
    return planned


def _zone_of(starts: datetime) -> str:
    if not isinstance(starts.tzinfo, ZoneInfo):
        raise AppointmentRefused
    return starts.tzinfo.key


def of(session: Session, calendar: str, key: str) -> Appointment | None:
    """The meeting of this key in a calendar."""
    return session.scalars(
        select(Appointment).where(Appointment.calendar == calendar, Appointment.key == key)
    ).one_or_none()


def move(appointment: Appointment, starts: datetime, now: datetime, *, place: str | None = None) -> bool:
    """Moves a meeting; answers whether that changed anything. Raises AppointmentRefused for one that was called off."""
    zone, begins = _zone_of(starts), starts.time().replace(second=0, microsecond=0)
    if appointment.state == CANCELLED:
        raise AppointmentRefused
    wanted = (starts.date(), begins, zone, appointment.place if place is None else place)
    if wanted == (appointment.day, appointment.begins, appointment.zone, appointment.place):
        return False
    appointment.day, appointment.begins, appointment.zone, appointment.place = wanted
    _changed(appointment, now)
    return True


def cancel(appointment: Appointment, now: datetime) -> bool:
    """Calls a meeting off; answers whether it was on. The row stays: programs must be told."""
    if appointment.state == CANCELLED:
        return False
    appointment.state = CANCELLED
    _changed(appointment, now)
    return True


def _changed(appointment: Appointment, now: datetime) -> None:
    appointment.sequence += 1
    appointment.changed_at = now


def invite(session: Session, appointment: Appointment, people: Iterable[UUID]) -> None:
    """Puts people on the list; who left and comes back is invited again."""
    listed = {each.person_id: each for each in _rows(session, appointment.id)}
    for person_id in dict.fromkeys(people):
        if person_id in listed:
            listed[person_id].left_at = None
        else:
            session.add(AppointmentGuest(appointment_id=appointment.id, person_id=person_id))
    session.flush()


def uninvite(session: Session, calendar: str, person_id: UUID, now: datetime) -> Sequence[Appointment]:
    """Takes somebody off every meeting of a calendar that is still to come, and answers those meetings."""
    query = (
        select(Appointment, AppointmentGuest)
        .join(AppointmentGuest, AppointmentGuest.appointment_id == Appointment.id)
        .where(
            Appointment.calendar == calendar, AppointmentGuest.person_id == person_id,
            AppointmentGuest.left_at.is_(None), Appointment.state == CONFIRMED,
        )
        .order_by(Appointment.day, Appointment.begins, Appointment.id)
    )  # fmt: skip
    coming = [(each, guest) for each, guest in session.execute(query) if each.starts_at > now]
    for _, guest in coming:
        guest.left_at = now
    return [each for each, _ in coming]


def uninvite_from(session: Session, appointment_id: UUID, person_id: UUID, now: datetime) -> None:
    """Takes somebody off the list of one meeting; who is not on it stays off."""
    found = session.get(AppointmentGuest, (appointment_id, person_id))
    if found is not None and found.left_at is None:
        found.left_at = now


def guests(session: Session, appointment_id: UUID) -> Sequence[UUID]:
    """Who is invited, in a steady order."""
    return [each.person_id for each in _rows(session, appointment_id) if each.left_at is None]


def _rows(session: Session, appointment_id: UUID) -> Sequence[AppointmentGuest]:
    query = select(AppointmentGuest).where(AppointmentGuest.appointment_id == appointment_id)
    return session.scalars(query.order_by(AppointmentGuest.person_id)).all()


def of_calendar(session: Session, calendar: str) -> Sequence[Appointment]:
    """Every meeting of a calendar, in time, those that were called off included."""
    query = select(Appointment).where(Appointment.calendar == calendar)
    return session.scalars(query.order_by(Appointment.day, Appointment.begins, Appointment.id)).all()


def of_person(session: Session, person_id: UUID, since: date) -> Sequence[Appointment]:
    """The meetings to which somebody is invited, from a day on, in time."""
    mine = select(AppointmentGuest.appointment_id).where(
        AppointmentGuest.person_id == person_id, AppointmentGuest.left_at.is_(None)
    )
    query = select(Appointment).where(Appointment.id.in_(mine), Appointment.day >= since)
    return session.scalars(query.order_by(Appointment.day, Appointment.begins, Appointment.id)).all()


def is_guest(session: Session, person_id: UUID, calendar: str) -> bool:
    """Whether somebody is invited to a meeting of this calendar: whoever left it reads it no more."""
    query = (
        select(AppointmentGuest.person_id)
        .join(Appointment, Appointment.id == AppointmentGuest.appointment_id)
        .where(
            Appointment.calendar == calendar, AppointmentGuest.person_id == person_id,
            AppointmentGuest.left_at.is_(None),
        )
        .limit(1)
    )  # fmt: skip
    return session.scalar(query) is not None
