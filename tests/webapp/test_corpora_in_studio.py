"""Diagrams and tables of others through every way into the studio: refused with the file and the reason and nothing
kept, or taken in, and then every page of the draft says what it lacks. A few in each run, all in a campaign."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path
from typing import Final
from uuid import UUID

import pytest

from engine.engine import Engine
from engine.transaction import reading
from tests.fixtures.pages import LookedAtPages
from tests.fixtures.peers import DIAGRAM, PROCESS
from tests.webapp.test_studio import begin, counts, house, owner, send, zipped
from webapp.studio.models import StudioDraft

__all__ = ["house", "owner"]  # fixtures
OWN: Final = sorted((Path(__file__).parents[1] / "conformance" / "cases").rglob("*.[bd][pm][mn]*"))
FEW: Final = [*OWN[::60], *sorted((Path(__file__).parent / "camunda").glob("*.bpmn"))[:2]]
FOLDER: Final = os.environ.get("AMICALE_CONFORMANCE")
ALL: Final = sorted(Path(FOLDER).rglob("*.[bd][pm][mn]*")) if FOLDER else []
WAYS: Final = ("save", "branch", "check")  # of an editor


def test_a_few_come_in_by_every_way(owner: LookedAtPages, house: Engine) -> None:
    walk(owner, house, FEW)


@pytest.mark.campaign
@pytest.mark.timeout(7_200)
@pytest.mark.skipif(FOLDER is None, reason="NOT RUN: AMICALE_CONFORMANCE names no folder of diagrams and tables")
def test_all_come_in_by_every_way(owner: LookedAtPages, house: Engine) -> None:
    assert len(ALL) > 240
    walk(owner, house, ALL)


def walk(owner: LookedAtPages, house: Engine, files: list[Path]) -> None:
    wrong: dict[str, list[str]] = {}
    for file in files:
        try:
            found = [*brought(owner, house, file), *saved(owner, house, file)]
        except AssertionError as unsound:  # of a page: ids twice, a label for nothing
            found = [str(unsound)]
        if found:
            wrong[str(file)] = found
    assert not wrong, "\n".join(f"{file}: {each}" for file, found in wrong.items() for each in found)


def brought(owner: LookedAtPages, house: Engine, file: Path) -> list[str]:
    """The file as a draft of its own, a diagram in place of ours: what of it is no honest answer."""
    body, name = file.read_bytes(), DIAGRAM if file.suffix == ".bpmn" else plain(file)
    before = counts(house)
    answer = owner.post_form(f"/studio/{PROCESS}/import", {"files": (io.BytesIO(body), name)})
    if answer.status_code == 422:
        kept = [] if counts(house) == before else ["import: something is kept"]
        return [*kept, *([] if name in answer.get_data(as_text=True) else ["import: does not name the file"])]
    if answer.status_code != 303:
        return [f"import: {answer.status_code}"]
    draft = answer.headers["Location"]
    found = pages(owner, draft, name)
    if owner.get(f"{draft}/files/{name}").get_data() != body:
        found.append("import: other bytes are kept")
    found += [f"zip: {each}" for each in packed(owner, house, draft, name, body)]
    return found


def pages(owner: LookedAtPages, draft: str, name: str) -> list[str]:
    """The pages and answers of a draft that do not come."""
    wanted = ["", f"/edit/{name}", "/shape", "/export.zip", "/variables.json", "/templates.json"]
    wanted += [f"/list/{name}"] if name.endswith(".bpmn") else []
    got = {each: owner.get(f"{draft}{each}").status_code for each in wanted}
    return [f"{each}: {status}" for each, status in got.items() if status != 200]


def packed(owner: LookedAtPages, house: Engine, draft: str, name: str, body: bytes) -> list[str]:
    """The same in an archive, taken into the draft in place of everything; then approval is asked for."""
    taken = owner.post_form(
        f"{draft}/import", {"seen": seen(house, draft), "files": (io.BytesIO(zipped(name, body)), "all.zip")}
    ).status_code
    shown = owner.get(draft).status_code
    proposed = owner.post_form(f"{draft}/propose", {"seen": seen(house, draft), "reason": "Corpus"}).status_code
    good = (taken, shown) == (303, 200) and proposed in {303, 409, 422}
    return [] if good else [f"taken in {taken}, shown {shown}, proposed {proposed}"]


def seen(house: Engine, draft: str) -> str:
    """The newest save of a draft."""
    with reading(house) as session:
        return str(session.get_one(StudioDraft, UUID(draft.rpartition("/")[2])).rev)


def saved(owner: LookedAtPages, house: Engine, file: Path) -> list[str]:
    """The file beside those of a draft, as an editor sends it: all ways say the same."""
    draft, body, name, found = begin(owner), file.read_bytes(), plain(file), []
    before = counts(house)
    statuses = {}
    for way in WAYS:
        answer = send(owner, f"{draft}/{way}", 1, {name: body})
        statuses[way] = answer.status_code
        if answer.status_code == 422 and not answer.json["message"]:
            found.append(f"{way}: refused without a word")
    if set(statuses.values()) not in ({200}, {422}):
        found.append(f"{statuses}")
    if set(statuses.values()) == {422} and counts(house) != before:
        found.append("save: something is kept")
    if set(statuses.values()) == {200} and owner.get(draft).status_code != 200:
        found.append("the draft does not open")
    return found


def plain(file: Path) -> str:
    """A name that a file of a draft may have."""
    return re.sub(r"[^A-Za-z0-9_.-]", "_", file.name).lstrip(".-")[-100:]
