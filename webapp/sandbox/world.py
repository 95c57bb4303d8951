"""The world of the sandbox: a made-up association with the processes that are in force, in an SQLite file of its own.

It is made once for what is in force and kept; every play works on a copy. The day it begins is always the same, so that
what came out once comes out again; figures are those that the software is delivered with.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from engine import commands
from engine.assignment import SYSTEM
from engine.clock import Clock, VirtualClock
from engine.engine import Engine
from engine.transaction import transaction
from webapp import database
from webapp.house import secluded
from webapp.sandbox.folders import sweep
from webapp.sandbox.stage import SandboxStage
from webapp.settings import Settings
from webapp.studio import versions
from workflows.association import demo
from workflows.association.year.lots import Lots

__all__ = ["FIRST_DAY", "Opener", "Template", "in_force", "morning", "opened", "played", "template"]

FIRST_DAY: Final = date(2026, 11, 23)  # a Monday
MORNING: Final = time(9)
SEED: Final = 1
FOLDER: Final = "sandbox"
Deployments = Mapping[str, Mapping[str, bytes]]


class Opener(Protocol):
    """Opens an engine as the house does."""

    def __call__(self, settings: Settings, *, clock: Clock | None = None) -> Engine: ...


def in_force(session: Session) -> dict[str, dict[str, bytes]]:
    """What is deployed now, by deployment: the processes that a draft has around it."""
    newest = {each.definition_id for each in versions.figures(session).values()}
    deployments = versions.deployments_of(session, newest)
    return {str(each): versions.files_of(session, each) for each in deployments}


class Template:
    """The file of a world. `key` names what is in it; `opener` opens an engine over it."""

    def __init__(self, settings: Settings, deployed: Deployments, opener: Opener) -> None:
        self.settings, self.deployed, self.opener = settings, deployed, opener
        bodies = sorted((name, body) for files in deployed.values() for name, body in files.items())
        digest = hashlib.sha256(repr((database.newest(), SEED)).encode())
        for name, body in bodies:
            digest.update(name.encode() + hashlib.sha256(body).digest())
        self.key = digest.hexdigest()[:16]
        self.folder = settings.var_directory / FOLDER
        self.file = self.folder / f"world-{self.key}.db"

    def made(self) -> Path:
        """The file, made where it is not there yet. Who makes it at the same time makes the same."""
        if self.file.is_file():
            return self.file
        self.folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=self.folder) as place:
            self._make(Path(place))
            (Path(place) / "world.db").replace(self.file)
        for older in self.folder.glob("world-*.db"):
            if older != self.file:
                older.unlink(missing_ok=True)
        return self.file

    def _make(self, place: Path) -> None:
        engine = self.opener(
            secluded(self.settings, f"sqlite:///{place / 'world.db'}", place), clock=_clock(self.settings)
        )
        try:
            database.upgrade(engine.database)
            with transaction(engine) as session:
                demo.load(session, size="small", today=FIRST_DAY)
                for files in self.deployed.values():
                    commands.deploy(session, engine, files, by=SYSTEM, reason="sandbox")
        finally:
            engine.close()


def template(settings: Settings, session: Session, opener: Opener) -> Template:
    """The world around the drafts of this house, as it stands now."""
    return Template(settings, in_force(session), opener)


def morning(settings: Settings) -> datetime:
    """The moment at which every play begins."""
    return datetime.combine(FIRST_DAY, MORNING, ZoneInfo(settings.zone)).astimezone(UTC)


def _clock(settings: Settings) -> VirtualClock:
    return VirtualClock(morning(settings))


@contextmanager
def opened(world: Template, deployed: Mapping[str, bytes], clock: VirtualClock | None = None) -> Iterator[SandboxStage]:
    """A copy of the world with a draft in force in it; gone at the end. Raises DeploymentRefused."""
    source = world.made()
    sweep(world.folder)
    with TemporaryDirectory(dir=world.folder) as place:
        shutil.copyfile(source, Path(place) / "play.db")
        with played(world, Path(place), clock or _clock(world.settings)) as stage:
            with transaction(stage.engine) as session:
                commands.deploy(session, stage.engine, deployed, by=SYSTEM, reason="draft")
            yield stage


@contextmanager
def played(world: Template, place: Path, clock: VirtualClock) -> Iterator[SandboxStage]:
    """The stage over the database that lies in this folder."""
    own = secluded(world.settings, f"sqlite:///{place / 'play.db'}", place)
    engine = world.opener(own, clock=clock)
    try:
        yield SandboxStage(engine, own, Lots(SEED), FIRST_DAY, 1.0, clock=clock)
    finally:
        engine.close()
