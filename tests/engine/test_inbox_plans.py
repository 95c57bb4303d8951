"""By which indexes SQLite answers the first pages and the figures beside the tabs, where it knows a million tasks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event, text

from engine import inbox
from engine.assignment import Actor
from engine.clock import VirtualClock
from engine.engine import Engine
from engine.inbox import Filters
from engine.registry import Registry
from engine.tally import counts
from engine.transaction import reading

NOW = datetime(2026, 11, 28, tzinfo=UTC)
ANNA = Actor("person:anna", "Anna", frozenset({"EVENTS", "TREASURER"}))
# Like what `engine.sizes` gathers of a million tasks: equal values at the head of an index count as a thousand, and the
# index with closed tasks looks like the one that finds less, as chance may have it.
GATHERED = {
    "ix_user_task_free": "590400 1 1 1", "ix_user_task_instance": "713550 2 1",
    "ix_user_task_archive": "9418032 1001 2 1", "ix_user_task_assignee": "3864960 901 1",
    "ix_user_task_inbox": "1003884 1001 2 1 1 1", "ix_user_task_queue": "462384 1001 2 1 1",
    "ix_user_task_element": "436527 1001 1001 1", "sqlite_autoindex_user_task_1": "493857 1",
}  # fmt: skip


@pytest.fixture
def engine(sqlite_database: str) -> Iterator[Engine]:
    engine = Engine.open(sqlite_database, clock=VirtualClock(NOW), registry=Registry())
    with engine.database.begin() as connection:
        connection.execute(text("ANALYZE"))
        connection.execute(
            text("INSERT INTO sqlite_stat1 VALUES ('user_task', :index, :sizes)"),
            [{"index": index, "sizes": figures} for index, figures in GATHERED.items()],
        )
    engine.database.dispose()  # connections that are opened from now on know it
    yield engine
    engine.database.dispose()


def plans(engine: Engine) -> Iterator[str]:
    """Every step by which the inbox, the queue, what was put off and the figures of the tabs are answered."""
    asked: list[tuple[str, Any]] = []
    event.listen(
        engine.database, "before_cursor_execute", lambda _c, _cursor, said, values, *_: asked.append((said, values))
    )
    with reading(engine) as session:
        for filters in (Filters(now=NOW), Filters(now=NOW, postponed=True), Filters(now=NOW, role="EVENTS")):
            inbox.inbox(session, ANNA, filters)
            inbox.queue(session, ANNA, filters)
            counts(session, ANNA, NOW, filters)
    with engine.database.connect() as connection:
        for said, values in list(asked):
            for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}", tuple(values)):
                yield f"{step.detail}"


def test_further_candidates_are_read_in_the_order_of_lists(engine: Engine) -> None:
    steps = {step for step in plans(engine) if "task_candidate " in step}
    assert {step.split("INDEX ")[1].split(" ")[0] for step in steps} == {"ix_task_candidate_queue"}, steps


def test_lists_and_figures_read_open_tasks_only(engine: Engine) -> None:
    steps = set(plans(engine))
    tasks = {step for step in steps if "user_task " in step}
    indexes = {step.split("INDEX ")[1].split(" ")[0] for step in tasks}
    assert {"ix_user_task_inbox", "ix_user_task_later", "ix_user_task_queue"} <= indexes
    assert indexes <= {
        "ix_user_task_inbox", "ix_user_task_later", "ix_user_task_queue", "sqlite_autoindex_user_task_1",
    }, tasks  # fmt: skip
