"""Plain queries go past SQLAlchemy's layers, and answer what it answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

import pytest
from sqlalchemy import (
    Executable,
    ForeignKey,
    LargeBinary,
    Numeric,
    String,
    Text,
    Uuid,
    bindparam,
    create_engine,
    func,
    select,
    text,
)
from sqlalchemy.exc import NoResultFound, StatementError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, aliased, mapped_column, relationship, selectinload

from engine.plans import plan_of
from engine.schema import Json, Moment
from engine.transaction import transaction
from engine.unit import Unit
from tests.fixtures.engines import Bench

PLACE = UUID("6f1a4f0a-3b0e-4a3e-9d3c-2b8f6a1d0c55")
NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


class Base(DeclarativeBase):
    """Tables of this file alone."""


class Book(Base):
    __tablename__ = "plan_book"
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    title: Mapped[str] = mapped_column(String(40))
    price: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    kind_: Mapped[str] = mapped_column("kind", String(8), default="novel")
    bought: Mapped[date | None]
    read_at: Mapped[datetime | None] = mapped_column(Moment)
    said: Mapped[dict[str, object]] = mapped_column(Json)
    scan: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    note: Mapped[str | None] = mapped_column(Text)
    pages: Mapped[int]
    lent: Mapped[bool]
    notes: Mapped[list[Mark]] = relationship(order_by="Mark.page")


class Mark(Base):
    __tablename__ = "plan_mark"
    book_id: Mapped[UUID] = mapped_column(ForeignKey("plan_book.id"), primary_key=True)
    page: Mapped[int] = mapped_column(primary_key=True)


def book(number: int) -> Book:
    odd = bool(number % 2)
    return Book(
        id=uuid5(PLACE, str(number)), title=f"Livre n° {number}", price=None if odd else Decimal(number) / 4,
        bought=date(2026, 1, 1 + number), read_at=NOON if odd else None, said={"n": [number, None, "é"]},
        scan=b"\0\xff", note=None, pages=number * 100, lent=odd,
    )  # fmt: skip


@pytest.fixture(name="shelf")
def shelf_fixture(bench: Callable[..., Bench]) -> Iterator[Bench]:
    made = bench()
    tables = create_engine(made.engine.database.url)
    Base.metadata.create_all(tables)
    with transaction(made.engine) as session:
        session.add_all(book(number) for number in range(5))
        session.flush()
        session.add_all(Mark(book_id=uuid5(PLACE, "1"), page=page) for page in (7, 3))
    yield made
    Base.metadata.drop_all(tables)
    tables.dispose()


IDS: Sequence[UUID] = [uuid5(PLACE, str(number)) for number in range(4)]
by_page = select(Book).order_by(Book.pages)
other = aliased(Book)
QUERIES: Sequence[tuple[Executable, dict[str, object]]] = [
    (by_page, {}),
    (by_page.where(Book.id.in_(IDS), Book.lent.is_(True)), {}),
    (by_page.where(Book.id.in_(())), {}),
    (by_page.where(Book.id.in_(bindparam("ids", expanding=True))), {"ids": IDS[1:3]}),
    (by_page.where(Book.title == bindparam("title")), {"title": "Livre n° 3"}),
    (by_page.where(Book.title == "Livre n° 3"), {}),
    (by_page.where(Book.price > Decimal("0.3"), Book.bought < date(2026, 2, 1)).limit(1).offset(1), {}),
    (by_page.where(Book.read_at == NOON).with_for_update(), {}),
    (select(Book.title, Book.price, Book.said, Book.read_at.label("when"), Book.scan).order_by(Book.pages), {}),
    (select(func.count(), func.max(Book.pages), func.sum(Book.price), func.min(Book.read_at)).select_from(Book), {}),
    (select(Book, Mark.page).outerjoin(Mark, Mark.book_id == Book.id).order_by(Book.pages, Mark.page), {}),
    (select(Book.pages, Mark).outerjoin(Mark, Mark.book_id == Book.id).order_by(Book.pages, Mark.page), {}),
    (select(other).order_by(other.pages), {}),
    (select(Book.__table__.c.id, Book.__table__.c.kind).order_by(Book.__table__.c.pages), {}),
    (select(Mark).where(Mark.page.in_([3, 7])).distinct().order_by(Mark.page), {}),
    (by_page.options(selectinload(Book.notes)), {}),
    (text("SELECT title FROM plan_book ORDER BY pages"), {}),
]  # fmt: skip


def plain(row: Any) -> Any:
    if isinstance(row, Book | Mark):
        return {column.key: getattr(row, column.key) for column in type(row).__mapper__.column_attrs}
    return row


def rows(session: Session, query: Executable, given: dict[str, object]) -> list[list[Any]]:
    return [[plain(part) for part in row] for row in session.execute(query, given)]


def test_answers_are_those_of_the_orm(shelf: Bench) -> None:
    for query, given in QUERIES:
        with Unit(shelf.engine.database, {}, reads=True) as reference:
            expected, names = rows(reference, query, given), list(reference.execute(query, given).keys())
            first = plain(reference.scalars(query, given).first())
        with transaction(shelf.engine) as session:
            assert rows(session, query, given) == expected, str(query)
            assert rows(session, query, given) == expected, "again, of objects that the session holds"
            assert list(session.execute(query, given).keys()) == names
            assert plain(session.scalars(query, given).first()) == plain(session.scalar(query, given)) == first


def test_plain_queries_are_planned_and_others_are_not(shelf: Bench) -> None:
    wired = shelf.engine.database.dialect.name == "postgresql"
    left = [place for place, (query, _) in enumerate(QUERIES[:-1]) if plan_of(query, wired=wired) is None]  # type: ignore[arg-type]
    assert left == [12, 15], "a class under another name, and what is loaded beside"


def test_objects_are_those_of_the_session(shelf: Bench) -> None:
    with transaction(shelf.engine) as session:
        one = session.scalars(select(Book).where(Book.id == IDS[1])).one()
        assert one is session.get(Book, IDS[1]) is session.scalars(by_page).all()[1]
        assert one not in session.dirty
        assert one.scan == b"\0\xff", "a column that is loaded when it is asked for"
        assert [mark.page for mark in one.notes] == [3, 7]
        one.pages = 1
        assert session.scalar(select(Book.pages).where(Book.id == IDS[1])) == 1, "what was changed is written before"
        assert session.get(Book, PLACE) is None
        assert session.get(Mark, (IDS[1], 7)) is one.notes[1]
        with pytest.raises(NoResultFound):
            session.get_one(Book, PLACE)
    with transaction(shelf.engine) as session:
        assert session.get_one(Book, IDS[1]).pages == 1


def test_what_a_savepoint_undoes_is_read_again(shelf: Bench) -> None:
    with transaction(shelf.engine) as session:
        one = session.get_one(Book, IDS[2])
        with pytest.raises(KeyError), session.begin_nested():
            one.pages = 5
            session.flush()
            raise KeyError
        assert session.get_one(Book, IDS[2]) is one
        assert one.pages == 200
        session.expire(one)
        assert session.scalars(select(Book).where(Book.id == IDS[2])).one() is one
        assert one.__dict__["pages"] == 200, "filled in by the query that brought it"
        session.delete(one)
        assert session.scalars(select(Book).where(Book.id == IDS[2])).first() is None


def test_values_of_another_type_fail_as_ever(shelf: Bench) -> None:
    with transaction(shelf.engine) as session:
        with pytest.raises(Exception, match="zone"):
            session.scalars(select(Book).where(Book.read_at == datetime(2027, 1, 1))).all()
        with pytest.raises(StatementError):
            session.scalars(select(Book).where(Book.title == bindparam("title"))).all()
