"""A fact about a person, and what its sources are asked with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import CompoundSelect
from sqlalchemy.orm import Session

from webapp.authorize import Viewer

EACH: Final = 60  # facts fetched of one kind


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened. `facet`: the part of the page it belongs to; `text`: what was written, where shown.

    `lang`: the language of the text, where it is another than the page's.
    """

    at: datetime
    facet: str
    title: str
    detail: str = ""
    url: str = ""
    text: str = ""
    trouble: bool = False
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """Of whom, for whom, in which language."""

    session: Session
    viewer: Viewer
    language: str
    zone: ZoneInfo
    person_ids: Sequence[UUID]
    cases: CompoundSelect[tuple[UUID]]

    def start_of(self, day: object) -> datetime:
        """The moment at which a day begins, to stand among moments."""
        return datetime.combine(day, time(), self.zone)  # type: ignore[arg-type]
