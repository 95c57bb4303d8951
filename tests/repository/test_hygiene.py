"""What must never be committed: places of one machine, registries, leftovers, build results."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repository.sources import ROOT, files

HERE = Path(__file__).relative_to(ROOT)
TEXT = {".py", ".md", ".toml", ".lock", ".json", ".html", ".js", ".mjs", ".css", ".scss", ".feature", ".bpmn",
        ".dmn", ".form", ".po", ".txt", ".cfg", ".ini", ".yml", ".yaml", ".csv", ".xml", ""}  # fmt: skip
# Spelled in pieces, so that this file does not find itself.
REGISTRIES = re.compile(
    "|".join(["pypi" + r"\.org", "python" + "hosted", "registry" + r"\.npmjs", "deb" + r"\.debian"])
)
MACHINE = re.compile(r"(?<![\w.])/(?:" + "|".join(["wo" + "rk", "ro" + "ot", "ho" + "me/[a-z]+"]) + ")/")
LEFTOVERS = re.compile(r"\b(?:" + "|".join(["TO" + "DO", "FIX" + "ME", "X" + "XX"]) + r")\b")


def _found(pattern: re.Pattern[str], suffixes: set[str]) -> list[str]:
    places = []
    for file in files():
        if file.suffix not in suffixes or file == HERE:
            continue
        text = (ROOT / file).read_text(encoding="utf-8", errors="replace")
        places += [f"{file}: {match.group()}" for match in pattern.finditer(text)]
    return places


def test_no_package_registry_is_named() -> None:
    assert _found(REGISTRIES, TEXT) == []


def test_no_path_of_a_machine_is_named() -> None:
    assert _found(MACHINE, TEXT) == []


def test_no_text_was_read_in_a_wrong_encoding() -> None:
    """C1 controls (U+0080 to U+009F) are what is left of UTF-8 that was taken for Latin-1."""
    assert _found(re.compile("[\x80-\x9f]"), TEXT) == []


def test_nothing_is_left_for_later_in_the_code() -> None:
    assert _found(LEFTOVERS, {".py", ".mjs", ".js", ".html", ".css"}) == []


def test_no_build_result_is_tracked() -> None:
    built = [
        file
        for file in files()
        if "node_modules" in file.parts or "dist" in file.parts or file.suffix in {".pyc", ".mo"}
    ]
    assert built == []


def test_no_tracked_file_is_heavy() -> None:
    heavy = [f"{file}: {(ROOT / file).stat().st_size}" for file in files() if (ROOT / file).stat().st_size > 600_000]
    assert heavy == []


def test_the_style_is_the_agreed_one() -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--no-cache", "."],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout[-4000:]


def test_every_hash_is_locked() -> None:
    for name in ("requirements.lock", "requirements-test.lock", "requirements-node.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "--hash=sha256:" in text
        assert "://" not in text


def test_what_tests_need_is_all_that_the_product_needs_and_more() -> None:
    """In the same versions: `make test` installs the one list and what the other has besides at the same time."""
    pinned = [
        set(re.findall(r"^[a-z0-9]\S+==\S+", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))
        for name in ("requirements.lock", "requirements-test.lock")
    ]
    assert pinned[0] < pinned[1]


def test_the_layout_is_the_formatters() -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--no-cache", "--check", "."],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout[-2000:]


@pytest.mark.timeout(600)  # the first run of a fresh clone reads every library
def test_the_types_hold() -> None:
    answer = subprocess.run([sys.executable, "-m", "mypy"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout[-4000:]
