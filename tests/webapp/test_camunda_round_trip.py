"""Files of Camunda's tools through the editor's reader and writer: but for the label that changed, all stays."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from webapp.cli.assets import SOURCES, tools
from webapp.studio.merging import trees

FOLDER = Path(__file__).parent / "camunda"
FILES = {file.stem: file.read_bytes() for file in sorted(FOLDER.glob("*.bpmn"))}
pytestmark = pytest.mark.skipif(not (SOURCES / "node_modules" / "bpmn-moddle").is_dir(), reason="run `make assets`")


@pytest.fixture(scope="module")
def written() -> Mapping[str, Any]:
    """Each file, one element of it renamed: as `bpmn-moddle`, with which the editor reads and writes, saves it."""
    node, _ = tools()
    sent = json.dumps({name: body.decode() for name, body in FILES.items()})
    program = [*node, str(FOLDER / "again.mjs"), str(SOURCES)]
    answer = subprocess.run(program, input=sent, capture_output=True, text=True, check=True, timeout=60)
    return dict(json.loads(answer.stdout))


@pytest.mark.parametrize("file", sorted(FILES))
def test_nothing_is_lost_but_the_label_that_changed(written: Mapping[str, Any], file: str) -> None:
    told = written[file]
    assert told["warnings"] == []
    before, after = trees.read(f"{file}.bpmn", FILES[file]), trees.read(f"{file}.bpmn", told["xml"].encode())
    assert list(after.units) == list(before.units)
    renamed, was = after.units[told["element"]], before.units[told["element"]].get("name", "")
    assert renamed.get("name") == f"{was} !"
    renamed.set("name", was)
    assert foreign(after.root) == foreign(before.root), "drawing, root attributes and all that belongs to no unit"


def foreign(node: etree._Element) -> Counter[tuple[object, ...]]:
    """What an element says, and all inside of it, in any order; a type that is only written for readers of XML is none
    of it."""
    attributes = frozenset((name, text) for name, text in node.attrib.items() if "XMLSchema" not in name)
    told = Counter([(node.tag, attributes, " ".join((node.text or "").split()))])
    for child in node.iterchildren(etree.Element):
        told += foreign(child)
    return told
