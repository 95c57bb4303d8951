"""Deleting rows for good with what belongs to them, and cutting what only points to them; cases with all their traces.

A row belongs to another where its declaration leads through that reference (`engine.personal`): lines to their order.
What is still needed by something else that is kept stays until that goes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Table, delete, select, update
from sqlalchemy.orm import Session

from engine.models import ProcessInstance, UserTask
from workflows.association.privacy.declarations import ordered, personal

__all__ = ["still_needed", "with_what_belongs", "without_cases"]

HELD = frozenset({"accounting", "receipt"})  # what outlives the case that made it


def with_what_belongs(session: Session, table: Table, keys: Sequence[Any]) -> None:
    """Deletes these rows by their primary key (one column), what belongs to them before them."""
    if not keys:
        return
    key = next(iter(table.primary_key.columns))
    for column in _references(table):
        child = column.table
        assert isinstance(child, Table)
        if _belongs(column):
            own = next(iter(child.primary_key.columns))
            if len(child.primary_key.columns) > 1:
                session.execute(delete(child).where(column.in_(keys)))
            else:
                with_what_belongs(session, child, list(session.scalars(select(own).where(column.in_(keys)))))
        elif column.nullable:
            session.execute(update(child).where(column.in_(keys)).values({column.name: None}))
    session.execute(delete(table).where(key.in_(keys)))


def still_needed(table: Table) -> Iterator[Column[Any]]:
    """The columns of other tables that keep a row of this one: they cannot be empty, and belong to something else."""
    return (column for column in _references(table) if not column.nullable and not _belongs(column))


def _references(table: Table) -> Iterator[Column[Any]]:
    for other in reversed(ordered(table.metadata)):
        for key in other.foreign_keys:
            if key.column.table is table and other is not table:
                yield key.parent


def _belongs(column: Column[Any]) -> bool:
    """Whether the row is part of what it refers to: its declaration leads through this column, never empty."""
    said = [held.says for held in personal() if held.table is column.table]
    return not column.nullable and any(column.name == name for says in said for name, _target in says.leads)


def without_cases(session: Session, case_ids: Sequence[UUID]) -> None:
    """Deletes cases and what tells of them; accounts and receipts stay, without the case."""
    tasks = list(session.scalars(select(UserTask.id).where(UserTask.instance_id.in_(case_ids))))
    for table in reversed(ordered(ProcessInstance.metadata)):
        if table.name == ProcessInstance.__tablename__:
            continue
        column = table.c.get("instance_id")
        of_task = next((k.parent for k in table.foreign_keys if k.column.table.name == UserTask.__tablename__), None)
        if of_task is not None:
            session.execute(delete(table).where(of_task.in_(tasks)))
        elif column is not None and HELD & {held.says.category for held in personal() if held.table is table}:
            session.execute(update(table).where(column.in_(case_ids)).values(instance_id=None))
        elif column is not None:
            session.execute(delete(table).where(column.in_(case_ids)))
    rows = ProcessInstance.__table__
    assert isinstance(rows, Table)
    session.execute(update(rows).where(rows.c.id.in_(case_ids)).values(parent_id=None))
    session.execute(delete(rows).where(rows.c.id.in_(case_ids)))
