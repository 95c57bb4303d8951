"""Commands with wrong inputs: each ends with a sentence and 1 or 2, and leaves no trace of Python."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.fixtures.staff import add_person
from webapp import database
from webapp.assembly import open_engine
from webapp.cli import main
from webapp.settings import Settings

Amicale = Callable[..., Result]
FILES = {
    "picture.bpmn": b"\x89PNG\r\n\x1a\n\x00",
    "cut.bpmn": b"<a",
    "page.dmn": b"<html/>",
    "list.form": b"[]",
    "odd.form": b'{"id": "d", "components": [{"type": "hologram", "key": "x", "id": "x"}]}',
    "deep.form": b"[" * 50_000,
    "[/bold].bpmn": b"<a",
    "notes.txt": b"hello",
    "picture.csv": b"\x89PNG\r\n\x1a\n\x00",
    "empty.csv": b"",
    "columns.csv": b"a;b;c\n1;2;3\n",
    "database": b"\x89PNG\r\n\x1a\n\x00" * 100,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, body in FILES.items():
        target = tmp_path / name.replace("/", "∕")
        target.write_bytes(body)
    (tmp_path / "[bold]").mkdir()
    (tmp_path / "[bold]" / "x.bpmn").write_bytes(b"<a")
    return tmp_path


@pytest.fixture
def amicale(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Amicale:
    """Runs a command in a folder of the test's own; its answer is a sentence or the test fails."""
    monkeypatch.setenv("AMICALE_VAR_DIRECTORY", str(folder / "var"))
    monkeypatch.chdir(folder)

    def run(*arguments: str, said: str = "") -> Result:
        answer = CliRunner().invoke(main, arguments, input=said)
        assert answer.exception is None or isinstance(answer.exception, SystemExit), (arguments, answer.exception)
        assert answer.exit_code in {1, 2}, (arguments, answer.output)
        assert answer.output.strip(), arguments
        assert "Traceback" not in answer.output
        assert "Finding(" not in answer.output
        return answer

    return run


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith((".bpmn", ".dmn", ".form", ".txt"))])
def test_a_file_that_is_none(amicale: Amicale, name: str) -> None:
    file = name.replace("/", "∕")
    assert "erreur" in amicale("check", file).output
    assert "error" in amicale("check", "--language", "en", file).output


def test_a_place_that_is_none(amicale: Amicale) -> None:
    for arguments in (("check", "nowhere"), ("deploy", "nowhere"), ("deploy", "notes.txt"), ("import-people",),
                      ("import-people", "nowhere.csv"), ("import-people", "--undo", "x"), ("picture", "nowhere.bpmn"),
                      ("picture", "cut.bpmn", "x.gif"), ("demo-data", "--size", "huge"), ("worker", "--threads", "0"),
                      ("run", "--port", "99999"), ("run", "--port", "x"), ("fly",), ("deploy", "--fly")):  # fmt: skip
        amicale(*arguments)


def test_a_database_without_tables(amicale: Amicale, folder: Path) -> None:
    for arguments in (("deploy",), ("import-people", "--list"),
                      ("password", "a@example.org", "--stdin")):  # fmt: skip
        assert "amicale migrate" in amicale(*arguments, said="quatre mots sans rapport\n").output


@pytest.mark.parametrize(
    "address",
    ["postgresql://someone:hush-hush@127.0.0.1:1/x", "sqlite:///nowhere/at/all.db", "sqlite:///database", "nonsense",
     "mysql://h/d", "postgresql://[", "sqlite:////proc/x.db"],
)  # fmt: skip
def test_a_database_that_is_none(amicale: Amicale, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("AMICALE_DATABASE_URL", address)
    answer = amicale("migrate")
    assert "AMICALE_DATABASE_URL" in answer.output
    assert "hush-hush" not in answer.output


def test_what_cannot_be_imported_or_deployed(amicale: Amicale, folder: Path) -> None:
    with open_engine(Settings.from_environment()) as engine:
        database.upgrade(engine.database)
    amicale("deploy", "[bold]")
    for name in ("picture.csv", "empty.csv", "columns.csv"):
        amicale("import-people", name)
    shifted = "Nom;Prénom;Date de naissance;E-mail\n;Durand;Chloé;03/05/1990\n=1+1;@x;y;z;too many\n"
    (folder / "shifted.csv").write_text(shifted, encoding="utf-8")
    answer = amicale("import-people", "shifted.csv", "--rejected", "rejected.csv")
    assert "2 refusées" in answer.output
    cells = [cell for line in (folder / "rejected.csv").read_text("utf-8-sig").splitlines() for cell in line.split(";")]
    assert [cell for cell in cells if cell.strip('"').startswith(("=", "+", "-", "@", "\t"))] == []
    amicale("import-people", "shifted.csv", "--rejected", "nowhere/rejected.csv")
    amicale("import-people", "--undo", "00000000-0000-4000-8000-000000000000")
    amicale("password", "nobody@example.org", "--stdin", said="quatre mots sans rapport\n")


def test_a_name_is_not_markup(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMICALE_VAR_DIRECTORY", str(folder / "var"))
    monkeypatch.setenv("AMICALE_ASSOCIATION", "[/bold]Les amis[red]")
    with open_engine(Settings.from_environment()) as engine:
        database.upgrade(engine.database)
        add_person(engine, "[/bold]", "Test")
    said = "quatre mots sans rapport\n"
    answer = CliRunner().invoke(main, ["password", "[/bold].test@example.org", "--stdin"], input=said)
    assert answer.exit_code == 0, answer.output
    assert "[/bold] Test can now sign in" in answer.output
    assert CliRunner().invoke(main, ["settings"]).exit_code == 0
