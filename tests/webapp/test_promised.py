"""Promised work that is not a timer: its date is changed, or it is done now, by whoever operates the case."""

from __future__ import annotations

import re

from sqlalchemy import select

from engine.engine import Engine
from engine.jobs import run_due
from engine.models import Job
from engine.transaction import reading
from tests.fixtures.cases import start_review
from tests.fixtures.desks import browser_with
from tests.fixtures.pages import LookedAtPages


def test_the_reminder_of_a_task_is_moved_and_then_done_now(
    client: LookedAtPages, web_engine: Engine, review: str
) -> None:
    case = start_review(web_engine)
    admin = browser_with(client, web_engine, "Ada", "ADMIN")
    stranger = browser_with(client, web_engine, "Eva", "EVENTS")
    shown = admin.get(f"/cases/{case}").get_data(as_text=True)
    page = re.findall(rf'href="(/cases/{case}/jobs/[^"]+)"', shown)[0]
    assert stranger.get(page).status_code == 404
    assert admin.post_form(page, {"due": ""}).status_code == 422
    assert admin.post_form(page, {"due": "9999-01-01T09:00"}).status_code == 422
    assert admin.post_form(page, {"due": "2027-01-31T09:00", "reason": "congés"}).status_code == 303
    assert "31 janvier 2027" in admin.get(page).get_data(as_text=True)
    assert "congés" in admin.get(f"/cases/{case}").get_data(as_text=True)
    assert stranger.post_form(f"{page}/run").status_code == 404
    assert admin.post_form(f"{page}/run").status_code == 303
    run_due(web_engine)
    with reading(web_engine) as session:
        assert str(page.rpartition("/")[2]) not in {str(each) for each in session.scalars(select(Job.id))}
    assert admin.post_form(f"{page}/run").status_code == 409
