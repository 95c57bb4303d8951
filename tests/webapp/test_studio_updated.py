"""Scenarios that came with an update of the software are no change of a draft that had begun before."""

from __future__ import annotations

import io
from collections.abc import Mapping
from uuid import UUID, uuid4

from flask import Flask

from engine import commands
from engine.assignment import SYSTEM
from engine.engine import Engine
from engine.transaction import transaction
from tests.fixtures.peers import DIAGRAM, PROCESS, SCENARIOS
from tests.security.web import at_desk
from webapp.sandbox.scenarios import deployed_of
from webapp.studio import drafts, versions
from webapp.studio.models import StudioDecision
from workflows.catalogue import definitions

TOLD = "le racontent autrement"
UPDATED = "maintenant livré avec d’autres scénarios que ceux de ce brouillon"
OURS_COUNT = "ce sont les siens qui entrent en vigueur, et non les nouveaux"
NOT_IN_FORCE = "maintenant livré avec d’autres scénarios que ceux de la version en vigueur"


def begun_before(
    engine: Engine, note: str | None = None, more: Mapping[str, bytes] | None = None
) -> tuple[str, dict[str, bytes]]:
    """The address of a draft whose scenarios stood with the software before its update (and `more`), and its files."""
    with transaction(engine) as session:
        commands.deploy(session, engine, definitions()[PROCESS], by=SYSTEM)
        found = versions.latest(session, PROCESS)
        files = versions.in_force(session, found)
        files[SCENARIOS] += b"# as it was\n"
        files |= more or {}
        draft = drafts.begin(
            session, PROCESS, "Avant la mise à jour", files, by=SYSTEM.id, now=engine.clock.now(), base=found.id,
            note=versions.copied(found) if note is None else note,
        )  # fmt: skip
        return f"/studio/drafts/{draft.id}", files


def came_into_force(engine: Engine, address: str) -> None:
    """The draft as two people decided it."""
    with transaction(engine) as session:
        draft = drafts.draft(session, UUID(address.rpartition("/")[2]))
        files = deployed_of(drafts.files_of(session, draft.id, draft.rev))
        files[DIAGRAM] += f"<!-- {draft.id} -->".encode()
        deployed = commands.deploy(session, engine, files, by=SYSTEM)
        session.add(
            StudioDecision(
                id=uuid4(), draft_id=draft.id, number=draft.rev, verdict="approved", author=f"person:{uuid4()}",
                reviewer=f"person:{uuid4()}", decided_at=engine.clock.now(), deployment_id=deployed.deployment_id,
            )
        )  # fmt: skip
        draft.state = "deployed"


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
    assert TOLD in page, "what the author writes is a change of the draft"
    assert UPDATED in page, "and approving it would put it in the place of the new ones"


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


def test_the_new_ones_are_taken_in_at_a_press(app: Flask, web_engine: Engine) -> None:
    address, _ = begun_before(web_engine)
    owner = at_desk(app, web_engine, "Odile", "DATA")
    assert OURS_COUNT in owner.get(address).get_data(as_text=True)
    take = f"{address}/delivered"
    assert owner.post_form(take, {"seen": "1", "name": DIAGRAM}).status_code == 404, "no scenarios of an update"
    assert owner.post_form(take, {"seen": "1", "name": SCENARIOS}).status_code == 303
    page = owner.get(address).get_data(as_text=True)
    assert UPDATED not in page and TOLD not in page and "Rien ne diffère de la version en vigueur." in page
    assert "comme le logiciel est livré" in page and "copie de la version 1" in page
    assert owner.get(f"{address}/files/{SCENARIOS}").get_data() == versions.delivered(PROCESS)[SCENARIOS]
    assert owner.post_form(take, {"seen": "2", "name": SCENARIOS}).status_code == 404, "there is nothing new any more"
    assert owner.post_form(f"{address}/restore", {"seen": "2", "number": "1"}).status_code == 303
    assert UPDATED in owner.get(address).get_data(as_text=True), "back as it began, it is offered again"
    reader = at_desk(app, web_engine, "Rose", "FINANCE")
    assert reader.post_form(take, {"seen": "3", "name": SCENARIOS}).status_code == 403


def test_a_file_that_the_update_left_out_is_left_out_at_a_press(app: Flask, web_engine: Engine) -> None:
    address, _ = begun_before(web_engine, more={"former.feature": b"Feature: of old\n"})
    owner = at_desk(app, web_engine, "Odile", "DATA")
    assert "le logiciel ne l’a plus" in owner.get(address).get_data(as_text=True)
    assert owner.post_form(f"{address}/delivered", {"seen": "1", "name": "former.feature"}).status_code == 303
    assert owner.get(f"{address}/files/former.feature").status_code == 404


def test_what_came_into_force_from_the_studio_is_told_of_them_too(app: Flask, web_engine: Engine) -> None:
    address, _ = begun_before(web_engine)
    owner = at_desk(app, web_engine, "Odile", "DATA")
    of_process = f"/studio/{PROCESS}"
    assert NOT_IN_FORCE not in owner.get(of_process).get_data(as_text=True), "the delivered ones are in force"
    came_into_force(web_engine, address)
    assert UPDATED not in owner.get(address).get_data(as_text=True), "it is decided"
    assert NOT_IN_FORCE in owner.get(of_process).get_data(as_text=True)
    copy = owner.post_form(f"{of_process}/drafts", {"name": "La suivante"}).headers["Location"]
    page = owner.get(copy).get_data(as_text=True)
    assert UPDATED in page and OURS_COUNT in page and "Rien ne diffère" in page
    assert owner.post_form(f"{copy}/delivered", {"seen": "1", "name": SCENARIOS}).status_code == 303
    page = owner.get(copy).get_data(as_text=True)
    assert UPDATED not in page and TOLD in page, "now they are a change that can be asked for"
    came_into_force(web_engine, copy)
    assert NOT_IN_FORCE not in owner.get(of_process).get_data(as_text=True)


def test_a_draft_that_was_put_away_says_what_it_leaves_out(app: Flask, web_engine: Engine) -> None:
    address, _ = begun_before(web_engine)
    owner = at_desk(app, web_engine, "Odile", "DATA")
    assert owner.post_form(f"{address}/discard", {}).status_code == 303
    page = owner.get(address).get_data(as_text=True)
    assert UPDATED in page and OURS_COUNT not in page and "/delivered" not in page


def test_how_a_save_came_about_is_said_in_english_too(app: Flask, web_engine: Engine) -> None:
    address, _ = begun_before(web_engine)
    owner = at_desk(app, web_engine, "Odile", "DATA")
    owner.post_form("/language", {"language": "en", "next": "/"})
    owner.post_form(f"{address}/delivered", {"seen": "1", "name": SCENARIOS})
    owner.post_form(f"{address}/restore", {"seen": "2", "number": "1"})
    page = owner.get(address).get_data(as_text=True)
    assert [words in page for words in ("copy of version 1", "as the software brings it", "as in save 1")] == [True] * 3
