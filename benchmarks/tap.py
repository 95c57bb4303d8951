"""Counts at the wire what a completion sends to PostgreSQL: a proxy that reads both streams of the protocol.

A round trip begins whenever the client speaks after the server has. Statements are Execute and Query messages; commits
are those that the server reports. See "Message Formats" in PostgreSQL's manual.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class Stream:
    """One direction: cut into messages of a type byte, a length of four bytes that counts itself, and a body."""

    untyped: int  # messages to come that have no type byte: the start-up
    rest: bytes = b""

    def messages(self, more: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Type and body of every message that is complete now."""
        self.rest += more
        while True:
            head = 0 if self.untyped else 1
            if len(self.rest) < head + 4:
                return
            length = head + int.from_bytes(self.rest[head : head + 4], "big")
            if len(self.rest) < length:
                return
            yield self.rest[:head], self.rest[head + 4 : length]
            self.untyped = max(0, self.untyped - 1)
            self.rest = self.rest[length:]


@dataclass(slots=True)
class Tap:
    """The counts since `clear`, over all connections."""

    port: int
    round_trips: int = 0
    statements: int = 0
    commits: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def clear(self) -> None:
        """Begins anew."""
        self.round_trips = self.statements = self.commits = 0

    def serve(self, client: socket.socket) -> None:
        """Passes one connection on, in two threads."""
        server = socket.create_connection(("127.0.0.1", self.port))
        for side in (client, server):
            side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        spoke = ["server"]
        for source, target, name, stream in (
            (client, server, "client", Stream(untyped=1)),
            (server, client, "server", Stream(untyped=0)),
        ):
            threading.Thread(target=self._pass, args=(source, target, name, stream, spoke), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, name: str, stream: Stream, spoke: list[str]) -> None:
        while data := source.recv(65_536):
            with self.lock:
                self.round_trips += name == "client" and spoke[0] == "server"
                spoke[0] = name
                for kind, body in stream.messages(data):
                    self.statements += name == "client" and kind in (b"E", b"Q")
                    self.commits += name == "server" and kind == b"C" and body == b"COMMIT\0"
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


@contextmanager
def tapped(port: int) -> Iterator[tuple[int, Tap]]:
    """A port of 127.0.0.1 that leads to this server, and the counts."""
    tap = Tap(port)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_accept, args=(listener, tap), daemon=True).start()
        yield listener.getsockname()[1], tap


def _accept(listener: socket.socket, tap: Tap) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:  # closed: the measurement is over
            return
        tap.serve(client)
