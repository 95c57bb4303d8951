"""The mails of the association: outbox and archive in one table. A row is written before anything leaves.

`state`: QUEUED, SENT, SUPPRESSED (with the reason, see `mail_guard`), FAILED. The row's key is the work's idempotency
key: a mail that was already sent is not sent again, and its Message-ID is the same at every attempt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import Index, String, Text, Update, Uuid, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.bounds import IDENTIFIER, REQUEST_KEY, check
from engine.effects import serving
from engine.engine import Engine
from engine.models import Base, Job, Moment
from engine.personal import Personal
from workflows.association import people
from workflows.association.contact_texts import email_address
from workflows.association.mail_templates import GATHERED, MailKind, Rendered, one_line, page, paragraphs

JOB_TYPE = "mail.send"
CAUSE = 33 + IDENTIFIER  # the id of a case, and an element of its diagram
ANSWER_TYPE = "mail.answer"  # the same for what somebody asked for a moment ago


class Mail(Base):
    """One mail to one address. Links are taken out of the archive once the mail has left the house."""

    __tablename__ = "mail"
    __privacy__ = (
        Personal(
            "mail", "person_id application_id@application", "empty", since="created_at",
            erase="to_address subject text html calendar day order_key membership_end", unlink="application_id",
            plain="key template lang kind state suppressed message_id cause",
        ),
        Personal("mail", "instance_id@case", "empty", erase="subject text html calendar", withheld="to_address"),
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    key: Mapped[str] = mapped_column(String(REQUEST_KEY), unique=True)
    template: Mapped[str] = mapped_column(String(60), default="")
    lang: Mapped[str] = mapped_column(String(2))
    person_id: Mapped[UUID | None] = mapped_column(Uuid, index=True)
    application_id: Mapped[UUID | None] = mapped_column(Uuid, index=True)
    instance_id: Mapped[UUID | None] = mapped_column(Uuid, index=True)
    to_address: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(250))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    calendar: Mapped[str | None] = mapped_column(Text)  # the invitation or cancellation that it carries (iCalendar)
    kind: Mapped[str] = mapped_column(String(13))  # transactional, notice, reminder, news: see `mail_templates`
    state: Mapped[str] = mapped_column(String(12), default="QUEUED")
    suppressed: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    message_id: Mapped[str | None] = mapped_column(String(254))
    day: Mapped[str | None] = mapped_column(String(48), unique=True)  # whose one mail of which day it is (`mail_day`)
    merged_into: Mapped[UUID | None] = mapped_column(Uuid, index=True)  # the mail that it travelled with
    order_key: Mapped[str | None] = mapped_column(String(24))  # what a reminder is about: who has paid gets none
    membership_end: Mapped[date | None]
    cause: Mapped[str | None] = mapped_column(String(CAUSE))  # "case/element" that wrote it: `caused`
    __table_args__ = (Index("ix_mail_created_at", "created_at"),)

    @property
    def transactional(self) -> bool:
        """Whether it answers an act of its reader: it goes at once."""
        return self.kind == "transactional"

    @property
    def refusable(self) -> bool:
        """Whether a reader, or what is known of him, can stop it: a reminder or news."""
        return self.kind in GATHERED


def by_key(session: Session, key: str) -> Mail | None:
    """The mail of an idempotency key."""
    return session.scalars(select(Mail).where(Mail.key == key)).one_or_none()


def latest(session: Session, *, limit: int = 50, to_address: str | None = None) -> Sequence[Mail]:
    """The newest mails first: for the mailbox page and tests."""
    query = select(Mail)
    if to_address is not None:
        query = query.where(Mail.to_address == to_address)
    return session.scalars(query.order_by(Mail.created_at.desc(), Mail.id).limit(limit)).all()


def caused(instance_id: UUID, element: str) -> str:
    """What is kept of the case and the element that wrote a mail: it leads to the timer and the rule behind it."""
    return f"{instance_id.hex}/{element}"


def cause_of(mail: Mail) -> tuple[UUID, str] | None:
    """The case and the element that wrote it; None where no case did."""
    case, _, element = (mail.cause or "").partition("/")
    return (UUID(case), element) if element else None


def forget_strangers(session: Session, instance_id: UUID) -> None:
    """Takes address and words out of the sent mails of a case to somebody who stands in no register."""
    empty = dict.fromkeys(("to_address", "subject", "text", "html"), "") | {"calendar": None}
    session.execute(_to_strangers(instance_id).where(Mail.state != "QUEUED").values(empty))


def file_with(session: Session, instance_id: UUID, person_id: UUID) -> None:
    """The mails of a case to a stranger are those of a person of the register from now on, and go when he goes."""
    session.execute(_to_strangers(instance_id).values(person_id=person_id))


def _to_strangers(instance_id: UUID) -> Update:
    return update(Mail).where(Mail.instance_id == instance_id, Mail.person_id.is_(None), Mail.application_id.is_(None))


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
    kind: MailKind = "transactional",
    answering: bool = False,
    template: str = "",
) -> UUID:
    """Writes a mail outside a case, with the job that sends it, in the caller's transaction; answers its id.

    `to` is a person or an address. One that is `answering` what its reader asked for a moment ago leaves also while
    nothing else may (`engine.muting`). Raises EmailRefused for what is no address.
    """
    person = people.get(session, to) if isinstance(to, UUID) else None
    address = (person.primary_email if person else None) or email_address(str(to))
    now = engine.clock.now()
    language = lang or (person.lang if person else "fr")
    body = html or page(one_line(subject), paragraphs(text), language)
    work = serving(session)
    by = None if work is None else caused(work.instance_id, work.element)
    whom = {"to_address": address, "person_id": person.id if person else None, "lang": language, "cause": by}
    made = Rendered(one_line(subject), text, body)
    mail = queue(session, whom | {"template": template}, made, key=key or str(uuid4()), kind=kind, now=now)
    promise(session, mail, ANSWER_TYPE if answering else JOB_TYPE)
    return mail.id


def queue(
    session: Session,
    recipient: Mapping[str, object],
    rendered: Rendered,
    *,
    key: str,
    kind: MailKind,
    now: datetime,
) -> Mail:
    """Adds the row of a mail. `recipient` holds to_address, lang and the ids that are known. Raises TextRefused for
    a key that PostgreSQL would not store."""
    check({"key of a mail": key}, REQUEST_KEY)
    mail = Mail(
        id=uuid4(),
        key=key,
        subject=rendered.subject[:250],
        text=rendered.text,
        html=rendered.html,
        kind=kind,
        state="QUEUED",
        created_at=now,
        due_at=now,
        suppressed=None,  # said, so that who lets the mail go changes nothing
        **recipient,
    )
    session.add(mail)
    return mail


def promise(session: Session, mail: Mail, type_: str = JOB_TYPE) -> None:
    """The job that sends a queued mail when it is due."""
    session.add(
        Job(
            id=uuid4(),
            process_id="",
            kind="connector",
            type=type_,
            payload={"variables": {"mail_id": str(mail.id)}},
            due_at=mail.due_at,
            retries=5,
        )
    )
