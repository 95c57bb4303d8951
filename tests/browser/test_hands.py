"""The inbox and the join form in people's hands: keyboard alone, a lost network, a nervous finger."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import func, select

from engine import commands
from engine.assignment import Actor
from engine.clock import VirtualClock
from engine.models import HistoryEvent, ProcessInstance, UserTask
from engine.transaction import reading, transaction
from tests.fixtures.axe import axe_findings
from tests.fixtures.cases import start_review
from tests.fixtures.chromium import DESK, PATIENCE, Server, WatchedPage, open_page
from tests.fixtures.members import deploy_joining
from tests.fixtures.staff import PASSWORD, add_person

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
STEP = 20


@pytest.fixture
def case(server: Server, review: str) -> UUID:
    """A case of the small process in the queue of Odile, who has a password."""
    add_person(server.engine, "Odile", "Roux", "MEMBERSHIP", "DATA", "ADMIN", password=PASSWORD)
    return start_review(server.engine)


def opened(browser: Browser, server: Server, size: dict[str, int]) -> Iterator[WatchedPage]:
    context, watched = open_page(browser, server, size, "fr-FR")
    yield watched
    context.close()
    assert [trouble for trouble in watched.troubles if "status of 4" not in trouble] == []


@pytest.fixture
def desk(browser: Browser, server: Server) -> Iterator[WatchedPage]:
    yield from opened(browser, server, DESK)


def let_go(page: Page, waiting: list[Route]) -> None:
    """Sends on what the page asked, once it has: it may keep a draft before."""
    for _ in range(PATIENCE // STEP):
        if waiting:
            return waiting[0].continue_()
        page.wait_for_timeout(STEP)
    raise AssertionError("the page has asked nothing")


def tab_to(page: Page, selector: str) -> None:
    """Presses Tab until this has the focus, as somebody does who has no mouse."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab never reaches {selector}")


def sign_in_by_keyboard(window: WatchedPage) -> Page:
    page = window.goto("/sign-in/password")
    tab_to(page, "[name=email]")
    page.keyboard.type("odile.roux@example.org")
    tab_to(page, "[name=password]")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "sign-in" not in address)
    return page


def ready(page: Page) -> None:
    page.locator("[data-inbox][data-state=ready]").wait_for()


def held(page: Page) -> None:
    """Waits until the task is taken: the page says so at once, before the server has."""
    page.locator("[data-claim]").wait_for(state="detached")
    expect(page.locator("[data-holder]")).to_contain_text("Vous avez pris cette tâche")
    ready(page)


def completions(server: Server, case: UUID, element: str) -> int:
    count = select(func.count()).select_from(HistoryEvent)
    with reading(server.engine) as session:
        found = count.where(
            HistoryEvent.instance_id == case, HistoryEvent.kind == "task_completed", HistoryEvent.element == element
        )
        return session.scalars(found).one()


def test_a_task_is_found_taken_and_done_by_keyboard_alone(desk: WatchedPage, case: UUID) -> None:
    page = sign_in_by_keyboard(desk)
    window_path = "/tasks?tab=queue"
    desk.goto(window_path)
    ready(page)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("/")
    page.keyboard.type("lire")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=lire*")
    ready(page)
    page.keyboard.press("j")
    expect(page.locator("a.am-row").first).to_be_focused()
    news_leave_the_row_where_it_is(desk)
    page.keyboard.press("Enter")
    page.wait_for_url("**/tasks/*-*")
    ready(page)
    page.keyboard.press("c")
    held(page)
    page.keyboard.press("i")
    expect(page.get_by_label("Oui", exact=True)).to_be_focused()
    page.keyboard.press("Space")
    tab_to(page, "[data-complete]")
    page.keyboard.press("Enter")
    expect(page.locator(".govuk-notification-banner")).to_contain_text("C’est fait")
    assert completions(desk.server, case, "read_file") == 1


def news_leave_the_row_where_it_is(desk: WatchedPage) -> None:
    """What comes meanwhile is told in words: the row that has the focus keeps it, and its place."""
    page, clock = desk.page, desk.server.engine.clock
    row = page.locator("a.am-row").first
    place = row.bounding_box()
    assert isinstance(clock, VirtualClock)
    clock.advance(timedelta(minutes=1))
    start_review(desk.server.engine)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # as when one comes back to the window
    expect(page.locator("[data-news]")).to_have_text("1 nouvelle tâche")
    expect(page.locator("[data-news] a")).to_be_in_viewport(ratio=1)
    expect(row).to_be_focused()
    assert row.bounding_box() == place
    expect(page.locator("a.am-row")).to_have_count(1)


def in_the_other_language(page: Page, name: str, lang: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    page.locator(f"html[lang={lang}][data-ready]").wait_for()


def test_what_is_typed_on_a_case_stays_when_the_language_is_changed_and_changed_back(
    desk: WatchedPage, case: UUID
) -> None:
    page = sign_in_by_keyboard(desk)
    desk.goto(f"/cases/{case}")
    page.locator("#comment").fill("Elle a rappelé :\n« demain »")
    in_the_other_language(page, "English", "en")
    expect(page.locator("#comment")).to_have_value("Elle a rappelé :\n« demain »")
    in_the_other_language(page, "Français", "fr")  # untouched since
    expect(page.locator("#comment")).to_have_value("Elle a rappelé :\n« demain »")
    page.locator("#comment").fill("Et encore")
    chosen = {"name": "lettre.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4"}
    page.locator("main input[type=file]").set_input_files([chosen])
    in_the_other_language(page, "English", "en")
    expect(page.get_by_label("Send “lettre.pdf” along, which you chose before")).to_be_checked()
    expect(page.locator("#comment")).to_have_value("Et encore")  # the form beside
    desk.check("kept-file")
    page.locator("form:has([name=kept_file]) button:not([type=button])").click()
    expect(page.get_by_role("link", name="lettre.pdf")).to_be_visible()


def test_a_lost_network_loses_nothing_and_the_next_form_has_the_cursor(desk: WatchedPage, case: UUID) -> None:
    other = start_review(desk.server.engine)
    page = sign_in_by_keyboard(desk)
    desk.goto("/tasks?tab=queue")
    ready(page)
    page.keyboard.press("Enter")
    page.wait_for_url("**/tasks/*-*")
    ready(page)
    expect(page.get_by_label("Oui", exact=True)).to_be_focused()
    first = page.url
    page.evaluate("window.neverLoadedAgain = true")
    page.context.set_offline(True)
    page.keyboard.press("1")
    expect(page.get_by_label("Nombre de pages")).to_be_focused()
    page.get_by_label("Nombre de pages").fill("17")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-trouble]")).to_contain_text("toujours là")  # it was sent, and not only its draft
    expect(page.locator("[data-draft-status]")).to_contain_text("toujours là")
    expect(page.get_by_label("Nombre de pages")).to_have_value("17")
    page.context.set_offline(False)
    page.locator("form[data-state=saved]").wait_for()
    page.route(first, lambda route: route.abort())  # the network is there, the answer never comes
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-trouble]")).to_contain_text("toujours là")
    page.unroute(first)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda address: address != first)
    ready(page)
    assert page.evaluate("window.neverLoadedAgain")
    expect(page.get_by_label("Oui", exact=True)).to_be_focused()
    page.go_back()
    expect(page.locator("main")).to_contain_text("terminé")
    assert page.url == first
    assert [completions(desk.server, each, "read_file") for each in (case, other)].count(1) == 1
    desk.troubles[:] = [each for each in desk.troubles if "net::ERR_" not in each]


def skip_to_main(page: Page) -> None:
    """Follows the skip link, then waits for one answer of the server: a page that was asked for would be here too."""
    page.locator(".govuk-skip-link").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**#main-content")
    page.evaluate("() => fetch('/tasks/pulse')")


def test_what_is_typed_outlives_the_skip_link_refusals_and_taking(desk: WatchedPage, case: UUID) -> None:
    page = sign_in_by_keyboard(desk)
    desk.goto("/tasks?tab=queue")
    page.locator("a.am-row").first.click()
    page.wait_for_url("**/tasks/*-*")
    ready(page)
    pages, trouble = page.get_by_label("Nombre de pages"), page.locator("[data-trouble]")
    page.get_by_label("Oui", exact=True).check()
    pages.fill("1000")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    asked, waiting = list[str](), list[Route]()
    page.on("request", lambda each: asked.append(each.url) if "x-turn" in each.headers else None)
    skip_to_main(page)
    assert asked == []
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    page.locator("#task-form").evaluate(f"form => {{ form.way = form.action; form.action = '/tasks/{UUID(int=1)}' }}")
    pages.fill("17")
    page.keyboard.press("Control+Enter")
    expect(trouble).to_contain_text("404")
    expect(pages).to_have_value("17")
    axe = axe_findings(page, "[data-trouble]")
    page.locator("#task-form").evaluate("form => (form.action = form.way)")
    page.route("**/claim*", lambda route: route.abort())
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    expect(trouble).to_contain_text("toujours là")
    page.unroute("**/claim*")
    expect(page.locator("[data-claim]")).to_have_text("Prendre cette tâche")
    page.route("**/claim*", lambda route: waiting.append(route))
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    for said in ("[data-claim]", "a.am-row[aria-current] .am-row__who"):  # before the server has answered
        expect(page.locator(said)).to_have_text("Vous avez pris cette tâche")
    page.get_by_text("Schéma", exact=True).click()
    pages.fill("18")
    let_go(page, waiting)
    held(page)
    expect(page.locator("details[open] [data-diagram]")).to_have_count(1)  # unfolded meanwhile, and still
    expect(pages).to_have_value("18")
    expect(pages).to_be_focused()
    expect(trouble).to_have_count(0)
    page.clock.install()
    page.route("**/draft", lambda route: route.fulfill(status=503))
    pages.fill("19")
    page.clock.fast_forward("00:01")
    expect(page.locator("#task-form[data-state=failed] [data-draft-status]")).to_contain_text("toujours là")
    page.unroute("**/draft")
    page.clock.fast_forward("00:10")
    page.locator("#task-form[data-state=saved]").wait_for()
    assert axe == []
    desk.troubles[:] = [each for each in desk.troubles if "net::ERR_" not in each and "of 503" not in each]


def test_a_colleague_was_faster_and_many_are_ticked_at_once(desk: WatchedPage, case: UUID) -> None:
    page = sign_in_by_keyboard(desk)
    desk.goto("/tasks?tab=queue")
    page.locator("a.am-row").first.click()
    expect(page.locator("[data-claim]")).to_be_visible()
    ready(page)
    paul = add_person(desk.server.engine, "Paul", "Durand", "MEMBERSHIP")
    with transaction(desk.server.engine) as session:
        task = session.query(UserTask).filter_by(instance_id=case).one()
        actor = Actor(f"person:{paul.id}", "Paul", frozenset({"MEMBERSHIP"}))
        commands.claim(session, desk.server.engine, task.id, by=actor)
    waiting = list[Route]()
    page.route("**/claim*", lambda route: waiting.append(route))
    page.keyboard.press("c")
    for said in ("[data-claim]", "[data-holder]"):
        expect(page.locator(said)).to_have_text("Vous avez pris cette tâche")
    page.get_by_label("Nombre de pages").fill("42")
    let_go(page, waiting)
    expect(page.locator("[role=alert]")).to_contain_text("Paul Durand a déjà pris cette tâche")
    expect(page.locator("main")).not_to_contain_text("Vous avez pris cette tâche")
    expect(page.locator("[data-typed]")).to_contain_text("42")
    desk.check_in_both_languages("claim-lost")
    expect(page.locator("[data-typed]")).to_contain_text("42")
    with transaction(desk.server.engine) as session:
        commands.release(session, desk.server.engine, task.id, by=actor)
    page.reload()
    expect(page.get_by_label("Nombre de pages")).to_have_value("42")
    lost_without_an_answer(desk, task.id, actor)
    desk.goto("/cases")
    page.get_by_role("button", name="Tout ou rien").click()
    expect(page.locator("[data-select]:not(:checked)")).to_have_count(0)
    expect(page.locator("[data-selection-count]")).to_have_text("2")


def guarded(page: Page) -> bool:
    """Whether the browser would ask before it leaves the page."""
    left: bool = page.evaluate("() => window.dispatchEvent(new Event('beforeunload', { cancelable: true }))")
    return not left


def lost_without_an_answer(desk: WatchedPage, task_id: UUID, other: Actor) -> None:
    """A colleague was faster, and the server is away, then refuses: what was typed stays in view until it is copied."""
    page, waiting = desk.page, list[Route]()
    start_review(desk.server.engine)
    ready(page)
    with transaction(desk.server.engine) as session:
        commands.claim(session, desk.server.engine, task_id, by=other)
    page.route("**/claim*", lambda route: waiting.append(route))
    page.route("**/draft", lambda route: route.fulfill(status=503))
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    page.get_by_label("Nombre de pages").fill("43")
    let_go(page, waiting)
    page.unroute("**/claim*")
    typed = page.locator("[data-rescued]")
    expect(typed).to_contain_text("Nombre de pages")
    expect(typed).to_contain_text("43")
    expect(typed).to_contain_text("Le serveur ne l’a pas encore")
    with page.expect_response(lambda answer: answer.status == 403):  # asked once more, and not after a refusal
        page.route("**/draft", lambda route: route.fulfill(status=403))  # goes before the other: no moment without one
    expect(typed).to_contain_text("43")
    assert axe_findings(page, "[data-rescued]") == []
    page.unroute("**/draft")
    page.locator("a.am-row:not([aria-current])").first.click()
    page.wait_for_url(lambda address: str(task_id) not in address)
    ready(page)
    expect(typed).to_contain_text("Lire le dossier")  # another task is shown: the copy still says whose it is
    expect(typed).to_contain_text("43")
    assert guarded(page)
    typed.get_by_role("button", name="Je l’ai copié").click()
    expect(typed).to_have_count(0)
    expect(page.locator("#task-title")).to_be_focused()
    assert not guarded(page)
    with transaction(desk.server.engine) as session:
        commands.release(session, desk.server.engine, task_id, by=other)
    desk.troubles[:] = [each for each in desk.troubles if "of 503" not in each]


def test_a_double_click_completes_once_and_leads_on(desk: WatchedPage, case: UUID) -> None:
    page = sign_in_by_keyboard(desk)
    desk.goto("/tasks?tab=queue")
    page.locator("a.am-row").first.click()
    ready(page)
    page.get_by_label("Oui", exact=True).check()
    page.locator("[data-complete]").dblclick()
    expect(page.locator(".govuk-notification-banner")).to_contain_text("C’est fait")
    expect(page.locator(".govuk-error-summary")).to_have_count(0)
    assert completions(desk.server, case, "read_file") == 1


def test_a_double_click_on_the_join_form_starts_one_case(desk: WatchedPage, case: UUID, clock: VirtualClock) -> None:
    deploy_joining(desk.server.engine, clock.now().date())
    page = desk.goto("/start/membership_application")
    page.locator("html[data-forms=ready]").wait_for()
    page.get_by_label("Diplômé·e de l’école").check()
    page.get_by_label("Prénoms").fill("Camille")
    page.get_by_label("Nom de naissance", exact=True).fill("Martin")
    for label, text in (("Jour", "14"), ("Mois", "5"), ("Année", "1990")):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_label("Programme").select_option("PGE")
    page.get_by_label("Promotion").fill("2013")
    page.get_by_label("Adresse e-mail").fill("camille@example.org")
    page.get_by_label("Situation").select_option("EMPLOYED")
    page.get_by_role("button", name="Envoyer").dblclick()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Regardez vos courriers")
    with reading(desk.server.engine) as session:
        begun = select(func.count()).select_from(ProcessInstance)
        started = begun.where(ProcessInstance.process_id == "membership_application")
        assert session.scalars(started).one() == 1


def test_a_comment_is_left_a_task_given_and_an_absence_noted_by_keyboard_alone(desk: WatchedPage, case: UUID) -> None:
    add_person(desk.server.engine, "Paul", "Durand", "MEMBERSHIP")
    page, note = sign_in_by_keyboard(desk), "la photo manque"
    desk.goto(f"/cases/{case}")
    tab_to(page, "#comment")
    page.keyboard.type("Elle a rappelé.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".am-comment__text")).to_have_text("Elle a rappelé.")
    desk.goto("/tasks?tab=queue")
    ready(page)
    for key in ("j", "x", "g"):
        page.keyboard.press(key)
    page.wait_for_url("**/selected/give*")
    tab_to(page, "[name=to]")
    page.keyboard.press("Space")
    tab_to(page, "#note")
    page.keyboard.type(note)
    tab_to(page, "main form button")
    page.keyboard.press("Enter")
    expect(page.locator(".govuk-notification-banner")).to_contain_text("Paul Durand")
    desk.goto("/mandates/mine")
    for field in ("#first", "#last"):
        tab_to(page, field)
        page.keyboard.type("12122026")  # a day that is the same in whichever order the browser asks for it
    page.keyboard.press("Enter")
    page.wait_for_url("**first=2026-12-12*")
    tab_to(page, "#message")
    page.keyboard.type(note)
    tab_to(page, "#kept-form button")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("C’est noté")
    expect(page.locator("main")).to_contain_text("12 décembre 2026")
