"""The running picture: where the cases of a process stand, since when, what stands still, what is passed how often.

Everything is said of elements. Nothing here knows who did what, so that no page can say how long somebody took.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from statistics import median
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from engine.bpmn import ProcessSpec
from engine.bpmn.state import read_standing
from engine.models import HistoryEvent, ProcessInstance

__all__ = ["PERIODS", "Picture", "Place", "Stay", "by_case", "picture", "stays"]

PERIODS: Final[Mapping[str, timedelta | None]] = {
    "30": timedelta(days=30), "90": timedelta(days=90), "365": timedelta(days=365), "": None,
}  # fmt: skip
MOST_CASES: Final = 20_000  # running cases that are looked at, the newest
MOST_PATHS: Final = 20_000  # pieces of history that are read for the passages, the newest
SHADES: Final = 5


@dataclass(frozen=True, slots=True)
class Stay:
    """One token of a case at an element, or several of them: `times`."""

    case_id: UUID
    definition_id: UUID
    kind: str
    since: datetime | None
    times: int = 1


@dataclass(slots=True)
class Place:
    """An element: the tokens that stand there, and how often cases passed it in the period."""

    element: str
    stays: list[Stay] = field(default_factory=list)
    passed: int = 0

    @property
    def tokens(self) -> int:
        """How often cases stand here: a case with several people to ask stands once for each."""
        return len(self.stays)

    @property
    def cases(self) -> int:
        """How many cases stand here."""
        return len({stay.case_id for stay in self.stays})

    @property
    def incidents(self) -> int:
        """How many cases stand still here."""
        return len({stay.case_id for stay in self.stays if stay.kind == "incident"})

    def waited(self, now: datetime) -> tuple[timedelta, timedelta] | None:
        """The median and the longest time that the tokens here have waited by now."""
        times = [now - stay.since for stay in self.stays if stay.since is not None]
        return (timedelta(seconds=median(time.total_seconds() for time in times)), max(times)) if times else None


@dataclass(frozen=True, slots=True)
class Picture:
    """The places that matter, in the order of the diagram; those of former versions last. `running`: how many cases."""

    places: Sequence[Place]
    running: int
    bounded: bool

    def heat(self, place: Place) -> int:
        """A shade from 1 to 5 by how often it is passed; 0 for never."""
        most = max((each.passed for each in self.places), default=0)
        return -(-place.passed * SHADES // most) if most else 0


def picture(
    session: Session, spec: ProcessSpec, *, version: UUID | None, since: datetime | None
) -> Picture:  # fmt: skip
    """Cases that began since then, of one version or of all."""
    places: dict[str, Place] = {id_: Place(id_) for id_ in spec.elements}
    for element, stay in stays(session, spec.process_id, version=version, since=since):
        places.setdefault(element, Place(element)).stays.append(stay)
    passed, paths = _passed(session, spec.process_id, version, since)
    for element, count in passed.items():
        if element in places:
            places[element].passed = count
    running = session.execute(_narrowed(select(func.count()), spec.process_id, version, since)).scalar_one()
    bounded = running > MOST_CASES or paths >= MOST_PATHS
    return Picture([each for each in places.values() if each.stays or each.passed], running, bounded)


def stays(
    session: Session, process_id: str, *, version: UUID | None, since: datetime | None
) -> Iterator[tuple[str, Stay]]:
    """Every token of the running cases, with its element."""
    query = select(ProcessInstance.id, ProcessInstance.definition_id, ProcessInstance.state)
    newest = _narrowed(query, process_id, version, since).order_by(ProcessInstance.started_at.desc()).limit(MOST_CASES)
    rows = session.execute(newest)
    for id_, definition_id, state in rows:
        for standing in read_standing(state):
            yield standing.element, Stay(id_, definition_id, standing.kind, standing.since)


def by_case(found: Iterable[Stay], now: datetime) -> list[Stay]:
    """Each case once, those that have waited longest first: since its oldest token, standing still where one does."""
    cases: dict[UUID, list[Stay]] = {}
    for stay in found:
        cases.setdefault(stay.case_id, []).append(stay)
    whole = []
    for each in cases.values():
        still = any(stay.kind == "incident" for stay in each)
        since = min((stay.since for stay in each if stay.since is not None), default=None)
        whole.append(replace(each[0], kind="incident" if still else each[0].kind, since=since, times=len(each)))
    return sorted(whole, key=lambda stay: stay.since or now)


def _narrowed(query: Select[Any], process_id: str, version: UUID | None, since: datetime | None) -> Select[Any]:
    """Of the running cases of a process, those of this version that began since then."""
    query = query.where(ProcessInstance.process_id == process_id, ProcessInstance.ended_at.is_(None))
    if version is not None:
        query = query.where(ProcessInstance.definition_id == version)
    return query if since is None else query.where(ProcessInstance.started_at >= since)


def _passed(
    session: Session, process_id: str, version: UUID | None, since: datetime | None
) -> tuple[Mapping[str, int], int]:
    """How often cases left each element since then, ended ones too, and how many pieces of history say so."""
    query = (
        select(HistoryEvent.data)
        .join(ProcessInstance, ProcessInstance.id == HistoryEvent.instance_id)
        .where(ProcessInstance.process_id == process_id, HistoryEvent.kind == "path")
    )
    if version is not None:
        query = query.where(ProcessInstance.definition_id == version)
    if since is not None:
        query = query.where(HistoryEvent.at >= since)
    counts: Counter[str] = Counter()
    pieces = session.scalars(query.order_by(HistoryEvent.at.desc()).limit(MOST_PATHS)).all()
    for data in pieces:
        path = (data or {}).get("path")
        if isinstance(path, list):
            counts.update(str(mark)[1:] for mark in path if str(mark)[:1] == "-")
    return counts, len(pieces)
