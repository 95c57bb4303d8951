"""Names on diagrams say no length of time: a dated table or the panel decides it, and the name would stay."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest
from lxml import etree

import workflows

DIAGRAMS: Final = [file for entry in workflows.catalogue() for file in sorted(entry.path.glob("*.bpmn"))]
NUMBERS: Final = (
    r"\d+(?:er|re|e|st|nd|rd|th)?|une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|douze|quatorze|quinze|vingt|trente"
    r"|quarante|soixante|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|fifteen|twenty|thirty"
)
UNITS: Final = r"minutes?|heures?|h|jours?|j|semaines?|mois|ans?|années?|hours?|days?|d|weeks?|months?|years?"
ORDINALS: Final = r"(?:premi(?:er|ère)|deuxième|second|first|third) (?:jour|semaine|mois|année|day|week|month|year)"
LENGTH: Final = re.compile(
    rf"\b(?:{NUMBERS})[\s-]+(?:(?:working|calendar) )?(?:{UNITS})\b|\b{ORDINALS}\b|\b[JD][−-]\d", re.IGNORECASE
)
SAID: Final = re.compile(r"i18n\.\w+\.name|journey\.\w+")
# What no table of the house decides: the clock and calendar of a start, the law, and how long a talk or a training is.
FIXED: Final = frozenset(
    {
        ("cohort_planning", "week_has_come"), ("mentorship_matching_round", "week_has_begun"),
        ("membership_student", "is_minor"), ("membership_student", "student_is_graduate"),
        ("cohort_admission", "hold_talk"), ("mentor_registration", "attend_training"),
    }
)  # fmt: skip


@pytest.mark.parametrize("file", DIAGRAMS, ids=lambda file: file.stem)
def test_no_name_says_how_long(file: Path) -> None:
    found = {
        (file.stem, each.get("id", "")): said
        for each in etree.parse(file).getroot().iterfind(".//{*}*[@id]")
        for said in _words(each)
        if LENGTH.search(said)
    }
    fixed = {place for place in FIXED if place[0] == file.stem}
    assert {place: said for place, said in found.items() if place not in fixed} == {}
    assert fixed <= found.keys()  # else the exception is over


@pytest.mark.parametrize(
    "said", ["7 jours", "Deux semaines avant", "J−60", "Première semaine", "End + 1 d", "48 heures"]
)
def test_lengths_are_known_when_they_are_met(said: str) -> None:
    assert LENGTH.search(said)


def _words(element: etree._Element) -> list[str]:
    """What a reader is shown of an element: its name in both languages, its text, its step in the journey."""
    properties = element.iterfind("{*}extensionElements/{*}properties/{*}property")
    own = [each.get("value", "") for each in properties if SAID.fullmatch(each.get("name", ""))]
    return [*own, element.get("name", ""), element.findtext("{*}text") or ""]
