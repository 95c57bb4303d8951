"""The reader of the mailbox: looks into it every minute and files what it finds, each mail in a transaction of its own.

Several processes may look at once: a mail is filed by its key, once. Nothing is read while the house is muted, so that
a restored copy does not take mails away from the original.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy.exc import IntegrityError

from engine.engine import Engine
from engine.muting import muted
from engine.transaction import reading, transaction
from workflows.association import incoming_mail
from workflows.association.mail_sources import Fetched, Source
from workflows.association.received_mails import file_mail
from workflows.association.settings import Association

__all__ = ["MailboxReader", "look"]

log = logging.getLogger(__name__)


def look(engine: Engine, association: Association, source: Source) -> int:
    """Files what is in the mailbox; answers how many mails were looked at. Raises MailboxAway."""
    with reading(engine) as session:
        if muted(session) is not None:
            return 0
    count = 0
    with source.opened() as mailbox:
        for fetched in mailbox.fetch():
            count += 1
            if _file(engine, association, fetched):
                mailbox.done(fetched.name)
            else:
                mailbox.leave(fetched.name)
    return count


def _file(engine: Engine, association: Association, fetched: Fetched) -> bool:
    """Whether the mail belongs to a mail of ours."""
    incoming = incoming_mail.read(fetched.raw)
    for _ in range(2):  # a twin that is filed at the same moment wins, and is then found
        try:
            with transaction(engine) as session:
                return file_mail(session, engine, association, incoming).kind != "NO_CASE"
        except IntegrityError:
            log.info("a mail was filed by another process at the same moment")
    return True


@dataclass(slots=True)
class MailboxReader:
    """Looks into a mailbox in a thread of this process, until it is stopped."""

    engine: Engine
    association: Association
    source: Source
    every: timedelta = timedelta(minutes=1)
    stopping: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None

    def start(self) -> None:
        """Starts the thread. Does nothing where it runs already."""
        if self.thread is None:
            self.stopping.clear()
            self.thread = threading.Thread(target=self.run, name="amicale-mailbox", daemon=True)
            self.thread.start()

    def stop(self, timeout: float = 30.0) -> None:
        """Lets the mail in hand be filed, then stops."""
        if self.thread is not None:
            self.stopping.set()
            self.thread.join(timeout)
            self.thread = None

    def run(self) -> None:
        """The thread's loop. A mailbox that is away is logged and looked into again; the thread goes on."""
        while not self.stopping.is_set():
            try:
                look(self.engine, self.association, self.source)
            except Exception:
                log.exception("the mailbox could not be read; trying again in %s", self.every)
            self.stopping.wait(self.every.total_seconds())
