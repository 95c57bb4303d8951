"""`amicale timelapse cohort`: the same seed tells the same story, another seed another one."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from webapp.settings import Settings
from webapp.timelapse.cohort import FIRST_DAY, PROCESSES, Story
from webapp.timelapse.stage import open_stage
from workflows.association.year.lots import Lots


def told(settings: Settings, folder: Path, seed: int, days: int) -> list[str]:
    folder.mkdir()
    stage = open_stage(settings, folder, FIRST_DAY, PROCESSES)
    lines: list[str] = []
    with stage.engine:
        Story(stage, Lots(seed), lines.append).play(timedelta(days=days))
    return lines


def night_mails(lines: list[str]) -> list[str]:
    """Mails that leave at night: the one reader abroad, whose day is another, is left out."""
    told = [line.split(maxsplit=5) for line in lines if "elias.essai" not in line]
    mails = [words for words in told if words[4] == "mail" and ", leaves " not in words[5]]
    return [" ".join(words) for words in mails if not "08:00" <= words[2] < "20:00"]


def test_the_same_story_twice_is_identical(settings: Settings, tmp_path: Path) -> None:
    first, second = (told(settings, tmp_path / name, 7, 100) for name in ("a", "b"))
    assert first == second
    assert any("séance 1, lundi 31 août 2026, 18:30 + invitation" in line for line in first)
    (abroad,) = [line for line in first if "(mardi 1er septembre 2026, 01:30 à Tokyo)" in line]
    assert "18:30 à Paris" in abroad
    assert "leaves Sun 2026-08-30 01:00 +0200" in abroad, "eight in the morning of Tokyo"
    assert any("meetings’ report: write_report" in line for line in first), "their life is told to its end"
    assert any("at the meeting: give_opinion" in line for line in first)
    assert any("go_no_go → GO" in line for line in first)
    assert night_mails(first) == []


@pytest.mark.campaign
def test_eight_months_and_a_year_of_news(settings: Settings, tmp_path: Path) -> None:
    lines = told(settings, tmp_path / "whole", 1, 720)
    completed = [line for line in lines if "case completed" in line and "meeting" not in line]
    assert len(completed) == 13, "the cohort, and twelve people in it"
    assert any("meetings: case completed" in line for line in lines)
    assert any("meetings’ report: case completed" in line for line in lines)
    assert not any("incident" in line for line in lines)
    assert night_mails(lines) == []
    assert any("session_is_over at Mon 2027-04-26 21:30 +0200" in line for line in lines), "32 sessions, three skipped"
