"""Scenarios that came with an update of the software are no change of a draft that had begun before."""

from __future__ import annotations

import io

from flask import Flask

from engine import commands
from engine.assignment import SYSTEM
from engine.engine import Engine
from engine.transaction import transaction
from tests.fixtures.peers import DIAGRAM, PROCESS, SCENARIOS
from tests.security.web import at_desk
from webapp.studio import drafts, versions
from workflows.catalogue import definitions

TOLD = "le racontent autrement"
UPDATED = "une mise à jour du logiciel a apporté d’autres scénarios"


def begun_before(engine: Engine, note: str | None = None) -> tuple[str, dict[str, bytes]]:
    """The address of a draft whose scenarios stood with the software before its update, and its files."""
    with transaction(engine) as session:
        commands.deploy(session, engine, definitions()[PROCESS], by=SYSTEM)
        found = versions.latest(session, PROCESS)
        files = versions.in_force(session, found)
        files[SCENARIOS] += b"# as it was\n"
        draft = drafts.begin(
            session, PROCESS, "Avant la mise à jour", files, by=SYSTEM.id, now=engine.clock.now(), base=found.id,
            note=versions.copied(found) if note is None else note,
        )  # fmt: skip
        return f"/studio/drafts/{draft.id}", files


def test_what_an_update_brought_is_told_as_such(app: Flask, web_engine: Engine) -> None:
    address, files = begun_before(web_engine)
    owner = at_desk(app, web_engine, "Odile", "DATA")
    page = owner.get(address).get_data(as_text=True)
    assert UPDATED in page and SCENARIOS in page and TOLD not in page
    assert "Rien ne diffère de la version en vigueur." in page
    answer = owner.post_form(f"{address}/propose", {"seen": "1", "reason": "x"})
    assert answer.status_code == 422, "nobody changed anything"
    written = io.BytesIO(files[SCENARIOS] + b"# ours\n")
    json = {"Accept": "application/json"}
    saved = owner.post_form(f"{address}/save", {"seen": "1", "files": [(written, SCENARIOS)]}, headers=json)
    assert saved.status_code == 200
    page = owner.get(address).get_data(as_text=True)
    assert TOLD in page and UPDATED not in page, "what the author writes is a change of the draft"


def test_a_change_beside_it_is_told_alone(app: Flask, web_engine: Engine) -> None:
    address, files = begun_before(web_engine)
    owner = at_desk(app, web_engine, "Odile", "DATA")
    longer = files[DIAGRAM].replace(b"</bpmn:definitions>", b"<!-- ours --></bpmn:definitions>")
    sent = {"seen": "1", "files": [(io.BytesIO(longer), DIAGRAM)]}
    assert owner.post_form(f"{address}/save", sent, headers={"Accept": "application/json"}).status_code == 200
    page = owner.get(address).get_data(as_text=True)
    assert UPDATED in page and TOLD not in page and "Rien ne diffère" not in page


def test_files_that_were_taken_in_are_the_draft_s_own(app: Flask, web_engine: Engine) -> None:
    address, _ = begun_before(web_engine, "archive.zip")
    page = at_desk(app, web_engine, "Odile", "DATA").get(address).get_data(as_text=True)
    assert TOLD in page and UPDATED not in page
