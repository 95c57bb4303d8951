from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import FileStorage, MultiDict

from forms import BoundForm, StoredFile, UploadedFile, bind, read_form
from forms.files import safe_name
from tests.forms.drawn import component, form
from tests.forms.expressions import evaluate

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
JPG = b"\xff\xd8\xff\xe0" + bytes(20)
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"


def sent(*uploads: tuple[str, bytes], **properties: object) -> BoundForm:
    drawn = component("filepicker", "proof", validate={"required": True}, properties={"thing": "votre diplôme"})
    files: MultiDict[str, FileStorage] = MultiDict(
        [("proof", FileStorage(BytesIO(content), filename=name)) for name, content in uploads]
    )
    found = bind(
        read_form(form({**drawn, **properties})),
        language="fr",
        values={},
        submitted=MultiDict(),
        files=files,
        evaluate=evaluate,
    )
    found.validate()
    return found


@pytest.mark.parametrize(
    ("name", "content", "kept", "media"),
    [
        ("diplôme.pdf", PDF, "diplôme.pdf", "application/pdf"),
        ("scan.JPEG", JPG, "scan.jpg", "image/jpeg"),
        ("photo.png", PNG, "photo.png", "image/png"),
        ("photo.png", JPG, "photo.jpg", "image/jpeg"),
        ("../../etc/evil.pdf", PDF, "evil.pdf", "application/pdf"),
        ("C:\\temp\\evil.pdf", PDF, "evil.pdf", "application/pdf"),
    ],
)
def test_a_good_file_is_kept_under_a_safe_name(name: str, content: bytes, kept: str, media: str) -> None:
    found = sent((name, content))
    assert found.errors == {}
    [file] = found.files()["proof"]
    assert (file.name, file.media_type, file.size, file.stream.read()) == (kept, media, len(content), content)


@pytest.mark.parametrize(
    ("upload", "message"),
    [
        (("photo.png", SVG), "Le fichier choisi doit être de l’un de ces formats\u00a0: PDF, JPG, PNG"),
        (("page.html", PDF), "Le fichier choisi doit être de l’un de ces formats\u00a0: PDF, JPG, PNG"),
        (("bombe.zip", b"PK\x03\x04"), "Le fichier choisi doit être de l’un de ces formats\u00a0: PDF, JPG, PNG"),
        (("vide.pdf", b""), "Le fichier choisi est vide"),
        (("gros.pdf", PDF + bytes(5_000_001)), "Le fichier choisi doit faire 5 Mo au plus"),
    ],
)
def test_a_bad_file_is_refused_in_words(upload: tuple[str, bytes], message: str) -> None:
    found = sent(upload)
    assert found.errors == {"proof": [message]}
    assert found.files() == {}


def test_an_input_left_empty_sends_a_file_without_name() -> None:
    assert sent(("", b"")).errors == {"proof": ["Joignez votre diplôme"]}


def test_one_file_is_one_file_and_several_are_counted() -> None:
    assert sent(("a.pdf", PDF), ("b.pdf", PDF)).errors == {"proof": ["Joignez un seul fichier"]}
    many = [(f"{n}.pdf", PDF) for n in range(3)]
    assert len(sent(*many, multiple=True).files()["proof"]) == 3
    found = sent(*many, multiple=True, properties={"maxFiles": "2"})
    assert found.errors == {"proof": ["Joignez 2 fichiers au plus"]}


def test_the_scanner_has_the_last_word() -> None:
    seen: list[str] = []

    def scan(file: UploadedFile) -> bool:
        seen.append(file.name)
        return b"EICAR" not in file.stream.read()

    for content, clean in ((PDF, True), (PDF + b"EICAR", False)):
        files = MultiDict([("proof", FileStorage(BytesIO(content), filename="a.pdf"))])
        found = bind(
            read_form(form(component("filepicker", "proof"))),
            language="en",
            values={},
            submitted=MultiDict(),
            files=files,
            evaluate=evaluate,
            scan=scan,
        )
        assert found.validate() is clean
    assert seen == ["a.pdf", "a.pdf"]
    assert found.errors == {"proof": ["The selected file contains a virus"]}


def test_a_stored_file_answers_the_question() -> None:
    found = bind(
        read_form(form(component("filepicker", "proof", validate={"required": True}))),
        language="fr",
        values={},
        submitted=MultiDict(),
        evaluate=evaluate,
        stored_files={"proof": [StoredFile("1", "diplôme.pdf", 10)]},
    )
    assert found.validate()
    assert "proof" not in found.variables()


@given(st.text(max_size=600))
def test_a_name_is_safe_whatever_is_sent(name: str) -> None:
    found = safe_name(name, "pdf")
    assert found.endswith(".pdf")
    assert 4 < len(found) <= 130
    assert not set(found) & set('/\\<>:"|?*%\x00\r\n')
    assert not found.startswith(".")
    assert safe_name("…", "pdf") == "document.pdf"
    assert safe_name("CON", "pdf") == "document_CON.pdf"
