"""A button of the staff's pages that sends something does so once for a double click: govuk-frontend's button does it
where a page's button says that it is one (`createAll(Button, { preventDoubleClick: true })` in amicale.js)."""

from __future__ import annotations

import re

import pytest

from tests.repository.sources import ROOT

AREAS = ("api", "behalf", "mandates", "operations", "people", "week")
FORM = re.compile(r'<form[^>]*method="post".*?</form>', re.S)
BUTTON = re.compile(r'<button class="govuk-button[^>]*>')


@pytest.mark.parametrize("area", AREAS)
def test_a_double_click_sends_once(area: str) -> None:
    found = {
        f"{file.name}: {button}"
        for file in (ROOT / "webapp" / area).rglob("*.html")
        for form in FORM.findall(file.read_text("utf-8"))
        if "data-security-key" not in form  # security-key.js does it, and lets a second try begin at once
        for button in BUTTON.findall(form)
        if "govuk-button" not in button.partition("data-module=")[2] and 'type="button"' not in button
    }
    assert found == set()
