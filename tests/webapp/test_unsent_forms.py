"""A session that ends in the middle of a page's form: nothing that was typed is lost, and only its writer gets it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import func, select

import workflows
from engine import commands
from engine.assignment import Actor
from engine.clock import VirtualClock
from engine.engine import Engine
from engine.transaction import reading, transaction
from tests.fixtures.cases import DEPLOYER, start_review
from tests.fixtures.pages import LookedAtPages
from tests.fixtures.staff import PASSWORD, add_person
from tests.webapp.test_inbox import open_task
from webapp.unsent import store
from webapp.unsent.filling import filled
from workflows.association import parameters

FORM = "/parameters/dues_tariff/decide"
TYPED = {
    "key": "STD", "v_amount": "175,50", "decided_by": "Assemblée « du 20 »", "applies_to_running": "true",
    "password": "x",
}  # fmt: skip


def signed_in(app: Flask, first: str) -> LookedAtPages:
    browser = app.test_client()
    assert isinstance(browser, LookedAtPages)
    sign_in(browser, first)
    return browser


def sign_in(browser: LookedAtPages, first: str, target: str = "/") -> str:
    browser.get("/sign-in/password", query_string={"next": target})
    sent = {"email": f"{first}.roux@example.org", "password": PASSWORD}
    return str(browser.post_form("/sign-in/password", sent).location)


@pytest.fixture
def odile(app: Flask, web_engine: Engine, clock: VirtualClock) -> LookedAtPages:
    """Odile, whose session ends while she decides a tariff."""
    with transaction(web_engine) as session:
        day = clock.now().date()
        parameters.declare_first(session, valid_from=day.replace(year=day.year - 1), decided_by="AG")
    for first in ("odile", "paul"):
        add_person(web_engine, first, "Roux", "PROCESS_OWNER", password=PASSWORD)
    browser = signed_in(app, "odile")
    browser.get(f"{FORM}?key=STD")
    clock.advance(timedelta(days=2))
    return browser


def sent(browser: LookedAtPages, **typed: str) -> str:
    answer = browser.post_form(FORM, TYPED | typed, headers={"Referer": f"http://localhost{FORM}?key=STD"})
    assert answer.status_code == 303
    return parse_qs(urlsplit(answer.location).query).get("next", [""])[0]


def test_the_form_is_back_with_what_was_typed_once(odile: LookedAtPages, web_engine: Engine) -> None:
    back = sent(odile)
    assert back.startswith(f"{FORM}?key=STD&unsent=")
    with reading(web_engine) as session:
        held = session.scalars(select(store.UnsentForm)).one()
        assert "password" not in held.typed and "csrf_token" not in held.typed
    assert sign_in(odile, "odile", back) == back
    page = odile.get(back).get_data(as_text=True)
    assert 'value="175,50"' in page and "Assemblée « du 20 »" in page and "avant la fin de votre session" in page
    [box] = html.document_fromstring(page).xpath("//input[@name='applies_to_running']")
    assert box.get("checked") == "checked"
    assert "175,50" not in odile.get(back).get_data(as_text=True), "it is shown once"


def test_nobody_else_gets_it_and_nothing_is_kept_of_nobody(
    app: Flask, odile: LookedAtPages, web_engine: Engine, clock: VirtualClock
) -> None:
    back = sent(odile)
    assert "175,50" not in signed_in(app, "paul").get(back).get_data(as_text=True)
    stranger = app.test_client()
    assert isinstance(stranger, LookedAtPages)
    assert "unsent" not in sent(stranger)
    assert "unsent" not in sent(odile, decided_by="a" * (store.LONGEST + 1))
    for _again in range(store.OF_ONE + 2):
        sent(odile)
    with reading(web_engine) as session:
        assert session.scalar(select(func.count()).select_from(store.UnsentForm)) == store.OF_ONE
    clock.advance(store.LIFETIME + timedelta(minutes=1))
    sign_in(odile, "odile")
    assert "175,50" not in odile.get(back).get_data(as_text=True)


def test_a_form_is_filled_by_the_names_of_its_fields() -> None:
    page = (
        "<!DOCTYPE html><html><body><form action='/other'><input name='a'></form><form><input name='a'>"
        "<input type='hidden' name='csrf_token' value='new'><input type='checkbox' name='c' value='1' checked>"
        "<input type='radio' name='r' value='x' checked><input type='radio' name='r' value='y'>"
        "<select name='s'><option selected>1</option><option>2</option></select><textarea name='t'></textarea></form>"
    )
    typed = {"a": ['"><script>'], "csrf_token": ["old"], "r": ["y"], "s": ["2"], "t": ["\n<b>&"]}
    shown = filled(page, "/here", "/here", typed, "kept")
    assert shown is not None
    form = html.document_fromstring(shown).forms[1]
    assert form.xpath("//script") == [] and form.xpath("input[@name='a']")[0].get("value") == '"><script>'
    # A browser takes the first line break of a text area away.
    assert dict(form.form_values()) == {"a": '"><script>', "csrf_token": "new", "r": "y", "s": "2", "t": "\n\n<b>&"}
    assert filled(page, "/here", "/elsewhere", typed, "kept") is None


def test_a_note_to_a_colleague_is_back_with_its_tasks(
    app: Flask, web_engine: Engine, clock: VirtualClock, review: str
) -> None:
    for first in ("odile", "paul"):
        add_person(web_engine, first, "Roux", "MEMBERSHIP", password=PASSWORD)
    tasks = [str(open_task(web_engine, start_review(web_engine)).id) for _ in range(2)]
    browser, page = signed_in(app, "odile"), "/tasks/selected/give"
    assert browser.post_form(page, {"task": tasks}).status_code == 200
    clock.advance(timedelta(days=2))
    typed = {"task": tasks, "answered": "1", "note": "la photo manque"}
    answer = browser.post_form(page, typed, headers={"Referer": f"http://localhost{page}"})
    back = parse_qs(urlsplit(answer.location).query)["next"][0]
    assert sign_in(browser, "odile", back) == back
    shown = browser.get(back).get_data(as_text=True)
    assert "la photo manque</textarea>" in shown and all(f'value="{task}"' in shown for task in tasks)
    assert browser.get(back).status_code == 303, "it is shown once; then the list"


@dataclass(frozen=True)
class Kind:
    """A kind of form: its page, where it is sent, what is typed, and how the page shows it."""

    page: str
    path: str
    typed: Mapping[str, object]
    shown: tuple[str, ...]


KINDS = {
    "a task": Kind("/tasks/{task}", "/tasks/{task}", {"verdict": "NO", "pages": "17"}, ('value="17"',)),
    "a comment": Kind(
        "/cases/{case}",
        "/cases/{case}/comments",
        {"text": "Elle a rappelé <hier>"},
        ("rappelé &lt;hier&gt;</textarea>",),
    ),
    "on a person's behalf": Kind(
        "/tasks/{sending}/behalf",
        "/tasks/{sending}/behalf",
        {"behalf_channel": "PHONE", "behalf_words": "Appel de dix heures"},
        ("Appel de dix heures</textarea>",),
    ),
    "a start": Kind(
        "/start/privacy_request",
        "/start/privacy_request",
        {"kinds": ["ERASE"], "gift_stops": "NO", "words": "Mon nom est mal écrit"},
        ("Mon nom est mal écrit</textarea>", 'value="NO" checked'),  # a question that the answers called for
    ),
    "a mail's text": Kind(
        "/texts/mail/confirm_email/edit", "/texts/mail/confirm_email/edit", {"subject_fr": "Un autre objet"},
        ("Un autre objet",),
    ),
    "a stack": Kind(
        "/tasks/stack/", "/tasks/stack/", {"card": ["{task}"], "task": ["{task}"], "step": "look", "pages": "17"},
        ('value="17"', 'name="task" value="{task}"'),
    ),
    "a day": Kind(
        "/tasks/selected/later", "/tasks/selected/later",
        {"task": ["{task}"], "answered": "1", "day": "other", "other": "2027-03-04"},
        ('value="2027-03-04"', 'value="other" checked'),
    ),
    "a reminder": Kind(
        "/tasks/selected/remind", "/tasks/selected/remind", {"task": ["{task}"], "answered": "1"},
        ('name="task" value="{task}"',),
    ),
}  # fmt: skip


@pytest.fixture
def places(web_engine: Engine, review: str) -> dict[str, UUID]:
    """A case whose first task waits for staff, and a second one that waits for its applicant."""
    with transaction(web_engine) as session:
        commands.deploy(session, web_engine, workflows.definitions()["privacy_request"], by=DEPLOYER)
    case, second = start_review(web_engine), start_review(web_engine)
    with transaction(web_engine) as session:
        done = open_task(web_engine, second).id
        olga = Actor("person:00000000-0000-4000-8000-00000000000a", "Olga", frozenset({"MEMBERSHIP"}))
        commands.claim(session, web_engine, done, by=olga)
        commands.complete(session, web_engine, done, {"verdict": "NO"}, by=olga)
    return {
        "case": case,
        "task": open_task(web_engine, case).id,
        "sending": open_task(web_engine, second).id,
    }


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_form_comes_back(
    app: Flask, web_engine: Engine, clock: VirtualClock, places: dict[str, UUID], kind: str
) -> None:
    form = KINDS[kind]
    for first in ("odile", "paul"):
        add_person(web_engine, first, "Roux", "MEMBERSHIP", "COMMS", password=PASSWORD)
    browser, page = signed_in(app, "odile"), form.page.format(**places)
    before = browser.get(page).get_data(as_text=True)
    shown = [each.format(**places) for each in form.shown]
    assert not all(each in before for each in shown)
    clock.advance(timedelta(days=2))
    typed = {
        name: [each.format(**places) for each in said] if isinstance(said, list) else said
        for name, said in form.typed.items()
    }
    answer = browser.post_form(form.path.format(**places), typed, headers={"Referer": f"http://localhost{page}"})
    back = parse_qs(urlsplit(answer.location).query)["next"][0]
    assert sign_in(browser, "odile", back) == back
    again = browser.get(back, follow_redirects=True)
    assert again.status_code == 200
    text = again.get_data(as_text=True)
    assert [each for each in shown if each not in text] == []
