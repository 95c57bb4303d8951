"""The world outside: a process that writes down every effect that reaches it, one line each, and is never killed.

Now and then it is busy (nothing is written), or it writes and does not answer, as the world does.
"""

from __future__ import annotations

import json
import random
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

Heard = Literal["written", "busy", "nothing"]
SECONDS = 3.0
BUSY, SILENT = 0.05, 0.03  # shares of the calls


class Effect(NamedTuple):
    """One line: whose case, which connector, under which idempotency key."""

    label: str
    element: str
    key: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """Where the world is reached, and where its book lies."""

    port: int
    book: Path

    def tell(self, label: str, element: str, key: str) -> Heard:
        """Tells the world of one effect; `nothing`: it may have heard."""
        line = json.dumps(Effect(label, element, key)) + "\n"
        try:
            with socket.create_connection(("127.0.0.1", self.port), SECONDS) as connection:
                connection.sendall(line.encode())
                answer = connection.makefile().readline().strip()
        except OSError:
            return "nothing"
        return "written" if answer == "written" else "busy" if answer == "busy" else "nothing"

    def effects(self) -> list[Effect]:
        """Everything that the world heard, in order."""
        return [Effect(*json.loads(line)) for line in self.book.read_text().splitlines()]


def listening() -> socket.socket:
    """A socket for `serve`."""
    server = socket.create_server(("127.0.0.1", 0), backlog=200)
    server.settimeout(None)
    return server


def serve(server: socket.socket, book: Path, seed: int) -> None:
    """Answers for ever."""
    chance = random.Random(seed)
    with book.open("a", buffering=1) as written:
        while True:
            connection, _ = server.accept()
            with connection:
                connection.settimeout(SECONDS)
                try:
                    line = connection.makefile().readline()
                    if not line.endswith("\n"):
                        continue  # the caller died while it spoke
                    lot = chance.random()
                    if lot < BUSY:
                        connection.sendall(b"busy\n")
                        continue
                    written.write(line)
                    if lot > BUSY + SILENT:
                        connection.sendall(b"written\n")
                except OSError:
                    continue
