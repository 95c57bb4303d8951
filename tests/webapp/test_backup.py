"""A backup is whole or refused; what is restored is what was saved, and nothing leaves it."""

from __future__ import annotations

import shutil
import stat
import threading
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from engine.models import HistoryEvent, ProcessInstance, UserTask
from engine.muting import muted
from engine.transaction import reading
from tests.fixtures.cases import PDF, start_review
from tests.fixtures.installations import FILE, Install
from webapp import database
from webapp.backup import archive
from webapp.backup.archive import BackupDamaged, BackupThere, Manifest, writing
from webapp.backup.restoring import BackupOfOther, BackupTooNew, TargetNotEmpty, restore
from webapp.backup.saving import back_up, forget_old, name_of
from webapp.files.store import path_of


def test_what_is_restored_is_what_was_saved_and_nothing_leaves_it(install: Install, tmp_path: Path) -> None:
    here, file = install("here"), tmp_path / "a.backup"
    here.fill()
    told = back_up(here.engine, here.documents, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert (told.revision, told.lacking, len(told.documents)) == (database.newest(), [], 1)
    there = install("there", migrate=False)
    restore(there.engine, there.documents, file)
    saved, found = here.rows(), there.rows()
    assert len(found.pop("mute")) == 1
    assert saved.pop("mute") == []
    assert found == saved
    assert path_of(there.documents, FILE).read_bytes() == PDF
    assert database.differences(there.engine.database) == []
    with reading(there.engine) as session:
        mute = muted(session)
        assert mute is not None
        assert mute.reason == "restored"
    start_review(there.engine)
    assert len(there.open_tasks()) == len(here.open_tasks()) + 1, "what was restored goes on"
    assert sorted(each.name for each in tmp_path.iterdir() if each.is_file()) == ["a.backup"], "nothing else is left"


def test_a_backup_is_one_moment_though_people_work_on(install: Install, tmp_path: Path) -> None:
    here, stopping = install("here"), threading.Event()
    here.fill()

    def work() -> None:
        while not stopping.is_set():
            start_review(here.engine)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for each in threads:
        each.start()
    try:
        for number in range(2):
            back_up(here.engine, here.documents, tmp_path / f"{number}.backup")
    finally:
        stopping.set()
        for each in threads:
            each.join()
    there = install("there", migrate=False)
    for number in range(2):
        restore(there.engine, there.documents, tmp_path / f"{number}.backup", force=True)
        with reading(there.engine) as session:
            cases = session.scalar(select(func.count()).select_from(ProcessInstance))
            started = select(func.count()).select_from(HistoryEvent).where(HistoryEvent.kind == "case_started")
            assert session.scalar(select(func.count()).select_from(UserTask)) == (cases or 0) + 1
            assert session.scalar(started) == cases


def test_a_damaged_backup_is_refused_and_changes_nothing(install: Install, tmp_path: Path) -> None:
    here, file = install("here"), tmp_path / "a.backup"
    here.fill()
    back_up(here.engine, here.documents, file)
    whole, there = file.read_bytes(), install("there", migrate=False)
    places = range(0, len(whole), max(1, len(whole) // 8))
    for place in places:
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        try:
            restore(there.engine, there.documents, file)
        except BackupDamaged:
            assert not there.documents.exists()
            continue
        found = there.rows()  # the byte was of no entry, such as a date in the archive: what was restored is whole
        assert len(found.pop("mute")) == 1
        assert found == {name: rows for name, rows in here.rows().items() if name != "mute"}
        there = install(f"there{place}", migrate=False)
    for cut in (0, 10, len(whole) // 2, len(whole) - 1):
        file.write_bytes(whole[:cut])
        with pytest.raises(BackupDamaged):
            restore(there.engine, there.documents, file)
    assert not there.documents.exists()


def test_data_is_replaced_when_that_is_said_alone(install: Install, tmp_path: Path) -> None:
    here, there, file = install("here"), install("there"), tmp_path / "a.backup"
    here.fill()
    back_up(here.engine, here.documents, file)
    there.fill()
    before = there.rows()
    with pytest.raises(TargetNotEmpty):
        restore(there.engine, there.documents, file)
    shutil.rmtree(there.documents)
    with pytest.raises(TargetNotEmpty):
        restore(there.engine, there.documents, file)
    assert there.rows() == before
    assert not there.documents.exists()
    restore(there.engine, there.documents, file, force=True)
    assert there.rows()["person"] == here.rows()["person"]
    kept = list(there.settings.var_directory.glob("amicale.db.before-*"))
    assert len(kept) == (1 if there.engine.database.dialect.name == "sqlite" else 0)


def test_a_document_whose_bytes_are_gone_is_said(install: Install, tmp_path: Path) -> None:
    here = install("here")
    here.fill()
    path_of(here.documents, FILE).unlink()
    told = back_up(here.engine, here.documents, tmp_path / "a.backup")
    assert (told.lacking, told.documents) == ([str(FILE)], [])


def test_no_backup_is_written_over_and_the_newest_are_kept(install: Install, tmp_path: Path) -> None:
    here = install("here")
    names = []
    for _ in range(3):
        here.clock.advance(here.engine.settings.lease)
        names.append(name_of(here.engine))
        back_up(here.engine, here.documents, tmp_path / names[-1])
    with pytest.raises(BackupThere):
        back_up(here.engine, here.documents, tmp_path / names[-1])
    (tmp_path / "holiday.jpg").touch()
    assert [each.name for each in forget_old(tmp_path, 2)] == names[:1]
    assert {each.name for each in tmp_path.iterdir() if each.is_file()} == {*names[1:], "holiday.jpg"}


def test_a_backup_that_failed_leaves_nothing(install: Install, tmp_path: Path) -> None:
    here = install("here", migrate=False)
    with pytest.raises(Exception, match=r"alembic_version|stored_file|no such table"):
        back_up(here.engine, here.documents, tmp_path / "a.backup")
    assert [each for each in tmp_path.iterdir() if each.is_file()] == []


def test_a_backup_of_another_database_or_of_a_newer_version_is_refused(install: Install, tmp_path: Path) -> None:
    here = install("here")
    other = "postgresql" if here.engine.database.dialect.name == "sqlite" else "sqlite"
    made = Manifest("2026-11-27T00:00:00Z", other, database.newest() or "")
    with writing(tmp_path / "other.backup", made):
        pass
    with pytest.raises(BackupOfOther):
        restore(here.engine, here.documents, tmp_path / "other.backup")
    with writing(tmp_path / "newer.backup", replace(made, database=here.engine.database.dialect.name, revision="9999")):
        pass
    with pytest.raises(BackupTooNew):
        restore(here.engine, here.documents, tmp_path / "newer.backup")


@pytest.mark.parametrize("name", ["../../evil", "files/../../evil", "/etc/passwd", "tables/x;y.copy"])
def test_an_archive_that_reaches_out_is_refused(tmp_path: Path, name: str) -> None:
    made = Manifest("2026-11-27T00:00:00Z", "sqlite", "0001")
    with pytest.raises(BackupDamaged), writing(tmp_path / "a.backup", made) as writer, writer.entry(name) as sink:
        sink.write(b"x")


def test_any_other_file_is_no_backup(tmp_path: Path) -> None:
    file = tmp_path / "x.zip"
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("manifest.json", '{"format": 1, "tables": []}')
    with pytest.raises(BackupDamaged), archive.reading(file):
        pass
    file.write_bytes(b"GIF89a")
    with pytest.raises(BackupDamaged), archive.reading(file):
        pass
