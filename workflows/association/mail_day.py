"""At most one mail a person and day that no law asks for, over all cases: what waits travels together.

The first one of a day takes the day and whatever else is ready then; what comes later waits for the next morning. That
it is one mail is held by a unique key (`Mail.day`), so that two workers cannot both believe to be first. Mails that
answer an act of their reader (`transactional`) go at once and are not counted. A notice is of a date that was agreed:
it takes the day or travels as the others do, but where the day is taken it does not wait for tomorrow: those that are
late go together, and locks of their rows hold that none goes twice; what carries an invitation goes by itself, so that
calendars take it up.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select, String, Uuid, bindparam, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Session

from engine.prepared import fetch
from engine.schema import Moment
from workflows.association import applications, mail_hours, mails, people
from workflows.association.mail_guard import reason_not_to_send
from workflows.association.mail_message import message_id
from workflows.association.mail_templates import GATHERED, NOTICE
from workflows.association.mails import Mail
from workflows.association.settings import Association

__all__ = ["load", "release"]


def _beside(reader: InstrumentedAttribute[UUID | None]) -> tuple[Select[Any], Select[Any]]:
    """Whether there are any, and what they are."""
    this = bindparam("this", type_=Uuid())
    travels = or_(*(Mail.kind == kind for kind in GATHERED), (Mail.kind == NOTICE) & Mail.calendar.is_(None))
    waiting = (Mail.state == "QUEUED") & travels
    waiting &= Mail.due_at <= bindparam("now", type_=Moment())
    free = waiting & or_(Mail.merged_into.is_(None), Mail.merged_into == this)
    mine = Mail.day == bindparam("day", type_=String())
    whose = reader == bindparam("reader", type_=Uuid())
    which = (whose, Mail.id != this, or_(mine, free))
    return select(Mail.id).where(*which).limit(1), select(Mail).where(*which).order_by(Mail.created_at, Mail.id)


_BESIDE_PERSON: Final = _beside(Mail.person_id)
_BESIDE_APPLICATION: Final = _beside(Mail.application_id)


def load(session: Session, association: Association, mail: Mail, now: datetime) -> Sequence[Mail]:
    """The mails that leave now in one message, this one first; none where it waits. Who may get it was asked before.

    A mail that waits has its job for later when this answers.
    """
    if mail.transactional:
        return (mail,) if mail.due_at <= now else _later(session, mail, mail.due_at)
    zones = _zones(session, association, mail)
    due = mail_hours.reachable(max(mail.due_at, now), zones, working=mail.kind == "reminder")
    if due > now:
        return _later(session, mail, due)
    whose = mail.person_id or mail.application_id
    if whose is None or (mail.kind == NOTICE and mail.calendar is not None):
        return (mail,)
    day = f"{whose}:{now.astimezone(zones[0]).date()}"
    others = _others(session, mail, day, now)
    if any(each.day == day for each in others) or not _take(session, mail, day, association.mail_from):
        if mail.kind == NOTICE:
            held = _held(session, mail, [each.id for each in others if each.kind == NOTICE and each.day is None])
            if held is None:
                return ()
            _let_go(session, mail, now, keep=NOTICE)
            others = held
            return (mail, *_travelling(session, association, mail, others, zones, now))
        tomorrow = mail_hours.next_morning(now, zones[0])
        return _later(session, mail, mail_hours.reachable(tomorrow, zones, working=mail.kind == "reminder"))
    return (mail, *_travelling(session, association, mail, others, zones, now))


def release(session: Session, mail: Mail, now: datetime) -> None:
    """A mail that does not go gives the day back, and lets those that were to travel with it go by themselves."""
    mail.day = None
    _let_go(session, mail, now)


def _let_go(session: Session, mail: Mail, now: datetime, *, keep: str | None = None) -> None:
    """Those that were to travel with a mail go by themselves, save those of the kind `keep`."""
    for each in session.scalars(select(Mail).where(Mail.merged_into == mail.id, Mail.state == "QUEUED")).all():
        if each.kind != keep:
            each.merged_into = None
            _later(session, each, now)


def _zones(session: Session, association: Association, mail: Mail) -> Sequence[ZoneInfo]:
    if mail.person_id is not None:
        person = people.get(session, mail.person_id)
        return people.zones(person, association.zone)
    application = applications.get(session, mail.application_id) if mail.application_id is not None else None
    return mail_hours.zones_of(application.country if application is not None else None, association.zone)


def _later(session: Session, mail: Mail, due: datetime) -> Sequence[Mail]:
    mail.due_at = due
    mails.promise(session, mail)
    return ()


def _others(session: Session, mail: Mail, day: str, now: datetime) -> Sequence[Mail]:
    """The mail that has taken this day, those that are ready, and those that travelled with this one before."""
    any_, query = _BESIDE_PERSON if mail.person_id else _BESIDE_APPLICATION
    values = {"reader": mail.person_id or mail.application_id, "this": mail.id, "day": day, "now": now}
    return session.scalars(query, values).all() if fetch(session, any_, values) else ()


def _held(session: Session, mail: Mail, others: Sequence[UUID]) -> Sequence[Mail] | None:
    """Of late notices, those that no other worker has in hand, locked; None where another took this one along."""
    session.flush()
    fresh = select(Mail).execution_options(populate_existing=True)
    own = session.scalars(fresh.where(Mail.id == mail.id).with_for_update()).one()
    if own.merged_into is not None or own.state != "QUEUED":
        return None
    free = or_(Mail.merged_into.is_(None), Mail.merged_into == mail.id)
    query = fresh.where(Mail.id.in_(others), free, Mail.state == "QUEUED").with_for_update(skip_locked=True)
    return session.scalars(query.order_by(Mail.created_at, Mail.id)).all() if others else ()


def _take(session: Session, mail: Mail, day: str, sender: str) -> bool:
    """Whether the day is this mail's: nobody else has it, not even somebody who takes it at this very moment. What it
    leaves under is written with it."""
    if mail.day == day:
        return True
    try:
        with session.begin_nested():
            mail.day, mail.message_id = day, message_id(mail.key, sender)
            session.flush()
    except IntegrityError:
        session.refresh(mail)
        return False
    return True


def _travelling(
    session: Session,
    association: Association,
    mail: Mail,
    others: Sequence[Mail],
    zones: Sequence[ZoneInfo],
    now: datetime,
) -> list[Mail]:
    """The others that may go now too; who may not is told so in its row."""
    kept = []
    for each in others:
        working = each.kind == "reminder"
        if each.day is not None:  # it took an earlier day and did not leave: who was to go with it would wait for ever
            _let_go(session, each, now)
        if mail_hours.reachable(now, zones, working=working) > now or each.to_address != mail.to_address:
            if each.merged_into is not None:
                each.merged_into = None
                _later(session, each, now)
            continue
        each.suppressed = reason_not_to_send(session, association, each, now)
        if each.suppressed is not None:
            each.state, each.merged_into = "SUPPRESSED", None
            continue
        each.merged_into = mail.id
        kept.append(each)
    return kept
