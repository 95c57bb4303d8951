"""Whom a signed link was mailed to: an applicant, a guardian, somebody who was asked about an applicant, a visitor."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from workflows.association import applications, guardians, people
from workflows.association.events.visitors import EventVisitor
from workflows.association.guardians import GuardianConsent
from workflows.association.peers import PeerRequest

__all__ = ["LinkReader", "reader_of"]


@dataclass(frozen=True, slots=True)
class LinkReader:
    """An e-mail address and the language in which it is written to."""

    address: str
    lang: str


def reader_of(session: Session, actor: str) -> LinkReader | None:
    """Whose link this actor came by; None where nothing is known of him any more, or he has no address."""
    try:
        id_ = UUID(actor.removeprefix("link:"))
    except ValueError:
        return None
    return _applicant(session, id_) or _guardian(session, id_) or _peer(session, id_) or _visitor(session, id_)


def _applicant(session: Session, id_: UUID) -> LinkReader | None:
    application = applications.get(session, id_)
    return LinkReader(application.email, application.lang) if application is not None else None


def _guardian(session: Session, id_: UUID) -> LinkReader | None:
    asked = session.get(GuardianConsent, id_)
    application = guardians.application(session, asked) if asked is not None else None
    return LinkReader(asked.email, application.lang) if asked is not None and application is not None else None


def _peer(session: Session, id_: UUID) -> LinkReader | None:
    asked = session.get(PeerRequest, id_)
    person = people.get(session, asked.person_id) if asked is not None else None
    if person is None or person.primary_email is None:
        return None
    return LinkReader(person.primary_email, person.lang)


def _visitor(session: Session, id_: UUID) -> LinkReader | None:
    visitor = session.get(EventVisitor, id_)
    return LinkReader(visitor.email, visitor.lang) if visitor is not None else None
