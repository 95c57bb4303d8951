"""Promised work that is not a timer: its date is changed, or it is done now, by whoever operates the case."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from engine.engine import Engine
from engine.jobs import run_due
from engine.models import Job
from engine.transaction import reading
from tests.fixtures.cases import start_review
from tests.fixtures.desks import browser_with
from tests.fixtures.pages import LookedAtPages
from tests.fixtures.staff import add_person
from webapp.operations.ahead import effect_words
from workflows.association.mails import Mail


def test_the_reminder_of_a_task_is_moved_and_then_done_now(
    client: LookedAtPages, web_engine: Engine, review: str
) -> None:
    olga = add_person(web_engine, "Olga", "Stein", "MEMBERSHIP")
    case = start_review(web_engine)
    admin = browser_with(client, web_engine, "Ada", "ADMIN")
    stranger = browser_with(client, web_engine, "Eva", "EVENTS")
    shown = admin.get(f"/cases/{case}").get_data(as_text=True)
    page = re.findall(rf'href="(/cases/{case}/jobs/[^"]+)"', shown)[0]
    assert "Un rappel part pour" in admin.get(page).get_data(as_text=True)
    assert stranger.get(page).status_code == 404
    assert admin.post_form(page, {"due": ""}).status_code == 422
    assert admin.post_form(page, {"due": "9999-01-01T09:00"}).status_code == 422
    (was,) = re.findall(r'name="was"[^>]* value="([^"]+)"', admin.get(page).get_data(as_text=True))
    assert admin.post_form(page, {"due": "2027-01-31T09:00", "reason": "congés"}).status_code == 303
    assert "31 janvier 2027" in admin.get(page).get_data(as_text=True)
    assert "congés" in admin.get(f"/cases/{case}").get_data(as_text=True)
    stale = admin.post_form(page, {"due": "2027-03-01T09:00", "was": was})
    assert stale.status_code == 409 and "31 janvier 2027" in stale.get_data(as_text=True), "a colleague was faster"
    assert stranger.post_form(f"{page}/run").status_code == 404
    assert admin.post_form(f"{page}/run").status_code == 303
    run_due(web_engine)
    told = admin.get(f"/cases/{case}").get_data(as_text=True).replace("\u00a0", " ")
    for words in ("La date du rappel de « Lire le dossier » a été changée", "« Lire le dossier » est parti aussitôt"):
        assert words in told
    assert "« Lire le dossier » : un rappel est parti" in told, "half of the time is not over"
    with reading(web_engine) as session:
        mails = session.scalars(select(Mail)).all()
        assert [mail.subject for mail in mails if mail.person_id == olga.id] == ["À suivre : « Lire le dossier »"]
        assert "moitié" not in "".join(mail.text for mail in mails)
        assert str(page.rpartition("/")[2]) not in {str(each) for each in session.scalars(select(Job.id))}
    assert admin.post_form(f"{page}/run").status_code == 409


@pytest.mark.parametrize(
    ("kind", "name", "held", "failed", "said"),
    [
        ("connector", "warn", False, False, "The work “warn” is done."),
        ("connector", "warn", False, True, "The work “warn” is tried again."),
        ("connector", "warn", True, True, "“warn” gave up and is held."),
        ("continue", "ask", False, False, "The case goes on. An answer that can be taken back until then stays."),
        ("retry", "", False, False, "The case goes on."),
    ],
)
def test_what_work_does_once_it_is_due(app: Flask, kind: str, name: str, held: bool, failed: bool, said: str) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert effect_words(kind, {}, name, held=held, failed=failed) == said
