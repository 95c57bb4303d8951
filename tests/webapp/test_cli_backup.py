"""`amicale backup`, `restore`, `mute` and `unmute`, as an operator types them."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.engine import Engine
from engine.transaction import transaction
from tests.fixtures.staff import add_person
from tests.webapp.test_cli import Amicale, amicale
from webapp import database
from webapp.assembly import open_engine
from webapp.settings import Settings

__all__ = ["amicale"]


def test_from_one_folder_to_another(amicale: Amicale, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_engine(Settings.from_environment()) as engine:
        database.upgrade(engine.database)
        add_person(engine, "Anna", "Berger", "ADMIN")
    (tmp_path / "backups").mkdir()
    for _ in range(2):
        made = amicale("backup", str(tmp_path / "backups"), "--keep", "1")
        if "already" not in made.output:  # both within one second
            assert made.exit_code == 0, made.output
    (file,) = (tmp_path / "backups").iterdir()
    assert "whole" in amicale("backup", str(file), "--check").output
    missing = amicale("backup", str(file.with_name("gone")), "--check").output
    assert "No such file or directory. Nothing was changed" in missing
    assert "Errno" not in missing
    assert amicale("restore", str(file)).exit_code == 1, "there is data"
    monkeypatch.setenv("AMICALE_VAR_DIRECTORY", str(tmp_path / "elsewhere"))
    restored = amicale("restore", str(file))
    assert restored.exit_code == 0, restored.output
    assert "Nothing leaves yet" in restored.output
    with open_engine(Settings.from_environment()) as engine:
        assert count_jobs(engine) == 0
    opened = amicale("unmute", said="y\n")
    assert "leave again" in opened.output
    assert "Nothing is held back" in amicale("unmute").output
    assert amicale("mute").exit_code == 0
    assert amicale("unmute", said="n\n").exit_code == 1
    assert amicale("unmute", "--yes").exit_code == 0


def count_jobs(engine: Engine) -> int:
    with transaction(engine) as session:
        return int(session.connection().exec_driver_sql("SELECT count(*) FROM job").scalar_one())


def test_a_damaged_file_is_a_sentence(amicale: Amicale, tmp_path: Path) -> None:
    (tmp_path / "x.backup").write_bytes(b"not one")
    answer = amicale("restore", str(tmp_path / "x.backup"))
    assert answer.exit_code == 1
    assert "not a whole backup" in answer.output
