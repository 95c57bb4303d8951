"""Letters that leave by post: set and archived when a reminder asks for one, printed in a batch, posted by a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.models import Base, Moment
from engine.personal import Personal
from workflows.association import (
    issued_documents,
    letters,
    memberships,
    people,
    renewal_record,
    renewals,
    signatories,
    texts,
    wording,
)
from workflows.association.case_variables import local_day, text
from workflows.association.issued_documents import LETTER, IssuedDocument
from workflows.association.member_documents import reader_lines
from workflows.association.people import Person
from workflows.association.settings import Association
from workflows.association.typesetting import Page, Sender

TO_POST, POSTED, HELD_BACK = "TO_POST", "POSTED", "HELD_BACK"
_GREETING = {"fr": "Bonjour {},", "en": "Dear {},"}


class OutgoingLetter(Base):
    """One letter on its way to the post. `state`: TO_POST, POSTED, or HELD_BACK with the reason."""

    __tablename__ = "outgoing_letter"
    __privacy__ = Personal("mail", "person_id", ids="closed_by", plain="state reason", since="made_at")
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    document_id: Mapped[UUID] = mapped_column(ForeignKey("issued_document.id"), unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    case_id: Mapped[UUID | None] = mapped_column(Uuid)
    state: Mapped[str] = mapped_column(String(12), default=TO_POST)
    reason: Mapped[str | None] = mapped_column(String(24))
    made_at: Mapped[datetime] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_by: Mapped[str | None] = mapped_column(String(64))
    __table_args__ = (Index("ix_outgoing_letter_state", "state", "made_at"),)


def write(
    session: Session,
    association: Association,
    person: Person,
    kind: str,
    variables: dict[str, object],
    *,
    key: str,
    case_id: UUID | None,
    now: datetime,
) -> OutgoingLetter:
    """Sets and archives a letter to a person, once for its key. Raises LetterRefused, PageNotSet."""
    page = _page(session, association, person, kind, variables, now)
    document = issued_documents.issue(
        session, page, key=key, kind=LETTER, person_id=person.id, file_name=f"{kind}-{page.issued_on}.pdf", now=now
    )
    found = session.scalars(select(OutgoingLetter).where(OutgoingLetter.document_id == document.id)).one_or_none()
    if found is not None:
        return found
    letter = OutgoingLetter(
        id=uuid4(), document_id=document.id, person_id=person.id, case_id=case_id, state=TO_POST, made_at=now
    )
    session.add(letter)
    return letter


def waiting(session: Session, limit: int = 500) -> Sequence[tuple[OutgoingLetter, IssuedDocument]]:
    """What is to be posted, the oldest first."""
    query = (
        select(OutgoingLetter, IssuedDocument)
        .join(IssuedDocument, IssuedDocument.id == OutgoingLetter.document_id)
        .where(OutgoingLetter.state == TO_POST)
        .order_by(OutgoingLetter.made_at, OutgoingLetter.id)
    )
    return [(letter, document) for letter, document in session.execute(query.limit(limit))]


def _page(
    session: Session, association: Association, person: Person, kind: str, variables: dict[str, object], now: datetime
) -> Page:
    lang, today = person.lang, local_day(now, association.zone)
    letter = texts.letter(session, kind, lang, today)
    membership = memberships.of(session, person.id)
    values = {
        **renewal_record.values(session, variables, lang),
        "association": association.name,
        "public_url": association.public_url,
        "greeting": _GREETING[lang].format(person.display_name),
        "member_no": membership.member_no if membership is not None else text(variables, "member_no", "—"),
        "issued_on": wording.day(today, lang),
    }
    return Page(
        lang=lang,
        title=letters.line(letter.title, values),
        issued_on=today,
        sender=Sender(association.name, association.address, association.mentions),
        reader=reader_lines(person),
        dateline=letters.line(letter.dated, values),
        blocks=letters.blocks(letter, values),
        signature=signatories.lines(session, kind, lang, today, reader=person.id),
    )


def sift(session: Session, now: datetime) -> int:
    """Holds back what must not be posted any more: the person has died, or what the letter asks for is settled."""
    held = 0
    for letter, _document in waiting(session):
        reason = _reason(session, letter)
        if reason is not None:
            letter.state, letter.reason, letter.closed_at = HELD_BACK, reason, now
            held += 1
    return held


def _reason(session: Session, letter: OutgoingLetter) -> str | None:
    person = people.get(session, letter.person_id)
    if person is None or person.deceased_on is not None:
        return "DECEASED" if person is not None else "ERASED"
    return renewals.reason_settled(session, letter.case_id)


def post_all(session: Session, now: datetime, *, by: str) -> int:
    """A person has posted what waits; answers how many letters that were."""
    sift(session, now)
    session.flush()
    found = waiting(session)
    for letter, _document in found:
        letter.state, letter.closed_at, letter.closed_by = POSTED, now, by[:64]
    return len(found)
