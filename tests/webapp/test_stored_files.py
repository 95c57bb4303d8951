"""The bytes of documents: what a failed transaction left behind is deleted, what belongs to a case never."""

from __future__ import annotations

import os
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from uuid import UUID, uuid4

from engine.clock import VirtualClock
from engine.engine import Engine
from engine.transaction import reading, transaction
from forms import UploadedFile
from tests.fixtures.cases import PDF, start_review
from webapp.files import store


def keep(engine: Engine, directory: Path, case: UUID, clock: VirtualClock) -> Path:
    """Stores a document with its row; answers where its bytes lie."""
    upload = UploadedFile("pièce.pdf", "application/pdf", len(PDF), BytesIO(PDF))
    with transaction(engine) as session:
        row = store.store(directory, "document", upload, case, None, "system", clock.now())
        session.add(row)
    return store.path_of(directory, row.id)


def lose(folder: Path, clock: VirtualClock, age: timedelta) -> Path:
    """Bytes without a row in this folder, as a transaction leaves them that fails."""
    path = folder / uuid4().hex
    path.write_bytes(PDF)
    written = (clock.now() - age).timestamp()
    os.utime(path, (written, written))
    return path


def test_bytes_without_a_row_go_after_a_day(
    web_engine: Engine, review: str, clock: VirtualClock, tmp_path: Path
) -> None:
    kept = keep(web_engine, tmp_path, start_review(web_engine), clock)
    old = (clock.now() - timedelta(days=9)).timestamp()
    os.utime(kept, (old, old))
    lost = lose(kept.parent, clock, timedelta(hours=25))
    fresh = lose(kept.parent, clock, timedelta(hours=23))
    with reading(web_engine) as session:
        assert store.sweep(session, kept.parent, clock.now()) == 1
    assert (kept.exists(), lost.exists(), fresh.exists()) == (True, False, True)
