"""Files that other tools might write: refused with words and nothing kept, or saved, shown and drawn soundly."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from flask import Flask
from sqlalchemy import func, select

from engine import commands
from engine.assignment import SYSTEM
from engine.engine import Engine
from engine.transaction import reading, transaction
from tests.fixtures.peers import DIAGRAM, FILES, PROCESS
from tests.security.web import at_desk
from webapp.studio.models import StudioDraft
from webapp.studio.thumbnail import thumbnail

DRAWN = FILES[DIAGRAM]
X = re.compile(rb'(<dc:Bounds x=")[^"]+"')
DIAGRAMS = {
    "a mark of byte order": b"\xef\xbb\xbf" + DRAWN,
    "line ends of Windows": DRAWN.replace(b"\n", b"\r\n"),
    "no drawing": re.sub(rb"<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>", b"", DRAWN, flags=re.S),
    "a shape of nothing": DRAWN.replace(b'bpmnElement="confirm_peer"', b'bpmnElement="nobody"'),
    "far away": X.sub(rb'\g<1>1e308"', DRAWN, count=1),
    "farther": X.sub(rb'\g<1>-99999999999999999999999"', DRAWN),
    "no number": X.sub(rb'\g<1>NaN"', DRAWN),
    "without an end": X.sub(rb'\g<1>INF"', DRAWN),
    "words for a number": X.sub(rb'\g<1>left"', DRAWN),
    "a width below nothing": re.sub(rb'width="[^"]+"', b'width="-5"', DRAWN),
    "an extension of others": DRAWN.replace(
        b"<bpmn:process ", b'<bpmn:process xmlns:o="urn:other" o:colour="red" ', 1
    ),
    "an element of others": DRAWN.replace(
        b"</bpmn:process>", b'<o:thing xmlns:o="urn:other" id="thing_of_others"/></bpmn:process>'
    ),
    "another prefix": DRAWN.replace(b"bpmn:", b"q:").replace(b"xmlns:bpmn=", b"xmlns:q="),
    "another namespace": DRAWN.replace(b"http://www.omg.org/spec/BPMN/20100524/MODEL", b"urn:not:bpmn"),
    "a namespace of BPMN 1": DRAWN.replace(b"BPMN/20100524/MODEL", b"BPMN/20091106/MODEL"),
    "a prefix without a namespace": DRAWN.replace(b"<bpmn:process ", b'<bpmn:process lost:colour="red" ', 1),
    "two roots": DRAWN + DRAWN,
    "UTF-16 without a mark": DRAWN.decode().encode("utf-16-le"),
    "an encoding that is none": DRAWN.replace(b'encoding="UTF-8"', b'encoding="klingon"'),
    "Latin letters told as UTF-8": DRAWN.decode().encode("latin-1", "replace"),
    "a control sign": DRAWN.replace(b'name="', b'name="\x0b', 1),
    "a processing instruction": DRAWN.replace(b"<bpmn:process ", b"<?php evil() ?><bpmn:process ", 1),
    "an id twice in the drawing": DRAWN.replace(b'id="confirm_peer_di"', b'id="confirm_peer"'),
    "a flow to nothing": DRAWN.replace(b'targetRef="', b'targetRef="no', 1),
}  # fmt: skip


def many(count: int, body: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as opened:
        for number in range(count):
            opened.writestr(f"form{number}.form", body)
    return packed.getvalue()


def twice() -> bytes:
    packed = io.BytesIO()
    with pytest.warns(UserWarning), zipfile.ZipFile(packed, "w") as opened:
        opened.writestr(DIAGRAM, DRAWN)
        opened.writestr(DIAGRAM, b"<other/>")
    return packed.getvalue()


ARCHIVES = {
    "five thousand files": lambda: many(5_000, b"{}"),
    "an archive in an archive": lambda: many(1, many(1, DRAWN)),
    "a bomb in pieces": lambda: many(60, b" " * 2_000_000),
    "one name twice": twice,
}


@pytest.fixture
def house(web_engine: Engine) -> Engine:
    with transaction(web_engine) as session:
        commands.deploy(session, web_engine, FILES, by=SYSTEM)
    return web_engine


def drafts_of(engine: Engine) -> int:
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(StudioDraft)) or 0


def test_diagrams_that_are_odd(app: Flask, house: Engine) -> None:
    owner, refused = at_desk(app, house, "Odile", "DATA"), []
    for name, body in DIAGRAMS.items():
        before = drafts_of(house)
        answer = owner.post_form(f"/studio/{PROCESS}/import", {"files": (io.BytesIO(body), DIAGRAM)})
        assert answer.status_code in {303, 422}, name
        if answer.status_code == 422:
            assert drafts_of(house) == before, name
            assert "<h1" in answer.get_data(as_text=True), name
            refused.append(name)
            continue
        draft = answer.headers["Location"]
        for page in (
            draft,
            f"{draft}/edit/{DIAGRAM}",
            f"{draft}/list/{DIAGRAM}",
            f"{draft}/shape",
            f"{draft}/export.zip",
        ):
            assert owner.get(page).status_code == 200, (name, page)
        assert owner.get(f"{draft}/files/{DIAGRAM}").get_data() == body, name
        picture = thumbnail(body, PROCESS)
        assert not re.search(r"\b(nan|inf)\b", picture.casefold()), name
    assert len(refused) == 8, "the others are saved"


@pytest.mark.parametrize("name", ARCHIVES)
def test_archives_that_are_odd(app: Flask, house: Engine, name: str) -> None:
    owner, before = at_desk(app, house, "Odile", "DATA"), drafts_of(house)
    answer = owner.post_form(f"/studio/{PROCESS}/import", {"files": (io.BytesIO(ARCHIVES[name]()), "a.zip")})
    assert answer.status_code in {413, 422}
    assert drafts_of(house) == before
