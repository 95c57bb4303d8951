"""Doubts about who a member is: services close while the person shows who they are, and somebody else decides.

The legal membership is untouched (domain §1.2, `SUSPENDED`). Who told of the doubt does not decide about it, and
nobody decides about themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Text, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import commands
from engine.assignment import SYSTEM
from engine.errors import Conflict, WorkFailed
from engine.models import Base, Json, Moment
from engine.personal import Personal
from engine.registry import ServiceWork, service_task
from workflows.association import memberships, parameters, people, proofs, suspensions
from workflows.association.case_variables import local_day, text, uuid_or_none
from workflows.association.exit_records import MemberNumberUnknown
from workflows.association.memberships import Membership
from workflows.association.parameter_variables import started_on
from workflows.association.parameters import Column, Row, Table
from workflows.association.records import Record, Subject, Values

OPEN, CONFIRMED, REFUTED = "OPEN", "CONFIRMED", "REFUTED"
REASONS: Final = ("TWO_CLAIM", "REGISTER", "REPORTED", "ACCOUNT")
_REASONS: Final[Mapping[str, tuple[str, str]]] = {
    "TWO_CLAIM": ("deux personnes se disent la même", "two people claim to be the same"),
    "REGISTER": ("le registre de l’école dit autre chose", "the school’s register says otherwise"),
    "REPORTED": ("quelqu’un signale une usurpation", "somebody reports an impersonation"),
    "ACCOUNT": ("le compte semble utilisé par une autre personne", "the account seems to be used by somebody else"),
}
RULE: Final = Table(
    "identity_rule", "Délais d’un doute sur l’identité", "Time limits of a doubt about an identity",
    (Column("days", "days", "Jours", "Days", minimum=1, maximum=180),),
    (
        Row("reminder", "Relance de la personne", "Reminder of the person", 7),
        Row("answer", "Décision sans réponse", "Decision without an answer", 21),
    ),
    owner="GENERAL_DELEGATE",
)  # fmt: skip


class DisputeOpen(Conflict):
    """A doubt about this member is being looked at already."""

    code: ClassVar[str] = "identity_dispute_open"


class IdentityDispute(Base):
    """One doubt: what it is about, what the member said, and what was decided."""

    __tablename__ = "identity_dispute"
    __privacy__ = Personal(
        "membership", "person_id", "empty", erase="words answer", ids="told_by proof_files", withheld="words told_by",
        plain="reason state", since="closed_at",
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(10), default=OPEN)
    words: Mapped[str] = mapped_column(Text, default="")
    answer: Mapped[str] = mapped_column(Text, default="")
    proof_files: Mapped[list[str]] = mapped_column(Json, default=list)
    told_by: Mapped[str] = mapped_column(String(64))
    opened_at: Mapped[datetime] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (Index("ix_identity_dispute_person", "person_id", "state"),)


def of_person(session: Session, person_id: UUID) -> IdentityDispute | None:
    """The doubt about a person that is not settled."""
    query = select(IdentityDispute).where(IdentityDispute.person_id == person_id, IdentityDispute.state == OPEN)
    return session.scalars(query).first()


@service_task("identity.suspend", results=("person_actor", "excluded", "remind_after", "answer_within"))
def suspend(work: ServiceWork) -> Mapping[str, object]:
    """Closes the services while the doubt stands, tells whoever waits, and answers the time there is."""
    found = _dispute(work)
    today, started = local_day(work.now, work.engine.settings.zone), started_on(work)
    membership = memberships.of(work.session, found.person_id)
    if membership is not None:
        before = membership.service_entitlement
        suspensions.suspend(work.session, membership, suspensions.IDENTITY, work.now)
        _announce(work, membership, before)
    remind, answer = (
        parameters.count(work.session, RULE, key, "days", on=today, started=started) for key in ("reminder", "answer")
    )
    return {
        "person_actor": f"person:{found.person_id}",
        "excluded": [found.told_by, f"person:{found.person_id}"],
        "remind_after": timedelta(days=remind),
        "answer_within": timedelta(days=answer),
    }


@service_task("identity.confirm", results=())
def confirm(work: ServiceWork) -> None:
    """It is the member: the services open again by what is paid, unless another cause keeps them closed."""
    found = _close(work, CONFIRMED)
    membership = memberships.of(work.session, found.person_id)
    if membership is not None:
        before, today = membership.service_entitlement, local_day(work.now, work.engine.settings.zone)
        suspensions.lift(work.session, membership, suspensions.IDENTITY, today, work.now)
        _announce(work, membership, before)


@service_task("identity.refute", results=())
def refute(work: ServiceWork) -> None:
    """It was not proven to the end: the doubt is closed, and the services stay so."""
    _close(work, REFUTED)


def _close(work: ServiceWork, state: str) -> IdentityDispute:
    found, today = _dispute(work), local_day(work.now, work.engine.settings.zone)
    found.state, found.closed_at = state, work.now
    proofs.erase_files_later(work.session, found.proof_files, today, work.now)
    return found


def _announce(work: ServiceWork, membership: Membership, before: str) -> None:
    if membership.service_entitlement != before:
        told = {"person_id": str(membership.person_id), "entitlement": membership.service_entitlement}
        commands.correlate_message(
            work.session, work.engine, "entitlement_changed", str(membership.person_id), told, source="identity",
            ttl=timedelta(days=1), by=SYSTEM,
        )  # fmt: skip


def _dispute(work: ServiceWork) -> IdentityDispute:
    found_id = uuid_or_none(work.variables, "dispute_id")
    found = work.session.get(IdentityDispute, found_id) if found_id is not None else None
    if found is None:
        raise WorkFailed("the doubt of this case is not there", again=False)
    return found


def _of_subject(subject: Subject) -> IdentityDispute | None:
    found = subject.id("dispute_id")
    return subject.session.get(IdentityDispute, found) if found is not None else None


def _read(subject: Subject, fields: Iterable[str]) -> Values:
    found = _of_subject(subject)
    if found is None:
        return {}
    return {
        "person": people.display_name(subject.session, found.person_id),
        "shown_reason": _REASONS[found.reason][subject.language == "en"],
        "shown_words": found.words or "—",
        "shown_answer": found.answer or "—",
        "answer": found.answer,
        "proof_files": found.proof_files,
    }


def _write(subject: Subject, values: Values) -> Values:
    """Notes a doubt, or what the member says to it. Raises MemberNumberUnknown, DisputeOpen."""
    found = _of_subject(subject)
    if found is None:
        return _reported(subject, values)
    if "answer" in values:
        found.answer = text(values, "answer").strip()[:2000]
    files: Any = values.get("proof_files")
    if isinstance(files, list | tuple):
        found.proof_files = [str(file) for file in files]
    return {}


def _reported(subject: Subject, values: Values) -> Values:
    query = select(Membership).where(Membership.member_no == text(values, "member_no").strip())
    membership = subject.session.scalars(query).one_or_none()
    if membership is None or membership.service_entitlement == "ENDED":
        raise MemberNumberUnknown(field="member_no")
    if of_person(subject.session, membership.person_id) is not None:
        raise DisputeOpen(field="member_no")
    reason = text(values, "reason", "REPORTED")
    made = IdentityDispute(
        id=uuid4(), person_id=membership.person_id, reason=reason if reason in REASONS else "REPORTED", state=OPEN,
        words=text(values, "words").strip()[:2000], answer="", proof_files=[], told_by=subject.by[:64],
        opened_at=subject.now,
    )  # fmt: skip
    subject.session.add(made)
    subject.session.flush()
    return {"dispute_id": str(made.id), "person_id": str(membership.person_id)}


_ASKED: Final = frozenset({"member_no", "reason", "words", "answer", "proof_files"})
_SHOWN: Final = frozenset({"person", "shown_reason", "shown_words", "shown_answer"})
IDENTITY: Final = Record(_ASKED | _SHOWN, _read, _ASKED, _write)
