"""Requests that no browser makes: NUL, overflow, other hosts and origins, odd headers, doubled parameters."""

from __future__ import annotations

from typing import Final

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from engine.engine import Engine
from tests.fixtures.pages import LookedAtPages
from tests.security.web import OTHER_SITES, PLACES, Place, at_desk, browser, place
from webapp.auth import access_of
from webapp.security import HEADERS
from webapp.settings import Settings

ORIGINS: Final = ("https://evil.example", "http://[", "http://127.0.0.1.evil.example", "http://127.0.0.1@evil.example",
                  "file://", "evil", "http://127.0.0.1:99999", "http://127.0.0.1\\.evil.example")  # fmt: skip
ODD_HEADERS: Final = {
    "Accept": "*/*;q=x, ;;;, text/html;q=9e999",
    "Accept-Language": "fr-\u00e9,;q=, ../../etc, " + "x," * 2_000,
    "Accept-Encoding": ";;;,br;q=nan",
    "Content-Type": "multipart/form-data; boundary=" + "-" * 3_000,
    "Cookie": "amicale=eyJzaWQiOjF9.x.y; amicale=.eJw; amicale=" + "A" * 4_000,
    "If-None-Match": 'W/"' + "x" * 1_000 + '", *, \\',
    "If-Modified-Since": "Mon, 99 Foo 99999 99:99:99",
    "Range": "bytes=9999999999999999999999-, -, 5-1",
    "Authorization": "Basic \u00ff",
    "User-Agent": "\u00ff" * 2_000,
    "X-Forwarded-For": "' or 1=1, ::::, [",
    "X-Forwarded-Host": "evil.example",
    "X-Original-URL": "/cases",
    "X-HTTP-Method-Override": "DELETE",
    "HX-Request": "true",
    "HX-Current-URL": "javascript:alert(1)",
    "Referer": "http://[",
    "Date": "\u00ff",
}  # fmt: skip
PAGES: Final = (
    "/",
    "/sign-in",
    "/sign-in/password",
    "/start",
    "/tasks",
    "/cases",
    "/journeys",
    "/mailbox/",
    "/nowhere",
)


@pytest.fixture
def case(web_engine: Engine, settings: Settings, review: str) -> Place:
    return place(web_engine, settings)


@pytest.fixture
def admin(app: Flask, web_engine: Engine) -> LookedAtPages:
    return at_desk(app, web_engine, "Adam", "ADMIN")


def fine(answer: TestResponse) -> None:
    assert answer.status_code < 500, answer.request.path
    for name in set(HEADERS) - {"Referrer-Policy", "Content-Security-Policy"}:
        assert answer.headers[name] == HEADERS[name]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Request-Id"]


def test_a_nul_is_refused_wherever_it_stands(admin: LookedAtPages, case: Place) -> None:
    task, page = f"/tasks/{case.task_id}", f"/cases/{case.instance_id}"
    asked = ("/mailbox/?to=%00", "/cases?q=%00", "/cases?process=%00", "/tasks?process=%00", "/tasks?after=%00",
             "/cases?a%00b=1", "/sign-in?next=/%00", f"{task}?held=%00", f"{page}?history=%00")  # fmt: skip
    for path in asked:
        assert admin.get(path).status_code == 400, path
    for path in ("/pay/%00", "/start/%00", "/start/review%00", "/l/%00", "/static/%00", "/static/a%00.js", "/%00"):
        assert admin.get(path).status_code == 404, path
    sent = {
        "/sign-in": "email", "/sign-in/password": "email", task: "verdict", f"{task}/draft": "verdict",
        f"{page}/comments": "text", "/language": "next", "/account/password": "present",
    }  # fmt: skip
    for path, name in sent.items():
        for data in ({name: "a\0b"}, {name + "\0": "x"}):
            answer = admin.post_form(path, data)
            assert answer.status_code == 400, (path, data)
            assert "Go to the first page" in answer.get_data(as_text=True) or "première page" in answer.text
    assert admin.post("/webhooks/payments/%00", data=b"\0").status_code == 404


LISTS: Final = ("/tasks?tab=mine&after=", "/tasks?tab=queue&after=", "/tasks?tab=archive&after=", "/cases?after=",
                "/cases?status=", "/cases?process=", "/cases?order_by=", "/tasks?role=", "/tasks?sort=",
                "/tasks/pulse?seen=", "/mailbox/?to=")  # fmt: skip


@pytest.mark.parametrize("path", LISTS)
def test_a_place_that_no_page_wrote_is_no_defect(admin: LookedAtPages, case: Place, path: str) -> None:
    for text in PLACES:
        answer = admin.get(path.partition("?")[0], query_string=dict([*_pairs(path), _last(path, text)]))
        fine(answer)
        assert answer.status_code in {200, 304, 400}


def _pairs(path: str) -> list[tuple[str, str]]:
    pairs = [pair.partition("=") for pair in path.partition("?")[2].split("&")]
    return [(name, value) for name, _, value in pairs if value]


def _last(path: str, text: str) -> tuple[str, str]:
    return path.rpartition("&" if "&" in path else "?")[2].rstrip("="), text.encode("utf-8", "replace").decode()


@pytest.mark.parametrize("name", sorted(ODD_HEADERS))
def test_odd_headers_are_no_defect(app: Flask, admin: LookedAtPages, case: Place, name: str) -> None:
    raw = {name: ODD_HEADERS[name].encode("utf-8").decode("latin-1")}
    for path in (*PAGES, f"/files/{case.file_id}", f"/diagrams/{case.definition_id}.bpmn", "/static/x.js"):
        answer = browser(app).get(path, headers=raw) if name == "Cookie" else admin.get(path, headers=raw)
        assert answer.status_code < 500 or answer.status_code == 501, path
        assert "evil.example" not in answer.headers.get("Location", "")


@pytest.mark.parametrize("origin", ORIGINS)
def test_another_origin_changes_nothing(admin: LookedAtPages, case: Place, origin: str) -> None:
    answer = admin.post_form(f"/cases/{case.instance_id}/comments", {"text": "x"}, headers={"Origin": origin})
    assert answer.status_code == 403


def test_a_change_needs_the_token(admin: LookedAtPages, app: Flask, case: Place) -> None:
    """Every POST but those of machines, whatever it is called by: webhooks are signed, programs send a token."""
    stranger = browser(app).csrf_token()
    values = {"process_id": "review", "order_key": "x", "token": case.token}
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()) or access_of(app.view_functions[rule.endpoint]).kind in {
            "webhook",
            "api",
        }:
            continue
        named = {name: values.get(name, case.task_id) for name in rule.arguments}
        path = app.url_map.bind("127.0.0.1").build(rule.endpoint, named, method="POST")
        for token in ({}, {"csrf_token": ""}, {"csrf_token": stranger}, {"csrf_token": "x" * 1_000}):
            answer = admin.post(path, data=token)
            assert answer.status_code == 400 or f"/tasks/{case.task_id}?held=" in answer.location, path
    assert admin.get("/account/").status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "[", "", "127.0.0.1:x", "127.0.0.1/evil", "a" * 5_000, "\u00e9"])
def test_another_host_is_not_served(app: Flask, host: str) -> None:
    answer = browser(app).get("/sign-in", headers={"Host": host.encode().decode("latin-1")})
    assert answer.status_code in {200, 400}
    assert "evil" not in answer.text
    if answer.status_code == 200:
        assert host == "", "no Host: HTTP/1.0"


@pytest.mark.parametrize("target", OTHER_SITES)
def test_nobody_leads_away(app: Flask, target: str) -> None:
    person = browser(app)
    for answer in (
        person.post_form("/language", {"language": "en", "next": target}),
        person.post_form(f"/language?next={target}".replace("\r\n", "%0d%0a").replace("\t", "%09"), {"language": "fr"}),
    ):
        assert (answer.status_code, answer.location) == (303, "/")
    fine(person.get("/sign-in", query_string={"next": target}))


def test_what_is_doubled_counts_once(admin: LookedAtPages, case: Place) -> None:
    token = admin.csrf_token()
    answer = admin.post(
        f"/tasks/{case.task_id}",
        data={"csrf_token": [token, "x"], "verdict": ["YES", "NO", "MAYBE"], "pages": ["1", "2"], "state": "closed",
              "assignee": "x", "__class__": "x", "typename": "y", "today": "z", "variables": "{}"},
    )  # fmt: skip
    assert answer.status_code in {303, 422}
    page = admin.get(f"/cases/{case.instance_id}").text
    assert "__class__" not in page
    assert "typename" not in page


def test_what_is_too_large_is_refused(admin: LookedAtPages, case: Place) -> None:
    token = admin.csrf_token()
    for size, kind in (
        (2_000_000, "application/x-www-form-urlencoded"),
        (12_000_000, "multipart/form-data; boundary=b"),
    ):
        answer = admin.post("/language", data=b"a" * size, content_type=kind, headers={"X-CSRFToken": token})
        assert answer.status_code == 413
        fine(answer)
    many = "&".join(f"a{number}=" for number in range(50_000))
    fine(admin.post("/language", data=many, content_type="application/x-www-form-urlencoded"))
    fine(admin.get("/static/" + "a" * 5_000, headers={"Accept-Encoding": "br"}))
    fine(admin.get("/start/" + "漢" * 5_000))
    fine(admin.get("/cases?q=" + "漢" * 20_000))


def test_every_answer_carries_the_headers(admin: LookedAtPages, case: Place) -> None:
    for path in (*PAGES, f"/files/{case.file_id}", f"/diagrams/{case.definition_id}.bpmn", f"/cases/{case.instance_id}",
                 f"/tasks/{case.task_id}", f"/l/{case.token}", f"/l/{case.token}x", "/static/none.js"):  # fmt: skip
        for method in ("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "BREW"):
            answer = admin.open(path, method=method)
            fine(answer)
            assert answer.headers["Referrer-Policy"] in {"same-origin", "no-referrer"}
    assert admin.get(f"/l/{case.token}").headers["Referrer-Policy"] == "no-referrer"
