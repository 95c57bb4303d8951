"""Headers, hosts, sizes, redirects: what every answer carries and every request must satisfy."""

from __future__ import annotations

from urllib.parse import unquote, urljoin, urlsplit

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import BadSignature

from engine.clock import VirtualClock
from engine.engine import Engine
from tests.fixtures.pages import LookedAtPages
from webapp.app import create_app
from webapp.browser_code import Manifest
from webapp.cookies import CookieSessions
from webapp.security import POLICY, local_path
from webapp.settings import Settings


@pytest.mark.parametrize("path", ["/sign-in", "/nowhere", "/account/", "/mailbox/"])
def test_every_answer_carries_our_headers(client: LookedAtPages, path: str) -> None:
    headers = client.get(path).headers
    assert headers["Content-Security-Policy"] == POLICY
    assert "unsafe" not in POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert len(headers["X-Request-Id"]) == 32
    assert "Strict-Transport-Security" not in headers


def test_the_session_cookie_is_signed_as_flask_signs_it() -> None:
    app = Flask("signed")
    app.secret_key = "a secret of this test"
    ours, theirs = CookieSessions(), SecureCookieSessionInterface()
    mine, flasks = ours.get_signing_serializer(app), theirs.get_signing_serializer(app)
    assert mine is not None
    assert flasks is not None
    assert flasks.loads(mine.dumps({"sid": "x"})) == mine.loads(flasks.dumps({"sid": "x"})) == {"sid": "x"}
    with pytest.raises(BadSignature):
        mine.loads(str(mine.dumps({"sid": "x"}))[:-1])


def test_over_https_cookies_are_bound_to_the_host(production: Settings, web_engine: Engine, manifest: Manifest) -> None:
    app = create_app(production, web_engine, manifest=manifest)
    answer = app.test_client().get("/sign-in", base_url="https://amicale.example")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-amicale=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_production_has_no_mailbox(production: Settings, web_engine: Engine, manifest: Manifest) -> None:
    app = create_app(production, web_engine, manifest=manifest)
    browser = app.test_client()
    assert browser.get("/mailbox/", base_url="https://amicale.example").status_code == 404
    assert "/mailbox" not in browser.get("/sign-in", base_url="https://amicale.example").get_data(as_text=True)


OTHER_HOSTS = ["evil.example", "127.0.0.1.evil.example", "evil.example:8000", "127.0.0.1@evil.example"]


@pytest.mark.parametrize("host", OTHER_HOSTS)
def test_a_request_for_another_host_is_refused(client: LookedAtPages, host: str) -> None:
    assert client.get("/sign-in", headers={"Host": host}).status_code == 400


def test_a_method_is_not_overridden(client: LookedAtPages) -> None:
    answer = client.get("/sign-out", headers={"X-HTTP-Method-Override": "POST"})
    assert answer.status_code == 405


@given(st.text(alphabet="/\\%25cfeEvil.:?#\t @", max_size=30))
def test_no_text_leads_to_another_site(target: str) -> None:
    found = local_path(target)
    for read in (found, unquote(found), unquote(unquote(found))):
        joined = urlsplit(urljoin("https://amicale.example/here", read.replace("\\", "/")))
        assert (joined.scheme, joined.netloc) == ("https", "amicale.example")


@pytest.mark.parametrize("target", ["/", "/account/?page=2", "/cases/1?filter=a%20b&after=x#here", "/é"])
def test_paths_of_ours_are_kept(target: str) -> None:
    assert local_path(target) == target


@pytest.mark.parametrize("target", [None, "", "account", "https://amicale.example/", "/" + "a" * 3000])
def test_anything_else_leads_home(target: str | None) -> None:
    assert local_path(target, "/home") == "/home"


def test_the_clock_of_pages_is_the_engines(client: LookedAtPages, web_engine: Engine, clock: VirtualClock) -> None:
    assert web_engine.clock is clock
