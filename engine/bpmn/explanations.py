"""Why an expression of a diagram answered null: told to the store, which keeps it in the history of the case."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from engine.feel import Warning  # noqa: A004 - the standard's word

__all__ = ["NullExplained"]


@dataclass(frozen=True, slots=True)
class NullExplained:
    """An expression answered null because of an error: what was written, and what its evaluation noticed."""

    token: UUID
    element: str
    expression: str
    warnings: tuple[Warning, ...]
