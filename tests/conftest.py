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

gc.disable()  # until everything is collected: nearly all that is made until then stays
settings.register_profile("amicale", deadline=None)  # no test is timed: machines are shared
settings.load_profile("amicale")

USUAL = 120.0  # seconds that a test may take, as pyproject.toml says
YOUNG = 100_000  # objects made and not yet freed before the collector looks at them
SCENARIOS = "test_membership_application.py"
LONG = ("test_web_matrix.py", "test_year.py", "test_timelapse.py", "test_backup.py", "test_laws.py")
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
    "tests.fixtures.identity",
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
    "tests.steps.bank_lines",
    "tests.steps.incidents",
    "tests.steps.privacy",
    "tests.steps.requests",
    "tests.steps.votes",
    "tests.steps.exits",
    "tests.steps.identities",
    "tests.steps.gifts",
    "tests.steps.students",
    "tests.steps.guests",
    "tests.steps.life_plans",
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
    "tests.steps.mentoring_topics",
    "tests.steps.mentoring_mails",
    "tests.steps.cohorts",
    "tests.steps.cohort_sessions",
    "tests.steps.cohort_seats",
    "tests.steps.cohort_changes",
    "tests.steps.cohort_inside",
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
    "tests.steps.event_incidents",
    "tests.steps.event_mandates",
    "tests.steps.event_permits",
    "tests.steps.event_refunds",
    "tests.steps.event_reports",
)


def pytest_configure(config: pytest.Config) -> None:
    """Loads the fixtures and the steps. Named in `pytest_plugins`, each of them would have pytest ask every package of
    the machine for plugins again: half a second of each worker. The process that only gives workers their tests runs
    none, and would have them wait for it."""
    if config.getoption("dist", "no") != "no" and not hasattr(config, "workerinput") and not config.option.collectonly:
        gc.enable()  # it collects no tests, and keeps every report of the run
        return
    pytest.register_assert_rewrite(*PLUGINS)
    for name in PLUGINS:
        config.pluginmanager.register(importlib.import_module(name), name)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Scenarios first, what reads their notes last: so it need not run them itself. Workers take from both ends.

    Tests with a browser begin with the second worker's share, since they wait as much as they work: beside the others
    they fill a core that would be idle, all of them at the end they have each worker wait for its browser. What takes
    long begins a share too, so that no worker is left alone with it: the longest of the browser's theirs, the others
    that of the third worker.
    """
    items.sort(key=lambda item: 2 if item.name == LAST else int(item.path.name != SCENARIOS))
    workers = getattr(config, "workerinput", {"workercount": 1})["workercount"]
    if workers > 1:
        share = len(items) // workers
        browsing = sorted((item for item in items if item.get_closest_marker("browser")), key=_length, reverse=True)
        others = [item for item in items if not item.get_closest_marker("browser")]
        long = sorted((item for item in others if item.name != LAST and _length(item)), key=_length, reverse=True)
        others = [item for item in others if item.name == LAST or not _length(item)]
        third = max(share, 2 * share - len(browsing))
        items[:] = [*others[:share], *browsing, *others[share:third], *long, *others[third:]]


def _length(item: pytest.Item) -> float:
    """How long a test may take, in seconds, where that is more than others: by its own limit, or for its file."""
    own = item.get_closest_marker("timeout")
    allowed = float(own.args[0]) if own is not None else 0.0
    return allowed if allowed > USUAL else USUAL if item.path.name in LONG else 0.0


def pytest_collection_finish() -> None:
    """What was imported and collected stays: the garbage collector need not look at it before every test. Nor need it
    look often: a test makes much that lives as long as it does."""
    settle()
    gc.enable()
    gc.set_threshold(YOUNG, 20, 20)
