"""A received mail, read: what it answers, whether a machine wrote it, what it reports as undelivered, its text.

Whoever can write to the mailbox wrote it, so nothing is believed and everything is bounded: bytes, parts, depth, text.
Sources: RFC 5322 (headers), RFC 2045 ff. (MIME), RFC 3464 (delivery status), RFC 3834 (automatic answers).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser
from html.parser import HTMLParser
from typing import Final

from engine.bounds import fitting

__all__ = ["LARGEST", "Failed", "Incoming", "read"]

LARGEST: Final = 1_000_000  # bytes of a mail that are read
PARTS: Final = 60
BOUNDARIES: Final = 40  # how many multiparts a mail may announce; more is built to hurt, and only its head is read
TEXT: Final = 20_000
SUBJECT: Final = 250
REFERENCES: Final = 50
_ID: Final = re.compile(r"<([^<>@\s]{1,200}@[^<>@\s]{1,200})>")
_ANGLED: Final = re.compile(r"<([^<>\s,]{1,64}@[^<>\s,]{1,190})>")
_BARE: Final = re.compile(r"([^<>\s,;:()\"]{1,64}@[^<>\s,;:()\"]{1,190})")
_STATUS: Final = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_QUOTED: Final = re.compile(
    r"^(On .{5,200} wrote:|Le .{5,200} a écrit\s*:|-{2,} ?(Original Message|Message d.origine).*)$", re.I
)


@dataclass(frozen=True, slots=True)
class Failed:
    """One recipient that a delivery report names. `hard`: trying again is useless (class 5, a full mailbox aside)."""

    address: str
    hard: bool
    status: str


@dataclass(frozen=True, slots=True)
class Incoming:
    """What a mail says. `answered`: Message-IDs that it refers to, the nearest first, without their brackets."""

    key: str
    sender: str
    subject: str
    text: str
    recipients: tuple[str, ...]
    answered: tuple[str, ...]
    automatic: bool
    failed: tuple[Failed, ...]
    report: bool
    attachments: int


def read(raw: bytes) -> Incoming:
    """Reads a mail. Never raises: what cannot be read is empty."""
    raw = raw[:LARGEST]
    message = _parsed(raw)
    parts = list(_parts(message))
    report = message.get_content_type() == "multipart/report"
    failed = tuple(_failed(parts)) if report else ()
    original = tuple(_original(parts)) if report else ()
    return Incoming(
        key=_key(message, raw),
        sender=_addresses(message, "From")[0] if _addresses(message, "From") else "",
        subject=_line(_header(message, "Subject"))[:SUBJECT],
        text=_text(parts),
        recipients=tuple(_addresses(message, "To", "Cc", "Delivered-To", "X-Original-To")),
        answered=(*_ids(message, "In-Reply-To"), *reversed(_ids(message, "References")), *original)[:REFERENCES],
        automatic=_automatic(message),
        failed=failed,
        report=report,
        attachments=sum(1 for part in parts if _attached(part)),
    )


def _parsed(raw: bytes) -> Message:
    """The mail as a tree; its head alone where the tree is built to hurt."""
    if raw.lower().count(b"boundary=") > BOUNDARIES or raw.lower().count(b"message/rfc822") > BOUNDARIES:
        return BytesHeaderParser().parsebytes(raw.partition(b"\n\n")[0][:LARGEST])
    try:
        return message_from_bytes(raw)
    except (MessageError, RecursionError, ValueError, LookupError):
        return BytesHeaderParser().parsebytes(raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0])


def _parts(message: Message) -> Iterator[Message]:
    """The parts in order, but not those of mails within the mail: their text is not the sender's."""
    waiting, count = [message], 0
    while waiting and count < PARTS:
        part, count = waiting.pop(0), count + 1
        yield part
        if part.get_content_maintype() == "multipart":
            waiting[0:0] = _inner(part)


def _header(message: Message, name: str) -> str:
    """A header, decoded. An unknown charset and half an encoded word are shown as they are."""
    said = str(message.get(name, ""))[:4_000]
    try:
        pieces = decode_header(said)
        return "".join(
            piece.decode(charset or "ascii", "replace") if isinstance(piece, bytes) else piece
            for piece, charset in pieces
        )
    except (LookupError, ValueError, MessageError):
        return said


def _line(text: str) -> str:
    return fitting(" ".join(_CONTROL.sub(" ", text).split()))


def _addresses(message: Message, *names: str) -> list[str]:
    """The addresses of these headers: those in angle brackets, else what looks like one. No grammar that recurses."""
    said = [str(each)[:4_000] for name in names for each in (message.get_all(name) or [])[:20]]
    return [fitting(each, 254) for line in said for each in (_ANGLED.findall(line) or _BARE.findall(line))][:100]


def _ids(message: Message, name: str) -> list[str]:
    return _ID.findall(str(message.get(name, ""))[:10_000])[-REFERENCES:]


def _automatic(message: Message) -> bool:
    """RFC 3834 §2, and what programs wrote before it and still do."""
    said = str(message.get("Auto-Submitted", "no")).strip().lower()
    precedence = str(message.get("Precedence", "")).strip().lower()
    marks = ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress", "List-Id", "Feedback-ID")
    empty_sender = str(message.get("Return-Path", "")).strip() == "<>"
    return (
        not said.startswith("no")
        or precedence in {"bulk", "junk", "list", "auto_reply"}
        or empty_sender
        or any(mark in message for mark in marks)
    )


def _failed(parts: list[Message]) -> Iterator[Failed]:
    """The recipients that a report says were not reached (RFC 3464 §2.3)."""
    for part in parts:
        for each in _inner(part) if part.get_content_type() == "message/delivery-status" else ():
            if str(each.get("Action", "")).strip().lower() != "failed":
                continue
            status = _STATUS.search(str(each.get("Status", "")))
            address = str(each.get("Original-Recipient") or each.get("Final-Recipient") or "").partition(";")[2].strip()
            said = status.group() if status else ""
            yield Failed(fitting(address, 254), said.startswith("5.") and said != "5.2.2", said)


def _original(parts: list[Message]) -> Iterator[str]:
    """The Message-ID of the mail that a report returns, whole or its head alone (RFC 3462)."""
    for part in parts:
        if part.get_content_type() == "message/rfc822":
            for inner in _inner(part)[:1]:
                yield from _ids(inner, "Message-ID")
        elif part.get_content_type() == "text/rfc822-headers":
            yield from _ID.findall(_header_of(_decoded(part), "message-id"))


def _inner(part: Message) -> list[Message]:
    """What a part holds: other parts, a mail, or the blocks of fields of a delivery report."""
    held = part.get_payload()
    return [each for each in held[:PARTS] if isinstance(each, Message)] if isinstance(held, list) else []


def _header_of(head: str, name: str) -> str:
    unfolded = re.sub(r"\r?\n[ \t]+", " ", head)
    return next((line for line in unfolded.splitlines() if line.lower().startswith(f"{name}:")), "")[:1_000]


def _attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or (
        part.get_content_maintype() not in {"text", "multipart", "message"}
    )


def _text(parts: list[Message]) -> str:
    """What the sender wrote: the plain text, else the words of the HTML; without the mail that is quoted below."""
    for kind in ("text/plain", "text/html"):
        for part in parts:
            if part.get_content_type() == kind and not _attached(part):
                said = _decoded(part)
                words = _without_quote(_words(said) if kind == "text/html" else said)
                if words:
                    return words
    return ""


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    body = payload if isinstance(payload, bytes) else b""
    charset = part.get_content_charset() or "utf-8"
    try:
        return body[: TEXT * 8].decode(charset, "replace")
    except LookupError:
        return body[: TEXT * 8].decode("utf-8", "replace")


def _without_quote(text: str) -> str:
    kept: list[str] = []
    for line in _CONTROL.sub(" ", text.replace("\r\n", "\n")).split("\n"):
        if _QUOTED.match(line.strip()[:300]):
            break
        if not line.startswith(">"):
            kept.append(line.rstrip())
    return fitting("\n".join(kept).strip(), TEXT)


class _Words(HTMLParser):
    """Collects the words of HTML; scripts, styles and heads are not words."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in {"script", "style", "head", "blockquote"}
        if tag in {"br", "p", "div", "tr", "li"}:
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.silent = max(0, self.silent - (tag in {"script", "style", "head", "blockquote"}))

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(data)


def _words(html: str) -> str:
    reader = _Words()
    reader.feed(html[: TEXT * 4])
    return re.sub(r"\n{3,}", "\n\n", "".join(reader.found))


def _key(message: Message, raw: bytes) -> str:
    """What the same mail is known by when it is fetched, or was delivered, a second time."""
    body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[2]
    parts = (str(message.get("Message-ID", "")), str(message.get("From", "")), str(message.get("Date", "")))
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape") + b"\0" + body.strip()).hexdigest()
