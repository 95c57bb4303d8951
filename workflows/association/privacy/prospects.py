"""Graduates who never joined: three years after their last contact nothing is left but name, class and diploma.

The school is the source of that; how to reach them, where they work and when they were born goes (domain P10.4, the
register). A contact is what they did: an application, an order, a registration for an event, an answer, a choice, a
sign-in. Of whom nothing is known the import that brought them counts. Of a visitor of an event, whom the school does
not know, the name goes too.
"""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy import ColumnElement, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from engine.models import Base
from workflows.association.applications import Application
from workflows.association.consents import ConsentEvent
from workflows.association.contacts import Address, Email, Phone
from workflows.association.diplomas import Diploma
from workflows.association.events.registrations import EventRegistration
from workflows.association.import_log import RecordImport
from workflows.association.memberships import Membership
from workflows.association.orders import Order
from workflows.association.people import Person
from workflows.association.privacy.categories import cutoff
from workflows.association.privacy.night import Night
from workflows.association.received_mails import ReceivedMail
from workflows.association.roles import RoleHolding

__all__ = ["batch", "count"]

BLANK = {"employer": None, "position": None, "sector": None, "situation": None, "birth_date": None, "civility": "NONE"}


def count(session: Session, night: Night) -> int:
    """How many graduates are known by more than their name, without a contact for so long."""
    old = _old(session, night)
    return 0 if old is None else session.scalar(select(func.count()).select_from(Person).where(old)) or 0


def batch(session: Session, night: Night, most: int) -> int:
    """Takes from some of them what is not name, class and diploma."""
    old = _old(session, night)
    found = [] if old is None else list(session.scalars(select(Person.id).where(old).limit(most)))
    for table in (Email, Phone, Address):
        session.execute(delete(table).where(table.person_id.in_(found)))
    session.execute(update(Person).where(Person.id.in_(found)).values(BLANK))
    session.expire_all()
    for person in session.scalars(select(Person).where(Person.id.in_(found), _visitor())):
        person.first_names, person.birth_name, person.usage_name, person.erased_on = "", "", None, night.today
        person.refresh_search_name()
    session.flush()
    return len(found)


def _visitor() -> ColumnElement[bool]:
    """Whom the school does not know: somebody came to an event once, and the name has no other reason to stay."""
    came = exists().where(EventRegistration.person_id == Person.id)
    return came & ~exists().where(Diploma.person_id == Person.id)


def _old(session: Session, night: Night) -> ColumnElement[bool] | None:
    day = cutoff(session, "prospect", night.today)
    if day is None:
        return None
    since = datetime.combine(day, time(), night.engine.settings.zone)
    brought = exists().where(RecordImport.id == Person.import_id, RecordImport.at < since)
    acted = or_(
        exists().where(Application.person_id == Person.id),
        exists().where(Order.person_id == Person.id),
        exists().where(EventRegistration.person_id == Person.id),
        exists().where(ReceivedMail.person_id == Person.id),
        exists().where(ConsentEvent.person_id == Person.id),
    )
    return (
        ~exists().where(Membership.person_id == Person.id)
        & ~exists().where(RoleHolding.person_id == Person.id)
        & Person.erased_on.is_(None)
        & _known_by_more()
        & (brought | acted)
        & ~_acted_since(since)
    )


def _known_by_more() -> ColumnElement[bool]:
    reached = (exists().where(table.person_id == Person.id) for table in (Email, Phone, Address))
    return or_(*reached, Person.employer.is_not(None), Person.position.is_not(None), Person.birth_date.is_not(None))


def _acted_since(since: datetime) -> ColumnElement[bool]:
    signed_in = Base.metadata.tables.get("web_session")
    found = [
        exists().where(Application.person_id == Person.id, Application.created_at >= since),
        exists().where(Order.person_id == Person.id, Order.created_at >= since),
        exists().where(EventRegistration.person_id == Person.id, EventRegistration.asked_at >= since),
        exists().where(ReceivedMail.person_id == Person.id, ReceivedMail.received_at >= since),
        exists().where(ConsentEvent.person_id == Person.id, ConsentEvent.at >= since),
        exists().where(RecordImport.id == Person.import_id, RecordImport.at >= since),
    ]
    if signed_in is not None:
        found.append(exists().where(signed_in.c.person_id == Person.id, signed_in.c.opened_at >= since))
    return or_(*found)
