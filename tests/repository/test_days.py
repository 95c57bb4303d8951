"""What day it is, is said in one place: pages that reckon it themselves come to two days in a house of another zone."""

from __future__ import annotations

import re

from tests.repository.sources import ROOT

WEBAPP = ROOT / "webapp"
OWN = re.compile(
    r"local_day\(engine\(\)\.clock\.now\(\), (?:PARIS|.*\.zone\)?)\)"
    r"|engine\(\)\.clock\.now\(\)\.astimezone\((?:PARIS|.*\.zone\)?)\)\.date\(\)|def _today\(\)"
)


def test_pages_ask_for_the_day_in_one_place() -> None:
    found = {str(file.relative_to(WEBAPP)) for file in WEBAPP.rglob("*.py") if OWN.search(file.read_text("utf-8"))}
    assert found == {"auth.py"}
