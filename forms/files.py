"""Uploaded files: what is accepted by extension, by size and by content, under a name that is safe to keep.

Only kinds whose content can be recognised are offered (OWASP ASVS 5.0 §5.2); a scanner for malware is the caller's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO, Final, Protocol

KINDS: Final = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}
"""Kind (which is the extension kept) → media type."""

_ALIASES: Final = {"jpeg": "jpg", "jpe": "jpg"}
_NAME_LIMIT = 120
_MEGABYTE = 1_000_000
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


class Upload(Protocol):
    """A file as the web layer hands it over (werkzeug's FileStorage is one)."""

    @property
    def filename(self) -> str | None: ...

    @property
    def stream(self) -> BinaryIO: ...


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """An accepted file: its safe name, the media type found in its content, its size in bytes, its open stream."""

    name: str
    media_type: str
    size: int
    stream: BinaryIO


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file given earlier: `id` is the caller's, size in bytes."""

    id: str
    name: str
    size: int


Scan = Callable[[UploadedFile], bool]
"""Answers whether a file is clean. Where it cannot tell it raises FileRefused("file_unchecked"), it never answers."""


class FileRefused(Exception):
    """A file was not accepted; `code` is a message of `forms.messages`, `params` fill it."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code, self.params = code, params


def accepted(accept: object) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The kinds an `accept` property allows, and its entries that cannot be verified. Absent: every kind."""
    if not isinstance(accept, str) or not accept.strip():
        return tuple(KINDS), ()
    kinds: list[str] = []
    unknown: list[str] = []
    for entry in (part.strip().lower() for part in accept.split(",") if part.strip()):
        if entry.startswith("."):
            found = [kind_of_name(entry)] if kind_of_name(entry) in KINDS else []
        elif entry.endswith("/*"):
            found = [kind for kind, media in KINDS.items() if media.startswith(entry[:-1])]
        else:
            found = [kind for kind, media in KINDS.items() if media == entry]
        kinds += [kind for kind in found if kind not in kinds]
        unknown += [] if found else [entry]
    return tuple(kinds), tuple(unknown)


def kind_of_name(name: str) -> str:
    """The kind a name's ending claims, "" if none."""
    ending = name.lower().rpartition(".")[2] if "." in name else ""
    return _ALIASES.get(ending, ending)


def kind_of_content(head: bytes) -> str | None:
    """The kind the first kilobyte shows (ISO 32000 §7.5.2, ISO 10918-1 §B.1.1, PNG §5.2), None if none of ours."""
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    return None


def safe_name(name: str, kind: str) -> str:
    """A name without folders, controls, invisible or reserved characters, at most 120 long, ending in its kind."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    visible = "".join(c for c in last if unicodedata.category(c)[0] != "C" and c not in '<>:"|?*%')
    base = PurePosixPath(visible).stem if kind_of_name(visible) in KINDS else visible
    base = re.sub(r"\s+", " ", base).strip(" .…")[: _NAME_LIMIT - len(kind) - 1].strip(" .")
    if not base or _DEVICE.fullmatch(base):
        base = f"document_{base}".strip("_")
    return f"{base}.{kind}"


def receive(upload: Upload, kinds: tuple[str, ...], max_megabytes: int, scan: Scan | None) -> UploadedFile:
    """The file, checked. Raises FileRefused. Reads no more than the limit and leaves the stream at its start."""
    limit = max_megabytes * _MEGABYTE
    name = upload.filename or ""
    stream = upload.stream
    stream.seek(0)
    head = stream.read(1024)
    size = len(head)
    while size <= limit and (part := stream.read(1 << 16)):
        size += len(part)
    stream.seek(0)
    if size == 0:
        raise FileRefused("file_empty")
    if size > limit:
        raise FileRefused("file_too_big", megabytes=max_megabytes)
    kind = kind_of_content(head)
    if kind_of_name(name) not in kinds or kind not in kinds:
        raise FileRefused("file_kind", kinds=kinds)
    file = UploadedFile(safe_name(name, kind), KINDS[kind], size, stream)
    if scan is not None:
        clean = scan(file)
        stream.seek(0)
        if not clean:
            raise FileRefused("file_infected")
    return file
