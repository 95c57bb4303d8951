"""Drafts: who begins one, what a save keeps, what is refused, and what happens when two people save."""

from __future__ import annotations

import io
import json
import re
import zipfile
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

import workflows
from engine import commands
from engine.assignment import SYSTEM
from engine.engine import Engine
from engine.transaction import reading, transaction
from tests.fixtures.pages import LookedAtPages
from tests.fixtures.peers import DIAGRAM, FILES, PROCESS, SCENARIOS
from tests.forms.drawn import component, form
from tests.security import corpora
from tests.security.test_definitions import DECISIONS, FORMS
from tests.security.web import at_desk
from webapp.definitions import own
from webapp.studio import drafts, starters, versions
from webapp.studio.models import StudioDecision, StudioDraft, StudioFile, StudioRevision
from workflows.catalogue import entry


@pytest.fixture
def house(web_engine: Engine) -> Engine:
    """The association with one process in force."""
    with transaction(web_engine) as session:
        commands.deploy(session, web_engine, FILES, by=SYSTEM)
    return web_engine


@pytest.fixture
def owner(app: Flask, house: Engine) -> LookedAtPages:
    return at_desk(app, house, "Odile", "DATA")


def begin(browser: LookedAtPages) -> str:
    """The address of a new draft."""
    return browser.post_form(f"/studio/{PROCESS}/drafts", {"name": "Dix jours"}).headers["Location"]


def send(browser: LookedAtPages, address: str, seen: int, files: dict[str, bytes]) -> TestResponse:
    """What an editor sends."""
    sent = [(io.BytesIO(body), name) for name, body in files.items()]
    return browser.post_form(address, {"seen": str(seen), "files": sent}, headers={"Accept": "application/json"})


def counts(engine: Engine) -> list[int]:
    with reading(engine) as session:
        return [
            session.scalar(select(func.count()).select_from(table)) or 0
            for table in (StudioDraft, StudioRevision, StudioFile)
        ]


def later(days: int) -> bytes:
    return FILES[DIAGRAM].replace(b"P7D", f"P{days}D".encode())


def test_a_save_is_kept_checked_and_taken_up_again(owner: LookedAtPages, house: Engine) -> None:
    address = begin(owner)
    assert "Rien n’empêche la mise en vigueur" in owner.get(address).get_data(as_text=True)
    saved = send(owner, f"{address}/save", 1, {DIAGRAM: later(10)})
    assert (saved.status_code, saved.json and saved.json["rev"]) == (200, 2)
    assert send(owner, f"{address}/save", 2, {DIAGRAM: later(10)}).json["rev"] == 2, "the same again is no save"
    broken = FILES[DIAGRAM].replace(b'targetRef="confirm_peer"', b'targetRef="nobody"')
    told = send(owner, f"{address}/save", 2, {DIAGRAM: broken})
    assert told.json["rev"] == 3 and "st-finding--error" in told.json["html"], "what cannot run yet is still a draft"
    assert owner.post_form(f"{address}/restore", {"seen": "3", "number": "2"}).status_code == 303
    assert owner.get(f"{address}/files/{DIAGRAM}").data == later(10)
    assert owner.get(f"{address}/files/{DIAGRAM}?save=1").data == FILES[DIAGRAM]
    assert owner.get(f"{address}/edit/{DIAGRAM}").status_code == 200


def test_a_renamed_step_is_renamed_in_the_scenarios_of_the_draft(owner: LookedAtPages, house: Engine) -> None:
    address = begin(owner)
    said = "# language: fr\nFonctionnalité: F\n  Scénario: S\n    Quand la personne fait « Dire si on se connaît »\n"
    assert send(owner, f"{address}/save", 1, {SCENARIOS: said.encode()}).status_code == 200
    renamed = FILES[DIAGRAM].replace("Dire si on se connaît".encode(), b"Nous le dire")
    assert send(owner, f"{address}/save", 2, {DIAGRAM: renamed}).json["rev"] == 3
    assert "fait « Nous le dire »" in owner.get(f"{address}/files/{SCENARIOS}").get_data(as_text=True)


def test_two_people_in_one_draft_lose_nothing(app: Flask, owner: LookedAtPages, house: Engine) -> None:
    address = begin(owner)
    other = at_desk(app, house, "Mia", "MEMBERSHIP")
    assert send(other, f"{address}/save", 1, {DIAGRAM: later(9)}).status_code == 200
    late = send(owner, f"{address}/save", 1, {DIAGRAM: later(10)})
    assert (late.status_code, late.json["error"]) == (409, "studio_saved_meanwhile")
    assert "Mia" in late.json["message"]
    assert owner.post_form(f"{address}/here", {"file": DIAGRAM}).json["said"] == ""
    assert "Odile" in other.post_form(f"{address}/here", {"file": DIAGRAM}).json["said"]
    assert owner.post_form(f"{address}/remarks", {"text": " "}).status_code == 422
    said = {"text": "Dix jours, vraiment ?", "element": "confirm_peer"}
    assert other.post_form(f"{address}/remarks", said).status_code == 303
    other.post_form("/language", {"language": "en"})
    assert '<q lang="en">Dix jours' in owner.get(address).get_data(as_text=True)
    assert "<q>Dix jours" in other.get(address).get_data(as_text=True)
    other.post_form("/language", {"language": "fr"})
    settle = re.search(r'action="([^"]+/settle)"', owner.get(address).get_data(as_text=True))
    assert settle is not None
    assert owner.post_form(settle.group(1)).status_code == 303
    assert "Réglé par Odile" in other.get(address).get_data(as_text=True)
    note = {"notes.cases.json": b'{"decision": "none", "cases": []}'}
    beside = send(owner, f"{address}/save", 1, note)
    assert (beside.status_code, beside.json["rev"]) == (200, 3), "another file is nobody's conflict"
    kept = send(owner, f"{address}/branch", 1, {DIAGRAM: later(10)}).json
    assert owner.get(f"{address}/files/{DIAGRAM}").data == later(9)
    assert owner.get(f"{kept['url']}/files/{DIAGRAM}").data == later(10)
    bring_together(owner, app, house, address, kept["url"], kept["merge"])


def bring_together(owner: LookedAtPages, app: Flask, house: Engine, address: str, mine: str, merge: str) -> None:
    """What both changed has to be chosen; who saves meanwhile is looked at first; both versions stay on record."""
    reader = at_desk(app, house, "Fina", "FINANCE")
    assert reader.get(merge).status_code == 200 and reader.post_form(merge, {"seen": "3"}).status_code == 403
    page = owner.get(merge).get_data(as_text=True)
    assert "10 jours au lieu de 7 jours" in page and "9 jours au lieu de 7 jours" in page
    choice = re.search(r'name="(choice:[^"]+)"', page)
    assert choice is not None
    assert owner.post_form(merge, {"seen": "3"}).status_code == 422
    assert owner.post_form(merge, {"seen": "2", choice[1]: "mine"}).status_code == 409
    assert owner.post_form(merge, {"seen": "3", choice[1]: "mine"}).status_code == 303
    assert b"P10D" in owner.get(f"{address}/files/{DIAGRAM}").data
    assert "notes.cases.json" in owner.get(address).get_data(as_text=True)
    assert owner.get(f"{mine}/files/{DIAGRAM}").data == later(10)
    assert owner.get(f"{address}/files/{DIAGRAM}?save=2").data == later(9)
    assert owner.post_form(merge, {"seen": "4", "take": "mine"}).status_code == 409, "it is put away"
    other = begin(owner)
    assert owner.get(merge.replace(address.rpartition("/")[2], other.rpartition("/")[2])).status_code in {200, 404}


def test_an_archive_goes_out_and_comes_in(owner: LookedAtPages, house: Engine) -> None:
    address = begin(owner)
    packed = owner.get(f"{address}/export.zip").data
    with zipfile.ZipFile(io.BytesIO(packed)) as opened:
        inside = {name: opened.read(name) for name in opened.namelist()}
    assert inside.keys() == {*FILES, SCENARIOS}
    assert {name: inside[name] for name in FILES} == FILES
    sent = {"files": (io.BytesIO(packed), "draft.zip")}
    again = owner.post_form(f"/studio/{PROCESS}/import", sent).headers["Location"]
    assert owner.get(f"{again}/files/{DIAGRAM}").data == FILES[DIAGRAM]
    single = {"seen": "1", "files": (io.BytesIO(later(12)), DIAGRAM)}
    assert owner.post_form(f"{again}/import", single).status_code == 303
    assert owner.get(f"{again}/files/{DIAGRAM}").data == later(12)


def test_who_reads_and_who_changes(app: Flask, owner: LookedAtPages, house: Engine) -> None:
    address = begin(owner)
    reader, member = at_desk(app, house, "Fina", "FINANCE"), at_desk(app, house, "Leo")
    assert reader.get(address).status_code == 200
    assert reader.get("/studio").status_code == 200
    assert send(reader, f"{address}/save", 1, {DIAGRAM: later(10)}).status_code == 403
    assert reader.post_form(f"/studio/{PROCESS}/drafts").status_code == 403
    for path in (
        "/studio",
        f"/studio/{PROCESS}",
        address,
        f"{address}/export.zip",
        f"{address}/templates.json",
    ):
        assert member.get(path).status_code == 404, path
    assert send(member, f"{address}/save", 1, {DIAGRAM: later(10)}).status_code == 404


def test_pages_show_what_there_is(owner: LookedAtPages, house: Engine) -> None:
    address = begin(owner)
    for kind in ("approval", "approval", "form"):
        seen = {"seen": str(counts(house)[1]), "kind": kind}
        assert owner.post_form(f"{address}/forms", seen).status_code == 303
    assert "st-finding--error" not in owner.get(address).get_data(as_text=True), "each says its texts twice"
    catalogue = owner.get("/studio").get_data(as_text=True)
    assert "Confirmation par la promotion" in catalogue
    picture = re.search(r'src="(/studio/[^"]+\.svg)"', catalogue)
    assert picture is not None and b"<polyline" in owner.get(picture.group(1)).data
    page = owner.get(f"/studio/{PROCESS}").get_data(as_text=True)
    assert "Dix jours" in page
    offered = {each["name"]: each for each in owner.get(f"{address}/templates.json").json["templates"]}
    assert {"Envoyer un courriel", "Confier une tâche"} <= offered.keys()
    asked = next(each for each in offered["Demander un accord"]["properties"] if each.get("label") == "Formulaire")
    assert [each["value"] for each in asked["choices"]] == ["approval", "approval_1", "form", "peer_confirmation"]


def test_an_approval_whose_answer_nothing_asks_is_told(owner: LookedAtPages, house: Engine) -> None:
    address = begin(owner)
    by_template = b'<bpmn:userTask zeebe:modelerTemplate="amicale.approval" id="confirm_peer"'
    deaf = FILES[DIAGRAM].replace(b'<bpmn:userTask id="confirm_peer"', by_template)
    deaf = deaf.replace(b'formId="peer_confirmation"', b'formId="approval"')
    heard = deaf.replace(b">P7D<", b'>=duration(if decision = "REFUSE" then "P1D" else "P7D")<')
    form = starters.form(starters.APPROVAL, "approval")
    told = [send(owner, f"{address}/check", 1, {DIAGRAM: body, **form}).json["html"] for body in (deaf, heard)]
    assert ["sa réponse n’est jamais lue" in html for html in told] == [True, False]


def test_what_is_typed_is_checked_before_it_is_saved(owner: LookedAtPages, house: Engine) -> None:
    address, before = begin(owner), counts(house)
    wrong = send(owner, f"{address}/check", 1, {DIAGRAM: later(7).replace(b">P7D<", b">=duration( P7D<")})
    assert wrong.status_code == 200 and "st-finding--error" in wrong.json["html"]
    assert "st-finding--error" not in send(owner, f"{address}/check", 1, {DIAGRAM: later(10)}).json["html"]
    assert send(owner, f"{address}/check", 1, {DIAGRAM: b"<no"}).status_code == 422
    assert counts(house) == before, "nothing is saved"


def test_a_second_person_brings_it_into_force(app: Flask, owner: LookedAtPages, house: Engine) -> None:
    address = begin(owner)
    with transaction(house) as session:
        found = session.scalars(select(StudioDraft)).one()
        changed = {DIAGRAM: later(10), SCENARIOS: None}
        drafts.save(session, found.id, 1, changed, by=found.begun_by, now=house.clock.now(), saved_by="")
    assert "vient au bout de 10 jours au lieu de 7 jours." in owner.get(address).get_data(as_text=True)
    assert owner.post_form(f"{address}/propose", {"seen": "2", "reason": " "}).status_code == 422
    assert owner.post_form(f"{address}/propose", {"seen": "2", "reason": "Trop court"}).status_code == 303
    assert owner.post_form(f"{address}/decide", {"seen": "2", "do": "approve"}).status_code == 403, "four eyes"
    reader, reviewer = at_desk(app, house, "Fina", "FINANCE"), at_desk(app, house, "Rosa", "PROCESS_OWNER")
    assert reader.post_form(f"{address}/decide", {"seen": "2", "do": "approve"}).status_code == 403
    assert reviewer.post_form(f"{address}/decide", {"seen": "1", "do": "approve"}).status_code == 409
    assert (
        reviewer.post_form(f"{address}/decide", {"seen": "2", "do": "return", "answer": "Et la relance ?"}).status_code
        == 303
    )
    assert reviewer.post_form(f"{address}/decide", {"seen": "2", "do": "approve"}).status_code == 409
    owner.post_form(f"{address}/propose", {"seen": "2", "reason": "Trop court"})
    assert reviewer.post_form(f"{address}/decide", {"seen": "2", "do": "approve", "answer": "Oui"}).status_code == 303
    page = owner.get(f"/studio/{PROCESS}").get_data(as_text=True)
    assert "Odile" in page and "approuvé par Rosa" in page and "Trop court" in page
    assert "vient au bout de 10 jours" in owner.get(f"/studio/{PROCESS}/compare?from=1&to=2").get_data(as_text=True)
    assert send(owner, f"{address}/save", 2, {DIAGRAM: later(11)}).status_code == 409, "what is in force is not edited"
    back = owner.post_form(f"/studio/{PROCESS}/drafts", {"version": "1"}).headers["Location"]
    assert owner.get(f"{back}/files/{DIAGRAM}").data == FILES[DIAGRAM]


def test_what_a_deployment_refuses_is_not_even_asked_for(owner: LookedAtPages, house: Engine) -> None:
    address = begin(owner)
    assert owner.post_form(f"{address}/propose", {"seen": "1", "reason": "x"}).status_code == 422, "nothing changed"
    waiting = FILES[DIAGRAM].replace(b"bpmn:serviceTask", b"bpmn:manualTask", 1).replace(b"P7D", b"7 days")
    send(owner, f"{address}/save", 1, {DIAGRAM: waiting.replace(b"</bpmn:serviceTask>", b"</bpmn:manualTask>", 1)})
    answer = owner.post_form(f"{address}/propose", {"seen": "2", "reason": "x"})
    assert answer.status_code == 422 and "Sans réponse" in answer.get_data(as_text=True)


def test_a_version_that_came_meanwhile_is_looked_at_first(app: Flask, owner: LookedAtPages, house: Engine) -> None:
    address = begin(owner)
    send(owner, f"{address}/save", 1, {DIAGRAM: later(10)})
    owner.post_form(f"{address}/propose", {"seen": "2", "reason": "Trop court"})
    with transaction(house) as session:
        commands.deploy(session, house, {**FILES, DIAGRAM: later(8)}, by=SYSTEM)
    reviewer = at_desk(app, house, "Rosa", "PROCESS_OWNER")
    assert reviewer.post_form(f"{address}/decide", {"seen": "2", "do": "approve"}).status_code == 409
    assert "10 jours au lieu de 8 jours" in reviewer.get(address).get_data(as_text=True)


def test_a_start_of_the_software_keeps_what_two_people_decided(house: Engine) -> None:
    delivered = workflows.definitions()["peer_confirmation"]
    changed = {**delivered, "peer_confirmation.bpmn": delivered["peer_confirmation.bpmn"] + b"<!-- ours -->"}
    now = house.clock.now()
    with transaction(house) as session:
        commands.deploy(session, house, changed, by=SYSTEM)
        draft = drafts.begin(session, "peer_confirmation", "Ours", changed, by="person:author", now=now)
        deployment = versions.latest(session, "peer_confirmation").deployment_id
        session.add(
            StudioDecision(
                id=uuid4(), draft_id=draft.id, number=1, verdict="approved", author="person:author",
                reviewer="person:reviewer", decided_at=now, deployment_id=deployment,
            )
        )  # fmt: skip
    with transaction(house) as session:
        assert entry("peer_confirmation").path not in own(session)
        assert entry("payment_incident").path in own(session)
        assert versions.in_force(session, versions.latest(session, "peer_confirmation")) == changed


WHOLE = [(name, body, "diagram.bpmn") for name, (_, body) in corpora.FILES.items()]
TABLES = [(name, body, "table.dmn") for name, body in DECISIONS.items()]
QUESTIONS = [(name, body, "questions.form") for name, body in FORMS.items()]


def zipped(name: str, body: bytes, mode: int = 0) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as opened:
        info = zipfile.ZipInfo(name)
        info.external_attr = mode << 16
        opened.writestr(info, body, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


ARCHIVES = [
    ("a path out of the folder", zipped("../../evil.bpmn", FILES[DIAGRAM]), "a.zip"),
    ("an absolute path", zipped("/etc/evil.bpmn", FILES[DIAGRAM]), "a.zip"),
    ("a backslash", zipped("..\\evil.bpmn", FILES[DIAGRAM]), "a.zip"),
    ("a link", zipped("evil.bpmn", b"/etc/passwd", 0o120777), "a.zip"),
    ("one that swells", zipped("big.bpmn", b" " * 60_000_000), "a.zip"),
    ("no archive", b"PK\x03\x04" + b"\xff" * 60, "a.zip"),
    ("half an archive", zipped(DIAGRAM, FILES[DIAGRAM])[:-30], "a.zip"),
    ("nothing", b"", "a.zip"),
    ("a program", b"#!/bin/sh", "run.sh"),
    ("a name of dots", FILES[DIAGRAM], "...bpmn"),
]


def test_malformed_files_are_refused_and_nothing_is_kept(owner: LookedAtPages, house: Engine) -> None:
    """Corpora B and D by every way in: 422 with words, or a draft that says what it lacks; never a 500."""
    address, seen = begin(owner), 1
    for name, body, file in [*WHOLE, *TABLES, *QUESTIONS, *ARCHIVES]:
        before = counts(house)
        answer = owner.post_form(f"/studio/{PROCESS}/import", {"files": (io.BytesIO(body), file)})
        assert answer.status_code in {303, 413, 422}, name
        if answer.status_code != 303:
            refused_everywhere(owner, address, file, body)
            assert counts(house) == before, name
        elif file != "a.zip":
            shown = owner.get(answer.headers["Location"]).get_data(as_text=True)
            assert "st-finding--error" in shown, name
    for name, body, file in ARCHIVES:
        refused = owner.post_form(f"{address}/import", {"seen": str(seen), "files": (io.BytesIO(body), file)})
        assert refused.status_code == 422, name


def test_a_draft_says_which_question_bears_a_name_that_is_none(owner: LookedAtPages, house: Engine) -> None:
    """Corpus D: what a form would write under such a name is told at once, in an upload and as one types."""
    address = begin(owner)
    for name in [each for each in corpora.RESERVED_NAMES if each != "a.b"]:  # a path, which questions may have
        body = json.dumps(form(component("textfield", name))).encode()
        saved = send(owner, f"{address}/check", 1, {"asked.form": body})
        assert saved.status_code in {200, 422}, name
        assert saved.status_code == 422 or "st-finding--error" in saved.json["html"], name
        packed = {"files": (io.BytesIO(zipped("asked.form", body)), "a.zip")}
        taken = owner.post_form(f"/studio/{PROCESS}/import", packed)
        assert taken.status_code in {303, 422}, name
        if taken.status_code == 303:
            assert "st-finding--error" in owner.get(taken.headers["Location"]).get_data(as_text=True), name


def refused_everywhere(owner: LookedAtPages, address: str, file: str, body: bytes) -> None:
    """What one way in refuses, every other refuses: a save, keeping both, taking in, the preview of a form."""
    ways = [send(owner, f"{address}/{way}", 1, {file: body}) for way in ("save", "branch", "check")]
    taken = {file: body}
    if not file.endswith(".zip") and len(body) < 1_000_000:  # what swells is refused as an archive of its own
        taken["all.zip"] = zipped(file, body)
    for name, given in taken.items():
        ways.append(owner.post_form(f"{address}/import", {"seen": "1", "files": (io.BytesIO(given), name)}))
    if file.endswith(".form"):
        ways.append(send(owner, f"{address}/forms/{file}/preview", 1, {file: body}))
    assert {answer.status_code for answer in ways} <= {413, 422}, file
    assert all(answer.json["message"] for answer in ways[:3] if answer.is_json)
