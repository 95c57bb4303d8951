"""The file of a backup: a ZIP archive whose last entry, `manifest.json`, lists the parts, each with its digest.

| entry | what |
|---|---|
| `database.sqlite3` | the whole database, of an SQLite installation |
| `tables/NAME.copy` | the rows of one table as PostgreSQL's COPY writes text, columns in the order of the manifest |
| `files/ab/ab…` | an uploaded document under its random name |
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, ClassVar, Final, Literal

from engine.errors import AmicaleError, Conflict

__all__ = [
    "Archive",
    "BackupDamaged",
    "BackupThere",
    "Dialect",
    "Entry",
    "Manifest",
    "Table",
    "Writer",
    "reading",
    "writing",
]

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
DATABASE: Final = "database.sqlite3"
PART: Final = 1 << 20
Dialect = Literal["sqlite", "postgresql"]
ENTRY: Final = re.compile(r"database\.sqlite3|tables/[a-z_0-9]+\.copy|files/[0-9a-f]{2}/[0-9a-f]{32}")
# What a ZIP archive with wrong bytes in it makes zipfile raise: wrong flags, methods, offsets, lengths, streams.
UNREADABLE: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)


class BackupDamaged(AmicaleError):
    """“{file}” is not a whole backup: {reason}. Nothing was changed; take another backup."""

    code: ClassVar[str] = "backup_damaged"


class BackupThere(Conflict):
    """There is something at “{file}” already. Name another file."""

    code: ClassVar[str] = "backup_there"


@dataclass(frozen=True, slots=True)
class Entry:
    """One part of the archive: its digest and its length in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a table, and its columns in the order in which they were written (PostgreSQL)."""

    rows: int
    columns: tuple[str, ...] = ()


@dataclass(slots=True)
class Manifest:
    """What a backup says of itself. `lacking`: ids of documents whose bytes were missing already."""

    made_at: str
    database: Dialect
    revision: str
    format: int = FORMAT
    tables: dict[str, Table] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    lacking: list[str] = field(default_factory=list)

    @property
    def documents(self) -> list[str]:
        """The entries that are uploaded documents."""
        return [name for name in self.entries if name.startswith("files/")]

    @property
    def rows(self) -> int:
        """How many rows the tables hold together."""
        return sum(table.rows for table in self.tables.values())


@dataclass(slots=True)
class Writer:
    """An archive under way."""

    archive: zipfile.ZipFile
    manifest: Manifest

    @contextmanager
    def entry(self, name: str, *, packed: bool = True) -> Iterator[Sink]:
        """Takes the bytes of one part and notes their digest."""
        described = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        described.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        described.external_attr = 0o600 << 16
        with self.archive.open(described, "w", force_zip64=True) as opened:
            sink = Sink(opened)
            yield sink
        self.manifest.entries[name] = Entry(sink.digest.hexdigest(), sink.size)

    def add(self, name: str, file: Path, *, packed: bool = True) -> None:
        """Copies a file in."""
        with file.open("rb") as source, self.entry(name, packed=packed) as sink:
            while part := source.read(PART):
                sink.write(part)


class Sink:
    """Writes on, and counts and digests what it wrote."""

    def __init__(self, target: IO[bytes]) -> None:
        self.target, self.digest, self.size = target, hashlib.sha256(), 0

    def write(self, part: bytes) -> None:
        self.digest.update(part)
        self.size += len(part)
        self.target.write(part)


@contextmanager
def writing(target: Path, manifest: Manifest) -> Iterator[Writer]:
    """A new archive for the eyes of its owner alone; under its name once it is whole and on the disk.

    Raises BackupThere.
    """
    if target.exists():
        raise BackupThere(file=target)
    draft = target.with_name(f"{target.name}.partial")
    handle = os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_RDWR, 0o600)
    try:
        with os.fdopen(handle, "w+b") as opened:
            with zipfile.ZipFile(opened, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                yield Writer(archive, manifest)
                archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1))
            opened.flush()
            os.fsync(opened.fileno())
        with reading(draft) as whole:
            whole.verify()
        draft.rename(target)
    finally:
        draft.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Archive:
    """A backup that is read."""

    file: Path
    archive: zipfile.ZipFile
    manifest: Manifest

    def verify(self) -> None:
        """Reads every part and compares it with its digest. Raises BackupDamaged."""
        named = set(self.archive.namelist()) - {MANIFEST}
        if named != set(self.manifest.entries):
            raise BackupDamaged(file=self.file, reason="its manifest does not list what it holds")
        for name in self.manifest.entries:
            for _part in self.parts(name):
                pass

    def parts(self, name: str) -> Iterator[bytes]:
        """The bytes of a part; the digest is compared at its end. Raises BackupDamaged."""
        expected, digest = self.manifest.entries[name], hashlib.sha256()
        try:
            with self.archive.open(name) as opened:
                while part := opened.read(PART):
                    digest.update(part)
                    yield part
        except UNREADABLE as error:
            raise BackupDamaged(file=self.file, reason=f"{name}: {error}") from error
        if digest.hexdigest() != expected.sha256:
            raise BackupDamaged(file=self.file, reason=f"{name} is not what was written")

    def extract(self, name: str, target: Path) -> None:
        """Writes a part to a new file for its owner alone. Raises BackupDamaged."""
        handle = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "wb") as opened:
            for part in self.parts(name):
                opened.write(part)
            opened.flush()
            os.fsync(opened.fileno())


@contextmanager
def reading(file: Path) -> Iterator[Archive]:
    """The backup in this file. Raises BackupDamaged where it is none, or one of a newer product."""
    try:
        archive = zipfile.ZipFile(file)
    except (*UNREADABLE, struct.error) as error:
        said = error.strerror if isinstance(error, OSError) else None
        raise BackupDamaged(file=file, reason=said or str(error)) from error
    with archive:
        yield Archive(file, archive, _manifest(file, archive))


def _manifest(file: Path, archive: zipfile.ZipFile) -> Manifest:
    try:
        said: Mapping[str, Any] = json.loads(archive.read(MANIFEST))
        if said["format"] != FORMAT:
            raise BackupDamaged(file=file, reason=f"it is of format {said['format']}, this product reads {FORMAT}")
        tables = {name: Table(each["rows"], tuple(each["columns"])) for name, each in said["tables"].items()}
        entries = {name: Entry(**each) for name, each in said["entries"].items()}
        found = Manifest(**{**said, "tables": tables, "entries": entries})
    except (*UNREADABLE, KeyError, TypeError, AttributeError) as error:
        raise BackupDamaged(file=file, reason=f"its manifest cannot be read ({error})") from error
    strange = [name for name in entries if not ENTRY.fullmatch(name)]
    if strange or found.database not in {"sqlite", "postgresql"}:
        raise BackupDamaged(file=file, reason=f"it holds what no backup holds ({strange or found.database})")
    return found
