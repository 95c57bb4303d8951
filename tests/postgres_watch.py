"""Ends a PostgreSQL server with the last process that uses it, however that went: `python postgres_watch.py HOME`.

Each user holds a shared lock on HOME/users, which the kernel takes back even from a killed process. Nothing but the
standard library is imported: this waits beside the tests for as long as they run.
"""

import fcntl
import os
import shutil
import signal
import sys
import time
from pathlib import Path

SECONDS = 20  # for the server to end by itself


def main(home: Path) -> None:
    """Waits for the lock, ends the server that HOME/data/postmaster.pid names, and removes HOME."""
    try:
        with (home / "users").open() as users:
            fcntl.flock(users, fcntl.LOCK_EX)
            end(home / "data" / "postmaster.pid")
            shutil.rmtree(home, ignore_errors=True)
    except FileNotFoundError:
        return  # whoever made it has removed it


def end(place: Path) -> None:
    """SIGQUIT ends a server at once and its backends with it; SIGKILL where that takes too long."""
    try:
        pid = int(place.read_text().split("\n")[0])
        os.kill(pid, signal.SIGQUIT)
        for _ in range(SECONDS * 20):
            time.sleep(0.05)
            os.kill(pid, 0)
        os.kill(pid, signal.SIGKILL)
    except (FileNotFoundError, ProcessLookupError, ValueError):
        return  # it does not run, or no longer


if __name__ == "__main__":
    main(Path(sys.argv[1]))
