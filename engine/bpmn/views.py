"""What those who look at a case see of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from engine.bpmn.moving import is_movable
from engine.bpmn.tokens import Token

__all__ = ["Choice", "TokenView", "Way", "view_of"]


@dataclass(frozen=True, slots=True)
class TokenView:
    """A live token for those who look.

    `kind` is task, job, call, timer, message, signal, condition, choice, incident or "". Of a wait: `name` of the
    message, signal, job type or process, `key` of a message, `due` of a timer. `movable`: whether a person may take it
    elsewhere without what is around it (`Case.move`).
    """

    id: UUID
    element: str
    kind: str
    since: datetime | None
    listening: bool
    name: str = ""
    key: str = ""
    due: datetime | None = None
    movable: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """An ad-hoc sub-process at work: its token and element, and the elements inside that may begin now."""

    token: UUID
    element: str
    enabled: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """What moving some tokens means: the elements at which one may begin instead, and every token that would end."""

    places: tuple[str, ...]
    ended: tuple[TokenView, ...]


def view_of(token: Token) -> TokenView:
    """A live token as it is seen."""
    wait = token.wait
    kind = "incident" if token.incident is not None else wait.kind if wait is not None else ""
    view = TokenView(
        token.id, token.task_spec.element.id, kind, token.since, token.listening, movable=is_movable(token)
    )
    return view if wait is None else replace(view, name=wait.name, key=wait.key, due=wait.due)
