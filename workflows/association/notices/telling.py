"""Tells somebody something by the way that he chose for its kind; what goes to devices leaves by a job (`sending`).

A device is told a title and a link, as little as the digest tells: the title names the task, never a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

from sqlalchemy import ForeignKey, String, Text, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.bounds import REQUEST_KEY
from engine.engine import Engine
from engine.models import Base, Job, Moment
from engine.personal import Personal
from engine.transaction import afterwards
from workflows.association import mail_hours, mails, people, roles
from workflows.association.case_variables import local_day
from workflows.association.mail_templates import MailKind
from workflows.association.notices import devices
from workflows.association.notices.choices import Kind, way_of

__all__ = ["SEND", "TEST", "Notice", "Said", "by_mail", "may_ring", "rings_at", "tell", "test", "was_told"]

SEND = "notice.push"
TEST = "test"  # the kind of what somebody sends to his own device, at any hour
RETRIES = 12


class Notice(Base):
    """What somebody is told on devices; its mail, where no device can be reached. `outcome`: push, mail, none, and
    empty while it is on its way."""

    __tablename__ = "notice"
    __privacy__ = Personal(
        "mail", "person_id", erase="title path subject text", plain="key kind outcome", since="due_at"
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    key: Mapped[str] = mapped_column(String(REQUEST_KEY), unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    device_id: Mapped[UUID | None] = mapped_column(Uuid)  # the one device of a test
    task_id: Mapped[UUID | None] = mapped_column(Uuid)  # what is over by then is not told any more
    kind: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(300))
    path: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    due_at: Mapped[datetime] = mapped_column(Moment)
    outcome: Mapped[str] = mapped_column(String(4), default="")


@dataclass(frozen=True, slots=True)
class Said:
    """A notice in the reader's language: the title and path for devices, subject and text for mails."""

    title: str
    path: str
    subject: str
    text: str
    task_id: UUID | None = None


def tell(session: Session, engine: Engine, person_id: UUID, kind: Kind, said: Said, key: str) -> None:
    """Tells it once for a key: on devices where that is chosen and one is known, else by mail, or not at all."""
    way = way_of(session, person_id, kind)
    if way == "none" or was_told(session, key):
        return
    person = people.get(session, person_id)
    if person is None:
        return
    if way == "push" and devices.of_person(session, person_id) and may_ring(session, engine, person_id):
        due_at = rings_at(session, engine, person_id, engine.clock.now())
        _promise(session, _notice(person_id, kind, said, key, due_at))
    elif person.primary_email is not None:
        mails.post(
            session, engine, to=person_id, subject=said.subject, text=said.text, key=key, kind=_hours(kind),
        )  # fmt: skip


def _hours(kind: str) -> MailKind:
    """What is late has waited for days, and waits for the morning where its reader lives; the rest is told at once."""
    return "notice" if kind == "late" else "transactional"


def may_ring(session: Session, engine: Engine, person_id: UUID) -> bool:
    """Whether somebody's devices may be used: those of whoever works here today, as the page of notices is theirs."""
    today = local_day(engine.clock.now(), engine.settings.zone)
    return roles.works_here(roles.keys_of(session, person_id, today))


def rings_at(session: Session, engine: Engine, person_id: UUID, now: datetime) -> datetime:
    """When a device may ring: devices ring, mails do not, and nobody is rung out of his sleep (domain §1.5)."""
    return mail_hours.reachable(now, people.zones(people.get(session, person_id), engine.settings.zone))


def test(session: Session, engine: Engine, device: devices.PushDevice, said: Said) -> None:
    """Sends something to one device now, and nowhere else."""
    notice = _notice(device.person_id, TEST, said, f"test:{uuid4().hex}", engine.clock.now())
    notice.device_id = device.id
    _promise(session, notice)


def by_mail(session: Session, engine: Engine, notice: Notice) -> bool:
    """The same by mail, where an address is known: whether there was one."""
    person = people.get(session, notice.person_id)
    if person is None or person.primary_email is None or not notice.text:
        return False
    if mails.by_key(session, notice.key) is None:
        mails.post(
            session, engine, to=notice.person_id, subject=notice.subject, text=notice.text, key=notice.key,
            kind=_hours(notice.kind),
        )  # fmt: skip
    return True


def was_told(session: Session, key: str) -> bool:
    """Whether this was told already, by any way."""
    known = select(Notice.id).where(Notice.key == key)
    return session.scalar(known) is not None or mails.by_key(session, key) is not None


def _notice(person_id: UUID, kind: str, said: Said, key: str, due_at: datetime) -> Notice:
    return Notice(
        id=uuid5(NAMESPACE_OID, f"{SEND} {key}"), key=key, person_id=person_id, task_id=said.task_id, kind=kind,
        title=said.title[:300], path=said.path, subject=said.subject[:300], text=said.text, due_at=due_at, outcome="",
    )  # fmt: skip


def _promise(session: Session, notice: Notice) -> None:
    session.add(notice)
    variables: Mapping[str, object] = {"notice_id": str(notice.id)}
    job = Job(
        id=uuid4(), process_id="", kind="connector", type=SEND, payload={"variables": variables},
        due_at=notice.due_at, retries=RETRIES,
    )  # fmt: skip
    session.add(job)
    afterwards(session).due.append(job.id)
