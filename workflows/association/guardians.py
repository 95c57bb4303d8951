"""Guardians of minors: from 15 to 17, whoever holds parental authority agrees before anything is paid (domain §1.7).

The answer is a fact that is added and never changed. Under 15 nobody joins (`applications.TooYoung`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, String, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.errors import Invalid
from engine.models import Base, Moment
from engine.personal import Personal
from engine.registry import ServiceWork, service_task
from workflows.association import applications
from workflows.association.applications import Application
from workflows.association.case_variables import uuid_or_none
from workflows.association.records import Record, Subject, Values
from workflows.association.verification import application_of

TEXT_VERSION: Final = "2026-11"  # the wording that guardians see


class AuthorityNotConfirmed(Invalid):
    """Confirm that you hold parental authority."""

    code: ClassVar[str] = "authority_not_confirmed"


class GuardianConsent(Base):
    """One guardian was asked about one application. `answer`: YES, NO, or none while nothing came."""

    __tablename__ = "guardian_consent"
    __privacy__ = Personal("application", "application_id", erase="email", plain="answer text_version")
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"), index=True)
    email: Mapped[str] = mapped_column(String(254))
    asked_at: Mapped[datetime] = mapped_column(Moment)
    answer: Mapped[str | None] = mapped_column(String(3))
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    text_version: Mapped[str] = mapped_column(String(12))
    __table_args__ = (CheckConstraint("answer IN ('YES', 'NO')", name="ck_guardian_consent_answer"),)


def actor_of(consent_id: UUID) -> str:
    """Who acts by the signed link that was mailed to the guardian."""
    return f"link:{consent_id}"


def given(session: Session, application_id: UUID) -> bool:
    """Whether a guardian has agreed."""
    query = select(GuardianConsent.answer).where(
        GuardianConsent.application_id == application_id, GuardianConsent.answer.is_not(None)
    )
    return session.scalars(query.order_by(GuardianConsent.answered_at.desc())).first() == "YES"


@service_task("guardian.ask", results=("guardian_consent_id", "guardian_actor"))
def ask(work: ServiceWork) -> Mapping[str, object]:
    """Puts the question on record; the mail and the task of the guardian follow from it."""
    application = application_of(work)
    asked = GuardianConsent(
        id=uuid4(), application_id=application.id, email=application.guardian_email or "", asked_at=work.now,
        text_version=TEXT_VERSION,
    )  # fmt: skip
    work.session.add(asked)
    work.session.flush()
    return {"guardian_consent_id": str(asked.id), "guardian_actor": actor_of(asked.id)}


def find(session: Session, variables: Mapping[str, object]) -> GuardianConsent | None:
    """The question of a case."""
    found = uuid_or_none(variables, "guardian_consent_id")
    return session.get(GuardianConsent, found) if found is not None else None


def application(session: Session, asked: GuardianConsent) -> Application | None:
    """Whom the guardian is asked about."""
    return applications.get(session, asked.application_id)


def _read(subject: Subject, fields: Iterable[str]) -> Values:
    asked = find(subject.session, subject.variables)
    about = application(subject.session, asked) if asked is not None else None
    return {"student": about.display_name if about is not None else "", "answer": asked.answer if asked else None}


def _write(subject: Subject, values: Values) -> Values:
    """Keeps the answer. Raises AuthorityNotConfirmed where a yes comes without authority."""
    asked = find(subject.session, subject.variables)
    if asked is None:
        return {}
    agrees = values.get("answer") == "YES"
    if agrees and values.get("authority") is not True:
        raise AuthorityNotConfirmed(field="authority")
    asked.answer, asked.answered_at = "YES" if agrees else "NO", subject.now
    return {"guardian_agrees": agrees}


GUARDIAN: Final = Record(
    frozenset({"student", "answer", "authority"}), _read, frozenset({"answer", "authority"}), _write
)
