"""The mails of the association: outbox and archive in one table. A row is written before anything leaves.

`state`: QUEUED, SENT, SUPPRESSED (with the reason), FAILED. The row's key is the work's idempotency key: a mail that
was already sent is not sent again, and its Message-ID is the same at every attempt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from html import escape as html_escape
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import Index, String, Text, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.engine import Engine
from engine.models import Base, Job, Moment
from workflows.association import people
from workflows.association.contacts import email_address
from workflows.association.mail_templates import Rendered, one_line, page

QUIET_FROM, QUIET_TO = time(20), time(8)  # domain §1.5: no member mail at night
JOB_TYPE = "mail.send"


class Mail(Base):
    """One mail to one address. Links are taken out of the archive once the mail has left the house."""

    __tablename__ = "mail"
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    template: Mapped[str] = mapped_column(String(60), default="")
    lang: Mapped[str] = mapped_column(String(2))
    person_id: Mapped[UUID | None] = mapped_column(Uuid, index=True)
    application_id: Mapped[UUID | None] = mapped_column(Uuid, index=True)
    instance_id: Mapped[UUID | None] = mapped_column(Uuid, index=True)
    to_address: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(250))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    transactional: Mapped[bool]
    state: Mapped[str] = mapped_column(String(12), default="QUEUED")
    suppressed: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    message_id: Mapped[str | None] = mapped_column(String(254))
    __table_args__ = (Index("ix_mail_created_at", "created_at"),)


def by_key(session: Session, key: str) -> Mail | None:
    """The mail of an idempotency key."""
    return session.scalars(select(Mail).where(Mail.key == key)).one_or_none()


def latest(session: Session, *, limit: int = 50, to_address: str | None = None) -> Sequence[Mail]:
    """The newest mails first: for the mailbox page and tests."""
    query = select(Mail)
    if to_address is not None:
        query = query.where(Mail.to_address == to_address)
    return session.scalars(query.order_by(Mail.created_at.desc(), Mail.id).limit(limit)).all()


def awake(moment: datetime, zone: ZoneInfo) -> datetime:
    """The same moment, or the end of the quiet hours (20:00–08:00 of the recipient's zone) it lies in."""
    local = moment.astimezone(zone)
    if QUIET_TO <= local.time() < QUIET_FROM:
        return moment
    day = local.date() if local.time() < QUIET_TO else local.date() + timedelta(days=1)
    return datetime.combine(day, QUIET_TO, tzinfo=zone)


def post(
    session: Session,
    engine: Engine,
    *,
    to: UUID | str,
    subject: str,
    text: str,
    html: str | None = None,
    lang: str | None = None,
    key: str | None = None,
    transactional: bool = True,
) -> UUID:
    """Writes a mail outside a case, with the job that sends it, in the caller's transaction; answers its id.

    `to` is a person or an address. Raises EmailRefused for what is no address.
    """
    person = people.get(session, to) if isinstance(to, UUID) else None
    address = (person.primary_email if person else None) or email_address(str(to))
    now = engine.clock.now()
    language = lang or (person.lang if person else "fr")
    paragraphs = "".join(f"<p>{html_escape(part)}</p>" for part in text.split("\n\n"))
    body = html or page(one_line(subject), paragraphs, language)
    mail = queue(
        session,
        {"to_address": address, "person_id": person.id if person else None, "lang": language},
        Rendered(one_line(subject), text, body),
        key=key or str(uuid4()),
        transactional=transactional,
        now=now,
    )
    if not transactional:
        mail.due_at = awake(now, engine.settings.zone)
    promise(session, mail)
    return mail.id


def queue(
    session: Session,
    recipient: Mapping[str, object],
    rendered: Rendered,
    *,
    key: str,
    transactional: bool,
    now: datetime,
) -> Mail:
    """Adds the row of a mail. `recipient` holds to_address, lang and the ids that are known."""
    mail = Mail(
        id=uuid4(),
        key=key,
        subject=rendered.subject[:250],
        text=rendered.text,
        html=rendered.html,
        transactional=transactional,
        state="QUEUED",
        created_at=now,
        due_at=now,
        **recipient,
    )
    session.add(mail)
    return mail


def promise(session: Session, mail: Mail) -> None:
    """The job that sends a queued mail when it is due."""
    session.add(
        Job(
            id=uuid4(),
            process_id="",
            kind="connector",
            type=JOB_TYPE,
            payload={"variables": {"mail_id": str(mail.id)}},
            due_at=mail.due_at,
            retries=5,
        )
    )
