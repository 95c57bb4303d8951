"""A draft that began before the version in force: it says what it would undo, and takes that in beside its own."""

from __future__ import annotations

import io
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from engine import commands
from engine.assignment import SYSTEM
from engine.clock import VirtualClock
from engine.engine import Engine
from engine.transaction import transaction
from tests.security.web import at_desk
from tests.webapp.test_studio import send
from webapp.studio import drafts
from workflows.catalogue import definitions

PROCESS = "payment_incident"
DIAGRAM, TABLE = f"{PROCESS}.bpmn", "sepa_incident.dmn"
FILES = definitions()[PROCESS]
OURS = FILES[DIAGRAM].replace("Appeler l’adhérent·e".encode(), b"Joindre la personne")
THEIRS = FILES[TABLE].replace("Choisir la suite d’un incident".encode(), b"Choisir la suite")
NOTICE = "la version 2 est entrée en vigueur"


def test_a_draft_takes_in_what_came_into_force_since(app: Flask, web_engine: Engine, clock: VirtualClock) -> None:
    assert FILES[DIAGRAM] != OURS and FILES[TABLE] != THEIRS
    with transaction(web_engine) as session:
        commands.deploy(session, web_engine, FILES, by=SYSTEM)
    owner = at_desk(app, web_engine, "Odile", "PROCESS_OWNER")
    address = owner.post_form(f"/studio/{PROCESS}/drafts", {"name": "Autre nom"}).headers["Location"]
    send(owner, f"{address}/save", 1, {DIAGRAM: OURS})
    assert NOTICE not in owner.get(address).get_data(as_text=True)
    assert owner.post_form(f"{address}/merge").headers["Location"] == address, "nothing to bring in"
    clock.advance(timedelta(minutes=1))
    with transaction(web_engine) as session:
        commands.deploy(session, web_engine, {**FILES, TABLE: THEIRS}, by=SYSTEM)
    assert NOTICE in owner.get(address).get_data(as_text=True)
    asked = {"seen": "2", "reason": "Un autre nom"}
    assert owner.post_form(f"{address}/propose", asked).status_code == 303
    reviewer = at_desk(app, web_engine, "Remi", "PROCESS_OWNER")
    page = reviewer.get(address).get_data(as_text=True)
    assert NOTICE in page and "le demande" in page, "who decides is told what it would undo"
    assert owner.post_form(f"{address}/take-back").status_code == 303
    page = owner.get(address).get_data(as_text=True)
    assert NOTICE in page and "Demander l’accord" in page, "and so is who has it back"
    merge = owner.post_form(f"{address}/merge").headers["Location"]
    page = owner.get(merge).get_data(as_text=True)
    assert "Version 2, en vigueur" in page and "Version : Version" not in page.replace("\u00a0", " ")
    assert "Un seul des deux" in page and "Vous choisissez" not in page
    assert f'href="{address}">Laisser le brouillon tel quel' in page
    assert owner.post_form(f"{address}/merge").headers["Location"] == merge, "the one that stands there"
    assert "Version 2, en vigueur" not in owner.get(f"/studio/{PROCESS}").get_data(as_text=True), "it is nobody's draft"
    assert owner.post_form(merge, {"seen": "2"}).status_code == 303
    page = owner.get(address).get_data(as_text=True)
    assert NOTICE not in page
    for name, words in ((DIAGRAM, "Joindre la personne"), (TABLE, 'name="Choisir la suite"')):
        assert words in owner.get(f"{address}/files/{name}").get_data(as_text=True)


@pytest.mark.parametrize("kept_apart", [False, True])
def test_what_a_draft_began_with_is_its_authors_and_stays(
    app: Flask, web_engine: Engine, clock: VirtualClock, kept_apart: bool
) -> None:
    with transaction(web_engine) as session:
        commands.deploy(session, web_engine, FILES, by=SYSTEM)
    owner = at_desk(app, web_engine, "Odile", "PROCESS_OWNER")
    sent = {"files": [(io.BytesIO(OURS), DIAGRAM)]}
    address = owner.post_form(f"/studio/{PROCESS}/import", sent, content_type="multipart/form-data").headers["Location"]
    if kept_apart:
        with transaction(web_engine) as session:
            draft_id = UUID(address.rpartition("/")[2])
            now = web_engine.clock.now()
            branched = drafts.branch(session, draft_id, 1, {}, "À part", by=str(SYSTEM.id), now=now)
            branched.begun_by = drafts.draft(session, draft_id).begun_by
            address = f"/studio/drafts/{branched.id}"
    clock.advance(timedelta(minutes=1))
    with transaction(web_engine) as session:
        commands.deploy(session, web_engine, {**FILES, TABLE: THEIRS}, by=SYSTEM)
    merge = owner.post_form(f"{address}/merge").headers["Location"]
    assert owner.post_form(merge, {"seen": "1"}).status_code == 303
    for name, words in ((DIAGRAM, "Joindre la personne"), (TABLE, 'name="Choisir la suite"')):
        assert words in owner.get(f"{address}/files/{name}").get_data(as_text=True)
