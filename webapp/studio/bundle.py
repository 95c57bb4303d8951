"""The files of a draft as they come in and go out: their names, their sizes, their archive; what is no file of ours.

A diagram that would be refused at a deployment is still a draft. What is refused here is what cannot be read at all,
and what would do harm: document types, archives that swell, names that leave their folder.
"""

from __future__ import annotations

import json
import re
import stat
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import PurePosixPath
from typing import ClassVar, Final

from engine.bpmn import DiagramRefused, read_diagram
from engine.dmn.errors import DmnRefused
from engine.dmn.golden import SUFFIX
from engine.dmn.xml import parse as parse_tables
from engine.errors import Invalid
from engine.findings import Finding
from webapp.definitions import DEPLOYED
from webapp.sandbox.scenarios import SUFFIX as SCENARIOS

__all__ = ["Files", "accept", "archive", "kind_of", "unpack"]

Files = Mapping[str, bytes]
KINDS: Final = (*DEPLOYED, SUFFIX, SCENARIOS)
NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
LARGEST: Final = 2 * 1024 * 1024  # bytes of one file
ALL: Final = 8 * 1024 * 1024  # bytes of a draft
MOST: Final = 80  # files of a draft
DEEPEST: Final = 60  # JSON inside JSON
# What makes a diagram unreadable for an editor too; whatever else is wrong with it is a matter for its author.
BROKEN: Final = frozenset(
    {
        "file_too_big", "not_utf8", "not_text", "not_xml", "doctype", "not_bpmn", "too_many_elements",
        "attributes_too_many", "id_twice", "id_bad",
    }
)  # fmt: skip


class FileRefused(Invalid):
    """“{name}” cannot be taken in, and nothing was saved: {summary}

    `findings` holds the reasons, each with its element.
    """

    code: ClassVar[str] = "studio_file_refused"

    def __init__(self, name: str, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(name=name, summary=" ".join(finding.message for finding in self.findings[:3]))


class FileNameRefused(Invalid):
    """“{name}” is no file of a process: name it with letters, digits, “_”, “-” and “.”, without a folder, and end it in
    .bpmn, .dmn, .form, .translations.json, .cases.json or .feature."""

    code: ClassVar[str] = "studio_file_name"


class FileTooLarge(Invalid):
    """“{name}” is too large: a file has at most {limit} bytes."""

    code: ClassVar[str] = "studio_file_large"


class DraftTooLarge(Invalid):
    """Together these files are too many or too large: at most {files} files and {limit} bytes."""

    code: ClassVar[str] = "studio_draft_large"


class FileUnreadable(Invalid):
    """“{name}” cannot be read (line {line}, character {column}): it is no JSON, or no text in UTF-8."""

    code: ClassVar[str] = "studio_file_unreadable"


class ArchiveUnreadable(Invalid):
    """“{name}” is no zip file that can be read. Make it again, or send the files one by one."""

    code: ClassVar[str] = "studio_archive"


class ArchiveHolds(Invalid):
    """The archive holds “{name}”, which is encrypted or no plain file. Pack plain files only."""

    code: ClassVar[str] = "studio_archive_holds"


class FileTwice(Invalid):
    """“{name}” is in the archive twice."""

    code: ClassVar[str] = "studio_file_twice"


def kind_of(name: str) -> str:
    """The ending that says what a file is. Raises FileNameRefused."""
    found = next((kind for kind in KINDS if name.endswith(kind) and name != kind), None)
    if found is None or not NAME.fullmatch(name) or ".." in name:
        raise FileNameRefused(name=name[:120])
    return found


def accept(files: Files) -> None:
    """Lets the files of a draft in. Raises FileNameRefused, FileTooLarge, DraftTooLarge, FileRefused, FileUnreadable:
    each names the file, and where in it."""
    for name, body in files.items():
        kind = kind_of(name)
        if len(body) > LARGEST:
            raise FileTooLarge(name=name, limit=LARGEST)
        if kind == ".bpmn":
            _diagram(name, body)
        elif kind == ".dmn":
            _tables(name, body)
        elif kind == SCENARIOS:
            _text(name, body)
        else:
            _json(name, body)
    if len(files) > MOST or sum(map(len, files.values())) > ALL:
        raise DraftTooLarge(files=MOST, limit=ALL)


def _diagram(name: str, body: bytes) -> None:
    try:
        read_diagram(body, name=name)
    except DiagramRefused as refused:
        broken = [finding for finding in refused.findings if finding.code in BROKEN]
        if broken:
            raise FileRefused(name, broken) from None


def _tables(name: str, body: bytes) -> None:
    try:
        parse_tables(body, name)
    except DmnRefused as refused:
        raise FileRefused(name, [Finding("error", refused.code, refused.message, dict(refused.params))]) from None


def _text(name: str, body: bytes) -> None:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as broken:
        raise FileUnreadable(name=name, line=body.count(b"\n", 0, broken.start) + 1, column=1) from None


def _json(name: str, body: bytes) -> None:
    try:
        text = body.decode("utf-8")
        read = json.loads(text)
        json.dumps(read, ensure_ascii=False).encode()
    except UnicodeEncodeError as half:  # of a character beyond 16 bits, which no page can show
        found = text.lower().find(f"\\u{ord(half.object[half.start]):04x}")
        line, column = text.count("\n", 0, max(found, 0)) + 1, max(found, 0) - text.rfind("\n", 0, max(found, 0))
        raise FileUnreadable(name=name, line=line, column=column) from None
    except json.JSONDecodeError as broken:
        raise FileUnreadable(name=name, line=broken.lineno, column=broken.colno) from None
    except (ValueError, RecursionError):  # not UTF-8, a number of too many digits, nested too deep
        raise FileUnreadable(name=name, line=1, column=1) from None
    if not isinstance(read, dict) or _depth(read) > DEEPEST:
        raise FileUnreadable(name=name, line=1, column=1)


def _depth(value: object) -> int:
    """How many lists and objects stand inside one another, counted no deeper than is refused."""
    level, depth = [value], 0
    while level and depth <= DEEPEST:
        inner = [each for each in level if isinstance(each, dict | list)]
        level = [part for each in inner for part in (each.values() if isinstance(each, dict) else each)]
        depth += bool(inner)
    return depth


def archive(files: Files) -> bytes:
    """The files as a zip, the same bytes for the same files."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as opened:
        for name in sorted(files):
            opened.writestr(zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0)), files[name], zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def unpack(name: str, packed: bytes) -> dict[str, bytes]:
    """The files of an archive, which may lie in one folder of it. Nothing is written anywhere, nothing is unpacked
    beyond its bounds. Raises ArchiveUnreadable, ArchiveHolds, FileTwice, and as `accept`."""
    try:
        with zipfile.ZipFile(BytesIO(packed)) as opened:
            found = _read(opened)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, OSError, ValueError, zlib.error):
        raise ArchiveUnreadable(name=name[:120]) from None
    accept(found)
    return found


def _read(opened: zipfile.ZipFile) -> dict[str, bytes]:
    entries = [entry for entry in opened.infolist() if not entry.is_dir()]
    if len(entries) > MOST or sum(entry.file_size for entry in entries) > ALL:
        raise DraftTooLarge(files=MOST, limit=ALL)
    found: dict[str, bytes] = {}
    for entry in entries:
        name = _inside(entry)
        if name in found:
            raise FileTwice(name=name)
        with opened.open(entry) as stream:  # a lying size: no more is read than a file may have
            found[name] = stream.read(LARGEST + 1)
        if len(found[name]) > LARGEST:
            raise FileTooLarge(name=name, limit=LARGEST)
    return found


def _inside(entry: zipfile.ZipInfo) -> str:
    """The name of an entry without the folder around it. Raises FileNameRefused, ArchiveHolds."""
    raw = entry.orig_filename
    path = PurePosixPath(raw)
    if "\\" in raw or "\0" in raw or path.is_absolute() or ".." in path.parts or len(path.parts) > 2 or ":" in raw:
        raise FileNameRefused(name=raw[:120].replace("\0", "␀"))
    mode = entry.external_attr >> 16
    if entry.flag_bits & 1 or (stat.S_IFMT(mode) and not stat.S_ISREG(mode)):
        raise ArchiveHolds(name=path.name[:120])
    kind_of(path.name)
    return path.name
