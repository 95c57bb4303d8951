"""Which notices somebody wants, and by which way: on one's devices (by mail where that fails), by mail, or not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Final, Literal, get_args
from uuid import UUID

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.errors import Invalid
from engine.models import Base, Moment
from engine.personal import Personal

__all__ = ["KINDS", "WATCHED", "ChoiceRefused", "Kind", "NoticeChoice", "Way", "begin", "choose", "chosen", "way_of"]

Kind = Literal["assigned", "due", "late", "mention"]
Way = Literal["push", "mail", "none"]
WATCHED: Final[tuple[Kind, ...]] = ("assigned", "due")  # nobody tells of these by himself: `watching` looks for them
# What goes where nothing was chosen: reminders, escalations and mentions have always come by mail.
KINDS: Final[Mapping[Kind, Way]] = {"assigned": "none", "due": "none", "late": "mail", "mention": "mail"}


class ChoiceRefused(Invalid):
    """“{way}” is no way in which “{kind}” can come. Choose one of those that the page offers."""

    code: ClassVar[str] = "notice_choice_refused"


class NoticeChoice(Base):
    """By which way somebody wants notices of a kind, since when."""

    __tablename__ = "notice_choice"
    __privacy__ = Personal("account", "person_id", plain="kind way")
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    way: Mapped[str] = mapped_column(String(4))
    since: Mapped[datetime] = mapped_column(Moment)


def chosen(session: Session, person_id: UUID) -> Mapping[Kind, Way]:
    """The way of each kind."""
    rows = session.scalars(select(NoticeChoice).where(NoticeChoice.person_id == person_id))
    kept: dict[str, str] = {row.kind: row.way for row in rows}
    return {kind: _way(kept.get(kind, default)) for kind, default in KINDS.items()}


def way_of(session: Session, person_id: UUID, kind: Kind) -> Way:
    """The way of one kind."""
    row = session.get(NoticeChoice, (person_id, kind))
    return KINDS[kind] if row is None else _way(row.way)


def choose(session: Session, person_id: UUID, ways: Mapping[Any, str], now: datetime) -> None:
    """Keeps the ways of these kinds. Raises ChoiceRefused; a reminder of what is late always comes somehow."""
    for kind, way in ways.items():
        if kind not in KINDS or way not in get_args(Way) or (kind == "late" and way == "none"):
            raise ChoiceRefused(kind=kind[:40], way=way[:40])
    for kind, way in ways.items():
        row = session.get(NoticeChoice, (person_id, kind))
        if row is None:
            session.add(NoticeChoice(person_id=person_id, kind=kind, way=way, since=now))
        elif row.way != way:
            row.since = now if row.way == "none" else row.since  # what came before it was wanted is not told
            row.way = way


def begin(session: Session, person_id: UUID, now: datetime) -> None:
    """A first device: what was never chosen comes there; what was, stays as it was chosen."""
    kept = set(session.scalars(select(NoticeChoice.kind).where(NoticeChoice.person_id == person_id)))
    choose(session, person_id, dict.fromkeys(KINDS.keys() - kept, "push"), now)


def _way(text: str) -> Way:
    return "push" if text == "push" else "none" if text == "none" else "mail"
