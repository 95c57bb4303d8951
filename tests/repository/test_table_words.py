"""Tables and scenarios are told in both languages: names, headings, notes, titles, and the codes that tables answer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree

from engine import dmn
from tests.repository.sources import ROOT
from webapp.sandbox.scenarios import scenarios_in
from webapp.studio.file_titles import file_titles
from webapp.studio.table_texts import english_missing

TABLES = sorted(file for file in (ROOT / "workflows").rglob("*.dmn") if not file.is_symlink())
FEATURES = sorted((ROOT / "workflows").glob("*/*.feature"))
NAMES_THEMSELVES = {"2042-RICI 7UF", "2042-IFI", "2069-RCI", "TGE"}  # codes that are what people read: tax forms
ALIKE = {"attendance_rule.dmn"}  # “Absences” in both languages


@pytest.mark.parametrize("file", TABLES, ids=lambda file: file.stem)
def test_what_people_read_of_a_table_has_its_english(file: Path) -> None:
    files = {file.name: file.read_bytes()}
    assert [finding.params for finding in english_missing(files)] == []
    french, english = (file_titles(files, language)[file.name] for language in ("fr", "en"))
    assert (french != english) is (file.name not in ALIKE)


@pytest.mark.parametrize("file", TABLES, ids=lambda file: file.stem)
def test_every_code_that_a_table_answers_has_words(file: Path) -> None:
    texts = [text for text in dmn.read(file.read_bytes(), name=file.name).texts if text.kind == "value"]
    assert [text.drawn for text in texts if set(text.spoken) != {"fr", "en"}] == []
    worded = {(text.element, text.drawn) for text in texts}
    assert [each for each in _codes(file) if each not in worded and each[1] not in NAMES_THEMSELVES] == []


def _codes(file: Path) -> set[tuple[str, str]]:
    """The codes in the cells of columns of text that are answered, each with its column."""
    found = set()
    for table in etree.parse(str(file)).iter("{*}decisionTable"):
        for place, column in enumerate(table.findall("{*}output")):
            cells = [rule.findall("{*}outputEntry")[place].findtext("{*}text") for rule in table.findall("{*}rule")]
            if column.get("typeRef") == "string":
                found |= {
                    (column.get("id", ""), code) for cell in cells for code in re.findall(r'"([^"]+)"', cell or "")
                }
    return found


@pytest.mark.parametrize("file", FEATURES, ids=lambda file: file.stem)
def test_every_scenario_has_its_english_title(file: Path) -> None:
    files = {file.name: file.read_bytes()}
    assert [each.name for each in scenarios_in(files) if set(each.names) != {"en"}] == []
    assert file_titles(files, "fr")[file.name] != file_titles(files, "en")[file.name]


def test_they_are_found() -> None:
    assert len(TABLES) > 35 and len(FEATURES) > 30
