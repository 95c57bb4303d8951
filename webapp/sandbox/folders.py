"""The folders of plays under `var/sandbox`: one person at a time in each, and what nobody needs any more swept away.

All of it can be made anew: a world from what is in force, a try from its steps. So what is old may go at any time.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

__all__ = ["TRY", "alone_in", "sweep"]

A_DAY: Final = 86_400.0  # seconds for which the database of a try is kept after it was last looked at
AN_HOUR: Final = 3_600.0  # longer than any play takes: what is older was left by a process that was killed
TRY: Final = "try-"
LOCK: Final = ".lock"


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Nobody else is in this folder meanwhile."""
    path = folder.with_name(folder.name + LOCK)
    while True:
        with path.open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if _is_there(path, lock):  # else it was swept away between the two lines above: the next one is ours
                yield
                return


def _is_there(path: Path, lock: IO[str]) -> bool:
    try:
        return os.fstat(lock.fileno()).st_ino == path.stat().st_ino
    except FileNotFoundError:
        return False


def sweep(sandbox: Path, now: float | None = None) -> int:
    """Clears away tries that nobody looked at for a day, and what killed plays left; answers how many."""
    moment, gone = time.time() if now is None else now, 0
    for path in sorted(sandbox.iterdir()):
        if path.name.startswith(TRY) and path.name.endswith(LOCK):
            gone += _sweep_try(path, moment)
        elif path.is_dir() and not path.name.startswith(TRY) and moment - path.stat().st_mtime > AN_HOUR:
            shutil.rmtree(path, ignore_errors=True)
            gone += 1
    return gone


def _sweep_try(path: Path, moment: float) -> int:
    with path.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return 0
        folder = path.with_name(path.name.removesuffix(LOCK))
        touched = max((each.stat().st_mtime for each in (path, *folder.glob("*"))), default=moment)
        if moment - touched <= A_DAY:
            return 0
        shutil.rmtree(folder, ignore_errors=True)
        path.unlink(missing_ok=True)
    return 1
