"""What a mail template may say about its case: names, amounts and days, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from workflows.association import (
    applications,
    groups,
    guardians,
    invoices,
    link_lives,
    memberships,
    orders,
    payment_words,
    peers,
    people,
    renewal_record,
    wording,
)
from workflows.association.applications import Application
from workflows.association.case_variables import amount, day, text, uuid_or_none
from workflows.association.cohorts import mail_words as cohort_words
from workflows.association.events import hosts, visitors
from workflows.association.events import mail_words as event_words
from workflows.association.events.visitors import EventVisitor
from workflows.association.gifts import mail_words
from workflows.association.gifts.donors import Donor
from workflows.association.guardians import GuardianConsent
from workflows.association.mentoring import mail_words as mentoring_words
from workflows.association.peers import PeerRequest
from workflows.association.people import Person
from workflows.association.privacy import request_words
from workflows.association.settings import Association

_DAYS: Final = ("effective_on", "services_until", "ends_on", "choose_until")  # variables of cases that mails may name


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a case writes to: the person it became, else the applicant."""

    first_names: str
    address: str | None
    lang: str
    person: Person | None = None
    application: Application | None = None
    actor: str = ""  # who acts by the link of the mail


def recipient(session: Session, variables: Mapping[str, object], on: date) -> Recipient | None:
    """The reader of a case's mails on a day by its ids; None where the person was erased or the draft purged."""
    person_id, application_id = uuid_or_none(variables, "person_id"), uuid_or_none(variables, "application_id")
    application = applications.get(session, application_id) if application_id else None
    request_id = uuid_or_none(variables, "peer_request_id")
    if request_id is not None:
        return _peer(session, request_id)
    asked = guardians.find(session, variables)
    if asked is not None:
        return _guardian(session, asked)
    visitor_id = uuid_or_none(variables, "visitor_id")
    visitor = session.get(EventVisitor, visitor_id) if visitor_id is not None else None
    if visitor is not None:
        actor = visitors.actor_of(visitor.id)
        return Recipient(visitor.first_names, visitor.email, visitor.lang, actor=actor)
    if person_id is not None and "hosts" in variables:
        person_id = hosts.person_of_case(session, variables, on) or person_id
    person = people.get(session, person_id) if person_id else None
    actor = application.actor if application is not None else f"person:{person_id}"
    if person is not None:
        return Recipient(person.first_names, person.primary_email, person.lang, person, application, actor)
    if application is not None:
        return Recipient(application.first_names, application.email, application.lang, None, application, actor)
    return _donor(session, uuid_or_none(variables, "donor_id"))


def _donor(session: Session, donor_id: UUID | None) -> Recipient | None:
    """A company or fund that gives, and that no person of the register speaks for."""
    donor = session.get(Donor, donor_id) if donor_id is not None else None
    return Recipient(donor.name, donor.email, "fr") if donor is not None else None


def _peer(session: Session, request_id: UUID) -> Recipient | None:
    """Somebody of the promotion who is asked about an applicant."""
    request = session.get(PeerRequest, request_id)
    person = people.get(session, request.person_id) if request is not None else None
    if request is None or person is None:
        return None
    application = applications.get(session, request.application_id)
    actor = peers.actor_of(request_id)
    return Recipient(person.first_names, person.primary_email, person.lang, person, application, actor)


def _guardian(session: Session, asked: GuardianConsent) -> Recipient | None:
    """Who holds parental authority over an applicant; in the applicant's language."""
    application = guardians.application(session, asked)
    if application is None:
        return None
    return Recipient("", asked.email, application.lang, None, application, guardians.actor_of(asked.id))


def values(
    session: Session,
    association: Association,
    variables: Mapping[str, object],
    to: Recipient,
    link: str,
    wanted: Set[str],
    on: date,
) -> dict[str, str]:
    """What the placeholders that a template has stand for on a day; what a case does not know yet is an empty text.

    What nobody asks for is not looked up."""
    lang = to.lang
    answer = {
        "association": association.name,
        "first_names": to.first_names,
        **_addresses(association, link),
        "reason": (to.application.decision_reason or "") if to.application else "",
        "amount_due": wording.amount(amount(variables, "amount_due", Decimal(0)), lang),
        "amount_paid": wording.amount(amount(variables, "amount_paid", Decimal(0)), lang),
        "balance": wording.amount(amount(variables, "balance", Decimal(0)), lang),
        "surplus": wording.amount(amount(variables, "surplus", Decimal(0)), lang),
        "order_key": text(variables, "order_key"),
        "applicant": to.application.display_name if to.application else "",
    }
    if wanted & {"member_no", "period"}:
        answer.update(_membership_values(session, to.person, lang))
    if wanted & {"expires_on", "invoice_number", "dues", "gift"}:
        answer.update(_order_values(session, variables, lang))
    if wanted & payment_words.NAMES:
        application_id = to.application.id if to.application is not None else None
        answer.update(payment_words.values(session, variables, application_id, lang, on, wanted))
    answer.update({name: wording.day(day(variables, name), lang) if variables.get(name) else "—" for name in _DAYS})
    answer["groups"] = _groups(session, to.person, lang) if "groups" in wanted else ""
    answer |= renewal_record.values(session, variables, lang) if wanted & renewal_record.NAMES else {}
    answer |= cohort_words.values(session, association, variables, lang) if wanted & cohort_words.NAMES else {}
    answer |= link_lives.values(session, wanted, on)
    answer |= event_words.values(session, association, variables, to.person, lang, wanted)
    answer |= request_words.values(session, variables, lang) | mail_words.values(session, variables, lang)
    return answer | mentoring_words.values(session, variables, person_of(to), lang, wanted)


def _addresses(association: Association, link: str) -> dict[str, str]:
    """The page of the case, and those on which mentoring begins."""
    begin = f"{association.public_url}/start"
    return {
        "link": link, "mentor_page": f"{begin}/mentor_registration", "demand_page": f"{begin}/mentorship_application",
    }  # fmt: skip


def _membership_values(session: Session, person: Person | None, lang: str) -> dict[str, str]:
    membership = memberships.of(session, person.id) if person is not None else None
    if membership is None:
        return {"member_no": "", "period": ""}
    return {
        "member_no": membership.member_no,
        "period": wording.period(membership.start_date, membership.end_date, lang),
    }


def _order_values(session: Session, variables: Mapping[str, object], lang: str) -> dict[str, str]:
    key = text(variables, "order_key")
    order = orders.by_key(session, key) if key else None
    invoice = invoices.of_order(session, order.id) if order is not None else None
    none = "—"
    return {
        "expires_on": wording.day(order.expires_at.date(), lang) if order and order.expires_at else none,
        "invoice_number": invoice.number if invoice else none,
        "dues": wording.amount(order.total_for(orders.ASSOCIATION), lang) if order else none,
        "gift": wording.amount(order.total_for(orders.FOUNDATION), lang) if order else none,
    }


def _groups(session: Session, person: Person | None, lang: str) -> str:
    """The groups that are suggested to a new member, one a line."""
    if person is None:
        return ""
    return " · ".join(group.name(lang) for group in groups.suggestions(session, person))


def person_of(to: Recipient) -> UUID | None:
    """The person a mail is filed under."""
    return to.person.id if to.person is not None else None
