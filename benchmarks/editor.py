"""How soon the editor of diagrams can be used: from the address to its ready mark, in Chromium, on a real process.

    python -m benchmarks.editor [--opens N] [--process ID]

The last line is one JSON object. `cold_s`: the median seconds of an opening by a browser that has nothing of it yet,
`warm_s`: by one that was there before; `server_s`: of them the answer for the page itself (warm); `kilobytes`: what
goes over the wire cold, `scripts` the part of the scripts. The goal is 2.5 s.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from benchmarks.figures import finish
from engine import commands
from engine.assignment import SYSTEM
from engine.clock import VirtualClock
from engine.database import connect
from engine.transaction import transaction
from tests.fixtures.chromium import CHROMIUM, FLAGS, sign_in
from tests.fixtures.staff import PASSWORD, add_person
from webapp.app import create_app
from webapp.assembly import open_engine
from webapp.serving import open_server
from webapp.settings import Settings
from webapp.studio import drafts
from webapp.tables import METADATA
from workflows.catalogue import definitions

ADDRESS = "odile.roux@example.org"
LOADED = """() => performance.getEntriesByType("resource").concat(performance.getEntriesByType("navigation"))
    .map((each) => [each.initiatorType, each.transferSize, each.responseEnd - each.startTime])"""


def main() -> None:
    """Measures, and prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--opens", type=int, default=5, help="openings of each kind")
    parser.add_argument("--process", default="membership_application", help="the process whose diagram is opened")
    asked = parser.parse_args()
    with house(asked.process) as (url, path), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        cold = [opening(visitor(browser, url), url + path)[0] for _ in range(asked.opens)]
        returning = visitor(browser, url)
        first = opening(returning, url + path)
        warm = [opening(returning, url + path) for _ in range(asked.opens)]
        browser.close()
    finish(
        {
            "process": asked.process,
            "cold_s": round(median(cold), 2),
            "warm_s": round(median(seconds for seconds, _ in warm), 2),
            "server_s": round(median(answered(loaded) for _, loaded in warm), 2),
            "kilobytes": round(sum(size for _, size, _ in first[1]) / 1024),
            "scripts": round(sum(size for kind, size, _ in first[1] if kind in {"script", "other"}) / 1024),
        }
    )  # fmt: skip


def answered(loaded: list[tuple[str, int, float]]) -> float:
    """The seconds that the page itself took."""
    return sum(milliseconds for kind, _, milliseconds in loaded if kind == "navigation") / 1000


@contextmanager
def house(process_id: str) -> Iterator[tuple[str, str]]:
    """A running web server with a draft of the process: its address, the path of the editor."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(var_directory=Path(folder), secret_key="a secret of benchmarks, long enough", language="fr")
        settings = replace(settings.completed(), listen_port=0)
        database = connect(settings.database_url)
        METADATA.create_all(database)
        database.dispose()
        files = definitions()[process_id]
        with open_engine(settings, clock=VirtualClock()) as engine:
            with transaction(engine) as session:
                commands.deploy(session, engine, files, by=SYSTEM)
            add_person(engine, "Odile", "Roux", "PROCESS_OWNER", password=PASSWORD)
            with transaction(engine) as session:
                made = drafts.begin(session, process_id, "Draft", files, by="person:x", now=engine.clock.now())
                path = f"/studio/drafts/{made.id}/edit/{process_id}.bpmn"
            server = open_server(create_app(settings, engine), settings)
            thread = threading.Thread(target=server.run, daemon=True)
            thread.start()
            yield f"http://127.0.0.1:{server.socket.getsockname()[1]}", path
            server.close()
            server.task_dispatcher.shutdown()
            thread.join(5)


def visitor(browser: Browser, url: str) -> BrowserContext:
    """A fresh browser whose owner is signed in."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="fr-FR")
    page = context.new_page()
    page.goto(url + "/sign-in/password")
    page.locator("html[data-ready]").wait_for()
    sign_in(page, ADDRESS)
    page.close()
    return context


def opening(context: BrowserContext, address: str) -> tuple[float, list[tuple[str, int, float]]]:
    """The seconds until the editor is ready, and what was loaded: by what, bytes over the wire, milliseconds."""
    page = context.new_page()
    page.goto(address, wait_until="commit")
    page.locator("#editor[data-state=ready]").wait_for(timeout=60_000)
    seconds = page.evaluate("performance.now()") / 1000
    loaded = page.evaluate(LOADED)
    page.close()
    return seconds, loaded


if __name__ == "__main__":
    main()
