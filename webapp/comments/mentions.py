"""Colleagues who are named in a comment: “@First Last” tells them, by mail and in their inbox.

Whoever may not see the case is not told: the comment says nothing to him either.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Uuid, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.assignment import Actor
from engine.engine import Engine
from engine.errors import NotFound
from engine.models import Base, Moment, ProcessInstance
from engine.personal import Personal
from webapp import authorize
from webapp.comments.store import Comment
from webapp.viewer import viewer_of
from workflows.association import people, role_names, roles
from workflows.association.names import fold
from workflows.association.notices.telling import Said, tell
from workflows.association.roles import RoleHolding

AT: Final = re.compile(r"(?:^|(?<=[\s(«“\"]))@(\w[\w'’.-]*(?: \w[\w'’.-]*){0,4})")
TEXTS: Final = {
    "fr": ("Un commentaire vous concerne", "{by} vous nomme dans un commentaire. Le lire :\n\n{url}"),
    "en": ("A comment names you", "{by} names you in a comment. Read it:\n\n{url}"),
}
MOST: Final = 10


class Mention(Base):
    """Somebody was named in a comment, and whether he has seen it."""

    __tablename__ = "mention"
    __privacy__ = Personal("work", "person_id")
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    comment_id: Mapped[UUID] = mapped_column(ForeignKey("comment.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime | None] = mapped_column(Moment)


@dataclass(frozen=True, slots=True)
class Named:
    """Whom a comment tells, and the names after “@” that are nobody's, or several people's."""

    told: Sequence[str]
    unknown: Sequence[str]


@dataclass(frozen=True, slots=True)
class News:
    """A comment that names the reader and that he has not seen yet."""

    case_id: UUID
    by: str
    title: str


def notify(session: Session, engine: Engine, comment: Comment, today: date, public_url: str) -> Named:
    """Tells everyone whom the comment names and who may see its case."""
    told, unknown = [], []
    staff = _staff(session, today)
    for written in dict.fromkeys(AT.findall(comment.text)):
        person_id = _meant(written, staff)
        if person_id is None or not _may_see(session, person_id, comment.instance_id, today):
            unknown.append(written)
            continue
        if f"person:{person_id}" != comment.author and staff[person_id] not in told:
            _tell(session, engine, comment, person_id, public_url)
            told.append(staff[person_id])
    return Named(told, unknown)


def unseen(session: Session, person_id: UUID, language: str) -> Sequence[News]:
    """The comments that name somebody and that he has not seen, the newest first."""
    query = (
        select(Comment, ProcessInstance)
        .join(Mention, Mention.comment_id == Comment.id)
        .join(ProcessInstance, ProcessInstance.id == Comment.instance_id)
        .where(Mention.person_id == person_id, Mention.seen_at.is_(None))
        .order_by(Mention.at.desc(), Mention.id)
    )
    return [
        News(case.id, comment.author_name, case.title_in(language) or case.business_key or "")
        for comment, case in session.execute(query.limit(MOST)).tuples()
    ]


def unseen_in(session: Session, person_id: UUID, instance_id: UUID) -> bool:
    """Whether a comment of this case names him that he has not seen."""
    query = select(Mention.id).join(Comment, Comment.id == Mention.comment_id)
    his = query.where(Mention.person_id == person_id, Mention.seen_at.is_(None), Comment.instance_id == instance_id)
    return session.scalar(his.limit(1)) is not None


def seen(session: Session, person_id: UUID, instance_id: UUID, now: datetime) -> None:
    """He has the comments of this case before him."""
    of_case = select(Comment.id).where(Comment.instance_id == instance_id)
    session.execute(
        update(Mention)
        .where(Mention.person_id == person_id, Mention.seen_at.is_(None), Mention.comment_id.in_(of_case))
        .values(seen_at=now)
    )


def _staff(session: Session, today: date) -> dict[UUID, str]:
    """Everybody who works here today, by name."""
    held = (
        select(RoleHolding.person_id)
        .where(RoleHolding.role.in_(role_names.WORKING_ROLES), roles.in_force(today))
        .distinct()
    )
    return dict(people.names_of(session, session.scalars(held).all()))


def _meant(written: str, staff: dict[UUID, str]) -> UUID | None:
    """The one colleague whose name the text after “@” begins with, accents and capitals aside."""
    words = fold(written).split()
    for length in range(len(words), 0, -1):
        wanted = " ".join(words[:length])
        found = [person for person, name in staff.items() if fold(name) == wanted]
        if length == 1 and not found:
            found = [person for person, name in staff.items() if fold(name).split()[:1] == [wanted]]
        if len(found) == 1:
            return found[0]
    return None


def _may_see(session: Session, person_id: UUID, instance_id: UUID, today: date) -> bool:
    held = roles.keys_of(session, person_id, today)
    actor = Actor(f"person:{person_id}", "", held)
    reader = viewer_of(session, person_id, actor, today, staff=roles.works_here(held))
    try:
        authorize.case(session, reader, "comment", instance_id)
    except NotFound:
        return False
    return True


def _tell(session: Session, engine: Engine, comment: Comment, person_id: UUID, public_url: str) -> None:
    now = engine.clock.now()
    session.add(Mention(id=uuid4(), comment_id=comment.id, person_id=person_id, at=now))
    person = people.get(session, person_id)
    if person is None or person.primary_email is None:
        return
    subject, text = TEXTS["en" if person.lang == "en" else "fr"]
    path = f"/cases/{comment.instance_id}#comments"
    said = Said(subject, path, subject, text.format(by=comment.author_name, url=public_url + path))
    tell(session, engine, person_id, "mention", said, f"mention:{comment.id.hex}:{person_id.hex}")
