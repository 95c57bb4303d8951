"""The association as its settings describe it: its name and links, how mails leave, where files lie."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Literal, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from engine.clock import Clock
from engine.engine import Engine
from engine.outside.origins import Origins, origin_of
from webapp.files import store
from webapp.links import tokens
from webapp.setting_rules.webhooks import listed, origin_in
from webapp.settings import Settings
from workflows.association.mail_reading import MailboxReader
from workflows.association.mail_sources import source
from workflows.association.mail_transport import KeptInMailbox, SmtpTransport, Transport
from workflows.association.member_cards import CardLinks
from workflows.association.reply_address import ReplyAddress
from workflows.association.settings import Association
from workflows.association.sms.provider import FIELDS, SmsProvider
from workflows.association.unsubscribe import UnsubscribeLinks

__all__ = ["association_of", "card_links", "erasure_key", "mailbox_reader", "push_key", "secluded", "unsubscribe_links"]


def secluded(settings: Settings, url: str, folder: Path) -> Settings:
    """The settings of a play: its own database and files, and nothing that leaves the house."""
    return replace(
        settings, var_directory=folder, database_url=url, files_directory=None, smtp_host="", mailbox_url="",
        sms_url="", broker_url="", http_origins="", http_inside="", push_inside="", webhook_receivers={}, traces_url="",
    ).completed()  # fmt: skip


def erasure_key(settings: Settings) -> bytes:
    """What keys the digests of whoever was erased."""
    return hashlib.sha256(f"erasures {settings.secret_key}".encode()).digest()


def association_of(settings: Settings, clock: Clock) -> Association:
    """The association as its settings describe it; links in mails lead to our pages."""
    return Association(
        name=settings.association,
        mail_from=settings.mail_from,
        public_url=settings.public_url,
        transport=transport(settings),
        link=tokens.issuer(clock, settings.public_url),
        erase_file=erasure(settings),
        replies=ReplyAddress(settings.reply_to, hashlib.sha256(f"replies {settings.secret_key}".encode()).digest()),
        unsubscribe=unsubscribe_links(settings),
        erasure_key=erasure_key(settings),
        erasure_file=settings.erasure_file or settings.var_directory / "erasures.log",
        opens_on=date.fromisoformat(settings.opening_day) if settings.opening_day else None,
        zone=ZoneInfo(settings.zone),
        signs_elsewhere=settings.debit_provider != "",
        sms=sms_provider(settings),
        push_key=push_key(settings),
        push_inside=frozenset(origin_of(each) for each in listed(settings.push_inside)),
    )


def push_key(settings: Settings) -> bytes:
    """From what the key pair for notices on devices is made; another secret key asks every device anew."""
    return hashlib.sha256(f"push {settings.secret_key}".encode()).digest()


def sms_provider(settings: Settings) -> SmsProvider:
    """The system that sends short messages; one that sends nothing where none is named."""
    if not settings.sms_url:
        return SmsProvider()
    origins = Origins.of([origin_in(settings.sms_url)], listed(settings.http_inside))
    headers = {"Authorization": settings.sms_authorization} if settings.sms_authorization else {}
    return SmsProvider(
        settings.sms_url, origins, headers, settings.sms_fields or FIELDS, settings.sms_sender, settings.sms_knows_keys
    )


def unsubscribe_links(settings: Settings) -> UnsubscribeLinks:
    """The links under news, which our pages answer."""
    key = hashlib.sha256(f"unsubscribe {settings.secret_key}".encode()).digest()
    return UnsubscribeLinks(settings.public_url, key)


def card_links(settings: Settings) -> CardLinks:
    """The links behind the pictures of member cards, which our pages answer."""
    return CardLinks(settings.public_url, hashlib.sha256(f"cards {settings.secret_key}".encode()).digest())


def mailbox_reader(settings: Settings, engine: Engine) -> MailboxReader | None:
    """The reader of answers and bounces; None where the settings name no mailbox."""
    if not settings.mailbox_url:
        return None
    return MailboxReader(engine, association_of(settings, engine.clock), source(settings.mailbox_url))


def erasure(settings: Settings) -> Callable[[Session, UUID, datetime], None]:
    """How the association has a document deleted: its bytes for good, and its name."""
    directory = settings.files_directory or settings.var_directory / "files"

    def erase(session: Session, file_id: UUID, now: datetime) -> None:
        store.erase(session, directory, file_id, now)

    return erase


def transport(settings: Settings) -> Transport:
    """How mails leave: by the SMTP server, or not at all where none is named."""
    if not settings.smtp_host:
        return KeptInMailbox()
    return SmtpTransport(
        host=settings.smtp_host,
        port=settings.smtp_port,
        security=cast(Literal["starttls", "tls", "none"], settings.smtp_security),
        user=settings.smtp_user,
        password=settings.smtp_password,
    )
