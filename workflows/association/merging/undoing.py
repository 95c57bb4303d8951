"""Undoing a merge: the record that went comes back with all that was led elsewhere, as long as that is known.

What arose since stays with the record that stayed: nobody can know whose it is. A value that somebody changed since is
left as it was changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Table, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from engine.errors import Conflict
from engine.models import Base
from workflows.association.contacts import Email
from workflows.association.memberships import Membership
from workflows.association.merging.choices import FIELDS
from workflows.association.merging.merges import MergeDecided
from workflows.association.merging.records import DONE, UNDONE, MergeUndo, PersonMerge
from workflows.association.merging.rows import at, restored, value
from workflows.association.name_words import PersonWord, rows_of
from workflows.association.people import Alias, Person
from workflows.association.privacy.categories import cutoff
from workflows.association.privacy.requests import NotYours
from workflows.association.privacy.substitution import pairs_of, replace

__all__ = ["TooLate", "undo", "undoable"]


class TooLate(Conflict):
    """This merge cannot be undone: the time for it is over, or entries named both records."""

    code: ClassVar[str] = "merge_too_late"


def undoable(session: Session, merge: PersonMerge, today: date) -> bool:
    """Whether what it takes is known, the time is not over, and nobody was merged or erased since."""
    if merge.state != DONE:
        return False
    known, stays = session.get(MergeUndo, merge.id), session.get(Person, merge.kept_id)
    since = cutoff(session, "merge", today)
    fresh = known is not None and (since is None or known.at.date() >= since)
    later = select(PersonMerge.id).where(
        PersonMerge.state == DONE, PersonMerge.kept_id == merge.kept_id, PersonMerge.decided_at > merge.decided_at
    )
    free = stays is not None and stays.erased_on is None and session.scalar(later) is None
    return fresh and free


def undo(session: Session, merge: PersonMerge, *, by: str, now: datetime, today: date) -> None:
    """Takes a merge back. Raises MergeDecided, TooLate, NotYours."""
    if merge.state != DONE:
        raise MergeDecided
    if by in {f"person:{merge.kept_id}", f"person:{merge.gone_id}"}:
        raise NotYours
    if not undoable(session, merge, today):
        raise TooLate
    traces = session.get_one(MergeUndo, merge.id).traces
    before = traces["before"]
    session.execute(delete(Alias).where(Alias.id.in_([UUID(each) for each in before["aliases"]])))
    _rewrite(session, traces)
    _numbers(session, before["memberships"])
    _bring_back(session, before["gone"])
    for each in reversed(traces["folded"]):
        table = Base.metadata.tables[each["table"]]
        session.execute(insert(table).values(restored(table, each["row"])))
    _numbers(session, before["memberships"])
    for each in reversed(traces["moved"]):
        _lead_back(session, each)
    _restore_kept(session, before)
    merge.state, merge.decided_at, merge.decided_by = UNDONE, now, by
    session.execute(delete(MergeUndo).where(MergeUndo.merge_id == merge.id))
    session.flush()
    session.expire_all()


def _rewrite(session: Session, traces: Mapping[str, Any]) -> None:
    pairs = pairs_of({UUID(new): UUID(old) for old, new in traces["pairs"].items()})
    for each in traces["texts"]:
        table = Base.metadata.tables[each["table"]]
        for key in each["keys"]:
            replace(session, table, each["column"], pairs, at(table, key))


def _bring_back(session: Session, row: Mapping[str, Any]) -> None:
    table = Person.__table__
    assert isinstance(table, Table)
    values = restored(table, row)
    session.execute(insert(table).values(values))
    words = rows_of(values["id"], values["search_name"])
    if words:
        session.execute(insert(PersonWord), words)


def _lead_back(session: Session, moved: Mapping[str, Any]) -> None:
    table = Base.metadata.tables[moved["table"]]
    column = table.c[moved["column"]]
    old, new = value(table, column.name, moved["from"]), value(table, column.name, moved["to"])
    for start in range(0, len(moved["keys"]), 100):
        some = or_(*(at(table, key) for key in moved["keys"][start : start + 100]))
        session.execute(update(table).where(column == new, some).values({column.name: old}))


def _numbers(session: Session, memberships: Mapping[str, Mapping[str, Any]]) -> None:
    """The membership that stayed as it was, so that the other's number is free."""
    table = Membership.__table__
    assert isinstance(table, Table)
    for key, said in memberships.items():
        session.execute(update(table).where(table.c.id == UUID(key)).values(restored(table, said)))


def _restore_kept(session: Session, before: Mapping[str, Any]) -> None:
    table = Person.__table__
    assert isinstance(table, Table)
    session.expire_all()
    kept, was, other = session.get_one(Person, UUID(before["kept"]["id"])), before["kept"], before["gone"]
    for name in (*FIELDS, "watched"):
        taken = value(table, name, other[name])
        if was[name] != other[name] and getattr(kept, name) == taken:
            setattr(kept, name, value(table, name, was[name]))
    session.flush()
    for key, primary in before["emails"].items():
        session.execute(update(Email).where(Email.id == UUID(key)).values(is_primary=primary))
    session.refresh(kept, ["aliases"])
    kept.refresh_search_name()
    session.flush()
