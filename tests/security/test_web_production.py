"""A production server on a real socket: what it refuses to start without, what it does not have, what it survives."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from engine.engine import Engine
from tests.fixtures.pages import SECRET, LookedAtPages
from tests.waitress_thread import running
from webapp.app import create_app
from webapp.browser_code import Manifest
from webapp.cli import main
from webapp.serving import AddressTaken, AddressUnusable, open_server
from webapp.settings import SettingRefused, Settings

HOST = "amicale.example"
SECRETS = {
    "AMICALE_PRODUCTION": "yes",
    "AMICALE_SECRET_KEY": SECRET,
    "AMICALE_PUBLIC_URL": f"https://{HOST}",
    "AMICALE_SMTP_HOST": "smtp.example",
    "AMICALE_MAIL_FROM": f"bonjour@{HOST}",
}


@pytest.fixture
def production(production: Settings) -> Settings:
    """Nothing of the embedded set-up is left in it."""
    return replace(production, payment_secrets={}).completed()


@pytest.fixture
def port(production: Settings, web_engine: Engine, manifest: Manifest) -> Iterator[int]:
    """A production server that answers, on a free port."""
    app = create_app(production, web_engine, manifest=manifest)
    server = open_server(app, replace(production, listen_port=0))
    with running(server):
        yield int(server.effective_port)


def said(port: int, request: bytes) -> bytes:
    """What the server answers to these bytes, until it closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as peer:
        answer = bytearray()
        peer.sendall(request)
        with contextlib.suppress(ConnectionResetError):  # it closes on those who go on talking
            while part := peer.recv(65_536):
                answer += part
    return bytes(answer)


def request(path: str = "/sign-in", host: str = HOST, more: str = "") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{more}Connection: close\r\n\r\n".encode("latin-1")


def test_it_answers_and_sets_safe_cookies(port: int) -> None:
    answer = said(port, request())
    assert answer.startswith(b"HTTP/1.1 200")
    head = answer.partition(b"\r\n\r\n")[0].decode("latin-1")
    assert "Set-Cookie: __Host-amicale=" in head
    assert "Strict-Transport-Security: max-age=" in head
    assert "waitress" not in head.lower()


def test_what_is_of_the_demonstration_is_not_there(port: int) -> None:
    for path in ("/mailbox/", "/pay/CMD-2026-000001", "/mailbox/00000000-0000-4000-8000-000000000000"):
        assert said(port, request(path)).startswith(b"HTTP/1.1 404"), path
    event = request("/webhooks/payments/test", more="Content-Length: 2\r\n").replace(b"GET", b"POST") + b"{}"
    answer = said(port, event)
    assert answer.startswith(b"HTTP/1.1 404")
    assert b"unknown_provider" in answer


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (request(host="evil.example"), b"400"),
        (request(host="127.0.0.1"), b"400"),
        (request(more="X-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: http\r\n"), b"200"),
        (request(more="".join(f"X-{number}: a\r\n" for number in range(10_000))), b"431"),
        (request(more="X: " + "a" * 100_000 + "\r\n"), b"431"),
        (request(path="/" + "a" * 100_000), b"431"),
        (request(more="X: a\x00b\r\n"), b"4"),
        (request(more="Content-Length: -1\r\n"), b"400"),
        (request(more="Content-Length: 99999999999\r\n"), b"413"),
        (b"GET http://evil.example/sign-in HTTP/1.1\r\nHost: amicale.example\r\nConnection: close\r\n\r\n", b""),
        (b"\x16\x03\x01\x02\x00\r\n\r\n", b"4"),
        (b"GET /\r\nSet-Cookie: x HTTP/1.1\r\n\r\n", b"4"),
    ],
)
def test_no_bytes_break_it(port: int, sent: bytes, status: bytes) -> None:
    answer = said(port, sent)
    assert not answer or answer.startswith((b"HTTP/1.1 " + status, b"HTTP/1.0 " + status)), answer[:200]
    assert b"HTTP/1.1 500" not in answer
    assert b"Traceback" not in answer
    assert said(port, request()).startswith(b"HTTP/1.1 200"), "and it goes on"


def test_a_busy_or_impossible_address_is_named(production: Settings, web_engine: Engine, manifest: Manifest) -> None:
    app = create_app(production, web_engine, manifest=manifest)
    with socket.create_server(("127.0.0.1", 0)) as busy, pytest.raises(AddressTaken, match="listens on"):
        open_server(app, replace(production, listen_port=busy.getsockname()[1]))
    for host in ("203.0.113.7", "nowhere.invalid"):
        with pytest.raises(AddressUnusable, match=host):
            open_server(app, replace(production, listen_host=host, listen_port=0))


def test_a_command_without_the_secrets_says_which(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMICALE_VAR_DIRECTORY", str(tmp_path / "var"))
    monkeypatch.setenv("AMICALE_PRODUCTION", "yes")
    for command in ("run", "worker", "migrate", "deploy", "demo-data", "settings"):
        answer = CliRunner().invoke(main, [command])
        assert answer.exit_code == 1, command
        assert [name for name in SECRETS if name not in answer.output] == ["AMICALE_PRODUCTION"]
        assert not (tmp_path / "var").exists(), "nothing is made"


def test_no_demonstration_in_production(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in (SECRETS | {"AMICALE_VAR_DIRECTORY": str(tmp_path / "var")}).items():
        monkeypatch.setenv(name, text)
    answer = CliRunner().invoke(main, ["demo-data"])
    assert answer.exit_code == 1
    assert "not loaded in production" in answer.output


def test_the_test_provider_must_be_asked_for(production: Settings, web_engine: Engine, manifest: Manifest) -> None:
    assert production.payment_secrets == {}
    with pytest.raises(SettingRefused, match="PAYMENT_SECRETS"):
        replace(production, payment_secrets={"test": "short"}).completed()
    asked = replace(production, payment_secrets={"test": "x" * 32}).completed()
    app = create_app(asked, web_engine, manifest=manifest)
    app.test_client_class = LookedAtPages
    answer = app.test_client().post("/webhooks/payments/test", data=b"{}", base_url=f"https://{HOST}")
    assert answer.status_code == 401
