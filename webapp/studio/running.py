"""The running picture: where the cases of a process stand, since when, what stands still, what is passed how often.

Everything is said of elements. Nothing here knows who did what, so that no page can say how long somebody took.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from engine import standings
from engine.bpmn import ProcessSpec
from engine.models import ProcessInstance
from engine.standings import RUNNING, Tally

__all__ = ["LONGEST", "PERIOD", "PERIODS", "Picture", "Place", "narrowed", "picture"]

PERIODS: Final[Mapping[str, timedelta | None]] = {
    "30": timedelta(days=30), "90": timedelta(days=90), "365": timedelta(days=365), "ever": None,
}  # fmt: skip
PERIOD: Final = "90"  # where nobody asks for another: what it costs does not grow with the years
# Of every running case it is said where it stands, whenever it began; what was passed is counted over this time at
# most, so that this costs what the running cases cost, and not what the years have left in history.
LONGEST: Final = timedelta(days=365)
SHADES: Final = 5


@dataclass(frozen=True, slots=True)
class Place:
    """An element: what stands there, if anything, and how often cases passed it in the period."""

    element: str
    stands: Tally | None = None
    passed: int = 0


@dataclass(frozen=True, slots=True)
class Picture:
    """The places that matter, in the order of the diagram; those of former versions last. `running`: how many cases
    that began in the period; `older`: how many run that began before it."""

    places: Sequence[Place]
    running: int
    older: int

    def heat(self, place: Place) -> int:
        """A shade from 1 to 5 by how often it is passed; 0 for never."""
        most = max((each.passed for each in self.places), default=0)
        return -(-place.passed * SHADES // most) if most else 0


def picture(
    session: Session, spec: ProcessSpec, *, version: UUID | None, since: datetime | None, now: datetime
) -> Picture:
    """Cases that began since then, of one version or of all; whatever was passed since then, by ended ones too.
    Without a beginning: every running case, and what was passed in the last 365 days."""
    cases = narrowed(spec.process_id, version, since)
    standing = {tally.element: tally for tally in standings.tallies(session, cases)}
    passed = standings.passages(session, spec.process_id, _of(version), since or now - LONGEST)
    places = (
        Place(id_, standing.get(id_), passed.get(id_, 0) if id_ in spec.elements else 0)
        for id_ in dict.fromkeys([*spec.elements, *standing])
    )
    running = _count(session, cases)
    older = 0 if since is None else _count(session, narrowed(spec.process_id, version, None)) - running
    return Picture([each for each in places if each.stands or each.passed], running, older)


def _count(session: Session, cases: Sequence[ColumnElement[bool]]) -> int:
    return session.scalars(select(func.count()).select_from(ProcessInstance).where(*cases)).one()


def narrowed(process_id: str, version: UUID | None, since: datetime | None) -> list[ColumnElement[bool]]:
    """Of the running cases of a process, those of this version that began since then."""
    cases = [ProcessInstance.process_id == process_id, ProcessInstance.status.in_(RUNNING), *_of(version)]
    return cases if since is None else [*cases, ProcessInstance.started_at >= since]


def _of(version: UUID | None) -> list[ColumnElement[bool]]:
    return [] if version is None else [ProcessInstance.definition_id == version]
