"""The first day: an empty database becomes the association of the demonstration, or a play is taken up again.

What is played is written down as the reason of the deployment: whoever goes on reads there with which seed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import ClassVar, Final
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.engine import Engine
from engine.errors import Conflict
from engine.models import Deployment
from engine.transaction import reading, transaction
from webapp import database, definitions, demonstration
from webapp.assembly import open_engine
from webapp.settings import Settings
from webapp.wiring_checks import processes_in
from webapp.year.hands import TOGETHER, StoryClock
from webapp.year.stage import Stage
from workflows.association import demo
from workflows.association.demo import SIZES
from workflows.association.year import families
from workflows.association.year.lots import Lots

FIRST_DAY: Final = date(2027, 1, 1)
COMMAND: Final = "amicale year"


class NotThisYear(Conflict):
    """This database holds something else than this year: “{found}”. Choose an empty one with --database."""

    code: ClassVar[str] = "not_this_year"


@dataclass(frozen=True, slots=True)
class Played:
    """What is played."""

    families: Sequence[str]
    size: str
    seed: int
    volume: float = 1.0  # how much comes from outside, of what comes to an association of this size

    @property
    def scale(self) -> float:
        """The share of what comes to the full association."""
        return self.volume * SIZES[self.size].graduates / SIZES["full"].graduates

    def __str__(self) -> str:
        said = f"{COMMAND} --only {','.join(self.families)} --size {self.size} --seed {self.seed}"
        return said if self.volume == 1 else f"{said} --volume {self.volume:g}"


def engine_of(settings: Settings) -> tuple[Engine, StoryClock]:
    """The engine on the first day, and its clock."""
    midnight = datetime.combine(FIRST_DAY, time(), ZoneInfo(settings.zone)).astimezone(UTC)
    clock = StoryClock(midnight)
    engine = open_engine(settings, clock=clock)
    return replace(engine, settings=replace(engine.settings, together=TOGETHER)), clock


@contextmanager
def stage_of(settings: Settings, played: Played) -> Iterator[tuple[Stage, StoryClock]]:
    """The stage of a year that was opened, with its clock, for one of the processes that play it."""
    engine, clock = engine_of(settings)
    with engine:
        yield Stage(engine, settings, Lots(played.seed), FIRST_DAY, played.scale, played.volume), clock


def open_year(settings: Settings, played: Played) -> tuple[Engine, StoryClock, bool]:
    """The engine on the first day, and whether a play is taken up again. Raises NotThisYear."""
    engine, clock = engine_of(settings)
    try:
        database.upgrade(engine.database)
        with reading(engine) as session:
            reasons = set(session.scalars(select(Deployment.reason)))
        if reasons - {str(played)} or not (reasons or demonstration.empty(engine)):
            raise NotThisYear(found=", ".join(sorted(reasons)) or "people")
        if not reasons:
            begin(engine, played)
    except BaseException:
        engine.close()
        raise
    return engine, clock, bool(reasons)


def begin(engine: Engine, played: Played) -> None:
    """Loads the association and deploys its processes."""
    with transaction(engine) as session:
        demo.load(session, size=played.size, today=FIRST_DAY)
        definitions.deploy(session, engine, _folders(session, played.families), reason=str(played))


def _folders(session: Session, names: Sequence[str]) -> Iterator[Path]:
    """The processes that are played: all but those that would begin by themselves and belong to no family of these."""
    wanted = {process_id for family in families.played(names) for process_id in family.by_calendar}
    for folder in definitions.own(session):
        found = processes_in(definitions.resources(folder)).values()
        timed = {
            spec.process_id for specs in found for spec in specs if any(e.kind == "timer" for e in spec.start_events)
        }
        if timed <= wanted:
            yield folder
