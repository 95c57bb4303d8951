"""Other systems: none but those that are allowed, none inside the house, nothing without bounds; webhooks signed."""

from __future__ import annotations

import ipaddress
import json
import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html import escape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import unknown
from engine.errors import OutcomeUnknown, WorkFailed
from engine.outside import http_connector
from engine.outside.calls import LARGEST, call
from engine.outside.origins import AddressRefused, OriginRefused, Origins, is_public, origin_of
from engine.outside.signatures import (
    TOLERANCE,
    SecretRefused,
    SignatureRefused,
    headers_for,
    secret_of,
    verified,
)
from engine.outside.webhook_connector import Receiver
from engine.outside.webhook_connector import connector as webhook_connector
from engine.transaction import reading
from tests.fixtures.diagrams import boundary, end, process, reference, service, start, user_task
from tests.fixtures.engines import Bench
from tests.fixtures.http import OtherSystem

Start = Callable[[], OtherSystem]
Make = Callable[..., Bench]
MOMENT = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
VECTOR = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
INSIDE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2001:0:1::1", "ff02::1", "fe80::1%eth0", "nonsense",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_no_address_of_the_house_is_public(address: str) -> None:
    assert not is_public(address)


@given(st.ip_addresses(v=4))
def test_a_private_address_is_private_in_every_disguise(plain: ipaddress.IPv4Address) -> None:
    number = int(plain)
    assert is_public(str(plain)) == (plain.is_global and not plain.is_multicast)
    assert is_public(f"::ffff:{plain}") == is_public(str(plain))
    assert not is_public(str(ipaddress.IPv6Address((0x64FF9B << 96) | number)))
    assert not is_public(str(ipaddress.IPv6Address((0x2002 << 112) | (number << 80))))


@pytest.mark.parametrize(
    "url",
    ["http://api.example/", "https://api.example.evil/", "https://api.example@evil.example/", "https://2130706433/",
     "https://0x7f.1/", "https://[::ffff:127.0.0.1]/", "https://[64:ff9b::7f00:1]/", "https://169.254.169.254/",
     "https:/\\evil/", "//evil.example/", "file:///etc/passwd", "gopher://api.example/", "https://api.example:8443/",
     "https://api.example/\r\nHost: evil", "https://api.example/ x", "https://api.example/#x", "", "https://",
     "https://api.example:99999/", "https://аpi.example/", "https://" + "a" * 5_000, "https://api.example\\@evil/"],
)  # fmt: skip
def test_no_other_system_is_called(url: str) -> None:
    with pytest.raises(AddressRefused):
        Origins.of(["https://api.example"]).target(url)


def test_an_allowed_name_that_leads_inside_is_refused() -> None:
    with pytest.raises(AddressRefused, match="inside"):
        Origins.of(["http://localhost:8000"]).target("http://localhost:8000/")
    assert Origins.of([], ["http://localhost:8000"]).target("http://localhost:8000/a?b").path == "/a?b"


def test_the_connection_goes_to_the_address_that_was_checked(
    other_system: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = other_system()
    target = system.origins.target(system.url + "/x")

    def changed(*_: Any, **__: Any) -> Any:
        raise AssertionError("the name is asked a second time")

    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *rest, **more: real(host, *rest, **more)
                        if host == target.address else changed())  # fmt: skip
    assert call(target, "GET", {}).status == 200


def test_an_origin_of_ipv6_is_one_whose_address_is_in_brackets() -> None:
    origin = origin_of("http://[::1]")
    assert (origin, origin_of(origin)) == ("http://[::1]:80", "http://[::1]:80")
    assert Origins.of([], [origin]).target("http://[::1]/a").authority == "[::1]"


@pytest.mark.parametrize("text", ["api.example", "https://a/b", "https://a?x", "ftp://a", "https://u@a", ""])
def test_what_is_no_origin_is_refused(text: str) -> None:
    with pytest.raises(OriginRefused):
        origin_of(text)


@pytest.mark.parametrize(
    ("method", "headers", "body"),
    [("TRACE", {}, b""), ("GET\r\n", {}, b""), ("GET", {"X": "a\r\nY: b"}, b""), ("GET", {"X\n": "a"}, b""),
     ("GET", {"Host": "evil"}, b""), ("GET", {"Transfer-Encoding": "chunked"}, b""), ("POST", {}, b"x" * (LARGEST + 1)),
     ("GET", {"X": "é"}, b"")],
)  # fmt: skip
def test_a_request_is_what_it_seems(other_system: Start, method: str, headers: dict[str, str], body: bytes) -> None:
    system = other_system()
    with pytest.raises(WorkFailed):
        call(system.origins.target(system.url), method, headers, body)
    assert system.asked == []


def broken(name: str) -> bytes:
    return {
        "too much": b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (LARGEST + 10),
        "broken off": b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nx",
        "no HTTP": b"hello\r\n\r\n",
        "nothing": b"",
        "headers without end": b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1_000,
    }[name]


@pytest.mark.parametrize("name", ["too much", "broken off", "no HTTP", "nothing", "headers without end"])
def test_a_broken_answer_leaves_the_outcome_unknown(other_system: Start, name: str) -> None:
    system = other_system()
    system.answers = [broken(name)]
    with pytest.raises(OutcomeUnknown):
        call(system.origins.target(system.url), "POST", {}, b"{}")
    assert len(system.asked) == 1


def test_an_answer_that_drips_ends_with_its_time(other_system: Start) -> None:
    system = other_system()
    system.drip = threading.Event()
    system.answers = [b"HTTP/1.1 200 OK\r\n" + b"X-Slow: yes\r\n" * 10_000]
    with pytest.raises(OutcomeUnknown):
        call(system.origins.target(system.url), "GET", {}, within=timedelta(seconds=0.3))
    system.drip.set()


def test_a_system_that_is_away_was_not_called() -> None:
    with pytest.raises(WorkFailed, match="reached") as found:
        call(Origins.of([], ["http://127.0.0.1:9"]).target("http://127.0.0.1:9/"), "GET", {})
    assert not isinstance(found.value, OutcomeUnknown)


def calling(type_: str, *headers: tuple[str, str]) -> bytes:
    return process(
        "calling",
        [start(), service("ask", type_, headers=[(name, escape(text)) for name, text in headers]),
         boundary("gone", "ask", reference("error", "e1")), user_task("look"), user_task("mend"), end()],
        ["begin -> ask", "ask -> look", "gone -> mend", "look -> done", "mend -> done"],
        top=['<error id="e1" name="gone" errorCode="GONE"/>'],
    )  # fmt: skip


def test_a_diagram_calls_and_takes_from_the_answer_what_it_wants(bench: Make, other_system: Start) -> None:
    system = other_system()
    system.answers = []
    system.says(200, b'{"items": [{"price": 1.10}, {"price": 2}]}', Content_Type="application/json")
    it = bench(connectors=http_connector.connectors(system.origins))
    it.deploy(calling("io.camunda:http-json:1", ("resultExpression", "={total: sum(body.items.price), code: status}"),
                      ("resultVariable", "whole")))  # fmt: skip
    asked = {
        "url": f"{system.url}/orders", "method": "post", "body": {"amount": Decimal("1.5"), "of": "x"},
        "queryParameters": {"a b": "é&", "n": 2}, "headers": {"X-Kind": "test"},
    }  # fmt: skip
    case = it.start("calling", asked)
    it.run()
    (one,) = system.asked
    assert (one.method, one.path, one.headers["x-kind"]) == ("POST", "/orders?a+b=%C3%A9%26&n=2", "test")
    assert json.loads(one.body) == {"amount": 1.5, "of": "x"}
    assert one.headers["idempotency-key"]
    found = it.variables(case)
    assert (found["total"], found["code"]) == (Decimal("3.10"), 200)
    assert list(it.open(case)) == ["look"]


@pytest.mark.parametrize("status", [301, 302, 404])
def test_no_redirect_is_followed_and_a_refusal_is_final(bench: Make, other_system: Start, status: int) -> None:
    system = other_system()
    system.answers = []
    system.says(status, Location="http://127.0.0.1:1/")
    it = bench(connectors=http_connector.connectors(system.origins))
    it.deploy(calling("http.call"))
    it.start("calling", {"url": system.url})
    it.run()
    assert [incident.params["reason"] for incident in it.incidents()] == [f"the system answered {status}"]
    assert len(system.asked) == 1


def test_a_busy_system_is_asked_again_when_it_says(bench: Make, other_system: Start) -> None:
    system = other_system()
    system.answers = []
    system.says(503, Retry_After="120")
    system.says(200)
    it = bench(connectors=http_connector.connectors(system.origins))
    it.deploy(calling("http.call"))
    case = it.start("calling", {"url": system.url})
    it.run()
    assert it.later(timedelta(seconds=119)) == 0
    it.later(timedelta(seconds=2))
    assert list(it.open(case)) == ["look"]
    assert system.asked[0].headers["idempotency-key"] == system.asked[1].headers["idempotency-key"]


@pytest.mark.parametrize(
    ("expression", "opened", "reasons"),
    [('=if error.code = "404" then bpmnError("GONE", "gone") else null', ["mend"], []),
     ('=if error != null then jobError("not today") else null', [], []),
     ('=if response.status = 404 then bpmnError("OTHER") else null', [], ["unhandled_error"])],
)  # fmt: skip
def test_an_error_expression_says_what_an_answer_means(
    bench: Make, other_system: Start, expression: str, opened: list[str], reasons: list[str]
) -> None:
    system = other_system()
    system.answers = []
    system.says(404)
    it = bench(connectors=http_connector.connectors(system.origins))
    it.deploy(calling("http.call", ("errorExpression", expression)))
    case = it.start("calling", {"url": system.url})
    it.run()
    assert list(it.open(case)) == opened
    assert [incident.code for incident in it.incidents()] == reasons


def test_a_call_that_may_be_made_once_and_is_not_answered_waits_for_a_person(bench: Make, other_system: Start) -> None:
    system = other_system()
    system.answers = [b""]
    it = bench(connectors=http_connector.connectors(system.origins))
    it.deploy(calling("http.call_once"))
    it.start("calling", {"url": system.url, "method": "POST"})
    it.run()
    it.later(timedelta(days=1))
    assert len(system.asked) == 1
    with reading(it.engine) as session:
        assert unknown.count(session) == 1


def test_the_test_vector_of_the_specification() -> None:
    found = headers_for(
        [secret_of(VECTOR)], "msg_p5jXN8AQM9LWM0D4loKWxJek", datetime.fromtimestamp(1614265330, UTC),
        b'{"test": 2432232314}',
    )  # fmt: skip
    assert found["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


SECRETS = st.binary(min_size=24, max_size=64)
IDS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=200)


@given(SECRETS, SECRETS, IDS, st.binary(max_size=200), st.integers(-300, 300))
def test_whoever_knows_one_of_the_secrets_is_believed(
    new: bytes, old: bytes, id_: str, body: bytes, seconds: int
) -> None:
    sent = headers_for([new, old], id_, MOMENT + timedelta(seconds=seconds), body)
    assert verified([old], sent, body, MOMENT) == verified([new], sent, body, MOMENT) == id_
    if new != old:
        with pytest.raises(SignatureRefused):
            verified([new], headers_for([old], id_, MOMENT, body), body, MOMENT)


@given(SECRETS, IDS, st.binary(max_size=50), st.sampled_from(["id", "timestamp", "body", "signature"]))
def test_whatever_is_changed_is_seen(secret: bytes, id_: str, body: bytes, part: str) -> None:
    sent = headers_for([secret], id_, MOMENT, body)
    if part == "body":
        body += b" "
    elif part == "timestamp":
        sent["webhook-timestamp"] = str(int(sent["webhook-timestamp"]) + 1)
    else:
        name = f"webhook-{part}"
        sent[name] = sent[name][:-2] + ("x" if sent[name][-2:] != "xx" else "y")
    with pytest.raises(SignatureRefused):
        verified([secret], sent, body, MOMENT)


def test_an_old_webhook_is_not_taken_again() -> None:
    secret = secret_of(VECTOR)
    sent = headers_for([secret], "1", MOMENT, b"{}")
    for late in (TOLERANCE + timedelta(seconds=1), -TOLERANCE - timedelta(seconds=1)):
        with pytest.raises(SignatureRefused, match="minutes"):
            verified([secret], sent, b"{}", MOMENT + late)


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=80))
def test_no_header_is_too_strange_to_be_refused(id_: str, at: str, signature: str) -> None:
    sent = {"webhook-id": id_, "webhook-timestamp": at, "webhook-signature": signature}
    with pytest.raises(SignatureRefused):
        verified([secret_of(VECTOR)], sent, b"{}", MOMENT)


@pytest.mark.parametrize("text", ["", "whsec_", "whsec_AAAA", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_%%%"])
def test_a_weak_secret_is_refused(text: str) -> None:
    with pytest.raises(SecretRefused):
        secret_of(text)


def test_a_webhook_leaves_signed_and_keeps_its_id_over_attempts(bench: Make, other_system: Start) -> None:
    system = other_system()
    system.answers = []
    system.says(500)
    system.says(200)
    secrets = (secret_of(VECTOR), b"o" * 24)
    receivers = {"crm": Receiver(f"{system.url}/in", secrets)}
    it = bench(connectors=[webhook_connector(system.origins, receivers)])
    it.deploy(
        process(
            "telling",
            [start(), service("tell", "webhook.send", headers=[("target", "crm"), ("event", "member.joined")]), end()],
            ["begin -> tell", "tell -> done"],
        )
    )
    it.start("telling", {"data": {"member": "M-1", "amount": Decimal("1.50")}, "secret": "not told"})
    it.run()
    it.later(timedelta(hours=1))
    first, second = system.asked
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.headers["webhook-timestamp"] != second.headers["webhook-timestamp"]
    for secret in secrets:
        assert verified([secret], second.headers, second.body, it.clock.now()) == second.headers["webhook-id"]
    told = json.loads(second.body)
    assert (told["type"], told["data"]) == ("member.joined", {"member": "M-1", "amount": 1.5})
