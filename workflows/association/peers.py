"""People of the same promotion, asked whether they know an applicant (domain F5): two who do are worth 30 points.

Class delegates are asked first, then paid-up members; whoever was asked least often before goes first, and nobody is
asked twice about the same application. Answers are kept here, never among the variables of a case.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, Uuid, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.errors import Invalid
from engine.models import Base, Moment
from engine.personal import Personal
from workflows.association import figures, roles
from workflows.association.applicant_matches import candidates
from workflows.association.applications import Application
from workflows.association.diplomas import Diploma
from workflows.association.memberships import PAID_UP, Membership
from workflows.association.people import Person
from workflows.association.roles import RoleHolding

ANSWERS = ("YES", "NO", "UNSURE")
LONGEST_COMMENT = 300


class PeerAnswerRefused(Invalid):
    """Answer yes, no or not sure."""

    code: ClassVar[str] = "peer_answer_refused"


class PeerRequest(Base):
    """One person was asked about one application. `answer`: YES, NO, UNSURE, or none while nothing came."""

    __tablename__ = "peer_request"
    __privacy__ = (
        Personal("application", "application_id", erase="comment", plain="answer", withheld="person_id comment answer"),
        Personal("application", "person_id", "empty", erase="comment", plain="answer", withheld="application_id"),
    )
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(Moment)
    answer: Mapped[str | None] = mapped_column(String(8))
    comment: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (
        Index("ix_peer_request_application", "application_id", "person_id", unique=True),
        Index("ix_peer_request_person", "person_id"),
        CheckConstraint("answer IN ('YES', 'NO', 'UNSURE')", name="ck_peer_request_answer"),
    )


def actor_of(request_id: UUID) -> str:
    """Who acts by the signed link that was mailed to the peer."""
    return f"link:{request_id}"


def choose(session: Session, application: Application, today: date) -> Sequence[Person]:
    """Living people of the promotion who may be asked, as many as are asked at once; none for a guest."""
    if application.programme is None or application.promotion_year is None:
        return ()
    delegate = (
        select(RoleHolding.person_id).where(RoleHolding.role == "PROMO_DELEGATE", roles.in_force(today)).correlate(None)
    )
    asked = select(func.count()).where(PeerRequest.person_id == Person.id).correlate(Person).scalar_subquery()
    before = select(PeerRequest.person_id).where(PeerRequest.application_id == application.id)
    themselves = {each.person_id for each in candidates(session, application)}
    query = (
        select(Person)
        .join(Diploma, Diploma.person_id == Person.id)
        .join(Membership, Membership.person_id == Person.id)
        .where(Diploma.programme == application.programme, Diploma.promotion_year == application.promotion_year)
        .where(Person.deceased_on.is_(None), Person.id.not_in(before), Person.id.not_in(themselves))
        .where(Membership.service_entitlement.in_(PAID_UP))
        .order_by(Person.id.in_(delegate).desc(), asked, Person.id)
    )
    count = figures.number(session, "PEERS_ASKED", today)
    reachable = (person for person in session.scalars(query).unique() if person.primary_email is not None)
    return [person for person, _ in zip(reachable, range(count), strict=False)]


def ask(session: Session, application: Application, people: Sequence[Person], now: datetime) -> Sequence[PeerRequest]:
    """Keeps whom the association asks."""
    requests = [
        PeerRequest(id=uuid4(), application_id=application.id, person_id=person.id, asked_at=now) for person in people
    ]
    session.add_all(requests)
    return requests


def answer(session: Session, request: PeerRequest, given: str, comment: str, now: datetime) -> None:
    """Keeps a peer's answer and counts those who know the applicant. Raises PeerAnswerRefused."""
    if given not in ANSWERS:
        raise PeerAnswerRefused(field="knows")
    request.answer, request.answered_at = given, now
    request.comment = comment.strip()[:LONGEST_COMMENT] or None
    session.flush()
    application = session.get(Application, request.application_id)
    if application is not None:
        application.peer_confirmations = sum(
            each.answer == "YES" for each in of_application(session, request.application_id)
        )


def of_application(session: Session, application_id: UUID) -> Sequence[PeerRequest]:
    """Who was asked about an application, in the order of asking."""
    query = select(PeerRequest).where(PeerRequest.application_id == application_id)
    return session.scalars(query.order_by(PeerRequest.asked_at, PeerRequest.id)).all()
