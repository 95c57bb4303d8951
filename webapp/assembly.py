"""Where settings become an association and an engine: the one place that puts the four packages together."""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Callable
from datetime import date, datetime
from typing import Literal, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from engine.clock import Clock, SystemClock
from engine.engine import Engine, EngineSettings
from engine.registry import Registry
from webapp import outside
from webapp.catalogues import read_languages
from webapp.files import store
from webapp.inbox import digest
from webapp.links import tokens
from webapp.payments.providers import providers
from webapp.people import mails
from webapp.settings import Settings
from webapp.week import mail as week_mail
from workflows import association
from workflows.association import mail_adapter, payment_receiving
from workflows.association.closures import StaffCalendar
from workflows.association.mail_reading import MailboxReader
from workflows.association.mail_sources import source
from workflows.association.mail_transport import KeptInMailbox, SmtpTransport, Transport
from workflows.association.reply_address import ReplyAddress
from workflows.association.settings import Association
from workflows.association.undo_window import UndoWindow
from workflows.association.unsubscribe import UnsubscribeLinks


def open_engine(settings: Settings, *, clock: Clock | None = None) -> Engine:
    """The engine over the settings' database, with the work of the association and of the pages registered."""
    clock = clock or SystemClock()
    if settings.database_url.startswith("sqlite"):
        settings.var_directory.mkdir(parents=True, exist_ok=True)
    zone = ZoneInfo(settings.zone)
    engine = Engine.open(
        settings.database_url,
        clock=clock,
        registry=registry(settings, clock),
        settings=EngineSettings(zone=zone, staff_calendar=StaffCalendar(zone), undo_window=UndoWindow(zone)),
    )
    if settings.traces_url:  # OpenTelemetry is an extra: it is not imported where nobody asks for it
        importlib.import_module("webapp.traces").trace_engine(settings.traces_url, engine)
    return engine


def registry(settings: Settings, clock: Clock) -> Registry:
    """Every job type that a diagram or a page names."""
    pages = mails.registry(settings, read_languages()) + outside.registry(settings) + Registry.of(mail_adapter)
    pages = pages + week_mail.registry(settings, read_languages())
    pages = pages + Registry.collect(
        [payment_receiving.connector(providers(settings)), digest.connector(settings.public_url)]
    )
    return association.registry(association_of(settings, clock)) + pages


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
    )


def unsubscribe_links(settings: Settings) -> UnsubscribeLinks:
    """The links under news, which our pages answer."""
    key = hashlib.sha256(f"unsubscribe {settings.secret_key}".encode()).digest()
    return UnsubscribeLinks(settings.public_url, key)


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
