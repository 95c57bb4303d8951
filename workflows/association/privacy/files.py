"""Requests about somebody's data, each with its reference, its days and what was decided (article 12 GDPR).

What people wrote stands apart from the file of the request: it goes with them, the file is kept to prove that they were
answered (domain P10.5: five years). Source: domain P10, articles 12 and 15 to 22 GDPR.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Text, Uuid, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.errors import Invalid
from engine.models import Base, Json, Moment
from engine.personal import Personal
from workflows.association import parameters
from workflows.association.number_series import take
from workflows.association.parameters import Column, Row, Table

__all__ = ["CHANNELS", "DELAYS", "KINDS", "OUTCOMES", "PrivacyRequest", "PrivacyText", "months_after", "open_request"]

KINDS: Final = ("ACCESS", "RECTIFY", "ERASE", "RESTRICT", "OBJECT", "PORTABILITY", "WITHDRAW_CONSENT", "OTHER")
CHANNELS: Final = ("SPACE", "KNOWN_ADDRESS", "OTHER_ADDRESS", "LETTER", "PROXY", "HEIR")
OUTCOMES: Final = ("GRANTED", "PARTLY", "REFUSED", "EXTEND")

DELAYS: Final = Table(
    "privacy_delay", "Délais des demandes sur les données", "Time limits of data-protection requests",
    (Column("days", "days", "Jours", "Days", maximum=90),),
    (
        Row("identity_reminder", "Identité : rappel après", "Identity: reminder after", 7),
        Row("identity_close", "Identité : clôture après", "Identity: closed after", 30),
        Row("warning", "Alerte à la protection des données, après", "Warning to data protection, after",
            23),
        Row("alarm", "Alerte au délégué général, après", "Warning to the general delegate, after", 27),
        Row("erasure", "Effacement, après la réponse", "Erasure, after the answer", 1),
    ),
    about_fr="Ces délais ne s’arrêtent ni le week-end ni pendant les vacances. Le mois légal ne se règle pas ici.",
    about_en="These limits stop neither at weekends nor for holidays. The month that the law sets is not set here.",
    owner="DPO",
)  # fmt: skip


class ExtensionLate(Invalid):
    """It is too late to extend: the person had to be told within the first month. Answer now."""

    code: ClassVar[str] = "extension_late"


class PrivacyRequest(Base):
    """One request: codes and days alone. `state`: OPEN, ANSWERED, UNIDENTIFIED."""

    __tablename__ = "privacy_request"
    __privacy__ = Personal(
        "request", "person_id@person", "empty", ids="asked_by decided_by confirmed_by", since="closed_at",
        plain="reference kinds channel outcome state",
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(Uuid, index=True)
    reference: Mapped[str] = mapped_column(String(24), unique=True)
    kinds: Mapped[str] = mapped_column(String(120))  # with blanks between them
    channel: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16), default="OPEN")
    received_on: Mapped[date]
    due_on: Mapped[date | None]
    extended: Mapped[bool] = mapped_column(default=False)
    disputed: Mapped[bool] = mapped_column(default=False)  # a legal hold: cases and notes stay until it is over
    gift_stops: Mapped[bool | None]  # the person's word on a gift that goes on; an erasure alone stops none
    outcome: Mapped[str | None] = mapped_column(String(8))
    asked_by: Mapped[str] = mapped_column(String(64))
    decided_by: Mapped[str | None] = mapped_column(String(64))
    confirmed_by: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (Index("ix_privacy_request_state", "state", "due_on"),)

    @property
    def asked(self) -> tuple[str, ...]:
        """What was asked for, by its codes."""
        return tuple(self.kinds.split())


class PrivacyText(Base):
    """What was written about a request: the person's words, the answer's reasons, and what is to be corrected."""

    __tablename__ = "privacy_request_text"
    __privacy__ = Personal("record", "request_id", erase="words reasons corrections")
    request_id: Mapped[UUID] = mapped_column(ForeignKey("privacy_request.id", ondelete="CASCADE"), primary_key=True)
    words: Mapped[str] = mapped_column(Text, default="")
    reasons: Mapped[str] = mapped_column(Text, default="")
    corrections: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)


def open_request(
    session: Session, person_id: UUID, kinds: Sequence[str], channel: str, received_on: date, *, by: str, now: datetime
) -> PrivacyRequest:
    """Registers a request under the next reference of its year: DSR-YYYY-nnnnnn."""
    name = f"DSR-{received_on.year:04}"
    made = PrivacyRequest(
        id=uuid4(), person_id=person_id, reference=f"{name}-{take(session, name):06}", kinds=" ".join(kinds),
        channel=channel, received_on=received_on, asked_by=by, created_at=now,
    )  # fmt: skip
    session.add(made)
    session.flush()
    session.add(PrivacyText(request_id=made.id, corrections={}))
    session.flush()
    return made


def text_of(session: Session, request: PrivacyRequest) -> PrivacyText:
    """What was written about a request."""
    return session.get_one(PrivacyText, request.id)


def of_person(session: Session, person_id: UUID) -> Sequence[PrivacyRequest]:
    """The requests of a person, the newest first."""
    query = select(PrivacyRequest).where(PrivacyRequest.person_id == person_id)
    return session.scalars(query.order_by(PrivacyRequest.created_at.desc())).all()


def latest(session: Session, *, limit: int = 100) -> Sequence[PrivacyRequest]:
    """Open requests first, the one that is due first at the top; then the closed ones, the newest first."""
    open_first = (PrivacyRequest.state != "OPEN", PrivacyRequest.closed_at.desc(), PrivacyRequest.due_on)
    return session.scalars(select(PrivacyRequest).order_by(*open_first, PrivacyRequest.reference).limit(limit)).all()


def erasure_asked(session: Session, person_ids: Collection[UUID]) -> bool:
    """Whether one of these people asked to be erased and was not answered yet."""
    query = select(PrivacyRequest.id).where(
        PrivacyRequest.person_id.in_(person_ids), PrivacyRequest.state == "OPEN", PrivacyRequest.kinds.contains("ERASE")
    )
    return session.scalars(query.limit(1)).first() is not None


def repeated(session: Session, request: PrivacyRequest) -> int:
    """How often the same was asked within the last six months, this time included."""
    since = months_after(request.received_on, -6)
    query = select(func.count()).where(
        PrivacyRequest.person_id == request.person_id, PrivacyRequest.kinds == request.kinds,
        PrivacyRequest.received_on > since,
    )  # fmt: skip
    return session.scalar(query) or 0


def months_after(day: date, months: int) -> date:
    """The same day some months later, the last of its month where that is shorter (Regulation 1182/71, article 3)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (following - timedelta(days=1)).day))


def delays(session: Session, on: date) -> Mapping[str, int]:
    """The days of each time limit, by key."""
    return {row.key: int(str(row["days"])) for row in parameters.rows(session, DELAYS, on=on)}
