"""Fixtures live one file a noun in `tests/fixtures`, and are loaded from here."""

from __future__ import annotations

import gc
import importlib
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

from webapp.memory import settle

# A fifth of a run used to be waiting for the disk. What a killed process had written is there on either; where the
# memory has no room for it, or no programs may be run from it, the disk serves as ever.
MEMORY, ROOM = Path("/dev/shm"), 4 << 30
USABLE = MEMORY.is_dir() and not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC
if USABLE and "TMPDIR" not in os.environ and shutil.disk_usage(MEMORY).free > ROOM:
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)

settings.register_profile("amicale", deadline=None)  # no test is timed: machines are shared
settings.load_profile("amicale")

YOUNG = 100_000  # objects made and not yet freed before the collector looks at them
SCENARIOS = "test_membership_application.py"
LAST = "test_every_element_is_entered_by_some_scenario"  # reads what the scenarios of this run noted

pytest_plugins = ["tests.fixtures.office"]  # it has an option of the command line
PLUGINS = (
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
    "tests.fixtures.thrift",
    "tests.steps.clock",
    "tests.steps.applications",
    "tests.steps.tasks",
    "tests.steps.typing",
    "tests.steps.inbox",
    "tests.steps.payments",
    "tests.steps.members",
    "tests.steps.mails",
    "tests.steps.answers",
    "tests.steps.peers",
    "tests.steps.bank",
    "tests.steps.incidents",
    "tests.steps.privacy",
    "tests.steps.requests",
    "tests.steps.votes",
    "tests.steps.exits",
    "tests.steps.identities",
    "tests.steps.gifts",
    "tests.steps.students",
    "tests.steps.guests",
    "tests.steps.renewing_members",
    "tests.steps.renewals",
    "tests.steps.renewal_orders",
    "tests.steps.renewal_debits",
    "tests.steps.ladders",
    "tests.steps.sms",
    "tests.steps.receipts",
    "tests.steps.parameters",
    "tests.steps.decisions",
    "tests.steps.pledges",
    "tests.steps.surpluses",
    "tests.steps.mandates",
    "tests.steps.office_day",
    "tests.steps.mentoring",
    "tests.steps.mentor_requests",
    "tests.steps.mentoring_pairs",
    "tests.steps.mentoring_mails",
    "tests.steps.cohorts",
    "tests.steps.cohort_sessions",
    "tests.steps.cohort_seats",
    "tests.steps.cohort_changes",
    "tests.steps.cohort_hearings",
    "tests.steps.cohort_seasons",
    "tests.steps.admissions",
    "tests.steps.events",
    "tests.steps.event_mails",
    "tests.steps.event_seats",
    "tests.steps.event_visitors",
    "tests.steps.event_approvals",
    "tests.steps.event_dates",
    "tests.steps.event_expenses",
    "tests.steps.event_mandates",
    "tests.steps.event_permits",
    "tests.steps.event_refunds",
    "tests.steps.event_reports",
)


def pytest_configure(config: pytest.Config) -> None:
    """Loads the fixtures and the steps. Named in `pytest_plugins`, each of them would have pytest ask every package of
    the machine for plugins again: half a second of each worker."""
    pytest.register_assert_rewrite(*PLUGINS)
    for name in PLUGINS:
        config.pluginmanager.register(importlib.import_module(name), name)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Scenarios first, what reads their notes last: so it need not run them itself. Workers take from both ends.

    Tests with a browser begin with the second worker's share, since they wait as much as they work: beside the others
    they fill a core that would be idle, all of them at the end they have each worker wait for its browser.
    """
    items.sort(key=lambda item: 2 if item.name == LAST else int(item.path.name != SCENARIOS))
    workers = getattr(config, "workerinput", {"workercount": 1})["workercount"]
    if workers > 1:
        share = len(items) // workers
        browsing = [item for item in items if item.get_closest_marker("browser")]
        others = [item for item in items if not item.get_closest_marker("browser")]
        items[:] = [*others[:share], *browsing, *others[share:]]


def pytest_collection_finish() -> None:
    """What was imported and collected stays: the garbage collector need not look at it before every test. Nor need it
    look often: a test makes much that lives as long as it does."""
    settle()
    gc.set_threshold(YOUNG, 20, 20)
