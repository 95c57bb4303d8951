"""Tests in forks of the process that collected them: each is run once and told, whatever becomes of its process."""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

MORTAL = """
import os, warnings, pytest

def test_lives(tmp_path): (tmp_path / "file").touch()
def test_dies(): os.kill(os.getpid(), 9)
def test_comes_after_it(capfd):
    print("heard")
    assert capfd.readouterr().out == "heard\\n"
def test_fails():
    print("said before")
    assert 1 == 2
def test_warns(): warnings.warn("beware")
@pytest.mark.skip(reason="why not")
def test_is_skipped(): pass
@pytest.fixture(scope="module")
def kept():
    yield
    raise ValueError("at the end of the module")
def test_keeps(kept): pass
"""
PROCESS = """
import os, pathlib, pytest

@pytest.mark.parametrize("number", range(3))
def test_is_in_one_process(number):
    note = pathlib.Path(__file__).with_suffix(".process")
    assert not number or note.read_text() == str(os.getpid())
    note.write_text(str(os.getpid()))
"""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Files of tests, of which one has a death and a failure."""
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "test_mortal.py").write_text(MORTAL)
    for name in "abcd":
        (tmp_path / f"test_{name}.py").write_text(PROCESS)
    return tmp_path


def run(files: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The tests of these files, in two workers."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "-p",
        "tests.fixtures.workers",
        "--workers",
        "2",
        *arguments,
    ]
    return subprocess.run(command, cwd=files, capture_output=True, text=True, check=False)


def test_every_test_is_told_once_though_a_worker_dies(files: Path) -> None:
    answer = run(files, "-v", "--junitxml=told.xml")
    assert answer.returncode == 1
    assert "2 failed, 16 passed, 1 skipped, 1 warning, 1 error" in answer.stdout
    for said in ("ended with -9 while it ran this", "said before", "UserWarning: beware", "at the end of the module"):
        assert said in answer.stdout, answer.stdout
    told = [case.get("name") for case in ET.parse(files / "told.xml").iter("testcase")]
    assert len(told) == len(set(told)) + 3 * 3  # the three names of the four alike are four times there
    assert "[gw0]" in answer.stdout
    assert "[gw1]" in answer.stdout


def test_a_run_stops_where_it_is_told_to(files: Path) -> None:
    answer = run(files, "-x", "test_mortal.py", "test_a.py")
    assert answer.returncode == 1
    assert "stopping after 1 failures" in answer.stdout
    assert "test_fails" not in answer.stdout
