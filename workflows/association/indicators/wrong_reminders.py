"""Reminders that should not have left: to somebody who had died, had said no, or had paid. There should be none.

The senders ask before each leaves (`mail_guard`, `sms.sending`); this counts what left nonetheless, by what the
records say was known at that moment. Source: domain §P1.10.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, or_, select, true
from sqlalchemy.orm import Session, aliased

from workflows.association.consents import ConsentEvent
from workflows.association.indicators.months import Period, month_of
from workflows.association.mails import Mail
from workflows.association.memberships import Membership, MembershipPeriod
from workflows.association.people import Person
from workflows.association.reminders import OPT_OUT, Reminder
from workflows.association.sms.messages import CONSENT, SmsMessage

__all__ = ["wrong_reminders"]


Sent = type[Mail] | type[SmsMessage]


def wrong_reminders(session: Session, period: Period, zone: ZoneInfo) -> Counter[date]:
    """How many left in each month of a period, by mail and by short message."""
    begin, until = (datetime.combine(day, time(), zone) for day in (period.first, period.until))
    found: dict[UUID, date] = {}
    for of in (Mail, SmsMessage):
        for query in (_to_the_dead(of), _to_who_said_no(of), _to_who_had_paid(of)):
            bounded = query.where(_reminds(of), of.state == "SENT", of.sent_at >= begin, of.sent_at < until)
            for id_, at, died in session.execute(bounded).tuples():
                day = at.astimezone(zone).date()
                if died is None or died < day:
                    found[id_] = month_of(day)
    return Counter(found.values())


def _reminds(of: Sent) -> ColumnElement[bool]:
    """Every short message is a reminder."""
    return Mail.kind == "reminder" if of is Mail else true()


def _to_the_dead(of: Sent) -> Select[Any]:
    """To people who have died; whether before, the day says."""
    query = select(of.id, of.sent_at, Person.deceased_on).join(Person, Person.id == of.person_id)
    return query.where(Person.deceased_on.is_not(None))


def _to_who_said_no(of: Sent) -> Select[Any]:
    """About the end of a membership, to people whose last word on reminders, or on short messages, was no."""
    later = aliased(ConsentEvent)
    taken_back = select(later.id).where(
        later.person_id == ConsentEvent.person_id, later.key == ConsentEvent.key, later.at > ConsentEvent.at,
        later.at < of.sent_at,
    )  # fmt: skip
    said = and_(
        ConsentEvent.person_id == of.person_id, ConsentEvent.key.in_((OPT_OUT,) if of is Mail else (OPT_OUT, CONSENT)),
        ConsentEvent.value == "NO", ConsentEvent.at < of.sent_at, ~taken_back.exists(),
    )  # fmt: skip
    query = select(of.id, of.sent_at, Person.deceased_on).join(Person, Person.id == of.person_id)
    of_a_ladder = select(Reminder.id).where(Reminder.person_id == of.person_id, Reminder.template == of.template)
    return query.join(ConsentEvent, said).where(Person.deceased_on.is_(None), of_a_ladder.exists())


def _to_who_had_paid(of: Sent) -> Select[Any]:
    """About a membership that ran longer by then than the reminder said."""
    longer = and_(
        MembershipPeriod.membership_id == Membership.id, MembershipPeriod.end_date > of.membership_end,
        MembershipPeriod.written_at < of.sent_at,
        or_(MembershipPeriod.reversed_at.is_(None), MembershipPeriod.reversed_at > of.sent_at),
    )  # fmt: skip
    query = select(of.id, of.sent_at, Person.deceased_on).join(Person, Person.id == of.person_id)
    query = query.join(Membership, Membership.person_id == of.person_id).join(MembershipPeriod, longer)
    return query.where(Person.deceased_on.is_(None))
