"""What waits, by mail: in numbers, on the days that were asked for, once; to nobody who is away or who stopped it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from engine import commands
from engine.assignment import Actor
from engine.clock import VirtualClock
from engine.engine import Engine
from engine.jobs import run_due
from engine.models import UserTask
from engine.transaction import reading, transaction
from tests.fixtures.cases import start_review
from tests.fixtures.pages import LookedAtPages
from tests.webapp.test_account import signed_in
from workflows.association import absences
from workflows.association.mails import Mail
from workflows.association.people import Person


@pytest.fixture
def desk(app: Flask, web_engine: Engine, review: str, anna: Person) -> LookedAtPages:
    start_review(web_engine)
    return signed_in(app)


def digests(engine: Engine) -> list[Mail]:
    with reading(engine) as session:
        return [mail for mail in session.scalars(select(Mail)) if (mail.key or "").startswith("digest:")]


def mornings(engine: Engine, clock: VirtualClock, days: int) -> list[str]:
    """The weekdays on which a digest was written while so many days pass."""
    before = len(digests(engine))
    for _ in range(days):
        clock.advance(timedelta(days=1))
        run_due(engine)
    return [f"{mail.created_at:%a}" for mail in digests(engine)[before:]]


def test_a_digest_comes_when_it_was_asked_for_and_tells_numbers(
    desk: LookedAtPages, web_engine: Engine, clock: VirtualClock, anna: Person
) -> None:
    asked = desk.post_form("/tasks/digest/", {"rhythm": "daily"})
    assert asked.status_code == 303
    assert "chaque jour ouvré" in desk.get("/account/").get_data(as_text=True)
    assert sorted(mornings(web_engine, clock, 7)) == ["Fri", "Mon", "Thu", "Tue", "Wed"]
    said = digests(web_engine)[0]
    assert said.subject == "Tâches à prendre : 1"
    assert "dans votre liste" not in said.text, "it is empty"
    assert "Tâches à prendre dans les files de vos rôles : 1." in said.text
    assert "/tasks?tab=queue" in said.text
    assert "late=1" not in said.text, "nothing is late"
    assert "REV-1" not in said.text + said.subject
    today = clock.now().date()
    with transaction(web_engine) as session:
        absences.note(session, web_engine, anna.id, today + timedelta(days=1), today + timedelta(days=7))
    assert mornings(web_engine, clock, 7) == []
    with transaction(web_engine) as session:
        task = session.scalars(select(UserTask.id)).one()
        commands.claim(session, web_engine, task, by=Actor(f"person:{anna.id}", "Anna", frozenset({"MEMBERSHIP"})))
    assert mornings(web_engine, clock, 4)
    assert "late=1" in digests(web_engine)[-1].text
    assert digests(web_engine)[-1].subject == "Vos tâches : 1, dont 1 en retard"
    assert "tab=queue" not in digests(web_engine)[-1].text, "the queue is empty"


def test_once_a_week_or_no_more(desk: LookedAtPages, app: Flask, web_engine: Engine, clock: VirtualClock) -> None:
    desk.post_form("/tasks/digest/", {"rhythm": "daily"})
    desk.post_form("/tasks/digest/", {"rhythm": "weekly"})
    written = mornings(web_engine, clock, 21)
    assert len(written) == 3
    days = {mail.created_at.date() for mail in digests(web_engine)}
    assert len({date.isocalendar(day).week for day in days}) == 3
    signed_in(app).post_form("/tasks/digest/", {"rhythm": ""})
    assert mornings(web_engine, clock, 14) == []
