"""A session that ends in the middle of a page's form: nothing that was typed is lost, and only its writer gets it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
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
from tests.fixtures.members import JOIN
from tests.fixtures.pages import LookedAtPages
from tests.fixtures.staff import PASSWORD, add_person
from tests.webapp.test_inbox import open_task
from tests.webapp.test_parameter_pages import form, shown
from webapp.unsent import store
from webapp.unsent.filling import filled, shown_apart
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


@pytest.mark.parametrize("before", ["/events-office/import/bring", None])
def test_where_the_page_before_is_not_read_the_form_is_shown_where_it_is_sent(
    odile: LookedAtPages, before: str | None
) -> None:
    headers = {"Referer": f"http://localhost{before}"} if before else {}
    back = parse_qs(urlsplit(odile.post_form(FORM, TYPED, headers=headers).location).query)["next"][0]
    assert back.startswith(f"{FORM}?unsent=")


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


def test_of_forms_and_fields_that_are_alike_each_gets_its_own() -> None:
    seats = "<select name='seat'><option>1<option>2</select>"
    elect = "<form action='/elect'><input type='hidden' name='role' value='{}'>" + seats + "</form>"
    rows = "<details><form action='/rows'><input name='day'><input name='day'></form></details>"
    page = f"<!DOCTYPE html><html><body><main>{elect.format('A')}{elect.format('B')}{rows}</main>"
    shown_ = filled(page, "/here", "/elect", {"role": ["B"], "seat": ["2"]}, "")
    assert shown_ is not None
    assert [dict(each.form_values()).get("seat") for each in html.document_fromstring(shown_).forms] == ["1", "2", None]
    shown_ = filled(page, "/here", "/rows", {"day": ["monday", "tuesday"]}, "")
    assert shown_ is not None
    document = html.document_fromstring(shown_)
    assert document.xpath("//details[@open]//input/@value") == ["monday", "tuesday"], "and it is not folded away"
    apart = shown_apart(page, {"text": ["Elle a rappelé <hier>"], "id": ["x1"]}, "No form any more")
    assert "No form any more" in apart and "rappelé &lt;hier&gt;" in apart and "x1" not in apart


def test_what_was_typed_into_a_form_that_is_gone_is_shown_all_the_same(
    app: Flask, web_engine: Engine, places: dict[str, UUID]
) -> None:
    add_person(web_engine, "odile", "Roux", "MEMBERSHIP", "ADMIN", password=PASSWORD)
    browser, page = signed_in(app, "odile"), f"/cases/{places['case']}"
    typed = {"text": "Elle a rappelé hier"}
    address = f"/language?language=en&keep=1&next={page}&to={page}"
    back = browser.post_form(f"{address}/comments", typed).location
    assert "rappelé hier</textarea>" in shown(browser, back)
    beside = browser.post_form(
        f"{address}/documents", {"task": "", "shared": "1"}, headers={"Accept": "application/json"}
    ).get_json()["held"]
    both = shown(browser, browser.post_form(f"{address}/comments&also={beside}", typed).location)
    assert "rappelé hier</textarea>" in both and 'name="shared" value="1" checked' in both, "each form has its own"
    gone = shown(browser, browser.post_form(f"{address}/gone", typed).location)
    assert "What you typed has no form here any more" in gone and "Elle a rappelé hier" in gone


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


def test_what_a_colleague_decided_meanwhile_is_not_written_over_by_what_comes_back(
    app: Flask, odile: LookedAtPages, web_engine: Engine
) -> None:
    sign_in(odile, "odile")
    typed = {
        "v_amount": "175",
        "valid_from": "2099-09-01",
        "decided_by": "AG",
        "decided_on": "2026-11-20",
        "key": "STD",
    }
    before = form(shown(odile, f"{FORM}?key=STD"), **typed)
    paul = signed_in(app, "paul")
    decided = form(shown(paul, f"{FORM}?key=STD"), **typed | {"valid_from": "2098-09-01", "v_amount": "180"})
    assert paul.post_form(FORM, decided).status_code == 303
    back = odile.post_form(f"/language?language=en&keep=1&next={FORM}?key=STD", before).location
    page = shown(odile, back)
    assert 'value="175"' in page
    again = odile.post_form(FORM, form(page, **typed))
    assert (again.status_code, "Somebody else" in again.get_data(as_text=True)) == (409, True)


def in_english(browser: LookedAtPages, page: str) -> str:
    """Presses the other language on this page, whose form holds what was typed; answers what comes."""
    document = html.document_fromstring(page)
    [button] = document.xpath("//button[@data-keep]")
    [kept] = [each for each in document.forms if each.get("id") == button.get("data-keep")]
    typed: dict[str, list[str]] = {}
    for name, text in kept.form_values():
        typed.setdefault(name, []).append(text)
    answer = browser.post_form(button.get("data-keep-at"), typed)
    shown_ = browser.get(answer.location) if answer.status_code == 303 else answer
    assert (shown_.status_code, '<html lang="en"' in shown_.get_data(as_text=True)) == (200, True)
    return shown_.get_data(as_text=True)


def test_a_refused_figure_is_kept_in_the_other_language_with_the_row_it_is_about(odile: LookedAtPages) -> None:
    sign_in(odile, "odile")
    typed = {"v_amount": "douze", "valid_from": "2099-09-01", "decided_by": "AG", "decided_on": "2026-11-20"}
    [refused] = html.document_fromstring(odile.get(f"{FORM}?key=STD").get_data(as_text=True)).xpath(
        "//form[@id='kept-form']/@action"
    )
    page = odile.post_form(refused, form(shown(odile, f"{FORM}?key=STD"), **typed)).get_data(as_text=True)
    english = in_english(odile, page)
    assert 'value="douze"' in english and "Add a row" not in english
    [action] = html.document_fromstring(english).xpath("//form[@id='kept-form']/@action")
    assert odile.post_form(action, form(english, **typed | {"v_amount": "12"})).status_code == 303


def test_a_visitors_start_form_is_kept_in_the_other_language(client: LookedAtPages, joining: Engine) -> None:
    typed = {**JOIN, "email": "nowhere"}
    document = html.document_fromstring(client.get("/start/membership_application").get_data(as_text=True))
    [action] = document.xpath("//button[@data-keep]/@data-keep-at")
    answer = client.post_form(action, {**typed, "proof": (BytesIO(b"%PDF"), "diplôme.pdf")})
    page = answer.get_data(as_text=True)
    assert (answer.status_code, '<html lang="en"' in page, "There is a problem" in page) == (200, True, False)
    assert 'value="Camille"' in page and 'value="nowhere"' in page
    assert "“diplôme.pdf” was not kept: choose it again." in page.replace("&#34;", '"')
    assert '<html lang="fr"' in client.post_form(action.replace("=en", "=fr"), typed).get_data(as_text=True)
    assert '<html lang="fr"' in client.get("/start").get_data(as_text=True)


def test_whose_session_ended_before_the_language_was_changed_gets_the_form_after_the_sign_in(
    odile: LookedAtPages,
) -> None:
    strange = odile.post_form(f"/language?language=en&keep=1&next={FORM}?key=STD&to=http://[", TYPED)
    assert strange.status_code == 303, "an address that is none is that of the page"
    answer = odile.post_form(f"/language?language=en&keep=1&next={FORM}?key=STD", TYPED)
    back = parse_qs(urlsplit(answer.location).query)["next"][0]
    assert sign_in(odile, "odile", back) == back
    assert 'value="175,50"' in shown(odile, back)


def test_what_is_too_much_to_be_kept_is_said_when_the_language_is_changed(odile: LookedAtPages) -> None:
    sign_in(odile, "odile")
    typed = TYPED | {"decided_by": "a" * (store.LONGEST + 1)}
    answer = odile.post_form(f"/language?language=en&keep=1&next={FORM}?key=STD", typed)
    assert "What you typed could not be kept. Nothing was sent." in shown(odile, answer.location)


def test_a_visitor_is_not_asked_to_sign_in_for_a_process_that_there_is_not(client: LookedAtPages) -> None:
    assert client.get("/start/no_such_process").status_code == 404
    assert client.get("/start/privacy_request").location.startswith("/sign-in"), "there a session may have ended"
