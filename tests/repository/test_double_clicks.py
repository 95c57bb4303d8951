"""A button that sends something does so once for a double click: govuk-frontend's button does it where a page's button
says that it is one (`createAll(Button, { preventDoubleClick: true })` in amicale.js)."""

from __future__ import annotations

import re

from tests.repository.sources import ROOT

# Pages whose own script answers a press at once and in place (at a door one ticket follows another within a second),
# and the two links of every page's head and foot.
EXCEPTED = {"inbox", "attendees.html", "notices", "session.html", "layout.html"}
FORM = re.compile(r'<form[^>]*method="post".*?</form>', re.S)
BUTTON = re.compile(r'<button\b[^>]*class="govuk-button[^>]*>')


def test_a_double_click_sends_once() -> None:
    buttons = [
        (file.relative_to(ROOT / "webapp").as_posix(), button)
        for file in (ROOT / "webapp").rglob("templates/**/*.html")
        if not EXCEPTED.intersection(file.relative_to(ROOT / "webapp").parts)
        for form in FORM.findall(file.read_text("utf-8"))
        if "data-security-key" not in form  # security-key.js does it, and lets a second try begin at once
        for button in BUTTON.findall(form)
        if 'type="button"' not in button
    ]
    assert len(buttons) > 100, "they are found"
    assert [each for each in buttons if 'data-module="govuk-button"' not in each[1]] == []
