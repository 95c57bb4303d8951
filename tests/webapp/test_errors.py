"""Errors in words: the right status, a page that helps, JSON for machines, and nothing of what is inside."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Blueprint, Flask

from engine.engine import Engine
from engine.errors import AmicaleError, CaseSuspended, Conflict, Invalid, NotFound, Refused, TaskTaken
from tests.fixtures.pages import LookedAtPages
from webapp.app import BLUEPRINTS, create_app
from webapp.auth import public
from webapp.browser_code import Manifest
from webapp.settings import Settings

RAISED: dict[str, Callable[[], Exception]] = {
    "taken": lambda: TaskTaken(assignee="Anna", name="Vérifier le diplôme"),
    "conflict": lambda: Conflict(),
    "suspended": lambda: CaseSuspended(),
    "unknown": lambda: NotFound(kind="task", id="1"),
    "refused": lambda: Refused(action="read", kind="task"),
    "invalid": lambda: Invalid(reason="<b>no</b>"),
    "ours": lambda: AmicaleError(),
    "defect": lambda: RuntimeError("the password is hush-hush"),
}
STATUS = {"taken": 409, "conflict": 409, "suspended": 409, "unknown": 404, "refused": 403, "invalid": 422,
          "ours": 500, "defect": 500}  # fmt: skip


@pytest.fixture
def browser(settings: Settings, web_engine: Engine, manifest: Manifest) -> LookedAtPages:
    pages = Blueprint("failing", __name__)

    @pages.get("/fail/<name>")
    @public
    def fail(name: str) -> str:
        raise RAISED[name]()

    app = create_app(settings, web_engine, manifest=manifest, blueprints=(*BLUEPRINTS, pages))
    app.test_client_class = LookedAtPages
    made = app.test_client()
    assert isinstance(made, LookedAtPages)
    return made


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", sorted(RAISED))
def test_each_error_has_its_page(browser: LookedAtPages, name: str, language: str) -> None:
    answer = browser.get(f"/fail/{name}", headers={"Accept-Language": language})
    page = answer.get_data(as_text=True)
    assert answer.status_code == STATUS[name]
    assert f'lang="{language}"' in page
    assert answer.headers["X-Request-Id"] in page
    assert "hush-hush" not in page
    assert "<b>no</b>" not in page


@pytest.mark.parametrize("name", sorted(RAISED))
def test_each_error_has_its_json(browser: LookedAtPages, name: str) -> None:
    answer = browser.get(f"/fail/{name}", headers={"Accept": "application/json"})
    assert answer.status_code == STATUS[name]
    assert set(answer.get_json()) == {"error", "message", "request_id"}
    assert "hush-hush" not in answer.get_data(as_text=True)


def test_a_colleague_who_was_faster_is_named(browser: LookedAtPages) -> None:
    page = browser.get("/fail/taken").get_data(as_text=True)
    assert "Anna a déjà pris" in page
    assert "Vérifier le diplôme" in page


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [("/nowhere", "GET", 404), ("/sign-out", "GET", 405), ("/sign-in/code/", "GET", 404), ("/%00", "GET", 404)],
)
def test_what_http_refuses_has_a_page(client: LookedAtPages, path: str, method: str, status: int) -> None:
    answer = client.open(path, method=method)
    assert answer.status_code == status
    assert "Aller à la première page" in answer.get_data(as_text=True)


def test_a_wrong_method_says_which_is_right(client: LookedAtPages) -> None:
    assert "POST" in client.get("/sign-out").headers["Allow"]


def test_a_broken_error_page_is_a_plain_one(app: Flask, manifest: Manifest) -> None:
    app.jinja_env.globals["navigation"] = None
    answer = app.test_client().open("/nowhere", method="GET")  # the client looks at it as at any page
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.get_data(as_text=True)
