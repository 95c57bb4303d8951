"""The dates of a pair in both calendars: planned at the signature, moved with the pair, called off at its end."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from workflows.association.calendars import appointments
from workflows.association.calendars.appointments import CANCELLED, Appointment
from workflows.association.mentoring import pairs
from workflows.association.mentorships import Mentorship

MINUTES: Final = 15
_TITLES: Final = {
    pairs.CHECK_IN: ("Mentorat : faire le point", "Mentoring: check-in"),
    pairs.REVIEW: ("Mentorat : bilan à mi-parcours", "Mentoring: review at half time"),
    pairs.CLOSING: ("Mentorat : conclure", "Mentoring: closing"),
}


def calendar_of(pair: Mentorship) -> str:
    """The key under which the dates of a pair stand."""
    return f"PAIR-{str(pair.id)[:8]}"


def arrange(session: Session, pair: Mentorship, now: datetime) -> Appointment | None:
    """Plans every date that is to come, or moves it to where it stands now; answers the next one."""
    found = None
    for step, each in enumerate(pairs.calendar(session, pair)):
        if step < pair.steps or each.kind not in pairs.MEETINGS:
            continue
        planned = appointments.plan(
            session, calendar_of(pair), f"step{step}", titles=_TITLES[each.kind], starts=pairs.morning(each.on),
            minutes=MINUTES, now=now,
        )  # fmt: skip
        appointments.move(planned, pairs.morning(each.on), now)
        appointments.invite(session, planned, (pair.mentee_id, pair.mentor_id))
        found = found or planned
    return found


def call_off(session: Session, pair: Mentorship, now: datetime) -> Appointment | None:
    """Calls off what is to come; answers the first of it, of which a mail tells."""
    coming = [
        each
        for each in appointments.of_calendar(session, calendar_of(pair))
        if each.starts_at > now and each.state != CANCELLED
    ]
    for each in coming:
        appointments.cancel(each, now)
    return coming[0] if coming else None


def move(session: Session, pair: Mentorship, until: date, *, pause: bool, today: date) -> None:
    """Moves the next date to a day; a pause lasts to that day, and moves everything by as much, the end too.

    Whoever says so has given a sign, and is not silent while it lasts.
    """
    following = pairs.next_meeting(session, pair)
    if pause:
        lasts = max(0, (until - today).days)
        pair.paused_days += lasts
        if pair.next_on is not None:
            pair.next_on += timedelta(days=lasts)
    elif following is not None:
        pair.next_on = until
    pair.ends_on = pairs.last_day(session, pair)
    pairs.sign(pair, until if pause else today)
