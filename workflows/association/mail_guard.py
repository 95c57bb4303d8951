"""The sender's guard: asked at the moment of sending, whatever the flow thought when it queued the mail.

Twelve thousand mails that were prepared at 08:30 go out from 09:05: who objected at 09:00 is asked for here, not there
(domain P10.12.3). What stops a mail is kept with it as a code, so that a page can say why it did not go.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.models import HistoryEvent, UserTask
from workflows.association import consents, mail_holds, memberships, people
from workflows.association.case_variables import local_day
from workflows.association.mails import Mail
from workflows.association.memberships import Membership
from workflows.association.orders import Order
from workflows.association.people import Person
from workflows.association.settings import Association

__all__ = ["FOUNDATION_NEWS", "REASONS", "REMINDS_OF", "news_key", "reason_not_to_send"]

FOUNDATION_NEWS: Final = frozenset({"donor_ask", "donor_comeback", "donor_survey", "gift_anniversary", "gift_news"})
REMINDS_OF: Final = {"pair_check_in_reminder": "check_in", "pair_closing_reminder": "close_pair"}
"""By template of what reminds several people of a task that each of them has: the element of the task."""

REASONS: Final = (
    *("ERASED", "DECEASED", "HELD", "NO_ADDRESS", "BOUNCED", "BEFORE_OPENING"),
    *("RESTRICTED", "PAID", "CANCELED", "OPTED_OUT", "OUTDATED", "ANSWERED"),
)


def reason_not_to_send(session: Session, association: Association, mail: Mail, now: datetime) -> str | None:
    """One of REASONS, or None where the mail may go. A death, an erasure and a hold stop every mail.

    Nothing of a case goes out before the opening day. Whose data are restricted gets what answers an act of theirs and
    nothing else. A reminder of what is paid by now, or was called off, goes to nobody; one of a task that several
    people have, to whom still has it; news to nobody who said no.
    """
    person = people.get(session, mail.person_id) if mail.person_id is not None else None
    stopped = _stopped(session, association, mail, person, now) or _answered(session, mail)
    if stopped is not None or not mail.refusable:
        return stopped
    if person is None:
        return _settled(session, mail, None)
    if person.restricted_since is not None:
        return "RESTRICTED"
    membership = memberships.of(session, person.id)
    return _settled(session, mail, membership) or _opted_out(session, mail, membership)


def _stopped(
    session: Session, association: Association, mail: Mail, person: Person | None, now: datetime
) -> str | None:
    if mail.person_id is not None and (person is None or person.erased_on is not None):
        return "ERASED"
    if person is not None and person.deceased_on is not None:
        return "DECEASED"
    if person is not None and mail_holds.is_held(session, person.id):
        return "HELD"
    if not mail.to_address:
        return "NO_ADDRESS"
    if person is not None and mail.to_address.casefold() in _bounced(person):
        return "BOUNCED"
    opens = association.opens_on
    early = opens is not None and local_day(now, association.zone) < opens
    return "BEFORE_OPENING" if early and (mail.instance_id is not None or not mail.transactional) else None


def _answered(session: Session, mail: Mail) -> str | None:
    """The case asks its reader no longer, though it may ask others. An element that is not there stops nothing.

    Of the tasks that were opened together last. One in nobody's hands, or in those of somebody to whom no such mail is
    written, was given away by one of its readers: by whom, history says, and whoever of them had none is still asked.
    """
    element = REMINDS_OF.get(mail.template)
    if element is None or mail.person_id is None:
        return None
    every = select(UserTask).where(UserTask.instance_id == mail.instance_id, UserTask.element == element)
    tasks = session.scalars(every).all()
    last = max((each.created_at for each in tasks), default=None)
    tasks = [each for each in tasks if each.created_at == last]
    reader, waiting = f"person:{mail.person_id}", [each.assignee for each in tasks if each.state == "created"]
    if not tasks or reader in waiting:
        return None
    if not waiting or any(reader in (each.assignee, each.closed_by) for each in tasks):
        return "ANSWERED"
    given = _given_away(session, mail, reader, [each.id for each in tasks])
    if given:
        return None if any(each.state == "created" for each in tasks if each.id in given) else "ANSWERED"
    readers = _readers(session, mail)
    return None if any(each not in readers for each in waiting) else "ANSWERED"


def _given_away(session: Session, mail: Mail, reader: str, tasks: Sequence[UUID]) -> set[UUID]:
    """Those of the tasks that this reader once held."""
    moved = select(HistoryEvent.token, HistoryEvent.kind, HistoryEvent.by, HistoryEvent.data).where(
        HistoryEvent.instance_id == mail.instance_id,
        HistoryEvent.kind.in_(("task_released", "task_assigned")),
        HistoryEvent.token.in_(tasks),
    )
    return {
        token
        for token, kind, by, data in session.execute(moved)
        if (by if kind == "task_released" else (data or {}).get("from")) == reader
    }


def _readers(session: Session, mail: Mail) -> set[str]:
    """To whom mails of this template are written in this case, as actors."""
    written = select(Mail.person_id).where(Mail.instance_id == mail.instance_id, Mail.template == mail.template)
    return {f"person:{each}" for each in session.scalars(written.distinct())}


def _bounced(person: Person) -> set[str]:
    return {email.folded for email in person.emails if email.bounce_state == "HARD"}


def _settled(session: Session, mail: Mail, membership: Membership | None) -> str | None:
    """What a reminder asked for came meanwhile: its order was closed, or the membership runs longer than it did."""
    if mail.kind != "reminder":
        return None
    if membership is not None and mail.membership_end is not None and membership.end_date > mail.membership_end:
        return "PAID"
    if mail.order_key is None:
        return None
    state = session.scalar(select(Order.state).where(Order.key == mail.order_key))
    return {"PAID": "PAID", "CANCELED": "CANCELED"}.get(state or "")


def _opted_out(session: Session, mail: Mail, membership: Membership | None) -> str | None:
    if mail.kind != "news" or mail.person_id is None:
        return None
    member = membership is not None and membership.service_entitlement in memberships.PAID_UP
    return None if consents.allows(session, mail.person_id, news_key(mail.template), member=member) else "OPTED_OUT"


def news_key(template: str) -> str:
    """The preference that news of this template ask for: the Foundation is another person, and is refused apart."""
    return "foundation_mails" if template in FOUNDATION_NEWS else "assoc_news"
