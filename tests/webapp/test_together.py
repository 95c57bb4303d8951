"""Working together in the inbox: kept filters, colleagues named in comments, asking one and getting the task back."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from sqlalchemy import select

from engine.engine import Engine
from engine.models import UserTask
from engine.transaction import reading
from tests.fixtures.cases import start_review
from tests.fixtures.pages import LookedAtPages
from tests.fixtures.staff import PASSWORD, add_person
from tests.webapp.test_cases import browser_of
from tests.webapp.test_inbox import open_task, sign_in
from webapp.comments.store import Comment
from workflows.association.mails import Mail
from workflows.association.people import Person


@pytest.fixture
def case(web_engine: Engine, review: str) -> UUID:
    return start_review(web_engine)


@pytest.fixture
def odile(web_engine: Engine) -> Person:
    return add_person(web_engine, "Odile", "Roux", "MEMBERSHIP", password=PASSWORD)


@pytest.fixture
def desk(client: LookedAtPages, web_engine: Engine, case: UUID) -> LookedAtPages:
    return browser_of(client, web_engine, "MEMBERSHIP")


@pytest.fixture
def hers(client: LookedAtPages, odile: Person) -> LookedAtPages:
    sign_in(client, "odile.roux")
    return client


def text(person: LookedAtPages, path: str) -> str:
    return person.get(path).get_data(as_text=True).replace("\u00a0", " ")


def test_a_filter_is_kept_shared_counted_and_removed(
    desk: LookedAtPages, hers: LookedAtPages, web_engine: Engine, case: UUID
) -> None:
    start_review(web_engine)
    address = "/tasks?tab=queue&role=MEMBERSHIP"
    assert "Garder ce filtre" in text(desk, address)
    kept = {"name": "Les  miennes", "shared": "1"}
    assert desk.post_form("/tasks/filters/?tab=queue&role=MEMBERSHIP", kept).location.endswith("role=MEMBERSHIP")
    row = r'href="/tasks\?tab=queue&amp;role=MEMBERSHIP"[^>]*>Les miennes <span class="am-tabs__count">2</span>'
    assert re.search(row, text(desk, "/tasks"))
    assert re.search(row, text(hers, "/tasks"))  # through her own eyes: the count is of her tasks
    found = re.search(r"/tasks/filters/([0-9a-f-]+)/remove", text(desk, address))
    assert found is not None
    assert "/remove" not in text(hers, address)
    assert hers.post_form(f"/tasks/filters/{found[1]}/remove").status_code == 404
    assert desk.post_form(f"/tasks/filters/{found[1]}/remove").status_code == 303
    assert "Les miennes" not in text(hers, "/tasks")
    for name in ("", "x" * 61):
        desk.post_form("/tasks/filters/?tab=queue&role=MEMBERSHIP", {"name": name})
        assert "Donnez au filtre un nom" in text(desk, "/tasks")


def test_a_colleague_who_is_named_is_told_once_and_nobody_who_may_not_know(
    desk: LookedAtPages, hers: LookedAtPages, web_engine: Engine, case: UUID
) -> None:
    add_person(web_engine, "Eve", "Nemo", "EVENTS", password=PASSWORD)
    said = "Qu’en dis-tu, @odile ROUX ? Et @Eve Nemo, @Nobody Here"
    assert desk.post_form(f"/cases/{case}/comments", {"text": said}).status_code == 303
    told = text(desk, f"/cases/{case}")
    assert "Odile Roux : prévenu·e." in told
    assert "@Eve Nemo, @Nobody Here : personne n’a été prévenu" in told
    with reading(web_engine) as session:
        mails = session.scalars(select(Mail)).all()
    assert [mail.to_address for mail in mails] == ["odile.roux@example.org"]
    assert f"/cases/{case}#comments" in mails[0].text
    assert "dis-tu" not in mails[0].text
    assert "vous nomme dans un commentaire" in text(hers, "/tasks")
    text(hers, f"/cases/{case}")
    assert "vous nomme dans un commentaire" not in text(hers, "/tasks")


def test_a_colleague_is_asked_and_gives_the_task_back_with_his_answer(
    desk: LookedAtPages, hers: LookedAtPages, web_engine: Engine, case: UUID, odile: Person
) -> None:
    task = open_task(web_engine, case)
    desk.post_form(f"/tasks/{task.id}/claim")
    asked = {"task": str(task.id), "answered": "1", "to": f"person:{odile.id}", "note": "Vu ?", "back": "1"}
    assert desk.post_form("/tasks/selected/give", asked).status_code == 303
    assert desk.post_form(f"/tasks/{task.id}/answer", {"text": "moi"}).status_code == 409
    shown = text(hers, f"/tasks/{task.id}")
    assert "vous demande votre avis" in shown
    assert "Vu ?" in shown, "the question stands beside its answer"
    assert hers.post_form(f"/tasks/{task.id}/answer", {"text": "Oui, vu."}).status_code == 303
    back = text(desk, f"/tasks/{task.id}")
    assert "vous demande votre avis" not in back
    assert "Oui, vu." in back
    with reading(web_engine) as session:
        assert session.get_one(UserTask, task.id).assignee != f"person:{odile.id}"
        assert session.get_one(UserTask, task.id).assignee is not None
        assert set(session.scalars(select(Comment.text))) == {"Pour Odile Roux\u00a0: Vu ?", "Oui, vu."}
    assert desk.post_form(f"/tasks/{task.id}/answer", {}).status_code == 409
