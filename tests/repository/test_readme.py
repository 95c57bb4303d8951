"""What the README says is true: its program runs, its table is the gate's, its files exist."""

from __future__ import annotations

import re
import subprocess
import sys

from tests.conformance.elements import MARK, OWN, TABLE, rows, shown, written
from tests.repository.sources import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_twenty_lines_run_and_print_what_they_say() -> None:
    program = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    assert program is not None
    expected = re.findall(r"# (\[.*\])$", program.group(1), re.MULTILINE)
    answer = subprocess.run(
        [sys.executable, "-c", program.group(1)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert answer.stdout.splitlines() == expected, answer.stderr
    assert len(expected) == 2
    assert sum(1 for line in program.group(1).splitlines() if line.strip()) <= 21


def test_the_table_of_elements_is_the_gates() -> None:
    table = TABLE.search(README)
    assert table is not None
    assert table.group(2).replace(MARK, "").splitlines() == [row.replace(MARK, "") for row in rows(frozenset())]


def test_the_table_of_elements_is_what_the_conformance_runs_show() -> None:
    """Else: python -m tests.conformance.elements --write"""
    assert written(README, rows(shown([OWN]))) == README


def test_every_linked_file_exists() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
    broken = [
        f"{page.name}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))
        if not target.startswith(("http", "mailto:")) and not (page.parent / target).exists()
    ]
    assert broken == []
