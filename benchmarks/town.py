"""A town for measurements in the browser: the association on a server, a real Chromium, hands that are counted."""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, ViewportSize, sync_playwright

import workflows
from benchmarks.figures import finish
from engine import commands
from engine.assignment import SYSTEM
from engine.clock import Clock
from engine.engine import Engine
from engine.registry import Registry, ServiceTask
from engine.transaction import transaction
from tests.fixtures.chromium import CHROMIUM, DESK, FLAGS, sign_in
from webapp.app import create_app
from webapp.assembly import open_engine
from webapp.database import upgrade
from webapp.serving import open_server
from webapp.settings import Settings
from workflows.association import parameters


@dataclass(slots=True)
class Hand:
    """A person at a page: what the work costs is counted from `begin` on."""

    page: Page
    url: str
    clicks: int = 0
    keys: int = 0
    typed: int = 0
    requests: int = 0
    carried: int = 0
    waits: list[float] = field(default_factory=list)

    def watch(self) -> None:
        """Counts requests and bytes from now on."""
        devtools = self.page.context.new_cdp_session(self.page)
        devtools.send("Network.enable")
        devtools.on("Network.requestWillBeSent", lambda _event: setattr(self, "requests", self.requests + 1))
        devtools.on("Network.loadingFinished", lambda event: self._loaded(event))

    def _loaded(self, event: dict[str, Any]) -> None:
        self.carried += int(event["encodedDataLength"])

    def goto(self, path: str) -> None:
        self.page.goto(self.url + path)
        self.page.locator("html[data-ready]").wait_for()

    def click(self, what: Locator, until: Locator | None = None) -> None:
        self.clicks += 1
        self._timed(what.click, until)

    def press(self, key: str, until: Locator | None = None) -> None:
        self.keys += 1
        self._timed(lambda: self.page.keyboard.press(key), until)

    def write(self, what: Locator, text: str) -> None:
        """What the form asks for."""
        self.typed += len(text)
        what.fill(text)

    def answer(self, act: Callable[[], object]) -> None:
        """One answer of a form, by one click."""
        self.typed += 1
        act()

    def _timed(self, act: Callable[[], object], until: Locator | None) -> None:
        begun = time.perf_counter()
        act()
        if until is not None:
            until.first.wait_for()
            self.waits.append(1000 * (time.perf_counter() - begun))

    def told(self, story: str, **more: float) -> None:
        """Prints the story's line."""
        wait = statistics.median(self.waits) if self.waits else 0.0
        finish(
            {
                "story": story, "clicks": self.clicks, "keys": self.keys, "typed": self.typed,
                "requests": self.requests, "kb": self.carried / 1000, "wait_ms": wait, **more,
            }
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Town:
    """The association at work: its server, its engine, a browser."""

    browser: Browser
    engine: Engine
    settings: Settings
    url: str

    def sit_down(self, address: str, size: ViewportSize = DESK) -> Hand:
        """Somebody who has signed in; nothing is counted yet."""
        context = self.browser.new_context(
            viewport={"width": size["width"], "height": size["height"]}, locale="fr-FR", timezone_id="Europe/Paris"
        )
        page = context.new_page()
        page.set_default_timeout(15_000)
        hand = Hand(page, self.url)
        hand.goto("/sign-in/password")
        sign_in(page, address)
        return hand


@contextmanager
def town(clock: Clock | None = None, works: Sequence[ServiceTask] = ()) -> Iterator[Town]:
    """A fresh association with all its processes, on this clock, with further work that diagrams may name."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="amicale-people-")))
        settings = Settings(var_directory=folder, secret_key="benchmarks " * 4, listen_port=0).completed()
        engine = stack.enter_context(open_engine(settings, clock=clock))
        engine = replace(engine, registry=engine.registry + Registry.collect([*works])) if works else engine
        upgrade(engine.database)
        with transaction(engine) as session:
            parameters.declare_first(session, valid_from=date(2020, 1, 1), decided_by="AG")
            for files in workflows.definitions().values():
                commands.deploy(session, engine, files, by=SYSTEM)
        listening = open_server(create_app(settings, engine), settings)
        stack.callback(listening.close)
        threading.Thread(target=listening.run, daemon=True).start()
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        stack.callback(browser.close)
        yield Town(browser, engine, settings, f"http://127.0.0.1:{listening.socket.getsockname()[1]}")
