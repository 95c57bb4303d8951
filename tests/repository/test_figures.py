"""Delays and amounts that somebody decides are rows of dated tables: no diagram and no module of the association has
them written in (domain §1.6)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from tests.repository.sources import ROOT

ASSOCIATION = ROOT / "workflows" / "association"
DIAGRAMS = sorted((ROOT / "workflows").glob("*/*.bpmn"))
DURATION = re.compile(r"\bP(?=[\dT])(?:\d+[YMWD])*(?:T(?:\d+[HMS])+)?")
# How long a message waits for whoever listens (also `TTL`), and how long a case is kept, are no delays of a process.
KEPT = {"ttl", "privacy.retention"}
WRITTEN_IN = {
    "cohort": {"PT24H", "PT72H"},
    "cohort_participation": {"P14D", "P10D", "P30D"},
    # How often the calendar comes round, as their start events say by name: each week, month, year.
    "cohort_planning": {"P7D"},
    "foundation_year": {"P1Y"},
    "lapsed_donor": {"P1M"},
    "mentorship_matching_round": {"P7D"},
    "membership_exit": {"PT1H"},  # until the cases that heard of a death have acted on it
}
LENGTHS = {"timedelta", "Duration"}
# What no assembly decides: laws of the trade, limits of machines, and the words of a standard.
FIXED = {
    "bank/dividing.py": {"CENT"},  # the smallest coin
    "bank/days.py": {"RETURNS_WITHIN"},  # PSD2, art. 77
    "calendars/icalendar_text.py": {"REFRESH"},
    "cohorts/information.py": {"_KEPT"},  # of a message
    "cohorts/leaders.py": {"AFTER"},  # how long a mandate outlasts the last session
    "cohorts/moving.py": {"NEAR"},  # longer than any night
    "events/calendar_files.py": {"DEFAULT_LENGTH"},  # of an event whose end a file does not say
    "events/changing.py": {"_KEPT"},  # of a message
    "events/incidents.py": {"_OLDEST"},  # a slip of the keyboard
    "events/permits.py": {"_KEPT"},
    "gifts/lapsed.py": {"_LIFE"},  # of a message
    "gifts/pledge_work.py": {"_ORDER_LIFE"},
    "indicators/memberships.py": {"_YEAR"},  # the first one of a student
    "life_plans.py": {"_CENT"},  # what amounts are rounded to
    "mentoring/pairs.py": {"NOTICE"},
    "notices/push.py": {"KEPT_FOR", "SIGNED_FOR", "WITHIN"},  # RFC 8030, RFC 8292
    "notices/sending.py": {"AGAIN", "PATIENCE"},  # between attempts
    "notices/watching.py": {"EVERY"},
    "parameters/deciding.py": {"DAY"},
    "payment_provider.py": {"WINDOW", "_MOST"},  # of a signature; what a column holds
    "payments.py": {"MESSAGE_LIFE"},
    "privacy/requests.py": {"TIME_TO_PART"},  # for the jobs of cases that end by an erasure
    "task_handovers.py": {"LOOKS_BACK"},
}


def _durations(diagram: Path) -> set[str]:
    found: set[str] = set()
    for element in etree.parse(str(diagram)).iter():
        if not isinstance(element.tag, str) or element.get("key") in KEPT or element.get("name") in KEPT:
            continue
        if element.tag.endswith("documentation"):
            continue
        for text in (element.text or "", *element.values()):
            found |= {each for each in DURATION.findall(text) if any(c.isdigit() for c in each)}
    return found


@pytest.mark.parametrize("diagram", DIAGRAMS, ids=lambda diagram: diagram.stem)
def test_no_diagram_has_a_delay_written_in(diagram: Path) -> None:
    assert _durations(diagram) - WRITTEN_IN.get(diagram.stem, set()) == set()


def _constants(module: Path) -> Iterator[str]:
    """Names at the top of a module that hold a length, or an amount other than nought."""
    for node in ast.parse(module.read_text(encoding="utf-8")).body:
        targets = [node.target] if isinstance(node, ast.AnnAssign) else getattr(node, "targets", [])
        names = [each.id for each in targets if isinstance(each, ast.Name)]
        value = getattr(node, "value", None)
        composed = ast.walk(value) if isinstance(value, ast.BinOp | ast.Tuple | ast.Dict) else (value,)
        if names and any(map(_is_figure, composed)):
            yield names[0]


def _is_figure(call: object) -> bool:
    if not isinstance(call, ast.Call):
        return False
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    given = [each.value for each in (*call.args, *(kw.value for kw in call.keywords)) if isinstance(each, ast.Constant)]
    if name in LENGTHS:
        return bool(given)
    return name == "Decimal" and any(float(each) != 0 for each in given if isinstance(each, str | int))


def test_no_module_of_the_association_has_a_figure_written_in() -> None:
    skipped = {"demo", "year"}  # made-up people, and the plays about them
    found = {
        str(module.relative_to(ASSOCIATION)): {name for name in _constants(module) if not name.endswith("TTL")}
        for module in ASSOCIATION.rglob("*.py")
        if module.relative_to(ASSOCIATION).parts[0] not in skipped
    }
    assert {name: left for name, names in found.items() if (left := names - FIXED.get(name, set()))} == {}
    assert {name: names - found[name] for name, names in FIXED.items() if names - found[name]} == {}, "no longer there"
