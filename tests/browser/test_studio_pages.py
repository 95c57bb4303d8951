"""What axe finds on pages of the studio with content that no other story of it opens."""

from __future__ import annotations

import pytest

from engine import commands
from engine.assignment import SYSTEM
from engine.engine import Engine
from engine.transaction import transaction
from tests.browser.test_studio import DIAGRAM, PROCESS, begin, desk
from tests.fixtures.chromium import WatchedPage
from workflows.catalogue import definitions

__all__ = ["desk"]  # a fixture
pytestmark = pytest.mark.browser


def test_axe_finds_nothing_where_a_process_is_read_and_compared(desk: WatchedPage, web_engine: Engine) -> None:
    begin(desk, web_engine, "Tout voir")
    page, files = desk.page, definitions()[PROCESS]
    with transaction(web_engine) as session:
        later = files[DIAGRAM].replace(b"Annoncer la suspension", b"Dire la suspension")
        commands.deploy(session, web_engine, {**files, DIAGRAM: later}, by=SYSTEM)
    desk.goto(f"/studio/{PROCESS}")
    for kept in page.locator("main details > summary").all():
        kept.click()
    desk.check("studio-process-open")
    page.get_by_role("link", name="Le schéma en liste").click()
    desk.check_in_both_languages("studio-list-in-force")
    desk.goto(f"/studio/{PROCESS}/compare?from=1&to=2")
    page.get_by_text("Les deux schémas côte à côte").click()
    page.locator("[data-diagram][data-state=ready]").nth(1).wait_for()
    desk.check("studio-compared")
    desk.goto("/texts/mail/sepa_retry")
    desk.check("texts-of-an-owner")
