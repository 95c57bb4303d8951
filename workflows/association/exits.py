"""How memberships end: by resignation, unpaid dues, a decision of the committee, or death; and what is on record of it.

An exit is a row from its first word to its last: what somebody wrote stands here and nowhere in the case. The legal
standing and the services end apart (domain §1.2): who resigns is no member at once, and keeps what was paid for.
Source: domain §P1.4 `exit_rule`; law of 1 July 1901, art. 4 (a member may leave at any time).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Text, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.errors import Invalid
from engine.models import Base, Moment
from engine.personal import Personal
from workflows.association import mandates, memberships, suspensions
from workflows.association.applications import Application
from workflows.association.bank import debits
from workflows.association.memberships import PAID_UP, Membership
from workflows.association.orders import ASSOCIATION, Order
from workflows.association.renewals import Renewal

RESIGNATION, NON_PAYMENT, DISCIPLINARY = "RESIGNATION", "NON_PAYMENT", "DISCIPLINARY"
DEATH, ERASURE, OTHER = "DEATH", "ERASURE", "OTHER"
KINDS: Final = frozenset({RESIGNATION, NON_PAYMENT, DISCIPLINARY, DEATH, OTHER})  # that staff may open
REASONS: Final = ("COST", "NO_USE", "TOO_MANY_MAILS", "MOVED_AWAY", "DISAGREEMENT", "OTHER")
AT_ONCE, END_OF_PERIOD = "AT_ONCE", "END_OF_PERIOD"


class ExitUnderway(Invalid):
    """This membership is already coming to an end: see the case that is open."""

    code: ClassVar[str] = "exit_underway"


class NotAMember(Invalid):
    """No membership is there to end."""

    code: ClassVar[str] = "not_a_member"


class MembershipExit(Base):
    """One way out. `words` and what the hearing and the family said are a person's free words."""

    __tablename__ = "membership_exit"
    __privacy__ = Personal(
        "membership", "person_id", "empty", since="closed_at",
        erase="words posting_number hearing family", ids="opened_by",
        plain="kind reason entitlement_before outcome",
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str | None] = mapped_column(String(16))
    words: Mapped[str | None] = mapped_column(Text)
    opened_at: Mapped[datetime] = mapped_column(Moment)
    opened_by: Mapped[str] = mapped_column(String(64))
    effective_on: Mapped[date]
    entitlement_before: Mapped[str | None] = mapped_column(String(16))
    posted_on: Mapped[date | None]
    posting_number: Mapped[str | None] = mapped_column(String(40))
    received_on: Mapped[date | None]
    heard_on: Mapped[date | None]
    hearing: Mapped[str | None] = mapped_column(Text)
    notified_on: Mapped[date | None]
    died_on: Mapped[date | None]
    family: Mapped[str | None] = mapped_column(Text)
    outcome: Mapped[str | None] = mapped_column(String(12))  # a statutory status, KEPT, WITHDRAWN or MISTAKE
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (Index("ix_membership_exit_person", "person_id", "opened_at"),)


def under_way(session: Session, person_id: UUID, kind: str | None = None) -> MembershipExit | None:
    """The exit of a person that is not closed, of this kind where one is named."""
    query = select(MembershipExit).where(MembershipExit.person_id == person_id, MembershipExit.closed_at.is_(None))
    if kind is not None:
        query = query.where(MembershipExit.kind == kind)
    return session.scalars(query.order_by(MembershipExit.opened_at)).first()


def of_person(session: Session, person_id: UUID) -> Sequence[MembershipExit]:
    """Every exit of a person, the newest first."""
    query = select(MembershipExit).where(MembershipExit.person_id == person_id)
    return session.scalars(query.order_by(MembershipExit.opened_at.desc())).all()


def open_exit(
    session: Session, person_id: UUID, kind: str, *, by: str, now: datetime, effective_on: date
) -> MembershipExit:
    """Puts an exit on record. Who never joined can only die. Raises NotAMember, ExitUnderway."""
    membership = memberships.of(session, person_id)
    gone = membership is None or membership.statutory_status in {"RESIGNED", "REMOVED", "DECEASED"}
    if gone and kind not in {DEATH, ERASURE}:
        raise NotAMember(field="member_no")
    if under_way(session, person_id, kind) is not None:
        raise ExitUnderway(field="member_no")
    found = MembershipExit(
        id=uuid4(), person_id=person_id, kind=kind, opened_at=now, opened_by=by, effective_on=effective_on,
    )  # fmt: skip
    session.add(found)
    session.flush()
    return found


def close(found: MembershipExit, outcome: str, now: datetime) -> None:
    """The last word on an exit. A second one changes nothing."""
    if found.closed_at is None:
        found.outcome, found.closed_at = outcome, now


def outstanding(session: Session, person_id: UUID) -> Decimal:
    """What a person owes the association by orders that are still open: shown, and never in the way."""
    query = select(Order).where(Order.person_id == person_id, Order.state == "OPEN")
    return sum((each.total_for(ASSOCIATION) for each in session.scalars(query)), Decimal("0.00"))


def suspend(session: Session, person_id: UUID, now: datetime) -> str | None:
    """Closes the services while something is in question; answers the entitlement of before, None for no member."""
    membership = memberships.of(session, person_id)
    if membership is None:
        return None
    before = membership.service_entitlement
    suspensions.suspend(session, membership, suspensions.DISCIPLINARY, now)
    return before


def reopen(session: Session, person_id: UUID, today: date, now: datetime) -> str | None:
    """Ends the suspension that an exit began; what is in question for another cause stays closed."""
    membership = memberships.of(session, person_id)
    if membership is not None:
        suspensions.lift(session, membership, suspensions.DISCIPLINARY, today, now)
    return membership.service_entitlement if membership is not None else None


def stop_collecting(session: Session, person_id: UUID, now: datetime) -> None:
    """No renewal by itself, no mandate and no planned debit any more."""
    membership = memberships.of(session, person_id)
    if membership is not None:
        membership.auto_renew = False
    mandates.cancel_all(session, person_id, now)
    for order_id in session.scalars(select(Order.id).where(Order.person_id == person_id)):
        debits.cancel(session, order_id, now)


def leave(session: Session, membership: Membership, status: str, services: str, today: date, now: datetime) -> date:
    """Ends the legal standing now and the services as the rule says; answers the last day of the services.

    A paid period runs to its end; in grace nothing is paid for, so that the services end with the standing.
    """
    until = services_end(membership, services, today)
    membership.statutory_status, membership.changed_at = status, now
    if until <= today:
        membership.service_entitlement = "ENDED"
    return until


def services_end(membership: Membership, services: str, leaves_on: date) -> date:
    """The last day of the services of somebody who leaves on a day. For life, or in grace, it is that day."""
    paid = membership.service_entitlement in PAID_UP - {"GRACE"} and membership.end_date != date.max
    return max(membership.end_date, leaves_on) if services == END_OF_PERIOD and paid else leaves_on


def close_services(session: Session, person_id: UUID, now: datetime) -> bool:
    """The paid period of somebody who left is over; False where they came back meanwhile."""
    membership = memberships.of(session, person_id)
    if membership is None or membership.statutory_status not in {"RESIGNED", "REMOVED"}:
        return False
    membership.service_entitlement, membership.changed_at = "ENDED", now
    return True


def part_couple(session: Session, person_id: UUID) -> UUID | None:
    """Two members who joined or renewed as a couple are two members: answers who stays, None for nobody."""
    query = select(Application).where(
        Application.partner_id.is_not(None),
        (Application.partner_id == person_id) | (Application.person_id == person_id),
    )
    stays: UUID | None = None
    for application in session.scalars(query):
        stays = application.partner_id if application.person_id == person_id else application.person_id
        application.partner_id = None
    renewed = select(Renewal).where(
        Renewal.partner_id.is_not(None), (Renewal.partner_id == person_id) | (Renewal.person_id == person_id)
    )
    for renewal in session.scalars(renewed):
        stays = renewal.partner_id if renewal.person_id == person_id else renewal.person_id
        renewal.partner_id = None
    return stays
