"""How a mail leaves the house: by SMTP, or not at all (development: the mail table is the mailbox)."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Literal, Protocol

from engine.errors import WorkFailed

# RFC 5321 §4.2.1: a reply of the 500s is final, trying again is useless.
_PERMANENT = 500


class Transport(Protocol):
    """Sends one message or raises WorkFailed. `leaves` says whether copies in our table may keep working links."""

    @property
    def leaves(self) -> bool:
        """Whether the message goes to the recipient's own mailbox."""

    def send(self, message: EmailMessage, sender: str) -> str:
        """Hands the message over, with `sender` on the envelope: bounces go there. Answers what the server said.

        Raises WorkFailed.
        """

    def open(self) -> AbstractContextManager[Post]:
        """A way to send several one after the other: over one connection, where there is one."""


Post = Callable[[EmailMessage, str], str]  # as `Transport.send`


@dataclass(frozen=True, slots=True)
class KeptInMailbox:
    """Nothing is sent; the mailbox page shows the table."""

    leaves: bool = False

    def send(self, message: EmailMessage, sender: str) -> str:
        """Does nothing: the row is the mail."""
        return "kept"

    def open(self) -> AbstractContextManager[Post]:
        """The same for several."""
        return nullcontext(self.send)


@dataclass(frozen=True, slots=True)
class SmtpTransport:
    """A submission server. `security`: starttls (587), tls (465), none (a relay on this machine)."""

    host: str
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: str = ""
    timeout: float = 20.0
    leaves: bool = True

    def send(self, message: EmailMessage, sender: str) -> str:
        """Sends over a fresh connection. Raises WorkFailed, with `again=False` for a permanent refusal."""
        with self._refusals(), self._connected() as server:
            return self._hand_over(server, message, sender)

    @contextmanager
    def open(self) -> Iterator[Post]:
        """Connects for the first message; what a message is refused for concerns that one alone.

        A connection that was lost is made anew for the next message.
        """
        with ExitStack() as connections:
            servers: list[_Smtp | _SmtpOverTls] = []

            def post(message: EmailMessage, sender: str) -> str:
                with self._refusals():
                    if not servers or servers[0].sock is None:
                        servers[:] = [connections.enter_context(self._connected())]
                    return self._hand_over(servers[0], message, sender)

            yield post
            with suppress(OSError, smtplib.SMTPException):  # all that was sent is sent, whatever becomes of QUIT
                connections.close()

    def _hand_over(self, server: _Smtp | _SmtpOverTls, message: EmailMessage, sender: str) -> str:
        server.send_message(message, from_addr=sender)
        return server.said

    @contextmanager
    def _connected(self) -> Iterator[_Smtp | _SmtpOverTls]:
        with self._connect() as server:
            if self.security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if self.user:
                server.login(self.user, self.password)
            yield server

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        """What the server says, and its silence, as WorkFailed."""
        try:
            yield
        except smtplib.SMTPRecipientsRefused as refused:
            codes = [code for code, _ in refused.recipients.values()]
            raise WorkFailed(f"the recipient was refused ({codes})", again=not _final(codes)) from refused
        except smtplib.SMTPResponseException as refused:
            code = refused.smtp_code
            raise WorkFailed(f"the mail server answered {code}", again=not _final([code])) from refused
        except (OSError, smtplib.SMTPException) as lost:
            raise WorkFailed(f"the mail server cannot be reached ({type(lost).__name__})") from lost

    def _connect(self) -> _Smtp | _SmtpOverTls:
        if self.security == "tls":
            context = ssl.create_default_context()
            return _SmtpOverTls(self.host, self.port, timeout=self.timeout, context=context)
        return _Smtp(self.host, self.port, timeout=self.timeout)


class _Said:
    """Keeps what the server answers to the mail itself (its queue id); `smtplib` reads it and throws it away."""

    said = ""

    def data(self, msg: object) -> tuple[int, bytes]:
        code, text = super().data(msg)  # type: ignore[misc]
        self.said = f"{code} {text.decode('utf-8', 'replace')}"[:200]
        return code, text


class _Smtp(_Said, smtplib.SMTP):
    pass


class _SmtpOverTls(_Said, smtplib.SMTP_SSL):
    pass


def _final(codes: list[int]) -> bool:
    return bool(codes) and all(code >= _PERMANENT for code in codes)
