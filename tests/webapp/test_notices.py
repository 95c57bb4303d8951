"""Notices on devices: to a real push service over TLS, which decrypts what it gets; by mail where it takes none."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import http_ece
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from py_vapid import Vapid02
from sqlalchemy import select

from engine import commands
from engine.assignment import SYSTEM, Actor
from engine.clock import VirtualClock
from engine.engine import Engine
from engine.jobs import run_due
from engine.ledger import Effect
from engine.models import Job, UserTask
from engine.registry import ServiceWork
from engine.transaction import reading, transaction
from tests.fixtures.cases import start_review
from tests.fixtures.http import OtherSystem
from tests.fixtures.pages import LookedAtPages
from tests.fixtures.staff import PASSWORD, add_person
from tests.webapp.test_account import signed_in
from webapp.settings import Settings
from workflows.association import roles
from workflows.association.mails import Mail
from workflows.association.notices import choices, watching
from workflows.association.notices.choices import Kind
from workflows.association.notices.devices import DeviceRefused, PushDevice, add, unpacked
from workflows.association.notices.push import PushKey, PushSender, deliver
from workflows.association.notices.telling import SEND, Said, tell
from workflows.association.people import Person

PAGE = "/account/notices"
UNUSABLE = (
    "http://push.example/1", "https://a@push.example/1", "ftp://x", "", "https://x/é", "https://[x", "https://x/#1",
    "https://push.example:99999/x", "https://push.example:0/x", "https://push.example:abc/x", "https://a b/x",
    "https://x/a b",
)  # fmt: skip
RAW = serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint


@dataclass(slots=True)
class Browser:
    """What a browser keeps of its subscription: the halves that the push service never has."""

    service: OtherSystem
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = b"sixteen  secrets"

    @property
    def subscription(self) -> dict[str, str]:
        point = self.key.public_key().public_bytes(*RAW)
        return {"endpoint": f"{self.service.url}/wp/1", "p256dh": packed(point), "auth": packed(self.secret)}

    def read(self) -> list[dict[str, str]]:
        """What came, decrypted, oldest first."""
        return [json.loads(self._open(each.body)) for each in self.service.asked]

    def _open(self, body: bytes) -> bytes:
        opened: bytes = http_ece.decrypt(body, private_key=self.key, auth_secret=self.secret, version="aes128gcm")
        return opened


def packed(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def certificate(folder: Path) -> Path:
    """A key and a certificate for localhost, in one file."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    file = folder / "push.pem"
    file.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain) + made.public_bytes(pem))
    return file


@pytest.fixture
def service(
    other_system: Callable[..., OtherSystem], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> OtherSystem:  # fmt: skip
    pem = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    return other_system(pem)


@pytest.fixture
def settings(settings: Settings, service: OtherSystem) -> Settings:
    return replace(settings, push_inside=service.url).completed()


@pytest.fixture
def device(service: OtherSystem) -> Browser:
    return Browser(service)


@pytest.fixture
def desk(
    app: Flask, web_engine: Engine, clock: VirtualClock, review: str, anna: Person, device: Browser
) -> LookedAtPages:
    """Anna on a Tuesday at ten, with one device on which everything comes."""
    clock.set(datetime(2027, 3, 2, 9, tzinfo=UTC))
    pages = signed_in(app)
    assert pages.post_form(f"{PAGE}/devices", {**device.subscription, "first": "1"}).status_code == 303
    return pages


def later(engine: Engine, clock: VirtualClock, **time: float) -> None:
    clock.advance(timedelta(**time))
    run_due(engine)


def mails(engine: Engine, person: Person) -> list[str]:
    with reading(engine) as session:
        return [each.subject for each in session.scalars(select(Mail).where(Mail.person_id == person.id))]


def known(engine: Engine) -> int:
    with reading(engine) as session:
        return len(session.scalars(select(PushDevice)).all())


def test_a_test_reaches_the_device_signed_and_sealed(
    desk: LookedAtPages, web_engine: Engine, clock: VirtualClock, device: Browser
) -> None:
    page = desk.get(PAGE).get_data(as_text=True)
    assert desk.post_form(re.findall(r'action="([^"]+/test)"', page)[0]).status_code == 303
    run_due(web_engine)
    assert [each["url"] for each in device.read()] == [PAGE]
    asked = device.service.asked[0]
    token, _, key = asked.headers["authorization"].removeprefix("vapid t=").partition(",k=")
    assert f'data-key="{key}"' in page, "the browser asked for the same key"
    assert Vapid02.verify(asked.headers["authorization"])
    claims = json.loads(unpacked(token.split(".")[1]))
    assert claims["aud"] == device.service.url
    assert 0 < claims["exp"] - clock.now().timestamp() <= 24 * 3600
    assert claims["sub"].startswith("mailto:")
    with reading(web_engine) as session:
        told = session.scalars(select(Effect).where(Effect.type == SEND, Effect.fact == "answered")).one()
    assert told.answer == {"statuses": "200", "devices": 1, "gone": 0}


def test_what_comes_to_me_rings_once_and_names_nobody(
    desk: LookedAtPages, app: Flask, web_engine: Engine, clock: VirtualClock, anna: Person, device: Browser
) -> None:
    me = Actor(f"person:{anna.id}", "Anna", frozenset({"MEMBERSHIP"}))
    add_person(web_engine, "Zoe", "Chef", "MEMBERSHIP", password=PASSWORD)
    cases = [start_review(web_engine) for _ in range(3)]
    with transaction(web_engine) as session:
        tasks = {task.instance_id: task.id for task in session.scalars(select(UserTask))}
        commands.claim(session, web_engine, tasks[cases[0]], by=me)  # what I took myself is no news
        for case in cases[1:]:
            commands.delegate(session, web_engine, tasks[case], by=SYSTEM, to=me.id)
    later(web_engine, clock, minutes=1)
    later(web_engine, clock, minutes=5)
    assert [(each["title"], each["url"]) for each in device.read()] == [("2 nouvelles tâches pour vous", "/tasks")]
    zoe = signed_in(app, "zoe.chef@example.org")
    assert zoe.post_form(f"/cases/{cases[0]}/comments", {"text": "@Anna Berger, vois-tu ?"}).status_code == 303
    run_due(web_engine)
    assert (device.read()[-1]["title"], device.read()[-1]["url"]) == (
        "Un commentaire vous concerne", f"/cases/{cases[0]}#comments",
    )  # fmt: skip
    later(web_engine, clock, hours=11)  # at night: nobody is rung
    assert len(device.read()) == 2
    for hours in (12, 1, 23, 1):
        later(web_engine, clock, hours=hours)
    titles = {each["title"] for each in device.read()[2:]}
    assert {"Rappel : « Lire le dossier »", "3 tâches à rendre demain"} <= titles
    assert "Zoe" not in json.dumps(device.read())
    assert mails(web_engine, anna) == []
    wanted = {"assigned": "none", "due": "none", "late": "mail", "mention": "none"}
    desk = signed_in(app)  # days have passed
    assert desk.post_form(PAGE, wanted | {"late": "none"}).status_code == 422, "what is late is told somehow"
    assert desk.post_form(PAGE, wanted).status_code == 303
    before = len(device.read())
    later(web_engine, clock, days=7)
    assert len(device.read()) == before


@pytest.mark.parametrize(("answer", "stays", "attempts"), [(410, 0, 1), (404, 0, 1), (400, 1, 1), (503, 1, 4)])
def test_a_mail_goes_where_no_device_takes_it(
    desk: LookedAtPages, web_engine: Engine, clock: VirtualClock, anna: Person, device: Browser,
    answer: int, stays: int, attempts: int,
) -> None:  # fmt: skip
    device.service.answers[:] = [f"HTTP/1.1 {answer} X\r\nContent-Length: 0\r\n\r\n".encode()]
    case = start_review(web_engine)
    with transaction(web_engine) as session:
        task = session.scalars(select(UserTask.id).where(UserTask.instance_id == case)).one()
        commands.delegate(session, web_engine, task, by=SYSTEM, to=f"person:{anna.id}")
    for _ in range(8):
        later(web_engine, clock, minutes=5)
    assert mails(web_engine, anna) == ["Nouvelle tâche pour vous : « Lire le dossier »"]
    assert known(web_engine) == stays
    assert len(device.service.asked) >= attempts


def test_whoever_works_here_is_rung_by_day_and_whoever_does_not_any_more_gets_mails(
    desk: LookedAtPages, web_engine: Engine, clock: VirtualClock, anna: Person, device: Browser
) -> None:
    def told(kind: Kind, key: str) -> None:
        with transaction(web_engine) as session:
            tell(session, web_engine, anna.id, kind, Said(key, "/tasks", key, key), key)

    today = clock.now().date()
    yesterday = today - timedelta(days=1)
    with transaction(web_engine) as session:
        roles.end(session, anna.id, "MEMBERSHIP", yesterday)
        roles.grant(session, anna.id, "PRESIDENT", from_date=yesterday)
    told("late", "elected")
    run_due(web_engine)
    assert [each["title"] for each in device.read()] == ["elected"]
    for kind, key in (("late", "before"), ("due", "work"), ("mention", "named")):
        told(kind, key)
    with transaction(web_engine) as session:
        roles.end(session, anna.id, "PRESIDENT", yesterday)
    told("late", "after")
    run_due(web_engine)
    assert (len(device.read()), sorted(mails(web_engine, anna))) == (1, ["after", "before", "named"])
    with transaction(web_engine) as session:
        roles.grant(session, anna.id, "TREASURER", from_date=today)
    clock.set(datetime(2027, 3, 2, 18, 50, tzinfo=UTC))  # ten to eight in the evening
    device.service.answers[:] = [b"HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n"]
    told("late", "evening")
    for minutes in (0, 5, 5, 5, 60, 600):
        later(web_engine, clock, minutes=minutes)
    assert (len(device.service.asked), len(mails(web_engine, anna))) == (3, 3), "nobody is rung at night"
    later(web_engine, clock, minutes=65)
    assert mails(web_engine, anna).count("evening") == 1, "in the morning no device took it"


def test_a_first_device_leaves_what_was_chosen(web_engine: Engine, anna: Person) -> None:
    with transaction(web_engine) as session:
        choices.choose(session, anna.id, {"due": "none", "late": "mail"}, web_engine.clock.now())
        session.flush()
        choices.begin(session, anna.id, web_engine.clock.now())
        session.flush()
        ways = choices.chosen(session, anna.id)
    assert ways == {"assigned": "push", "due": "none", "late": "mail", "mention": "push"}


def test_looks_are_promised_by_the_minute_and_no_second_one_loses_news(
    app: Flask, web_engine: Engine, clock: VirtualClock, review: str, anna: Person
) -> None:
    clock.set(datetime(2027, 3, 2, 9, 0, 20, tzinfo=UTC))
    looks = select(Job).where(Job.type == watching.LOOK).order_by(Job.due_at)

    def look() -> None:
        with transaction(web_engine) as session:
            work = ServiceWork(web_engine, session, UUID(int=0), "", "", UUID(int=1), {}, {}, clock.now())
            watching.look(work, "https://office.example")

    def handed() -> None:
        case = start_review(web_engine)
        with transaction(web_engine) as session:
            task = session.scalars(select(UserTask.id).where(UserTask.instance_id == case)).one()
            commands.delegate(session, web_engine, task, by=SYSTEM, to=f"person:{anna.id}")

    with transaction(web_engine) as session:
        choices.choose(session, anna.id, {"assigned": "mail"}, clock.now())
        session.flush()
        watching.ensure(session, web_engine)
        watching.ensure(session, web_engine)
        [first] = session.scalars(looks)
        assert first.due_at == datetime(2027, 3, 2, 9, 1, tzinfo=UTC)
        first.held = True  # by a version that does not know it
    handed()
    look()
    handed()
    look()
    assert len(mails(web_engine, anna)) == 1
    clock.advance(timedelta(minutes=1))
    with transaction(web_engine) as session:
        watching.ensure(session, web_engine)
        assert [each.held for each in session.scalars(looks)] == [True, False]
    look()
    assert len(mails(web_engine, anna)) == 2, "what the second look of a minute found is told in the next"


def test_an_address_inside_the_house_is_never_called(
    desk: LookedAtPages, web_engine: Engine, anna: Person, device: Browser
) -> None:
    given = device.subscription
    refused: list[dict[str, str]] = [{"endpoint": each} for each in UNUSABLE]
    long = {"p256dh": given["p256dh"] + "=" * 40}, {"auth": given["auth"] + "!" * 40}, {"auth": "!" + given["auth"]}
    for wrong in (*refused, {"p256dh": "AAAA"}, {"auth": "AAAA"}, {"p256dh": "é"}, *long):
        with pytest.raises(DeviceRefused), transaction(web_engine) as session:
            asked = given | wrong
            add(session, anna.id, asked["endpoint"], (asked["p256dh"], asked["auth"]), "", "", web_engine.clock.now())
    assert desk.post_form(f"{PAGE}/devices", given | {"endpoint": UNUSABLE[0]}).status_code == 422
    assert known(web_engine) == 1
    with reading(web_engine) as session:
        row = session.scalars(select(PushDevice)).one()
    key = PushKey(b"x" * 32)
    for inside in (
        "https://127.0.0.1/1",
        "https://169.254.169.254/",
        "https://[64:ff9b::7f00:1]/",
        "https://0x7f.1/",
        "https://push.example:99999/1",
        "https://a b/1",
    ):  # kept before such were refused
        row.endpoint = inside
        assert deliver(PushSender(key, "mailto:a@b.example"), row, {}, "t", web_engine.clock.now()) == ("refused", 0)
    assert device.service.asked == []


def test_a_device_is_its_owners_alone(desk: LookedAtPages, app: Flask, web_engine: Engine, device: Browser) -> None:
    path = re.findall(r'action="([^"]+)/test"', desk.get(PAGE).get_data(as_text=True))[0]
    add_person(web_engine, "Zoe", "Chef", "MEMBERSHIP", password=PASSWORD)
    zoe = signed_in(app, "zoe.chef@example.org")
    assert [zoe.post_form(f"{path}/{act}").status_code for act in ("test", "remove")] == [404, 404]
    assert zoe.post_form(f"{PAGE}/devices", device.subscription).status_code == 303  # the same browser, another person
    assert known(web_engine) == 1
    assert desk.post_form(f"{path}/remove").status_code == 404
