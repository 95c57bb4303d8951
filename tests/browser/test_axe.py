"""A page in which axe found nothing is not asked about again; anything else is."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.fixtures.axe import axe_findings

pytestmark = pytest.mark.browser
PAGE = """<!doctype html><html lang="en"><head><title>Members</title></head>
<body><main><h1>Members</h1><img src="data:," {}><p>{}</p></main></body></html>"""


def test_a_clean_page_is_known_again_and_no_other_is(browser: Browser, tmp_path: Path) -> None:
    clean = tmp_path / "clean"
    page = browser.new_page(viewport={"width": 500, "height": 400})

    def seen(described: str, text: str) -> tuple[int, int]:
        """How much is found, and how many pages are known by then."""
        page.set_content(PAGE.format(described, text))
        return len(axe_findings(page, clean=clean)), len(list(clean.glob("*/*")))

    assert seen("", "One") == seen("", "One") == (1, 0), "a fault is told each time"
    assert seen('alt="A tree"', "One") == (0, 1)
    assert seen('alt="A tree"', "Two other words") == (0, 1), "the same shape in other words"
    assert seen('alt="A tree"', "<b>One</b>") == (0, 2), "another shape"
    assert seen('alt=""', "One") == (0, 3)
    assert seen("", "One") == (1, 3), "a fault in a page of which a clean one is known"
    page.set_viewport_size({"width": 300, "height": 400})
    assert seen('alt="A tree"', "One") == (0, 4), "another width"
    page.close()


def test_what_was_judged_by_others_is_forgotten(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "before").mkdir()
    (tmp_path / "before" / "a page").touch()
    page = browser.new_page()
    page.set_content(PAGE.format('alt="A tree"', "One"))
    assert axe_findings(page, clean=tmp_path) == []
    assert len(list(tmp_path.glob("*/*"))) == 1
    assert not (tmp_path / "before").exists()
    page.close()
