"""Fixtures live one file a noun in `tests/fixtures`, and are loaded from here."""

from __future__ import annotations

pytest_plugins = [
    "tests.fixtures.cases",
    "tests.fixtures.databases",
    "tests.fixtures.engines",
    "tests.fixtures.feel",
    "tests.fixtures.installations",
    "tests.fixtures.chromium",
    "tests.fixtures.members",
    "tests.fixtures.http",
    "tests.fixtures.imap",
    "tests.fixtures.pages",
    "tests.fixtures.staff",
    "tests.fixtures.office",
    "tests.steps.clock",
    "tests.steps.applications",
    "tests.steps.tasks",
    "tests.steps.payments",
    "tests.steps.members",
    "tests.steps.mails",
    "tests.steps.answers",
    "tests.steps.peers",
    "tests.steps.bank",
    "tests.steps.incidents",
]
