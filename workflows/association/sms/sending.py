"""The connector `sms.send`: asks once more whether the message may go, waits for the day, and hands it over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from engine.registry import Connector, ConnectorWork
from engine.transaction import transaction
from workflows.association import consents, mail_holds, mail_hours, memberships, people, renewals
from workflows.association.case_variables import local_day, uuid_or_none
from workflows.association.people import Person
from workflows.association.reminders import OPT_OUT
from workflows.association.settings import Association
from workflows.association.sms.messages import CONSENT, JOB_TYPE, QUEUED, SENT, SUPPRESSED, SmsMessage, promise

__all__ = ["connector", "reason_not_to_send"]

AT_ONCE: Final = 2
PER_MINUTE: Final = 120


def connector(association: Association) -> Connector:
    """The connector of an association, with the policy that its provider declares."""
    provider = association.sms

    def send(work: ConnectorWork) -> None:
        with transaction(work.engine) as session:
            message = _ready(session, association, work)
            if message is None:
                return
            message_id, to, text, key = message.id, message.to_number, message.text, message.key
        work.told["status"] = provider.send(to, text, key)
        with transaction(work.engine) as session:
            sent = session.get(SmsMessage, message_id)
            if sent is not None:  # an erasure may have come between
                sent.state, sent.sent_at = SENT, work.now

    return Connector(
        JOB_TYPE, send, retries=5, policy=provider.policy, results=frozenset(), at_once=AT_ONCE, per_minute=PER_MINUTE,
        heard=_ruled_sent,
    )  # fmt: skip


def _ruled_sent(session: Session, variables: Mapping[str, object], at: datetime) -> None:
    """A person ruled that a call of which nobody heard went out: the row must not say any more that it waits."""
    id_ = uuid_or_none(variables, "sms_id")
    message = session.get(SmsMessage, id_) if id_ is not None else None
    if message is not None and message.state == QUEUED:
        message.state, message.sent_at = SENT, at


def _ready(session: Session, association: Association, work: ConnectorWork) -> SmsMessage | None:
    """The message of a job; None where nothing leaves now."""
    id_ = uuid_or_none(work.variables, "sms_id")
    message = session.get(SmsMessage, id_) if id_ is not None else None
    if message is None or message.state != QUEUED:
        return None
    person = people.get(session, message.person_id)
    message.suppressed = reason_not_to_send(session, association, message, person, work.now)
    if message.suppressed is not None:
        message.state = SUPPRESSED
        return None
    due = mail_hours.reachable(work.now, people.zones(person, association.zone), working=True)
    if due > work.now:
        message.due_at = due
        promise(session, message)
        return None
    return message


def reason_not_to_send(
    session: Session, association: Association, message: SmsMessage, person: Person | None, now: datetime
) -> str | None:
    """Why a message goes to nobody at this moment, as a code; None where it may go.

    A message is a reminder: death, erasure, a hold, a restriction, an objection, a payment, another number or the end
    of its renewal stop it.
    """
    if person is None or person.erased_on is not None:
        return "ERASED"
    if person.deceased_on is not None:
        return "DECEASED"
    if mail_holds.is_held(session, person.id):
        return "HELD"
    if person.restricted_since is not None:
        return "RESTRICTED"
    if message.to_number not in {each.number for each in person.phones}:
        return "NO_PHONE"
    allowed = (consents.allows(session, person.id, key, member=True) for key in (CONSENT, OPT_OUT))
    if not all(allowed):
        return "OPTED_OUT"
    opens = association.opens_on
    if opens is not None and local_day(now, association.zone) < opens:
        return "BEFORE_OPENING"
    return _over(session, message, person, association.zone, now)


def _over(session: Session, message: SmsMessage, person: Person, zone: ZoneInfo, now: datetime) -> str | None:
    """What it reminds of is paid, not awaited any longer, or came to its end while the message waited for the day."""
    membership, end = memberships.of(session, person.id), message.membership_end
    if membership is not None and end is not None and membership.end_date > end:
        return "PAID"
    if (settled := renewals.reason_settled(session, message.case_id)) is not None:
        return settled
    outlived = end is not None and local_day(message.created_at, zone) <= end < local_day(now, zone)
    return "OUTDATED" if outlived else None
