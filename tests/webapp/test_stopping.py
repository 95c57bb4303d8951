"""A stop is graceful: what has begun is answered, nothing new begins, and the process ends by itself in time."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ports import free_port

SERVER = """
import sys
from pathlib import Path
from flask import Blueprint
from webapp.app import BLUEPRINTS, create_app
from webapp.assembly import open_engine
from webapp.auth import public
from webapp.browser_code import Manifest
from webapp.serving import health_of, serve
from webapp.settings import Settings

pages = Blueprint("slow", __name__)

@pages.get("/slow")
@public
def slow():
    print("begun", flush=True)
    assert health_of(app).stopping.wait(30)
    return "finished"

@pages.get("/stuck")
@public
def stuck():
    print("begun", flush=True)
    sys.stdin.read()
    return "too late"

settings = Settings(var_directory=Path(sys.argv[1]), listen_port=int(sys.argv[2]), stop_seconds=int(sys.argv[3]),
                    secret_key="a secret of this test alone, long enough").completed()
with open_engine(settings) as engine:
    app = create_app(settings, engine, blueprints=(*BLUEPRINTS, pages))
    serve(app, engine, settings, ready=lambda: print("ready", flush=True))
print("stopped", flush=True)
"""


@pytest.fixture
def server(
    request: pytest.FixtureRequest, migrated_sqlite: Path, tmp_path: Path
) -> Iterator[tuple[subprocess.Popen[str], int]]:
    (tmp_path / "var").mkdir()
    shutil.copyfile(migrated_sqlite, tmp_path / "var" / "amicale.db")
    port = free_port()
    arguments = [sys.executable, "-c", SERVER, str(tmp_path / "var"), str(port), str(request.param)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AMICALE_")}
    with subprocess.Popen(
        arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process, port
        process.kill()


def ask(port: int, path: str) -> socket.socket:
    peer = socket.create_connection(("127.0.0.1", port), timeout=30)
    peer.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
    return peer


def answer(peer: socket.socket) -> bytes:
    parts = bytearray()
    while part := peer.recv(65_536):
        parts += part
    return bytes(parts)


@pytest.mark.parametrize("server", [20], indirect=True)
def test_a_request_that_has_begun_is_answered(server: tuple[subprocess.Popen[str], int]) -> None:
    process, port = server
    assert process.stdout is not None
    peer = ask(port, "/slow")
    assert process.stdout.readline() == "begun\n"
    process.send_signal(signal.SIGTERM)
    said = answer(peer)
    assert said.startswith(b"HTTP/1.1 200")
    assert said.endswith(b"finished")
    assert process.stdout.readline() == "stopped\n"
    assert process.wait(20) == 0
    with pytest.raises(ConnectionRefusedError):
        ask(port, "/health/live")


@pytest.mark.parametrize("server", [1], indirect=True)
def test_what_does_not_end_is_not_waited_for(server: tuple[subprocess.Popen[str], int]) -> None:
    process, port = server
    assert process.stdout is not None
    peer = ask(port, "/stuck")
    assert process.stdout.readline() == "begun\n"
    process.send_signal(signal.SIGTERM)
    assert process.stdout.readline() == "stopped\n"
    peer.close()
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(20) == 0
