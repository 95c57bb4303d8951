"""Mails that came back: filed on the case that their original left, as text that can be erased.

A reply is told to whoever has the case's work in hand. A bounce marks its address, so that no further mail goes there.
What a machine wrote is filed and answered by nobody: no loop can begin here. A mail that comes twice is filed once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID, uuid4

from sqlalchemy import Index, String, Text, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.engine import Engine
from engine.models import Base, Moment
from engine.personal import Personal
from workflows.association import mails, people
from workflows.association.incoming_mail import Incoming
from workflows.association.mail_news import tell
from workflows.association.mails import Mail
from workflows.association.settings import Association

__all__ = ["Kind", "ReceivedMail", "file_mail", "forget_texts", "of_case", "tongues"]

Kind = Literal["REPLY", "AUTOMATIC", "BOUNCE", "DELAY", "NO_CASE"]


class ReceivedMail(Base):
    """One mail that was received. `NO_CASE`: nothing of it is kept but its key; people read it in the mailbox."""

    __tablename__ = "received_mail"
    __privacy__ = Personal(
        "mail", "person_id application_id@application instance_id@case", "empty",
        erase="sender subject text", since="received_at", unlink="application_id", plain="key kind status",
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(12))
    mail_id: Mapped[UUID | None] = mapped_column(Uuid)
    instance_id: Mapped[UUID | None] = mapped_column(Uuid)
    person_id: Mapped[UUID | None] = mapped_column(Uuid, index=True)
    application_id: Mapped[UUID | None] = mapped_column(Uuid, index=True)
    sender: Mapped[str] = mapped_column(String(254), default="")
    subject: Mapped[str] = mapped_column(String(250), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[str] = mapped_column(String(12), default="")  # RFC 3463, of a bounce
    attachments: Mapped[int] = mapped_column(default=0)
    received_at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (Index("ix_received_mail_case", "instance_id", "received_at"),)


def file_mail(session: Session, engine: Engine, association: Association, incoming: Incoming) -> ReceivedMail:
    """Puts a received mail on record, and does what follows from it. One that is on record already changes nothing."""
    known = session.scalars(select(ReceivedMail).where(ReceivedMail.key == incoming.key)).one_or_none()
    if known is not None:
        return known
    original = original_of(session, association, incoming)
    kind = kind_of(incoming, original)
    filed = ReceivedMail(id=uuid4(), key=incoming.key, kind=kind, received_at=engine.clock.now())
    session.add(filed)
    if original is None or kind == "NO_CASE":
        return filed
    filed.mail_id, filed.instance_id = original.id, original.instance_id
    filed.person_id, filed.application_id = original.person_id, original.application_id
    filed.sender, filed.subject, filed.text = incoming.sender, incoming.subject, incoming.text
    filed.attachments = incoming.attachments
    if incoming.failed:
        filed.status, filed.sender, filed.text = incoming.failed[0].status, original.to_address, ""
        _mark_bounce(session, original, incoming)
    if kind in ("REPLY", "BOUNCE"):
        tell(session, engine, filed.id, original, bounced=kind == "BOUNCE")
    return filed


def original_of(session: Session, association: Association, incoming: Incoming) -> Mail | None:
    """The mail of ours that this one answers: by its Message-ID, else by the signed address it was sent to."""
    domain = association.mail_from.rpartition("@")[2].lower()
    for answered in incoming.answered:
        key, _, at = answered.rpartition("@")
        found = mails.by_key(session, key) if at.lower() == domain else None
        if found is not None and found.message_id == f"<{answered}>":
            return found
    for recipient in incoming.recipients:
        mail_id = association.replies.read(recipient)
        found = session.get(Mail, mail_id) if mail_id is not None else None
        if found is not None:
            return found
    return None


def kind_of(incoming: Incoming, original: Mail | None) -> Kind:
    """What a mail is. A report counts only where it names the very address that its original went to."""
    if original is None:
        return "NO_CASE"
    if incoming.report:
        return "BOUNCE" if _about(incoming, original) else "DELAY"
    if incoming.automatic:
        return "AUTOMATIC"
    return "REPLY" if original.instance_id is not None else "NO_CASE"


def _about(incoming: Incoming, original: Mail) -> bool:
    return any(failed.address.casefold() == original.to_address.casefold() for failed in incoming.failed)


def _mark_bounce(session: Session, original: Mail, incoming: Incoming) -> None:
    """The address of the person is HARD or SOFT; the first word of HARD stays until the address is verified again."""
    person = people.get(session, original.person_id) if original.person_id is not None else None
    for failed in incoming.failed if person is not None else ():
        for email in person.emails if person is not None else ():
            same = email.folded == failed.address.casefold() == original.to_address.casefold()
            if same and email.bounce_state != "HARD":
                email.bounce_state = "HARD" if failed.hard else "SOFT"


def of_case(session: Session, instance_id: UUID, *, limit: int = 100) -> Sequence[ReceivedMail]:
    """What came back to the mails of a case, the latest first."""
    query = select(ReceivedMail).where(ReceivedMail.instance_id == instance_id)
    return session.scalars(query.order_by(ReceivedMail.received_at.desc(), ReceivedMail.id).limit(limit)).all()


def tongues(session: Session, received: Sequence[ReceivedMail], shown: str) -> Mapping[UUID, str]:
    """The language of the answers among these that are in another than the page is `shown` in: whoever answers a mail
    writes as it did. What a machine wrote is in no language that we know."""
    answers = [each.id for each in received if each.kind == "REPLY"]
    query = select(ReceivedMail.id, Mail.lang).join(Mail, Mail.id == ReceivedMail.mail_id)
    rows = session.execute(query.where(ReceivedMail.id.in_(answers), Mail.lang != shown)).tuples()
    return dict(iter(rows))


def forget_texts(session: Session, *, person_id: UUID | None = None, application_id: UUID | None = None) -> None:
    """Erases who wrote what, for a person or an application; that something came, and when, stays."""
    of = ReceivedMail.person_id == person_id if person_id is not None else ReceivedMail.application_id == application_id
    for received in session.scalars(select(ReceivedMail).where(of)):
        received.sender = received.subject = received.text = ""
