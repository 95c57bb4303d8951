"""What prepared queries answer: the values that the ORM would, and its objects."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from uuid import uuid4

from sqlalchemy import Numeric, cast, literal_column, select

from engine import prepared
from engine.models import ProcessInstance, UserTask
from engine.transaction import reading, transaction
from tests.fixtures.diagrams import end, process, start, user_task
from tests.fixtures.engines import Bench

ASKING = process("asking", [start(), user_task("ask"), end()], ["begin -> ask", "ask -> done"])


def test_decimals_are_decimals(bench: Callable[..., Bench]) -> None:
    amount = select(cast(literal_column("12.50"), Numeric(12, 2)).label("amount"))
    with reading(bench().engine) as session:
        [row] = prepared.fetch(session, amount, {})
    assert isinstance(row.amount, Decimal)
    assert str(row.amount) == "12.50"


def test_an_attached_object_is_the_one_of_the_session_and_its_changes_are_written(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(ASKING)
    case = it.start("asking")
    with transaction(it.engine) as session:
        found = prepared.get(session, ProcessInstance, case)
        assert found is not None
        assert found is session.get(ProcessInstance, case) is prepared.get(session, ProcessInstance, case)
        assert not session.dirty
        found.title = "renamed"
    with reading(it.engine) as session:
        again = session.get_one(ProcessInstance, case)
        told = prepared.get(session, ProcessInstance, case)
        assert told is again
        assert again.title == "renamed"
        assert prepared.get(session, ProcessInstance, uuid4()) is None


def test_what_the_session_has_changed_is_not_read_over(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(ASKING)
    it.start("asking")
    everything = select(*UserTask.__table__.columns)
    with reading(it.engine) as session:
        [task] = session.scalars(select(UserTask))
        with session.no_autoflush:
            task.name = "changed here"
            [row] = prepared.fetch(session, everything, {})
            assert prepared.attached(session, UserTask, row) is task
        assert (row.name, task.name) == ("ask", "changed here")
