"""What is wrong, in a sentence, and how it is mended where that can be derived."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.orm import Session

__all__ = ["Fault", "Mend"]

Mend = Callable[[Session], None]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that does not agree. `mend` is None where nothing here says what should stand there."""

    code: str
    about: UUID | str
    message: str
    mended_by: str = ""
    mend: Mend | None = field(default=None, compare=False)
