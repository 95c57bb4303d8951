"""What a week of staff and volunteers costs in the browser: a session's attendance, a hand-over, 500 incidents."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final
from uuid import UUID

from playwright.sync_api import ViewportSize
from sqlalchemy import func, select

from benchmarks.town import Town, town
from engine import commands
from engine.assignment import SYSTEM
from engine.clock import VirtualClock
from engine.engine import Engine
from engine.errors import WorkFailed
from engine.jobs import run_due
from engine.models import Incident, UserTask
from engine.registry import ServiceTask, ServiceWork
from engine.transaction import reading, transaction
from engine.worker import lanes
from tests.fixtures.diagrams import end, process, service, start, user_task
from tests.fixtures.staff import PASSWORD, add_person
from webapp.timelapse.stage import Stage
from workflows.association.cohorts.records import Cohort, CohortMark

TABLET: Final[ViewportSize] = {"width": 820, "height": 1180}
NAMES: Final = ("Ada", "Bea", "Cyr", "Dan", "Eve", "Fay", "Guy", "Ivo", "Joy", "Kim")
MANY: Final = 500
WEEK: Final = 12  # tasks in hand
BOOKED: Final = process(
    "booking", [start(), service("book", "ledger.book"), user_task("look"), end()],
    ["begin -> book", "book -> look", "look -> done"],
)  # fmt: skip
DESK_WORK: Final = process(
    "desk_work", [start(), user_task("read", groups="DATA"), end()], ["begin -> read", "read -> done"]
)  # fmt: skip


def attendance() -> None:
    """A facilitator notes who was at the session of his ten, two of them away, on a tablet."""
    clock = VirtualClock()
    with town(clock) as it:
        stage = _cohort(it, clock)
        hand = it.sit_down("maud.essai@example.org", TABLET)
        hand.watch()
        page = hand.page
        hand.goto("/cohorts/")
        hand.click(page.get_by_role("link", name="COH-"), page.get_by_role("button", name="Noter les présences"))
        hand.click(page.get_by_role("button", name="Noter les présences"), page.locator("form[data-state=ready]"))
        ada = page.get_by_role("group", name="Ada Essai")
        hand.answer(ada.get_by_label("excusé·e").check)
        hand.answer(lambda: ada.get_by_label("Motif").select_option("TRAVEL"))
        hand.answer(page.get_by_role("group", name="Bea Essai").get_by_label("absent·e sans un mot").check)
        hand.click(page.get_by_role("button", name="Enregistrer les présences"))
        page.wait_for_url("**/cohorts/COH-*")
        with reading(stage.engine) as session:
            noted = session.scalars(select(func.count()).select_from(CohortMark)).one()
        hand.told("record a session's attendance", done=noted)


def _cohort(it: Town, clock: VirtualClock) -> Stage:
    """Ten seats, and a first session that is over."""
    stage = Stage(it.engine, clock, it.settings)
    for name in ("Maud", "Nils"):
        add_person(it.engine, name, "Essai", password=PASSWORD)
    first_day = (clock.now() + timedelta(days=30)).date()
    first_day += timedelta(days=-first_day.weekday() % 7)
    planned = {
        "facilitator": "maud.essai@example.org", "co_facilitator": "nils.essai@example.org", "begins": "18:30",
        "starts_on": first_day, "place": "Paris",
    }  # fmt: skip
    stage.start("cohort", {f"cohort.{name}": value for name, value in planned.items()}, "cohort")
    with reading(it.engine) as session:
        key = session.scalars(select(Cohort.key)).one()
    for number, name in enumerate(NAMES):
        person = stage.person(name, "Essai", employer=f"Maison {number}")
        asked = {"cohort": key, "person": person.primary_email, "situation": "SEEKING"}
        stage.start("cohort_participation", {f"seat.{field}": value for field, value in asked.items()}, name)
    while _open(it.engine, "enter_attendance") == 0:
        clock.advance(timedelta(hours=12))
        stage.run()
    return stage


def _open(engine: Engine, element: str) -> int:
    with reading(engine) as session:
        query = select(func.count(UserTask.id)).where(UserTask.element == element, UserTask.state == "created")
        return session.scalars(query).one()


def week() -> None:
    """Somebody will be away for a week: who stands in, with a note; the open tasks go over by themselves."""
    clock = VirtualClock()
    with town(clock) as it:
        away, stays = (add_person(it.engine, name, "Roux", "DATA", password=PASSWORD) for name in ("Odile", "Rosa"))
        with transaction(it.engine) as session:
            commands.deploy(session, it.engine, {"desk_work.bpmn": DESK_WORK}, by=SYSTEM)
        for _ in range(WEEK):
            with transaction(it.engine) as session:
                begun = commands.start(session, it.engine, "desk_work", {}, by=SYSTEM)
            with transaction(it.engine) as session:
                commands.assign(session, it.engine, begun.next_tasks[0], by=SYSTEM, to=f"person:{away.id}")
        hand = it.sit_down("odile.roux@example.org")
        hand.watch()
        page, today = hand.page, clock.now().date()
        first, last = today + timedelta(days=1), today + timedelta(days=7)
        mine = page.get_by_role("link", name="Mes mandats")
        hand.click(page.locator("summary", has_text="Pour moi"), mine)
        hand.click(mine, page.locator("[name=first]"))
        hand.write(page.locator("[name=first]"), first.isoformat())
        hand.write(page.locator("[name=last]"), last.isoformat())
        hand.click(page.get_by_role("button", name="Choisir"), page.locator("[name=message]"))
        hand.answer(page.get_by_label("Rosa Roux").check)
        hand.write(page.locator("[name=message]"), "Deux dossiers pressent : le premier et le troisième.")
        hand.click(page.locator("main form button.govuk-button").last, page.locator(".govuk-notification-banner"))
        clock.advance(timedelta(days=1, hours=12))
        while run_due(it.engine):
            pass
        hand.told("hand over a week", done=_in_hand(it.engine, stays.id))


def _in_hand(engine: Engine, person_id: UUID) -> int:
    with reading(engine) as session:
        query = select(func.count(UserTask.id)).where(UserTask.assignee == f"person:{person_id}")
        return session.scalars(query).one()


def incidents() -> None:
    """The ledger was closed, 500 cases stand still: they are tried again together, and all go on."""
    closed = [True]

    def book(work: ServiceWork) -> None:
        if closed[0]:
            raise WorkFailed("the ledger is closed", again=False)

    with town(works=[ServiceTask("ledger.book", book)]) as it:
        add_person(it.engine, "Ada", "Roux", "ADMIN", password=PASSWORD)
        with transaction(it.engine) as session:
            commands.deploy(session, it.engine, {"booking.bpmn": BOOKED}, by=SYSTEM)
            for _ in range(MANY):
                commands.start(session, it.engine, "booking", {}, by=SYSTEM)
        closed[0] = False
        working = lanes(it.engine)
        for each in working:
            each.start()
        hand = it.sit_down("ada.roux@example.org")
        hand.watch()
        page = hand.page
        hand.goto("/cases")
        hand.click(page.get_by_role("link", name="500 étapes"), page.locator("main table"))
        begun = time.perf_counter()
        hand.click(page.get_by_role("button", name="500 étapes"), page.locator("progress"))
        page.get_by_text("Tous continuent").wait_for(timeout=300_000)
        took = time.perf_counter() - begun
        for each in working:
            each.stop()
        with reading(it.engine) as session:
            left = session.scalars(select(func.count(Incident.id)).where(Incident.resolved_at.is_(None))).one()
        hand.told("retry 500 incidents", done=_open(it.engine, "look"), left=left, all_s=took)


STAFF_STORIES: Final[Mapping[str, Callable[[], None]]] = {
    "attendance": attendance, "week": week, "incidents": incidents,
}  # fmt: skip
