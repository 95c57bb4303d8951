"""`amicale init` makes an installation that starts; mail and DNS are looked at, and what cannot be is said."""

from __future__ import annotations

import socket
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import dns.message
import dns.resolver
import dns.rrset
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

from engine.transaction import reading
from tests.webapp.test_cli import Amicale, amicale
from webapp.accounts import passwords
from webapp.assembly import open_engine
from webapp.cli.run import today
from webapp.installing import settings_text
from webapp.mail_checks import check_dns, check_server
from webapp.settings import Settings
from workflows.association import people, roles

__all__ = ["amicale"]
PASSWORD = "quatre mots sans rapport"
RECORDS = {
    "good.example.": ["v=spf1 include:_spf.host.example -all", "something else"],
    "s1._domainkey.good.example.": ["v=DKIM1; k=rsa; p=MIIBIjANBg"],
    "_dmarc.good.example.": ["v=DMARC1; p=quarantine"],
    "twice.example.": ["v=spf1 -all", "v=spf1 ~all"],
}


@pytest.fixture
def resolver() -> Iterator[dns.resolver.Resolver]:
    """A name server on loopback that knows RECORDS and says that it knows nothing else."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        threading.Thread(target=serve, args=(server,), daemon=True).start()
        made = dns.resolver.Resolver(configure=False)
        made.nameservers, made.port, made.lifetime = ["127.0.0.1"], server.getsockname()[1], 5.0
        yield made
        server.sendto(b"", server.getsockname())


def serve(server: socket.socket) -> None:
    while True:
        asked, peer = server.recvfrom(4096)
        if not asked:
            return
        query = dns.message.from_wire(asked)
        answer, name = dns.message.make_response(query), query.question[0].name
        texts = RECORDS.get(name.to_text())
        if texts is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        else:
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", *(f'"{text}"' for text in texts)))
        server.sendto(answer.to_wire(), peer)


@pytest.fixture
def smtp() -> Iterator[int]:
    """A real mail server on loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    controller = Controller(Sink(), hostname="127.0.0.1", port=port)
    controller.start()
    yield port
    controller.stop()


def test_the_dns_is_read(resolver: dns.resolver.Resolver) -> None:
    assert {each.what: each.state for each in check_dns("good.example", "s1", resolver)} == {
        "SPF": "ok", "DKIM": "ok", "DMARC": "ok"
    }  # fmt: skip
    assert {each.what: each.state for each in check_dns("bad.example", "s1", resolver)} == {
        "SPF": "wrong", "DKIM": "wrong", "DMARC": "wrong"
    }  # fmt: skip
    assert [each.state for each in check_dns("twice.example", "", resolver)] == ["wrong", "not checked", "wrong"]
    resolver.nameservers, resolver.port, resolver.lifetime = ["127.0.0.1"], 1, 0.3
    assert {each.state for each in check_dns("good.example", "s1", resolver)} == {"not checked"}


def test_the_mail_server_is_asked(smtp: int) -> None:
    assert check_server("127.0.0.1", smtp, "none", "", "").state == "ok"
    assert check_server("127.0.0.1", smtp, "starttls", "", "").state == "wrong"
    assert check_server("127.0.0.1", smtp, "none", "somebody", "x").state == "wrong"
    assert check_server("127.0.0.1", 1, "none", "", "").state == "not checked"


def test_an_installation_is_made_and_starts(
    amicale: Amicale, tmp_path: Path, smtp: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AMICALE_VAR_DIRECTORY")
    asked = [
        "init", "--folder", str(tmp_path / "prod"), "--url", "https://amicale.example", "--association", "Les Anciens",
        "--smtp-host", "127.0.0.1", "--smtp-port", str(smtp), "--smtp-security", "none", "--mail-from",
        "bonjour@amicale.example", "--admin", "Ada Martin", "--admin-email", "ada@amicale.example", "--stdin",
    ]  # fmt: skip
    made = amicale(*asked, said=f"{PASSWORD}\n")
    assert made.exit_code == 0, made.output
    assert "SMTP: ok" in made.output
    assert "SPF: " in made.output
    file = tmp_path / "prod" / "amicale.env"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    lines = [line.split("=", 1) for line in file.read_text().splitlines() if line.startswith("AMICALE_")]
    settings = Settings.from_environment({name: value.strip('"') for name, value in lines})
    assert settings.production
    assert settings.log_format == "json"
    with open_engine(settings) as engine, reading(engine) as session:
        person = passwords.verify(session, "ada@amicale.example", PASSWORD)
        assert person is not None
        assert roles.of(session, person.id, today(engine, settings)) == {"ADMIN"}
        assert people.by_email(session, "ada@amicale.example")[0].display_name == "Ada Martin"
    web = (tmp_path / "prod" / "systemd" / "amicale-web.service").read_text()
    assert f"EnvironmentFile={file}" in web
    assert "NoNewPrivileges=yes" in web
    again = amicale(*asked, said=f"{PASSWORD}\n")
    assert again.exit_code == 1
    assert "is there already" in again.output


def test_a_weak_password_or_an_open_address_makes_nothing(amicale: Amicale, tmp_path: Path) -> None:
    asked = [
        "init", "--folder", str(tmp_path / "prod"), "--association", "A", "--smtp-host", "127.0.0.1", "--mail-from",
        "a@b.example", "--admin", "Ada Martin", "--admin-email", "ada@b.example", "--stdin",
    ]  # fmt: skip
    assert amicale(*asked, "--url", "http://amicale.example", said=f"{PASSWORD}\n").exit_code == 1
    assert amicale(*asked, "--url", "https://amicale.example", said="short\n").exit_code == 1
    assert not (tmp_path / "prod" / "amicale.env").exists()


def test_any_secret_is_one_value() -> None:
    assert settings_text({"smtp_password": 'a"b$c`d\\e f'}).splitlines()[1] == (
        'AMICALE_SMTP_PASSWORD="a\\"b\\$c\\`d\\\\e f"'
    )
