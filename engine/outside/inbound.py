"""What other systems tell us: read, checked, and put by in one insert; a job makes a message of it.

The sender is answered as soon as the row is durable. The same id again changes nothing: the row's key is made from
sender and id, and a message is taken once by source and id. What cannot be delivered is held with its reason, like any
work of no case (`engine.stuck.held_errands`), and let go again by a person.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Final
from uuid import UUID, uuid5

from sqlalchemy import Insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine.bounds import IDENTIFIER, KEY, check
from engine.errors import Invalid
from engine.feel.values import Value
from engine.models import Job
from engine.store import job_row
from engine.transaction import afterwards
from engine.variables import encode, entering

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = ["EventRefused", "Sender", "Told", "leave", "put_by", "read"]

_NAMES: Final = UUID("6d0c1c1e-6f0d-5c0b-9a53-0f5b4c2f7a10")  # the name space of ids: any fixed one
TIME_TO_LIVE: Final = timedelta(days=7)  # how long a message waits for a case that expects it


class EventRefused(Invalid):
    """The event cannot be read: {reason}"""

    code: ClassVar[str] = "event_refused"


@dataclass(frozen=True, slots=True)
class Sender:
    """A system that may tell us something: the secrets that it signs with, and the only messages it may send."""

    name: str
    secrets: tuple[bytes, ...] = field(repr=False)
    messages: frozenset[str]


@dataclass(frozen=True, slots=True)
class Told:
    """An event as a message: its name, its correlation key, its variables."""

    message: str
    key: str
    variables: Mapping[str, Value]


def read(sender: Sender, body: bytes) -> Told:
    """Reads `{"type": …, "key": …, "data": {…}}`. Raises EventRefused, TextRefused, InvalidVariable."""
    try:
        said = json.loads(body, parse_float=Decimal, parse_int=Decimal)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise EventRefused(reason="it is no JSON") from error
    if not isinstance(said, dict) or not isinstance(said.get("data", {}), dict):
        raise EventRefused(reason="an object with type, key and data is expected")
    name, key = said.get("type"), said.get("key", "")
    if not isinstance(name, str) or name not in sender.messages:
        raise EventRefused(reason="this sender may not send a message of this type")
    if isinstance(key, bool) or not isinstance(key, str | Decimal):
        raise EventRefused(reason="its key is no text")
    check({"type": name}, IDENTIFIER)
    check({"key": str(key)}, KEY)
    return Told(name, str(key), entering(said.get("data", {})))


def put_by(session: Session, engine: Engine, sender: Sender, id_: str, told: Told) -> bool:
    """Puts an event by, in one insert; False where the same one waits already."""
    source = f"webhook:{sender.name}"
    payload: dict[str, object] = {
        "name": told.message, "key": told.key, "variables": encode(told.variables), "source": source,
        "message_id": id_, "ttl": TIME_TO_LIVE.total_seconds(),
    }  # fmt: skip
    return leave(session, engine, "publish", f"{source} {id_}", payload)


def leave(
    session: Session, engine: Engine, kind: str, id_: str, payload: Mapping[str, object], *, type_: str = "",
    retries: int = 3, due_at: datetime | None = None,
) -> bool:  # fmt: skip
    """Leaves work of no case that is known by a name, in one insert; False where the same one waits already.

    `due_at`: when it is to be done; at once where nothing is said.
    """
    row = job_row(
        None, "", kind, due_at or engine.clock.now(), id_=uuid5(_NAMES, id_), payload=payload, type_=type_,
        retries=retries,
    )  # fmt: skip
    inserted = session.connection().execute(_insert(session), row).rowcount == 1
    if inserted and due_at is None:
        afterwards(session).due.append(row["id"])
    return inserted


def _insert(session: Session) -> Insert:
    insert = postgresql.insert if session.connection().dialect.name == "postgresql" else sqlite.insert
    return insert(Job).on_conflict_do_nothing(index_elements=[Job.id])
