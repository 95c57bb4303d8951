"""Rows of a table that come back from a spreadsheet: which former one each goes on as, so that its English stays."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.repository.sources import ROOT
from webapp.cli.assets import tools

TABLES = ROOT / "webapp" / "assets" / "src" / "studio" / "tables.js"
PROGRAM = """const { paired } = await import(process.argv[1]);
console.log(JSON.stringify(paired(...JSON.parse(process.argv[2]))));"""
ROW = {"cells": ["A", "1"], "note": "Avant"}


def paired(wanted: list[object], had: list[object]) -> object:
    node, _ = tools()
    program = [*node, "--input-type=module", "-e", PROGRAM, TABLES.as_uri(), json.dumps([wanted, had, 1])]
    return json.loads(subprocess.run(program, capture_output=True, text=True, check=True, timeout=60).stdout)


@pytest.mark.parametrize(
    ("row", "place"),
    [
        ({"cells": ["A", "2"], "note": "Autre"}, 0),
        ({"cells": ["B", "2"], "note": "Avant"}, 0),
        ({"cells": ["B", "2"], "note": None}, 0),
        ({"cells": ["B", "2"], "note": "Tout autre"}, -1),
        ({"cells": ["B", "2"], "note": ""}, -1),
    ],
)
def test_a_row_goes_on_as_the_one_whose_note_is_still_true(row: dict[str, object], place: int) -> None:
    assert paired([row], [ROW]) == [place]


def test_each_former_row_goes_on_once_and_moved_ones_are_found() -> None:
    rows = [{"cells": [name, "1"], "note": name} for name in "ABC"]
    assert paired([rows[2], rows[0], rows[0]], rows) == [2, 0, -1]
