"""A killed test run leaves no server behind: what watches over it sees the locks of its users go."""

from __future__ import annotations

import fcntl
import subprocess
import sys
from pathlib import Path

import pytest

from tests.postgres import WATCH

ASLEEP = "import signal as s; s.pthread_sigmask(s.SIG_BLOCK, [s.SIGQUIT]); print(flush=True); s.sigwait([s.SIGQUIT])"
USING = f"import fcntl, sys; users = open(sys.argv[1]); fcntl.flock(users, fcntl.LOCK_SH); {ASLEEP}"


def begun(program: str, *arguments: Path) -> subprocess.Popen[bytes]:
    process = subprocess.Popen([sys.executable, "-I", "-S", "-c", program, *arguments], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"\n"
    return process


def test_a_server_ends_with_the_last_process_that_used_it_also_a_killed_one(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "data").mkdir(parents=True)
    with (home / "users").open("w") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        server, other = begun(ASLEEP), begun(USING, home / "users")
        watch = subprocess.Popen([sys.executable, "-I", "-S", WATCH, home])
        (home / "data" / "postmaster.pid").write_text(f"{server.pid}\n/data\n")
    try:
        with pytest.raises(subprocess.TimeoutExpired):
            watch.wait(0.3)
        assert server.poll() is None
        other.kill()
        assert server.wait(30) == 0
        assert watch.wait(30) == 0
        assert not home.exists()
    finally:
        for process in (server, other, watch):
            process.kill()
            process.communicate()
