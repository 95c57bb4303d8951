"""Texts that are code to somebody, through every door: names, comments, searches, titles, mails. They stay texts."""

from __future__ import annotations

from html import unescape
from io import BytesIO
from typing import Final
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from engine import jobs
from engine.engine import Engine
from engine.models import ProcessInstance
from engine.transaction import reading, transaction
from forms.files import KINDS, safe_name
from tests.fixtures.members import JOIN, field
from tests.fixtures.pages import LookedAtPages
from tests.fixtures.staff import add_person
from tests.security.web import LIVE_TEXTS, Place, at_desk, browser, place
from webapp.files.store import StoredFile, path_of
from webapp.settings import Settings
from workflows.association import mails
from workflows.association.mails import Mail

NAMES: Final = ("first_names", "birth_name", "usage_name", "employer", "position", "city", "email", "promotion_year",
                "birth_date-day", "programme", "category", "lang", "country")  # fmt: skip
FILE_NAMES: Final = ("../../etc/passwd.pdf", "",
                     "..\\..\\evil.pdf", "/etc/x.pdf", "C:\\x.pdf", "a" * 500 + ".pdf", "….pdf",
                     "con.pdf", "a\r\nX-Evil: 1.pdf", '"; filename="x.html', "\u202efdp.exe.pdf", "{{7*7}}.pdf", ".pdf",
                     "<img src=x onerror=alert(1)>.pdf", "漢字.pdf", "a\u0000b.pdf", "=1+1.pdf", "a.html")  # fmt: skip


@pytest.fixture
def case(web_engine: Engine, settings: Settings, review: str) -> Place:
    return place(web_engine, settings)


@pytest.fixture
def olga(app: Flask, web_engine: Engine) -> LookedAtPages:
    return at_desk(app, web_engine, "Olga", "MEMBERSHIP")


def harmless(page: str) -> None:
    """Nothing of the text became markup (the client itself looks for scripts and handlers in every page)."""
    for mark in ("<img src=x", "<svg/onload", "<script>alert", "' onmouseover=alert(1) autofocus", 'href="javascript'):
        assert mark not in page


def test_comments_and_searches(olga: LookedAtPages, case: Place) -> None:
    for name, text in LIVE_TEXTS.items():
        answer = olga.post_form(f"/cases/{case.instance_id}/comments", {"text": text})
        assert answer.status_code in {303, 422}, name
        for path in ("/cases", "/tasks"):
            text = text[:1_000]
            page = olga.get(path, query_string={"q": text, "to": text, "process": text, "role": text, "tab": text})
            assert page.status_code == 200, (name, path)
            harmless(page.text)
    shown = olga.get(f"/cases/{case.instance_id}").text
    harmless(shown)
    for name in ("a template", "Arabic", "Chinese", "SQL"):
        assert LIVE_TEXTS[name] in unescape(shown), name


def test_titles_and_names(app: Flask, web_engine: Engine, case: Place) -> None:
    desk = at_desk(app, web_engine, "Olga", "MEMBERSHIP")
    for name, text in LIVE_TEXTS.items():
        short = text[:90].replace("\r\n", " ")
        with transaction(web_engine) as session:
            session.execute(update(ProcessInstance).values(title=short, business_key=short[:80]))
            session.execute(update(StoredFile).values(name=short))
        with web_engine.database.begin() as connection:
            connection.exec_driver_sql("UPDATE person SET first_names = ?, birth_name = ?", (short, short))
        for path in ("/cases", f"/cases/{case.instance_id}", "/tasks?tab=queue", f"/tasks/{case.task_id}", "/account/"):
            page = desk.get(path)
            assert page.status_code == 200, (name, path)
            harmless(page.text)
        sent = desk.get(f"/files/{case.file_id}")
        assert sent.status_code == 200, name
        assert "evil@" not in str(sent.headers.get("Bcc", ""))
        assert sent.headers["Content-Disposition"].startswith("attachment")


def test_every_field_of_the_public_form(client: LookedAtPages, joining: Engine) -> None:
    shown = client.get("/start/membership_application").text
    token, key = client.csrf_token(), field(shown, "request_key")
    for name, text in LIVE_TEXTS.items():
        # Category is wrong throughout, so that nothing is stored and no limit is met: every field is judged at once.
        sent = {**JOIN, **dict.fromkeys(NAMES, text), "request_key": key, "csrf_token": token}
        client.application.config["RATELIMIT_ENABLED"] = False
        answer = client.post("/start/membership_application", data=sent)
        assert answer.status_code in {413, 422}, name
        harmless(answer.text)


@pytest.mark.parametrize("name", ["an image that fails", "a template", "an encoded word", "Arabic", "a formula",
                                  "a format", "a reversed order"])  # fmt: skip
def test_a_name_through_the_mail(client: LookedAtPages, joining: Engine, name: str) -> None:
    text = LIVE_TEXTS[name]
    shown = client.get("/start/membership_application").text
    sent = {**JOIN, "first_names": text, "birth_name": text, "request_key": field(shown, "request_key")}
    answer = client.post_form("/start/membership_application", sent)
    assert answer.status_code in {303, 422}, answer.text
    while jobs.run_due(joining):
        pass
    with reading(joining) as session:
        for mail in session.scalars(select(Mail)):
            assert not {"\r", "\n", "\0"} & set(mail.subject)
            page = client.get(f"/mailbox/{mail.id}").text
            harmless(page)
        stuck = session.connection().exec_driver_sql("SELECT count(*) FROM incident").scalar()
        assert stuck == 0


@pytest.mark.parametrize("name", sorted(LIVE_TEXTS))
def test_a_mail_has_the_headers_we_wrote_alone(web_engine: Engine, olga: LookedAtPages, name: str) -> None:
    text = LIVE_TEXTS[name]
    person = add_person(web_engine, "Maya", "Test")
    with transaction(web_engine) as session:
        mail_id = mails.post(session, web_engine, to=person.id, subject=text, text=text, html=f"<p>{text}</p>")
    while jobs.run_due(web_engine):
        pass
    with reading(web_engine) as session:
        mail = session.get_one(Mail, mail_id)
        assert mail.state != "failed", "a subject does not stop a mail"
        assert not {"\r", "\n"} & set(mail.subject)
    page = olga.get(f"/mailbox/{mail_id}")
    assert page.status_code == 200
    harmless(page.text.replace(f"<p>{text}</p>", ""))
    assert "<img" not in page.text
    assert "evil@evil.example" not in str(page.headers)


@pytest.mark.parametrize("name", FILE_NAMES)
def test_a_file_keeps_no_dangerous_name(name: str) -> None:
    for kind in KINDS:
        safe = safe_name(name, kind)
        assert safe.endswith(f".{kind}")
        assert 1 < len(safe) <= 120
        assert not set('/\\\r\n\0<>:"|?*%\u202e') & set(safe)
        assert not safe.startswith(".")


@pytest.mark.parametrize(
    ("name", "body"),
    [("x.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"), ("x.pdf", b"<html><script>"),
     ("x.pdf", b""), ("x.svg", b"<svg/>"), ("x.html", b"%PDF-1.7"), ("x.pdf.exe", b"%PDF-1.7"), ("x", b"%PDF-1.7"),
     ("x.png", b"GIF89a")],
)  # fmt: skip
def test_a_file_is_what_it_says(
    app: Flask, web_engine: Engine, settings: Settings, olga: LookedAtPages, case: Place, name: str, body: bytes
) -> None:
    page = _sending(app, web_engine, olga, case)
    answer = page.post_form(page_path := _task(web_engine, case), {"document": (BytesIO(body), name)})
    assert answer.status_code == 422, (name, page_path)


def test_a_file_is_given_out_as_a_document_alone(
    app: Flask, web_engine: Engine, settings: Settings, olga: LookedAtPages, case: Place
) -> None:
    page = _sending(app, web_engine, olga, case)
    sent = (BytesIO(b"%PDF-1.7\n%%EOF\n<script>alert(1)</script>"), "../../" + "é" * 500 + ".pdf")
    assert page.post_form(_task(web_engine, case), {"document": sent}).status_code == 303
    with reading(web_engine) as session:
        stored = session.scalars(select(StoredFile).where(StoredFile.id != case.file_id)).one()
    assert settings.files_directory is not None
    assert path_of(settings.files_directory, stored.id).is_file()
    answer = page.get(f"/files/{stored.id}")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert browser(app).get(f"/files/{stored.id}").status_code == 303
    assert olga.get(f"/files/{stored.id}").status_code == 200


def _sending(app: Flask, engine: Engine, olga: LookedAtPages, case: Place) -> LookedAtPages:
    """The applicant's browser, with the step “send the document” before it."""
    olga.post_form(f"/tasks/{case.task_id}/claim")
    shown = olga.get(f"/tasks/{case.task_id}").text
    done = olga.post_form(
        f"/tasks/{case.task_id}", {"verdict": "YES", "pages": "2", "request_key": field(shown, "request_key")}
    )
    assert done.status_code == 303
    applicant = browser(app)
    assert applicant.post_form(f"/l/{case.token}").status_code == 303
    return applicant


def _task(engine: Engine, case: Place) -> str:
    with reading(engine) as session:
        query = "SELECT id FROM user_task WHERE state = 'created'"
        found = UUID(str(session.connection().exec_driver_sql(query).scalar()))
    return f"/journeys/{case.instance_id}/tasks/{found}"
