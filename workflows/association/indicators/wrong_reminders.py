"""Reminders that should not have left: to somebody who had died, had said no, or had paid. There should be none.

The sender asks before each leaves (`mail_guard`); this counts what left nonetheless, by what the records say was known
at that moment. Source: domain §P1.10.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session, aliased

from workflows.association.consents import ConsentEvent
from workflows.association.indicators.months import Period, month_of
from workflows.association.mails import Mail
from workflows.association.memberships import Membership, MembershipPeriod
from workflows.association.people import Person
from workflows.association.reminders import OPT_OUT, Reminder

__all__ = ["wrong_reminders"]


def wrong_reminders(session: Session, period: Period, zone: ZoneInfo) -> Counter[date]:
    """How many left in each month of a period."""
    begin, until = (datetime.combine(day, time(), zone) for day in (period.first, period.until))
    found: dict[UUID, date] = {}
    for query in (_to_the_dead(), _to_who_said_no(), _to_who_had_paid()):
        bounded = query.where(
            Mail.kind == "reminder", Mail.state == "SENT", Mail.sent_at >= begin, Mail.sent_at < until
        )
        for id_, at, died in session.execute(bounded).tuples():
            day = at.astimezone(zone).date()
            if died is None or died < day:
                found[id_] = month_of(day)
    return Counter(found.values())


def _to_the_dead() -> Select[Any]:
    """To people who have died; whether before, the day says."""
    query = select(Mail.id, Mail.sent_at, Person.deceased_on).join(Person, Person.id == Mail.person_id)
    return query.where(Person.deceased_on.is_not(None))


def _to_who_said_no() -> Select[Any]:
    """About the end of a membership, to people whose last word on reminders was no."""
    later = aliased(ConsentEvent)
    taken_back = select(later.id).where(
        later.person_id == ConsentEvent.person_id, later.key == OPT_OUT, later.at > ConsentEvent.at,
        later.at < Mail.sent_at,
    )  # fmt: skip
    said = and_(
        ConsentEvent.person_id == Mail.person_id, ConsentEvent.key == OPT_OUT, ConsentEvent.value == "NO",
        ConsentEvent.at < Mail.sent_at, ~taken_back.exists(),
    )  # fmt: skip
    query = select(Mail.id, Mail.sent_at, Person.deceased_on).join(Person, Person.id == Mail.person_id)
    of_a_ladder = select(Reminder.id).where(Reminder.person_id == Mail.person_id, Reminder.template == Mail.template)
    return query.join(ConsentEvent, said).where(Person.deceased_on.is_(None), of_a_ladder.exists())


def _to_who_had_paid() -> Select[Any]:
    """About a membership that ran longer by then than the reminder said."""
    longer = and_(
        MembershipPeriod.membership_id == Membership.id, MembershipPeriod.end_date > Mail.membership_end,
        MembershipPeriod.written_at < Mail.sent_at,
        or_(MembershipPeriod.reversed_at.is_(None), MembershipPeriod.reversed_at > Mail.sent_at),
    )  # fmt: skip
    query = select(Mail.id, Mail.sent_at, Person.deceased_on).join(Person, Person.id == Mail.person_id)
    query = query.join(Membership, Membership.person_id == Mail.person_id).join(MembershipPeriod, longer)
    return query.where(Person.deceased_on.is_(None))
