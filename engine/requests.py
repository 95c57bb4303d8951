"""Request keys: the same request again is answered as before, and carried out once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine.assignment import Actor
from engine.bounds import REQUEST_KEY, check
from engine.database import serialise
from engine.errors import RequestKeyReused
from engine.models import RequestKey
from engine.store import REQUEST, add
from engine.transaction import at_rest

__all__ = ["answered", "forget", "remember", "stored_answer"]


def answered(session: Session, key: str | None, act: str, by: Actor) -> str | None:
    """The stored answer of a request that was carried out. A twin that is under way is waited for.

    Raises RequestKeyReused where the key served another act or another person.
    """
    if key is None:
        return None
    check({"request key": key}, REQUEST_KEY)
    serialise(session, f"request {key}")
    query = select(RequestKey.actor, RequestKey.act, RequestKey.answer).where(RequestKey.key == key)
    row = session.execute(query).one_or_none()
    return None if row is None else stored_answer(row, act, by)


def stored_answer(row: Any, act: str, by: Actor) -> str:
    """The answer of a row with actor, act and answer. Raises RequestKeyReused."""
    if row.act != act or row.actor != by.id:
        raise RequestKeyReused()
    answer: str = row.answer
    return answer


def remember(session: Session, key: str | None, act: str, by: Actor, answer: str, at: datetime) -> None:
    """Keeps the answer for a repeated request. Raises RequestKeyReused, at the latest at the commit, where a twin for
    another act was faster."""
    if key is None:
        return
    values = {"key": key, "actor": by.id, "act": act, "answer": answer, "at": at}
    add(session, REQUEST, [values], guard=RequestKeyReused)


def forget(session: Session, before: datetime) -> None:
    """Deletes keys that are older: nobody repeats such a request."""
    session.execute(delete(RequestKey).where(at_rest(RequestKey.key, RequestKey.at < before)))
