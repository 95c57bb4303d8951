"""Migrations stand in one line, numbered one after the other: two that were written side by side are seen here."""

from __future__ import annotations

import re

from tests.repository.sources import ROOT

VERSIONS = ROOT / "webapp" / "migrations" / "versions"
NAMED = re.compile(r"^(revision|down_revision)(?:: [^=]+)? = [\"']?(\w+)", re.MULTILINE)


def test_each_migration_follows_the_one_before_it() -> None:
    files = sorted(VERSIONS.glob("[0-9]*.py"))
    said = [dict(NAMED.findall(file.read_text(encoding="utf-8"))) for file in files]
    numbers = [f"{number:04}" for number in range(1, len(files) + 1)]
    assert [file.name[:4] for file in files] == numbers
    assert [each["revision"] for each in said] == numbers
    assert [each["down_revision"] for each in said] == ["None", *numbers[:-1]]
