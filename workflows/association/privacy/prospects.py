"""Graduates who never joined: three years after their last contact nothing is left but name, class and diploma.

The school is the source of that; how to reach them, where they work and when they were born goes (domain P10.4, the
register). A contact is what they did: an application, an order, a gift, a promise to give that goes on, a registration
for an event, an answer, a choice, a sign-in. Of whom nothing is known the import that brought them counts. Of whom the
school does not know, and who came to an event, ordered or gave, the name goes too: then, or once no account and no
receipt needs it any more (code de commerce, L123-22; LPF, L102 B).
"""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy import ColumnElement, delete, exists, func, or_, select, true, update
from sqlalchemy.orm import Session

from engine.models import Base
from workflows.association.applications import Application
from workflows.association.consents import ConsentEvent
from workflows.association.contacts import Address, Email, Phone
from workflows.association.diplomas import Diploma
from workflows.association.events.registrations import EventRegistration
from workflows.association.gifts.donors import Donor
from workflows.association.gifts.pledges import Pledge
from workflows.association.gifts.receipts import TaxReceipt
from workflows.association.gifts.register import Gift
from workflows.association.import_log import RecordImport
from workflows.association.invoices import Invoice
from workflows.association.mandates import Mandate
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
    for person in session.scalars(select(Person).where(Person.id.in_(found), _nameless(session, night))):
        person.first_names, person.birth_name, person.usage_name, person.erased_on = "", "", None, night.today
        person.refresh_search_name()
    session.flush()
    return len(found)


def _nameless(session: Session, night: Night) -> ColumnElement[bool]:
    """Whose name has no reason to stay: the school does not know them, and no account or receipt is about them."""
    came = or_(*(exists().where(table.person_id == Person.id) for table in (EventRegistration, Order, Donor)))
    return came & ~exists().where(Diploma.person_id == Person.id) & ~_on_account(session, night)


def _on_account(session: Session, night: Night) -> ColumnElement[bool]:
    """Whom a gift, a receipt, an order, an invoice or a mandate is about that the law keeps.

    Gifts, receipts and mandates are there as long as they are kept. An order is there until this night's rule of the
    accounts, which comes after this one: it is asked whether it goes tonight.
    """
    given = (
        exists().where(table.donor_id == Donor.id, Donor.person_id == Person.id) for table in (Gift, Pledge, TaxReceipt)
    )
    accounts = cutoff(session, "accounting", night.today)
    if accounts is None:
        return true()
    since = datetime.combine(accounts, time(), night.engine.settings.zone)
    open_order = Order.closed_at.is_(None) | (Order.closed_at >= since)
    return or_(
        *given,
        exists().where(Order.person_id == Person.id, open_order),
        exists().where(Invoice.person_id == Person.id, Invoice.order_id == Order.id, open_order),
        exists().where(Mandate.person_id == Person.id),
    )


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
        exists().where(Donor.person_id == Person.id),
    )
    return (
        ~exists().where(Membership.person_id == Person.id)
        & ~exists().where(RoleHolding.person_id == Person.id)
        & Person.erased_on.is_(None)
        & (_known_by_more() | _nameless(session, night))
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
        exists().where(Donor.person_id == Person.id, Donor.since >= since),
        exists().where(Donor.person_id == Person.id, Gift.donor_id == Donor.id, Gift.noted_at >= since),
        exists().where(
            Donor.person_id == Person.id,
            Pledge.donor_id == Donor.id,
            Pledge.ended_at.is_(None) | (Pledge.ended_at >= since),
        ),
    ]
    if signed_in is not None:
        found.append(exists().where(signed_in.c.person_id == Person.id, signed_in.c.opened_at >= since))
    return or_(*found)
