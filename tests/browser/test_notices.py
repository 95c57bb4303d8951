"""Notices in a real Chromium: asked for by a click, shown by the worker, and a click on one leads to the task.

No push service can be reached from here: what a browser would get from one is put in its place, and the message is
handed to the worker by the browser's own tools. What leaves for a push service is in `tests/webapp/test_notices.py`.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from engine.engine import Engine
from engine.transaction import reading
from tests.fixtures.cases import start_review
from tests.fixtures.chromium import WatchedPage
from tests.fixtures.http import OtherSystem
from tests.webapp.test_inbox import open_task
from tests.webapp.test_notices import Browser
from workflows.association.notices.choices import KINDS, chosen
from workflows.association.notices.devices import PushDevice
from workflows.association.people import Person

pytestmark = pytest.mark.browser
SUBSCRIBED = """
  let kept = null
  const unpacked = text => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), c => c.charCodeAt(0))
  PushManager.prototype.getSubscription = async () => kept
  PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
    const given = GIVEN
    kept = {
      endpoint: given.endpoint, options: { applicationServerKey: unpacked(applicationServerKey).buffer },
      unsubscribe: async () => { kept = null; sessionStorage.removeItem('key') },
      toJSON: () => ({ endpoint: given.endpoint, keys: { p256dh: given.p256dh, auth: given.auth } })
    }
    sessionStorage.setItem('key', applicationServerKey)
    return kept
  }
  if (sessionStorage.getItem('key')) {
    PushManager.prototype.subscribe({ applicationServerKey: sessionStorage.getItem('key') })
  }
"""
CLICKED = """async () => {
  const [shown] = await self.registration.getNotifications()
  let opened = ''
  self.clients.openWindow = async url => { opened = url }
  const click = new NotificationEvent('notificationclick', { notification: shown })
  const waited = []
  click.waitUntil = work => waited.push(work)
  self.dispatchEvent(click)
  await Promise.all(waited)
  return [shown.title, shown.lang, opened, (await self.registration.getNotifications()).length]
}"""


def test_a_notice_is_shown_and_leads_to_its_task(
    whole_window: WatchedPage, web_engine: Engine, review: str, anna: Person
) -> None:
    window = whole_window
    task = open_task(web_engine, start_review(web_engine))
    window.server = replace(window.server, url=window.server.url.replace("127.0.0.1", "localhost"))
    page = window.page
    given = Browser(OtherSystem("https://push.example")).subscription
    page.add_init_script(SUBSCRIBED.replace("GIVEN", json.dumps(given)))
    window.sign_in("anna.berger@example.org")
    page.context.grant_permissions(["notifications"], origin=window.server.url)
    window.goto("/account/notices")
    window.check_in_both_languages("notices-none")
    page.get_by_role("button", name="Afficher les avis sur cet appareil").click()
    page.locator("form[data-push][data-state=on]").wait_for()
    page.get_by_text("Cet appareil-ci").wait_for()
    expect(page.locator("[data-when]:visible"), "one state is shown").to_have_count(1)
    window.check_in_both_languages("notices")
    with reading(web_engine) as session:
        assert session.scalars(select(PushDevice.endpoint)).all() == [given["endpoint"]]
        assert set(chosen(session, anna.id).values()) == {"push"}
        assert len(KINDS) == 4

    path = f"/tasks/{task.id}"
    title = "Nouvelle tâche pour vous : « Lire le dossier »"
    shown = deliver(page, window.server.url, {"title": title, "url": path, "tag": "a", "lang": "fr"})
    assert shown == [title, "fr", window.server.url + path, 0]
    window.goto(path)
    page.get_by_role("heading", name="Lire le dossier").first.wait_for()
    window.goto("/account/notices")
    page.get_by_role("button", name="Retirer").click()
    page.locator("form[data-push][data-state=off]").wait_for()


def deliver(page: Page, origin: str, said: dict[str, str]) -> Any:
    """Hands a message to the worker, and what it showed, and where a click on that leads."""
    devtools = page.context.new_cdp_session(page)
    found: list[str] = []
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(each["registrationId"] for each in event["registrations"]),
    )
    devtools.send("ServiceWorker.enable")
    while not found:
        page.evaluate("0")
    devtools.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": origin, "registrationId": found[0], "data": json.dumps(said)},
    )
    worker = page.context.service_workers[0]
    worker.evaluate("async () => { while (!(await self.registration.getNotifications()).length); }")
    return worker.evaluate(CLICKED)
