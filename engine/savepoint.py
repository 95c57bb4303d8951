"""Work inside the transaction that may be undone alone: the rows by a SAVEPOINT, and what memory holds of them.

A service task may use the verbs of `engine.commands` on other cases. Where it fails, the database forgets what they
wrote; the cases in the hands of the transaction (`engine.step`) and what waits for its commit must forget it too, or
a case that never was would be written, or kept in memory, later.

The cases that the transaction is in the middle of moving are out of reach meanwhile (`at_hand`): their own service
task cannot move them under its feet.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from engine.transaction import afterwards

if TYPE_CHECKING:
    from engine.step import Step

__all__ = ["at_hand", "savepoint", "steps_of", "touch"]

_STEPS: Final = "amicale.steps"
_AT_HAND: Final = "amicale.at_hand"
_TOUCHED: Final = "amicale.touched"


def steps_of(session: Session) -> dict[UUID, Step]:
    """The cases in the hands of this transaction."""
    found: dict[UUID, Step] = session.info.setdefault(_STEPS, {})
    return found


def at_hand(session: Session, instance_id: UUID) -> bool:
    """Whether the case is being moved at this moment, around the work that asks."""
    return instance_id in session.info.get(_AT_HAND, ())


def touch(session: Session, instance_id: UUID) -> None:
    """Remembers that the work of the present savepoint had this case in its hands."""
    touched: set[UUID] | None = session.info.get(_TOUCHED)
    if touched is not None:
        touched.add(instance_id)


@contextmanager
def savepoint(session: Session, instance_id: UUID) -> Iterator[None]:
    """What is done inside, on behalf of this case, counts as a whole; any exception undoes it in database and memory.

    The exception goes on to the caller.
    """
    info: MutableMapping[Any, Any] = session.info
    outer_hand, outer_touched = info.get(_AT_HAND, frozenset()), info.get(_TOUCHED)
    after, steps = afterwards(session), steps_of(session)
    due = len(after.due)
    moving = {id_ for id_, step in steps.items() if step.moving}
    touched: set[UUID] = set()
    info[_AT_HAND], info[_TOUCHED] = outer_hand | moving | {instance_id}, touched
    try:
        with session.begin_nested():
            yield
    except BaseException:
        for id_ in touched:
            steps.pop(id_, None)
            after.steps.pop(id_, None)
        del after.due[due:]
        session.expire_all()
        raise
    finally:
        info[_AT_HAND], info[_TOUCHED] = outer_hand, outer_touched
        if outer_touched is not None:
            outer_touched |= touched
