"""Asking a scanner for malware about an upload: a clamd, by INSTREAM (clamd(8)); where none is named, none is asked.

A file about which the scanner gives no answer is not accepted: whoever sends it is asked to try again.
"""

from __future__ import annotations

import logging
import socket
import struct
from typing import Final
from urllib.parse import urlsplit

from forms.files import FileRefused, Scan, UploadedFile
from webapp.auth import settings

PATIENCE: Final = 20.0  # seconds for an answer
PART: Final = 1 << 16
PORT: Final = 3310
log = logging.getLogger(__name__)


def scanner() -> Scan | None:
    """The scanner that the settings name; None where they name none."""
    url = settings().scanner_url
    return (lambda upload: is_clean(url, upload)) if url else None


def is_clean(url: str, upload: UploadedFile) -> bool:
    """Whether the scanner (`tcp://host:port`, `unix:///path`) finds nothing. Raises FileRefused without an answer."""
    try:
        with _reach(url) as clamd:
            clamd.sendall(b"zINSTREAM\0")
            while part := upload.stream.read(PART):
                clamd.sendall(struct.pack("!L", len(part)) + part)
            clamd.sendall(struct.pack("!L", 0))
            answer = _read(clamd)
    except OSError as gone:
        log.warning("the scanner for malware does not answer: %s", type(gone).__name__)
        raise FileRefused("file_unchecked") from gone
    if answer.endswith(b"FOUND"):
        return False
    if answer != b"stream: OK":
        log.warning("the scanner for malware answers: %s", answer[:80].decode("ascii", "replace"))
        raise FileRefused("file_unchecked")
    return True


def _reach(url: str) -> socket.socket:
    place = urlsplit(url)
    if place.scheme == "unix":
        made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        made.settimeout(PATIENCE)
        made.connect(place.path)
        return made
    return socket.create_connection((place.hostname or "", place.port or PORT), PATIENCE)


def _read(clamd: socket.socket) -> bytes:
    answer = b""
    while len(answer) < PART and (part := clamd.recv(PART)):
        answer += part
        if answer.endswith(b"\0"):
            break
    return answer.rstrip(b"\0\n")
