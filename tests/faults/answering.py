"""A process that forks a victim for each line it is told, and answers with the victim's exit code: its imports are paid
once for all tests of a file, whichever database each of them is on."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
Answer = Callable[[str], int]


@contextmanager
def answering(module: str) -> Iterator[Answer]:
    """`python -m module`, which ends with its input."""
    command = [sys.executable, "-m", module]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        told, heard = process.stdin, process.stdout

        def ask(line: str) -> int:
            told.write(f"{line}\n")
            told.flush()
            return int(heard.readline())

        yield ask
        told.close()
