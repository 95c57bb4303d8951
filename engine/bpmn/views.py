"""What those who look at a case see of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from engine.bpmn.tokens import Token

__all__ = ["Choice", "TokenView", "view_of"]


@dataclass(frozen=True, slots=True)
class TokenView:
    """A live token for those who look.

    `kind` is task, job, call, timer, message, signal, condition, choice, incident or "".
    """

    id: UUID
    element: str
    kind: str
    since: datetime | None
    listening: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """An ad-hoc sub-process at work: its token and element, and the elements inside that may begin now."""

    token: UUID
    element: str
    enabled: tuple[str, ...]


def view_of(token: Token) -> TokenView:
    """A live token as it is seen."""
    kind = "incident" if token.incident is not None else token.wait.kind if token.wait is not None else ""
    return TokenView(token.id, token.task_spec.element.id, kind, token.since, token.listening)
