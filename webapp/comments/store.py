"""A comment belongs to a case. It is free text, so it lives here and never in process variables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Text, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.assignment import Actor
from engine.errors import Invalid
from engine.models import Base, Moment
from engine.personal import Personal

MAX_LENGTH = 4_000


class CommentTooLong(Invalid):
    """A comment has at most {longest} characters, this one has {length}. Go back and shorten it: your text is still
    there."""

    code = "comment_too_long"


class Comment(Base):
    """What one person wrote about a case, when."""

    __tablename__ = "comment"
    __privacy__ = (
        Personal(
            "notes", "instance_id@case", "empty", erase="text", ids="author", plain="author_name",
            withheld="author author_name",
        ),
        Personal("work", "author@actor", "empty", erase="author_name", ids="author", plain="text"),
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"))
    author: Mapped[str] = mapped_column(String(64))
    author_name: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (Index("ix_comment_case", "instance_id", "written_at"),)


def write(session: Session, instance_id: UUID, author: Actor, text: str, now: datetime) -> Comment | None:
    """Adds a comment; blank text adds nothing. Raises CommentTooLong: nothing that somebody wrote is cut."""
    cleaned = text.replace("\r\n", "\n").strip()  # a browser counts a line end once and sends it as two characters
    if not cleaned:
        return None
    if len(cleaned) > MAX_LENGTH:
        raise CommentTooLong(longest=MAX_LENGTH, length=len(cleaned))
    comment = Comment(
        id=uuid4(),
        instance_id=instance_id,
        author=author.id,
        author_name=author.name,
        text=cleaned,
        written_at=now,
    )
    session.add(comment)
    return comment


def of_case(session: Session, instance_id: UUID, limit: int = 100) -> Sequence[Comment]:
    """The latest comments of a case, newest first."""
    return session.scalars(
        select(Comment)
        .where(Comment.instance_id == instance_id)
        .order_by(Comment.written_at.desc(), Comment.id)
        .limit(limit)
    ).all()
