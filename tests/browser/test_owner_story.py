"""An owner changes a process from end to end, in either language: a reminder moves from 7 to 10 days, gifts above
5,000 € need an approval, a deadlock is told and mended, a scenario turns red and is put right, 42 running cases are
affected: 40 move, 2 stay, and all go back."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, FloatRect, Locator, Page, Route, expect
from sqlalchemy import func, select

from engine import commands
from engine.assignment import SYSTEM
from engine.engine import Engine
from engine.jobs import run_due
from engine.models import Job
from engine.transaction import reading, transaction
from tests.browser.owner_words import SCENARIO, Said
from tests.fixtures.chromium import DESK, PHONE, Server, WatchedPage, keep_screenshot, open_page
from tests.fixtures.gifts import DIAGRAM, FILES, PROCESS, await_money
from tests.fixtures.staff import PASSWORD, add_person

pytestmark = pytest.mark.browser
TEN = {
    "fr": {"name": "En retard", "old": "7 jours", "new": "10 jours"},
    "en": {"name": "Late", "old": "7 days", "new": "10 days"},
}
RED = {
    "fr": re.compile("n’est pas passé par «.Mesurer le retard.»"),
    "en": re.compile("did not come to “Measure the lateness”"),
}
UNNAMED = {"fr": "choisit un chemin sans dire la question", "en": "chooses a way without saying the question"}
PROCESS_NAME = {"fr": "Suivi d’une promesse de don", "en": "Pledge follow-up"}
NAME = "Dix jours, et un accord"


@pytest.mark.timeout(600)
@pytest.mark.parametrize("language", ["fr", pytest.param("en", marks=pytest.mark.campaign)])
def test_an_owner_changes_a_process(browser: Browser, server: Server, web_engine: Engine, language: str) -> None:
    with transaction(web_engine) as session:
        commands.deploy(session, web_engine, FILES, by=SYSTEM)
    await_money(web_engine, 42)
    for first, role in (("Odile", "FOUNDATION_GIFTS"), ("Rosa", "PROCESS_OWNER")):
        add_person(web_engine, first, "Roux", role, password=PASSWORD, lang=language)
    context, window = open_page(browser, server, DESK, {"fr": "fr-FR", "en": "en-GB"}[language])
    window.page.set_default_timeout(30_000)
    said, page = Said(language), window.sign_in("odile.roux@example.org")
    draft = begin(window, said)
    tell_a_scenario(page, draft, web_engine, said)
    page.goto(draft)
    page.get_by_role("button", name=said("Add a form for an approval")).click()
    page.locator("#editor[data-state=ready]").wait_for()
    later_reminder(page, draft, said)
    ask_for_approval(page, said)
    mend_the_deadlock(page, said)
    window.check(f"owner-diagram-{language}")
    mend_the_scenario(window, draft, web_engine, said)
    foresee(window, draft, web_engine, said)
    approve(window, draft, said)
    window.sign_in("odile.roux@example.org")
    move_forty(window, draft, web_engine, said)
    look_at_the_picture(window, said)
    go_back(window, web_engine, said)
    on_a_phone(browser, server, page.url, said)
    context.close()
    assert [trouble for trouble in window.troubles if "status of 4" not in trouble] == []


def begin(window: WatchedPage, said: Said) -> str:
    """A draft of the process, from the catalogue."""
    page = window.goto("/studio")
    window.check(f"owner-catalogue-{said.language}")
    page.get_by_role("link", name=PROCESS_NAME[said.language]).click()
    page.get_by_label(said("What do you want to change?")).fill(NAME)
    page.get_by_role("button", name=said("Begin a draft")).click()
    page.get_by_role("heading", name=NAME).wait_for()
    return page.url


def tell_a_scenario(page: Page, draft: str, engine: Engine, said: Said) -> None:
    """The reminder after seven days, told as a scenario and played while it is still so: it is green."""
    page.goto(f"{draft}/edit/{PROCESS}.feature")
    page.locator("#editor[data-state=ready]").wait_for()
    page.get_by_label(said("What happens, one sentence a line")).fill(SCENARIO[said.language].format(days=7))
    page.get_by_role("button", name=said("Play them")).click()
    page.locator("[data-outcomes] .st-finding--open").first.wait_for()
    run_due(engine)
    page.locator("[data-outcomes] .st-finding--good").first.wait_for()
    page.locator("#editor[data-state=saved]").wait_for()


def later_reminder(page: Page, draft: str, said: Said) -> None:
    """Seven days become ten in the panel."""
    page.goto(f"{draft}/edit/{DIAGRAM}#it_is_late")
    page.locator("#editor[data-state=ready]").wait_for()
    group = page.locator("[data-group-id=group-timer]")
    group.locator(".bio-properties-panel-group-header").click()
    expect(group.get_by_role("textbox")).to_have_value("P7D")
    group.get_by_role("textbox").fill("P10D")
    page.locator("#editor[data-state=saved]").wait_for()


def ask_for_approval(page: Page, said: Said) -> None:
    """Room is made after the payment; a question, the approval from the list of templates, and a way round it."""
    paid, told = shape(page, "note_payment"), shape(page, "announce_gift")
    page.mouse.move(middle(box(paid))[0], middle(box(paid))[1] + 60)
    page.mouse.wheel(420, 0)
    moved(paid)
    draw(page, "space-tool")
    x, y = box(told)["x"] - 10, box(told)["y"] - 40
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y, steps=3)
    page.mouse.move(x + 240, y, steps=3)
    page.mouse.up()
    moved(told)
    x, y = box(paid)["x"] + box(paid)["width"], middle(box(told))[1]
    question = put(page, x + 50, y)
    join = put(page, box(told)["x"] - 40, y)
    page.locator("[data-lint] .st-finding--drawing").first.wait_for()  # a gateway of one way is remarked at once
    choose_kind(page, "parallel")  # both ways come together, thinks the owner, and takes the wrong gateway
    name_it(select_(page, question), said, "5 000 € ?")
    select_(page, question)  # what was typed is taken over, and the pad is drawn anew
    page.locator(".djs-context-pad .entry[data-action=append]").click()
    page.locator(".djs-popup input").press_sequentially(said("Ask somebody to approve"))
    page.locator(".djs-popup .entry", has_text=said("Ask somebody to approve")).first.click()
    task = selected(page)
    drag(page, task, 90)
    fill_template(page, said)
    connect(page, task, join)
    condition(page, question, task, said)
    by_default(page, question, join)


def fill_template(page: Page, said: Said) -> None:
    """The friendly form of the template: who approves, on which form."""
    panel = page.locator("[data-panel]")
    panel.get_by_label(said("Who does it")).select_option("TREASURER")
    panel.get_by_label(said("Form"), exact=True).select_option("approval")
    keep_screenshot(page, f"owner-template-{said.language}")


def condition(page: Page, question: str, task: str, said: Said) -> None:
    """Only above 5,000 €: the name of the variable is offered as one types."""
    fork, asked = box(shape(page, question)), middle(box(shape(page, task)))
    select_flow(page, middle(fork)[0], (fork["y"] + fork["height"] + asked[1]) / 2)
    group = page.locator("[data-group-id=group-condition]")
    group.locator(".bio-properties-panel-group-header").click()
    written = group.locator(".cm-content")
    written.click()
    page.keyboard.type("instal")
    page.locator(".cm-tooltip-autocomplete li", has_text="instalment_amount").click()
    page.keyboard.type(" > 5000 ) 1")  # a mistake is underlined, and what is typed over it is taken
    page.locator(".cm-lintRange").first.wait_for()
    page.keyboard.press("Control+a")
    page.keyboard.type("instalment_amount > 5000")
    page.locator(".cm-lintRange").first.wait_for(state="detached")


def by_default(page: Page, question: str, join: str) -> None:
    """Everything else goes straight on."""
    fork, other = box(shape(page, question)), box(shape(page, join))
    select_flow(page, (fork["x"] + fork["width"] + other["x"]) / 2, middle(fork)[1])
    page.locator(".djs-context-pad .entry[data-action=replace]").click()
    page.locator(".djs-popup .entry[data-id=replace-with-default-flow]").click()
    select_(page, join)


def mend_the_deadlock(page: Page, said: Said) -> None:
    """A deadlock is told before anything is saved, its way is walked through, and the right gateway ends it."""
    wrong = page.locator(".st-finding--error a[data-path]:not([data-path=''])").first
    wrong.wait_for()
    wrong.click()
    page.get_by_text(re.compile(r"^(?:Pas|Step) (\d+) (?:sur|of) \1.?: ")).wait_for()
    page.locator("[data-replay-back]").click()
    page.locator(".st-step").nth(1).wait_for(state="attached")
    keep_screenshot(page, f"owner-deadlock-{said.language}")
    join = selected(page)
    select_(page, join)
    choose_kind(page, "exclusive")
    page.locator(".st-finding--error").first.wait_for(state="detached")
    page.locator("#editor[data-state=saved] .st-sum--good").wait_for()
    take_a_name_away(page, said)
    page.get_by_role("button", name=said("Save"), exact=True).click()
    page.locator("#editor[data-state=saved] .st-sum--good").wait_for()
    keep_screenshot(page, f"owner-mended-{said.language}")


def take_a_name_away(page: Page, said: Said) -> None:
    """A question without words is remarked before it is saved, beside its element, and gone when it is undone."""
    page.goto(f"{page.url.partition('#')[0]}?name#what_now")
    page.locator("#editor[data-state=ready]").wait_for()
    page.locator(".djs-element.selected[data-element-id=what_now]").wait_for()
    name_it(page, said, "")
    remark = page.locator("[data-lint] li", has_text=UNNAMED[said.language])
    remark.wait_for()
    page.locator(".st-look[data-element-id=what_now]").wait_for()
    remark.get_by_role("link").click()
    page.keyboard.press("Control+z")
    remark.wait_for(state="detached")


def mend_the_scenario(window: WatchedPage, draft: str, engine: Engine, said: Said) -> None:
    """What was green is red because of the change, says so, and is put right."""
    page = window.page
    page.goto(draft)
    page.get_by_text(said("“%(name)s” comes after %(new)s instead of %(old)s.", **TEN[said.language])).wait_for()
    page.get_by_label(said("Why should it come into force?")).fill("Sept jours ne suffisent pas en août.")
    page.get_by_role("button", name=said("Ask for approval")).click()
    page.get_by_text(
        said("Its scenarios are being played. Where all are green, a second person is asked to approve it.")
    ).wait_for()
    run_due(engine)
    page.locator("[data-rehearsal] .st-finding--error", has_text=RED[said.language]).wait_for()
    page.get_by_role("button", name=said("Ask for approval")).wait_for()
    window.check(f"owner-red-{said.language}")
    page.goto(f"{draft}/edit/{PROCESS}.feature")
    page.locator("#editor[data-state=ready]").wait_for()
    page.get_by_label(said("What happens, one sentence a line")).fill(SCENARIO[said.language].format(days=10))
    page.locator("#editor[data-state=saved]").wait_for()


def foresee(window: WatchedPage, draft: str, engine: Engine, said: Said) -> None:
    """42 cases are affected, tried on copies: nothing in the real ones moves. Then a second person is asked."""
    page = window.page
    page.goto(draft)
    page.get_by_role("link", name=said("Try it on a copy of every running case")).click()
    page.get_by_text(
        said("%(num)d case is affected now", "%(num)d cases are affected now", 42, num=42)
    ).first.wait_for()
    window.check(f"owner-foreseen-{said.language}")
    assert reminders(engine) == {7: 42}
    page.goto(draft)
    page.get_by_text(said("Both diagrams side by side")).click()
    page.locator("[data-diagram][data-state=ready]").nth(1).wait_for()
    window.check(f"owner-draft-{said.language}")
    page.get_by_role("button", name=said("Ask for approval")).click()
    run_due(engine)
    page.locator("[data-rehearsal] .st-finding--good").wait_for()


def approve(window: WatchedPage, draft: str, said: Said) -> None:
    page = window.sign_in("rosa.roux@example.org")
    page.goto(draft)
    page.get_by_text(said("“%(name)s” comes after %(new)s instead of %(old)s.", **TEN[said.language])).wait_for()
    window.check(f"owner-review-{said.language}")
    page.get_by_label(said("What do you say to it?")).fill("D’accord.")
    page.get_by_role("button", name=said("Approve and bring into force")).click()
    page.get_by_text(said("Version %(number)s is in force. Running cases go on with theirs.", number=2)).wait_for()
    window.goto(f"/studio/{PROCESS}")
    page.get_by_text(said("%(author)s, approved by %(reviewer)s", author="Odile Roux", reviewer="Rosa Roux")).wait_for()
    window.check(f"owner-process-{said.language}")


def move_forty(window: WatchedPage, draft: str, engine: Engine, said: Said) -> None:
    page = window.page
    page.goto(draft)
    page.get_by_role("link", name=said("Move running cases to the version in force")).click()
    boxes = page.get_by_role("checkbox")
    expect(boxes).to_have_count(42)
    for number in range(40):
        boxes.nth(number).check()
    window.check(f"owner-choice-{said.language}")
    page.get_by_role("button", name=said("Move those that are ticked")).click()
    page.get_by_role(
        "heading",
        name=said(
            "Move %(num)d case to version %(number)s?",
            "Move %(num)d cases to version %(number)s?",
            40,
            num=40,
            number=2,
        ),
    ).wait_for()
    page.get_by_label(said("Why (it stays in the history of each case)"), exact=True).fill("L’août est long.")
    window.check(f"owner-confirm-{said.language}")
    page.get_by_role("button", name=said("Move %(num)d case", "Move %(num)d cases", 40, num=40)).click()
    page.get_by_text(said("%(done)d of %(total)d have their result.", done=0, total=40)).wait_for()
    check_in_progress(window, said)
    run_due(engine)
    page.get_by_text(said("%(done)d of %(total)d have their result.", done=40, total=40)).wait_for()
    window.check(f"owner-done-{said.language}")
    assert reminders(engine) == {7: 2, 10: 40}
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(Job).where(Job.kind == "migrate")) == 0


def check_in_progress(window: WatchedPage, said: Said) -> None:
    """The page of a move on its way, which would load itself again every other second: here it holds still."""
    page = window.page
    page.route("**/migrations/*", hold_still)
    page.goto(page.url)
    window.check(f"owner-progress-{said.language}")
    page.unroute("**/migrations/*", hold_still)
    page.reload()


def hold_still(route: Route) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, headers={k: v for k, v in answer.headers.items() if k != "refresh"})


def look_at_the_picture(window: WatchedPage, said: Said) -> None:
    """Forty cases by the new version wait for money; the number leads to them."""
    page = window.page
    progress = page.url
    window.goto(f"/studio/{PROCESS}/running")
    page.locator("[data-diagram][data-state=ready]").wait_for()
    page.get_by_role("link", name=re.compile(r": 42 (dossiers|cases)")).first.wait_for()
    page.get_by_label(said("Version")).select_option("2")
    page.get_by_role("button", name=said("Show"), exact=True).click()
    badge = page.get_by_role("link", name=re.compile(r": 40 (dossiers|cases)")).first
    badge.wait_for()
    window.check(f"owner-running-{said.language}")
    badge.click()
    page.get_by_role("heading", name=re.compile("^(Dossiers à|Cases at)")).wait_for()
    window.check(f"owner-running-cases-{said.language}")
    page.goto(progress)


def go_back(window: WatchedPage, engine: Engine, said: Said) -> None:
    page = window.page
    page.get_by_role("button", name=said("Take all of them back")).click()
    page.get_by_text(said("%(num)d case goes back.", "%(num)d cases go back.", 40, num=40)).wait_for()
    run_due(engine)
    # The page loads itself again while some are on their way: it rests once all forty, and their sum, say so.
    page.get_by_text(said("went back to its version")).nth(40).wait_for()
    window.check(f"owner-returned-{said.language}")
    assert reminders(engine) == {7: 42}


def on_a_phone(browser: Browser, server: Server, address: str, said: Said) -> None:
    context, window = open_page(browser, server, PHONE, {"fr": "en-GB", "en": "fr-FR"}[said.language])
    window.sign_in("odile.roux@example.org")
    window.goto(address.removeprefix(server.url))
    window.check("owner-phone")
    context.close()
    assert window.troubles == []


def reminders(engine: Engine) -> dict[int, int]:
    """How many reminders are due after how many days."""
    with reading(engine) as session:
        due = session.scalars(select(Job.due_at).where(Job.kind == "timer")).all()
    days = [(each - engine.clock.now()) // timedelta(days=1) for each in due]
    return {each: days.count(each) for each in sorted(set(days))}


def shape(page: Page, id_: str) -> Locator:
    """What is drawn for an element."""
    return page.locator(f"[data-element-id={id_}].djs-shape")


def box(drawn: Locator) -> FloatRect:
    found = drawn.bounding_box()
    assert found is not None
    return found


def middle(place: FloatRect) -> tuple[float, float]:
    return place["x"] + place["width"] / 2, place["y"] + place["height"] / 2


def grip(place: FloatRect) -> tuple[float, float]:
    """Where an element is taken: above its middle, over which a flow may lie."""
    return place["x"] + place["width"] / 2, place["y"] + place["height"] / 4


def moved(drawn: Locator) -> None:
    """Waits until it stands still."""
    drawn.page.wait_for_timeout(250)
    drawn.wait_for()


def draw(page: Page, tool: str) -> None:
    """Takes something from the palette."""
    page.locator(f".djs-palette .entry[data-action='{tool}']").click()


def put(page: Page, x: float, y: float) -> str:
    """A gateway on a flow; its id."""
    draw(page, "create.exclusive-gateway")
    page.mouse.move(x - 15, y + 20)
    page.mouse.move(x, y, steps=4)
    page.mouse.click(x, y)
    page.mouse.move(x, y + 200)
    return selected(page)


def selected(page: Page) -> str:
    """The id of the one element that is chosen."""
    return page.locator(".djs-shape.selected").get_attribute("data-element-id") or ""


def select_(page: Page, id_: str) -> Page:
    """Clicks on an element; again where a text that was just taken over drew it anew under the mouse."""
    chosen = page.locator(f".djs-shape.selected[data-element-id={id_}]")
    for _ in range(3):
        page.mouse.click(*grip(box(shape(page, id_))))
        page.wait_for_timeout(250)
        if chosen.count():
            break
    chosen.wait_for()
    return page


def select_flow(page: Page, x: float, y: float) -> None:
    """Clicks on a flow; again where a drawing that has just ended still keeps the click to itself."""
    chosen = page.locator(".djs-connection.selected")
    before = chosen.get_attribute("data-element-id") if chosen.count() else None
    for _ in range(3):
        page.mouse.click(x, y)
        page.wait_for_timeout(250)
        if chosen.count() and chosen.get_attribute("data-element-id") != before:
            return
    raise AssertionError(f"no flow was chosen at {x}, {y}")


def drag(page: Page, id_: str, down: float) -> None:
    """Moves an element down by the mouse, so that both ways can be seen."""
    select_(page, id_)
    x, y = grip(box(shape(page, id_)))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + down / 2, steps=3)
    page.mouse.move(x, y + down, steps=3)
    page.mouse.up()


def choose_kind(page: Page, kind: str) -> None:
    page.locator(".djs-context-pad .entry[data-action=replace]").click()
    page.locator(f".djs-popup .entry[data-id=replace-with-{kind}-gateway]").click()


def name_it(page: Page, said: Said, name: str) -> None:
    group = page.locator("[data-group-id=group-general]")
    group.locator(".bio-properties-panel-group-header").click()
    group.get_by_label(said("Name"), exact=True).fill(name)


def connect(page: Page, one: str, other: str) -> None:
    """Draws a flow by the mouse."""
    select_(page, one)
    page.locator(".djs-context-pad .entry[data-action=connect]").click()
    x, y = middle(box(shape(page, other)))
    page.mouse.move(x - 10, y + 30)
    page.mouse.move(x, y, steps=4)
    page.mouse.click(x, y)
