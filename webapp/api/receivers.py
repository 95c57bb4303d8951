"""To whom a program may give a task: to somebody who could take it himself."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Final
from uuid import UUID

from sqlalchemy.orm import Session

from engine.assignment import Actor, Assigned, may_claim
from engine.errors import FourEyes, Invalid
from workflows.association import own_names, people, roles
from workflows.association.role_names import AT

__all__ = ["ReceiverUnfit", "ReceiverUnknown", "check"]

_PERSON: Final = "person:"


class ReceiverUnknown(Invalid):
    """Nobody who could get a task has the id “{to}”: it is that of a living person, as in person:<id>."""

    code: ClassVar[str] = "receiver_unknown"


class ReceiverUnfit(Invalid):
    """{to} could not do this task: it is for {roles}, and none of these roles is held by this person today."""

    code: ClassVar[str] = "receiver_unfit"


def check(session: Session, task: Assigned, to: str, by: Actor, on: date) -> None:
    """Raises FourEyes where the task excludes the receiver by one of his names, ReceiverUnknown where there is none of
    this id, ReceiverUnfit where he could not take it on this day. Whoever asks may keep it himself, a program too."""
    if to in own_names.excluded(session, task):
        raise FourEyes(name=task.name)
    if to == task.assignee or f"user:{to}" in task.candidates or (to == by.id and may_claim(by, task)):
        return
    found = _receiver(session, to, on)
    if found is None:
        raise ReceiverUnknown(to=to, field="to")
    if not may_claim(found, task):
        wanted = [each for each in task.candidates if each.isupper() or AT in each]
        raise ReceiverUnfit(to=to, roles=", ".join(wanted) or "–", field="to")


def _receiver(session: Session, to: str, on: date) -> Actor | None:
    """The living person of this id with the roles of this day."""
    try:
        person_id = UUID(to.removeprefix(_PERSON)) if to.startswith(_PERSON) else None
    except ValueError:
        return None
    person = None if person_id is None else people.get(session, person_id)
    if person is None or person.deceased_on is not None:
        return None
    return Actor(to, person.display_name, roles.keys_of(session, person.id, on))
