"""Documents that are put beside a case by hand: who sees them, what is refused, what goes with them."""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from engine.clock import VirtualClock
from engine.engine import Engine
from engine.models import HistoryEvent
from engine.transaction import reading, transaction
from forms import UploadedFile
from forms.files import FileRefused
from tests.fixtures.cases import PDF
from tests.fixtures.pages import LookedAtPages
from tests.ports import QUICK
from tests.security.web import Place, at_desk, browser, place
from tests.webapp.test_inbox import open_task
from webapp.files.scanning import is_clean
from webapp.files.store import StoredFile, path_of
from webapp.house import association_of
from webapp.settings import Settings
from workflows.association.privacy.erasure import erase

VIRUS = b"%PDF-1.7 X5O!P%@AP"


@pytest.fixture
def case(web_engine: Engine, settings: Settings, review: str) -> Place:
    return place(web_engine, settings)


@pytest.fixture
def desk(app: Flask, web_engine: Engine, case: Place) -> LookedAtPages:
    return at_desk(app, web_engine, "Olga", "MEMBERSHIP")


def sent(*files: tuple[str, bytes], **more: str) -> dict[str, object]:
    return {"documents": [(BytesIO(body), name) for name, body in files], **more}


def put(desk: LookedAtPages, case: Place, *files: tuple[str, bytes], **more: str) -> str:
    path = f"/cases/{case.instance_id}/documents"
    answer = desk.post_form(path, sent(*files, **more), content_type="multipart/form-data")
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def by_hand(engine: Engine, case: Place) -> list[StoredFile]:
    with reading(engine) as session:
        query = select(StoredFile).where(StoredFile.instance_id == case.instance_id, StoredFile.field == "")
        return list(session.scalars(query.order_by(StoredFile.name)))


def test_staff_see_it_and_whom_it_is_about_where_it_is_shared(
    app: Flask, desk: LookedAtPages, web_engine: Engine, settings: Settings, case: Place
) -> None:
    files = ("Lettre.pdf", PDF), ("virus.exe", b"MZ"), ("faux.pdf", b"MZ")
    assert put(desk, case, *files, task=str(case.task_id)).endswith(f"/tasks/{case.task_id}#documents")
    page = desk.get(f"/tasks/{case.task_id}").get_data(as_text=True)
    assert "1 document est gardé." in page
    assert page.count("PDF, JPG, PNG") == 2, "what was refused is said by name, with the reason"
    assert "pour l’équipe seule" in page
    put(desk, case, ("Accord.pdf", PDF), shared="1")
    shared, internal = by_hand(web_engine, case)
    assert (shared.internal, internal.internal) == (False, True)
    applicant = browser(app)
    assert applicant.post_form(f"/l/{case.token}").status_code == 303
    assert applicant.get(f"/files/{shared.id}").data == PDF
    assert applicant.get(f"/files/{internal.id}").status_code == 404
    journey = applicant.get(f"/journeys/{case.instance_id}").get_data(as_text=True)
    assert "Accord.pdf" in journey
    assert "Lettre.pdf" not in journey
    assert desk.get(f"/files/{internal.id}").data == PDF
    colleague = at_desk(app, web_engine, "Maud", "MEMBERSHIP")
    assert colleague.post_form(f"/files/{internal.id}/remove").status_code == 404, "whoever put it there takes it back"
    assert desk.post_form(f"/files/{internal.id}/remove").status_code == 303
    assert desk.get(f"/files/{internal.id}").status_code == 404
    assert settings.files_directory is not None
    assert not path_of(settings.files_directory, internal.id).exists()
    with reading(web_engine) as session:
        kinds = session.scalars(select(HistoryEvent.kind).where(HistoryEvent.instance_id == case.instance_id)).all()
    assert [kind for kind in kinds if kind.startswith("document_")] == ["document_added"] * 2 + ["document_removed"]


def test_nothing_chosen_is_said(desk: LookedAtPages, case: Place) -> None:
    desk.post_form(f"/cases/{case.instance_id}/documents", {}, content_type="multipart/form-data")
    assert "Choisissez un fichier" in desk.get(f"/cases/{case.instance_id}").get_data(as_text=True)


class Clamd(socketserver.StreamRequestHandler):
    """Answers INSTREAM as clamd does (clamd(8)): by the bytes that it got."""

    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        body = b""
        while size := struct.unpack("!L", self.rfile.read(4))[0]:
            body += self.rfile.read(size)
        found = b"INSTREAM size limit exceeded. ERROR" if b"huge" in body else b"stream: OK"
        self.wfile.write((b"stream: Eicar-Test-Signature FOUND" if b"X5O" in body else found) + b"\0")


@pytest.fixture
def clamd(tmp_path: Path) -> Iterator[str]:
    with socketserver.ThreadingUnixStreamServer(str(tmp_path / "clamd"), Clamd) as server:
        threading.Thread(target=server.serve_forever, args=[QUICK], daemon=True).start()
        yield f"unix://{tmp_path / 'clamd'}"
        server.shutdown()


def test_the_scanner_is_asked_and_without_its_answer_nothing_is_kept(clamd: str) -> None:
    def ask(body: bytes, url: str = clamd) -> bool:
        return is_clean(url, UploadedFile("a.pdf", "application/pdf", len(body), BytesIO(body)))

    assert ask(PDF * 5_000) is True
    assert ask(VIRUS) is False
    for body, url in ((b"huge", clamd), (PDF, clamd + "-gone"), (PDF, "tcp://127.0.0.1:1")):
        with pytest.raises(FileRefused) as refused:
            ask(body, url)
        assert refused.value.code == "file_unchecked"


def test_an_upload_with_a_virus_is_refused_by_forms_and_by_hand(
    app: Flask, desk: LookedAtPages, web_engine: Engine, case: Place, clamd: str
) -> None:
    app.extensions["amicale.settings"] = replace(app.extensions["amicale.settings"], scanner_url=clamd)
    put(desk, case, ("a.pdf", VIRUS))
    assert "contient un virus" in desk.get(f"/cases/{case.instance_id}").get_data(as_text=True)
    verdict = {"verdict": "NO", "pages": "3", "request_key": "k" * 16}
    assert desk.post_form(f"/tasks/{case.task_id}", verdict).status_code == 303
    applicant = browser(app)
    applicant.post_form(f"/l/{case.token}")
    path = f"/journeys/{case.instance_id}/tasks/{open_task(web_engine, case.instance_id).id}"
    form = {"document": (BytesIO(VIRUS), "a.pdf"), "request_key": "l" * 16}
    refused = applicant.post_form(path, form, content_type="multipart/form-data")
    assert refused.status_code == 422
    assert "contient un virus" in refused.get_data(as_text=True)
    assert by_hand(web_engine, case) == []


def test_it_stays_when_whoever_put_it_there_is_erased(
    desk: LookedAtPages, web_engine: Engine, settings: Settings, case: Place, clock: VirtualClock
) -> None:
    put(desk, case, ("Lettre.pdf", PDF))
    [kept] = by_hand(web_engine, case)
    with transaction(web_engine) as session:
        person, now = UUID(kept.uploaded_by.removeprefix("person:")), clock.now()
        erase(session, association_of(settings, clock), person, now, now.date())
    assert settings.files_directory is not None
    assert path_of(settings.files_directory, kept.id).read_bytes() == PDF
    [left] = by_hand(web_engine, case)
    assert (left.name, str(person) in left.uploaded_by) == ("Lettre.pdf", False)
