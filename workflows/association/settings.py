"""What an operator tells the association: its names, where it writes from, how mail leaves, where links lead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from engine.calendar import PARIS
from workflows.association.mail_transport import KeptInMailbox, Transport
from workflows.association.reply_address import ReplyAddress
from workflows.association.sms.provider import SmsProvider
from workflows.association.unsubscribe import UnsubscribeLinks


def no_link(session: Session, instance_id: UUID, actor: str, lifetime: timedelta) -> str:
    """The link of an association without pages: tests of the engine alone."""
    return f"case:{instance_id}"


def no_file(session: Session, file_id: UUID, now: datetime) -> None:
    """The erasure of a file where there are no files: tests of the engine alone."""


@dataclass(frozen=True, slots=True)
class Association:
    """A value that `workflows.association.registry` puts into connectors. Nothing reads it from elsewhere."""

    name: str = "Amicale des diplômés"
    address: tuple[str, ...] = ("1 rue des Diplômés", "75000 Paris")
    mentions: tuple[str, ...] = ("Association loi 1901", "RNA W000000000")  # what the law asks for on its paper
    mail_from: str = "adhesions@amicale.example"
    public_url: str = "http://127.0.0.1:8000"
    transport: Transport = field(default_factory=KeptInMailbox)
    link: Callable[[Session, UUID, str, timedelta], str] = no_link
    erase_file: Callable[[Session, UUID, datetime], None] = no_file
    replies: ReplyAddress = field(default_factory=ReplyAddress)
    unsubscribe: UnsubscribeLinks = field(default_factory=UnsubscribeLinks)
    erasure_key: bytes = b""  # keys the digests of whoever was erased
    erasure_file: Path | None = None  # where they are kept outside of the database
    opens_on: date | None = None  # no case writes to anybody before this day: what was imported must not awake early
    zone: ZoneInfo = PARIS
    signs_elsewhere: bool = False  # whether a provider's page signs the mandates of those who pay a basket by debit
    sms: SmsProvider = field(default_factory=SmsProvider)
    push_key: bytes = b""  # from which the key pair for notices on devices follows
    push_inside: frozenset[str] = frozenset()  # origins of push services that may have private addresses
