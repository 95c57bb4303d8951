"""Golden cases of this association: beside each table a `<decision>.cases.json` (see `engine.dmn.golden`)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from engine import dmn
from engine.dmn.golden import SUFFIX, Outcome, read_cases, run_cases
from engine.feel import Environment


def run(folder: Path, *, now: datetime, zone: ZoneInfo) -> tuple[Outcome, ...]:
    """Evaluates every case of a process folder. Raises FileNotFoundError for cases without their table."""
    environment = Environment(lambda: now, zone)
    found: list[Outcome] = []
    for file in sorted(folder.glob(f"*{SUFFIX}")):
        cases = read_cases(file.read_bytes(), name=file.name)
        tables = {each.name: each.read_bytes() for each in sorted(folder.glob("*.dmn"))}
        found += run_cases(dmn.Folder(tables).model(f"{cases.decision}.dmn"), cases, environment)
    return tuple(found)
