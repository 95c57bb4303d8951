"""Where answers and bounces are read: a mailbox by IMAP (RFC 9051), or a Maildir that a mail server here fills.

A mail stays where it is: read ones are marked as seen, those that belong to no case are left unseen for people, with a
keyword that keeps us from reading them again.
"""

from __future__ import annotations

import contextlib
import imaplib
import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final, Protocol
from urllib.parse import unquote, urlsplit

from engine.errors import AmicaleError, Invalid
from workflows.association.incoming_mail import LARGEST

__all__ = ["Fetched", "ImapSource", "MailboxAway", "MailboxRefused", "MaildirSource", "Source", "source"]

BATCH: Final = 50  # mails of one look
LEFT: Final = "AmicaleLeft"
LOCAL: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_UID: Final = re.compile(rb"UID (\d+)")


class MailboxRefused(Invalid):
    """The address of the mailbox cannot be used: {reason}."""

    code: ClassVar[str] = "mailbox_refused"


class MailboxAway(AmicaleError):
    """The mailbox cannot be read: {reason}."""

    code: ClassVar[str] = "mailbox_away"


@dataclass(frozen=True, slots=True)
class Fetched:
    """A mail as bytes, at most `LARGEST` of them, and what its source knows it by."""

    name: str
    raw: bytes


class Source(Protocol):
    """A mailbox that is looked into; closed by leaving the context of `opened`."""

    def opened(self) -> contextlib.AbstractContextManager[Look]:
        """One look. Raises MailboxAway."""


class Look(Protocol):
    """What a look into a mailbox may ask."""

    def fetch(self) -> Iterator[Fetched]:
        """The mails that nobody has read, the oldest first."""

    def done(self, name: str) -> None:
        """The mail is on record."""

    def leave(self, name: str) -> None:
        """The mail is for people: it stays unseen."""


@dataclass(frozen=True, slots=True)
class MaildirSource:
    """A Maildir on this machine."""

    path: Path

    @contextlib.contextmanager
    def opened(self) -> Iterator[Look]:
        """Nothing to connect to. Raises MailboxAway where the folder is not a Maildir."""
        if not (self.path / "new").is_dir():
            raise MailboxAway(reason="there is no Maildir")
        yield _MaildirLook(self.path)


@dataclass(frozen=True, slots=True)
class _MaildirLook:
    path: Path

    def fetch(self) -> Iterator[Fetched]:
        for file in sorted((self.path / "new").iterdir(), key=lambda each: each.name)[:BATCH]:
            with contextlib.suppress(FileNotFoundError), file.open("rb") as opened:  # another process was faster
                yield Fetched(file.name, opened.read(LARGEST))

    def done(self, name: str) -> None:
        self._move(name, ":2,S")

    def leave(self, name: str) -> None:
        self._move(name, ":2,")

    def _move(self, name: str, flags: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            (self.path / "new" / name).rename(self.path / "cur" / (name.partition(":")[0] + flags))


@dataclass(frozen=True, slots=True)
class ImapSource:
    """A mailbox on a server: TLS from the start (`imaps`), or STARTTLS; without TLS on this machine alone."""

    host: str
    port: int
    user: str
    password: str
    folder: str = "INBOX"
    tls: bool = True
    timeout: float = 20.0

    @contextlib.contextmanager
    def opened(self) -> Iterator[Look]:
        """A fresh connection, logged in, with the folder chosen. Raises MailboxAway."""
        try:
            server = self._connect()
            try:
                server.login(self.user, self.password)
                answer, _ = server.select(f'"{self.folder}"')
                if answer != "OK":
                    raise MailboxAway(reason="there is no such folder")
                yield _ImapLook(server)
            finally:
                with contextlib.suppress(OSError, imaplib.IMAP4.error):
                    server.logout()
        except (OSError, imaplib.IMAP4.error) as lost:
            raise MailboxAway(reason=type(lost).__name__) from lost

    def _connect(self) -> imaplib.IMAP4:
        context = ssl.create_default_context()
        if self.tls:
            return imaplib.IMAP4_SSL(self.host, self.port, ssl_context=context, timeout=self.timeout)
        server = imaplib.IMAP4(self.host, self.port, timeout=self.timeout)
        if "STARTTLS" in server.capabilities:
            server.starttls(context)
        elif self.host not in LOCAL:
            raise MailboxAway(reason="the server offers no TLS")
        return server


@dataclass(frozen=True, slots=True)
class _ImapLook:
    server: imaplib.IMAP4

    def fetch(self) -> Iterator[Fetched]:
        _, found = self.server.uid("SEARCH", "UNSEEN", "UNKEYWORD", LEFT)
        for uid in (found[0] or b"").split()[:BATCH]:
            _, parts = self.server.uid("FETCH", uid.decode(), f"(UID BODY.PEEK[]<0.{LARGEST}>)")
            for part in parts:
                if isinstance(part, tuple):
                    yield Fetched(uid.decode(), part[1])

    def done(self, name: str) -> None:
        self.server.uid("STORE", name, "+FLAGS.SILENT", r"(\Seen)")

    def leave(self, name: str) -> None:
        self.server.uid("STORE", name, "+FLAGS.SILENT", f"({LEFT})")


def source(address: str) -> Source:
    """The mailbox of an address: `imaps://user:password@host/folder`, `imap://…`, `maildir:///folder`.

    Raises MailboxRefused.
    """
    try:
        read = urlsplit(address)
        port = read.port
    except ValueError as error:
        raise MailboxRefused(reason="it is not an address") from error
    if read.scheme == "maildir" and read.path:
        return MaildirSource(Path(unquote(read.path)))
    folder = unquote(read.path.strip("/")) or "INBOX"
    if read.scheme not in {"imap", "imaps"} or not read.hostname or not read.username:
        raise MailboxRefused(reason="write imaps://user:password@host/folder, or maildir:///folder")
    if any(character in folder for character in '"\\\r\n'):
        raise MailboxRefused(reason="the folder's name holds a character that no folder has")
    tls = read.scheme == "imaps"
    return ImapSource(
        read.hostname, port or (993 if tls else 143), unquote(read.username), unquote(read.password or ""), folder, tls
    )  # fmt: skip
