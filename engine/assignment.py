"""Who acts, and who may act on a user task.

A task is open to its assignee; without one, to every holder of a candidate role and every candidate person. A task
that names neither is open to nobody but `ADMIN`: deployment checks refuse it before it comes to that.

Four eyes: whom the task excludes (`task.excluded`) may neither take nor do it nor be given it, whatever his roles are.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Protocol

from engine.errors import FourEyes, NotFound, Refused, TaskTaken

__all__ = [
    "BARRED",
    "COMPLETED_BY",
    "EXCLUDED",
    "SYSTEM",
    "Actor",
    "barred",
    "candidates_of",
    "check_may_act",
    "is_barred",
    "may_act",
    "may_claim",
    "may_see",
]

ADMIN: Final = "ADMIN"
EXCLUDED: Final = "task.excluded"  # the property of a user task: actor ids
COMPLETED_BY: Final = "task.completed_by"  # the variable that receives the id of whoever completed the task
BARRED: Final = "not:"  # before the id of whom a task excludes, among its candidates


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: `person:<uuid>`, `link:<uuid>` (a signed link) or `system`; role keys are upper case.

    `also` are other ids that are the same human being: they give nothing, but whoever is excluded under one of them is.
    """

    id: str
    name: str
    roles: frozenset[str] = frozenset()
    system: bool = False
    also: frozenset[str] = frozenset()

    @property
    def marks(self) -> tuple[str, ...]:
        """Whichever of these stands among the candidates of a task excludes the actor from it."""
        if not self.also:
            return (f"{BARRED}{self.id}",)
        return tuple(f"{BARRED}{each}" for each in (self.id, *sorted(self.also - {self.id})))


SYSTEM: Final = Actor("system", "Amicale", system=True)


class Assigned(Protocol):
    """The part of a user task that says whose it is."""

    @property
    def name(self) -> str: ...
    @property
    def assignee(self) -> str | None: ...
    @property
    def candidates(self) -> Collection[str]: ...


def candidates_of(groups: Collection[str], users: Collection[str], excluded: Collection[str] = ()) -> list[str]:
    """The stored candidates, each once: role keys as they are, people as `user:<id>`, the excluded as `not:<id>`."""
    named = (f"user:{user}" for user in users)
    return list(dict.fromkeys([*groups, *named, *(f"{BARRED}{actor}" for actor in excluded)]))


def barred(actor_id: str, task: Assigned) -> bool:
    """Whether the task excludes the actor of this id."""
    return f"{BARRED}{actor_id}" in task.candidates


def is_barred(actor: Actor, task: Assigned) -> bool:
    """Whether the task excludes this actor, under whichever of his names."""
    if not actor.also:
        return barred(actor.id, task)
    return not set(task.candidates).isdisjoint(actor.marks)


def may_claim(actor: Actor, task: Assigned) -> bool:
    """Whether the actor is a candidate, whoever holds the task now."""
    return _is_candidate(actor, task) and not is_barred(actor, task)


def _is_candidate(actor: Actor, task: Assigned) -> bool:
    if actor.system or ADMIN in actor.roles:
        return True
    return not actor.roles.isdisjoint(task.candidates) or f"user:{actor.id}" in task.candidates


def may_act(actor: Actor, task: Assigned) -> bool:
    """Whether the actor may complete the task now: it is his, or it is nobody's and he is a candidate."""
    if actor.system or task.assignee == actor.id:
        return not is_barred(actor, task)
    return task.assignee is None and may_claim(actor, task)


def may_see(actor: Actor, task: Assigned) -> bool:
    """Whether the actor may know of the task: it is his, or he is a candidate, also of what he may not do himself."""
    return task.assignee == actor.id or _is_candidate(actor, task)


def check_may_act(actor: Actor, task: Assigned) -> None:
    """Raises FourEyes where the task excludes the actor, TaskTaken where another candidate holds it, NotFound where
    the actor may not know of the task."""
    if may_act(actor, task):
        return
    if not may_see(actor, task):
        raise NotFound(kind="task", id=task.name)
    if is_barred(actor, task):
        raise FourEyes(name=task.name)
    raise TaskTaken(assignee=task.assignee, name=task.name)


def check_may_claim(actor: Actor, task: Assigned) -> None:
    """Raises Refused where the actor is no candidate, FourEyes where the task excludes him."""
    if is_barred(actor, task):
        raise FourEyes(name=task.name)
    if not _is_candidate(actor, task) and task.assignee != actor.id:
        raise Refused(action="claim", kind="task")
