"""Who may do a task of a try: its person, else all among whom it is free."""

from __future__ import annotations

from uuid import uuid4

import pytest
from flask import Flask

from engine.engine import Engine
from engine.models import UserTask
from engine.transaction import reading
from tests.fixtures.staff import add_person
from webapp.studio.whose import whose


@pytest.mark.parametrize(
    ("language", "said"), [("fr", "Ambre Delaunay ou Événements"), ("en", "Ambre Delaunay or Events")]
)
def test_persons_and_roles_are_all_named(app: Flask, web_engine: Engine, language: str, said: str) -> None:
    person = f"person:{add_person(web_engine, 'Ambre', 'Delaunay').id}"
    with reading(web_engine) as session, app.test_request_context(headers={"Accept-Language": language}):
        free = UserTask(id=uuid4(), assignee=None, candidates=["EVENTS", f"user:{person}", "not:person:x"])
        taken = UserTask(id=uuid4(), assignee=person, candidates=free.candidates)
        nobodys = UserTask(id=uuid4(), assignee=None, candidates=[])
        assert whose(session, [free, taken, nobodys], language) == {
            free.id: said, taken.id: "Ambre Delaunay", nobodys.id: ""
        }  # fmt: skip
