"""A row by a unique column is asked for once in a transaction, and again where it may be another by now."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from workflows.association import known_rows


class Base(DeclarativeBase):
    """Tables of this test."""


class Thing(Base):
    """Something with a name of its own."""

    __tablename__ = "thing"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


@pytest.fixture
def session() -> Iterator[Session]:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as opened:
        opened.add_all([Thing(id=1, name="one"), Thing(id=2, name="two")])
        opened.commit()
        yield opened


def test_a_known_row_is_not_asked_for_again(session: Session) -> None:
    asked: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *heard: asked.append(heard[2]))
    first = known_rows.by(session, Thing, Thing.name, "one")
    assert first is not None
    assert known_rows.by(session, Thing, Thing.name, "one") is first
    assert len(asked) == 1
    assert known_rows.by(session, Thing, Thing.name, "two") is not first
    assert known_rows.by(session, Thing, Thing.name, "three") is None


def test_a_row_that_has_changed_or_left_is_asked_for(session: Session) -> None:
    first = known_rows.by(session, Thing, Thing.name, "one")
    assert first is not None
    first.name = "changed"
    assert known_rows.by(session, Thing, Thing.name, "one") is None
    assert known_rows.by(session, Thing, Thing.name, "changed") is first
    session.delete(first)
    session.flush()
    assert known_rows.by(session, Thing, Thing.name, "changed") is None
    session.expunge_all()
    assert known_rows.by(session, Thing, Thing.name, "two") is not None


def test_a_row_that_was_just_written_is_known(session: Session) -> None:
    made = Thing(id=3, name="three")
    session.add(made)
    session.flush()
    asked: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *heard: asked.append(heard[2]))
    known_rows.keep(session, Thing.name, made)
    assert known_rows.by(session, Thing, Thing.name, "three") is made
    assert asked == []
