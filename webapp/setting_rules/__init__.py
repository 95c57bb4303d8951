"""What each setting must be, beyond its type: ranges, addresses, and what production cannot do without."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from webapp.setting_rules.organisation import organisation_faults
from webapp.setting_rules.payments import payment_faults
from webapp.setting_rules.sms import sms_faults
from webapp.setting_rules.webhooks import webhook_faults
from workflows.association.contact_texts import EmailRefused, email_address
from workflows.association.mail_sources import MailboxRefused, source

RANGES: Final[Mapping[str, tuple[int, int]]] = {
    "listen_port": (0, 65_535),  # 0: any free port
    "smtp_port": (1, 65_535),
    "threads": (1, 1_000),
    "trusted_proxies": (0, 10),
    "file_megabytes": (1, 1_000),
    "session_hours": (1, 24 * 366),
    "remembered_days": (1, 3_660),
    "stop_seconds": (0, 600),
}
CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "language": ("fr", "en"),
    "smtp_security": ("starttls", "tls", "none"),
    "log_format": ("text", "json", ""),
    "log_level": ("DEBUG", "INFO", "WARNING", "ERROR"),
}
REQUIRED: Final = ("secret_key", "public_url", "smtp_host", "mail_from")
SCHEMES: Final[Mapping[str, tuple[str, ...]]] = {
    "public_url": ("http", "https"),
    "broker_url": ("redis", "rediss", "amqp", "amqps", "memory", "filesystem"),
    "limits_url": ("redis", "rediss", "memory"),
    "traces_url": ("http", "https"),
    "oidc_issuer": ("http", "https"),
    "scanner_url": ("tcp", "unix"),
}
HOSTLESS: Final = frozenset({"memory", "filesystem", "unix"})
SHORTEST_SECRET: Final = 32


def faults(said: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Every setting that cannot be used, with the reason. Values of secrets are never in it."""
    yield from _production(said) if said["production"] else ()
    for name, (least, most) in RANGES.items():
        if not least <= int(str(said[name])) <= most:
            yield name, f"it is not between {least} and {most}"
    for name, choices in CHOICES.items():
        if said[name] not in choices:
            yield name, f"it is not one of {', '.join(filter(None, choices))}"
    for name, schemes in SCHEMES.items():
        yield from _address(name, str(said[name]), schemes)
    yield from _opening_day(str(said["opening_day"]))
    yield from webhook_faults(said)
    yield from payment_faults(said)
    yield from organisation_faults(said)
    yield from sms_faults(said)
    yield from _mailbox(str(said["mailbox_url"]), str(said["reply_to"]))
    yield from _database(str(said["database_url"]))
    yield from _texts(said)
    try:
        ZoneInfo(str(said["zone"]))
    except (ZoneInfoNotFoundError, ValueError):
        yield "zone", "it is not a time zone, like Europe/Paris"


def _production(said: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name in REQUIRED:
        if not said[name]:
            yield name, "it is required in production"
    if said["secret_key"] and len(str(said["secret_key"])) < SHORTEST_SECRET:
        yield "secret_key", f"it needs {SHORTEST_SECRET} characters at least"
    if said["public_url"] and not str(said["public_url"]).startswith("https://"):
        yield "public_url", "it must begin with https:// in production"
    if said["metrics_token"] and len(str(said["metrics_token"])) < SHORTEST_SECRET:
        yield "metrics_token", f"it needs {SHORTEST_SECRET} characters at least"
    payment_secrets = said["payment_secrets"]
    if isinstance(payment_secrets, Mapping) and any(len(each) < SHORTEST_SECRET for each in payment_secrets.values()):
        yield "payment_secrets", f"each secret needs {SHORTEST_SECRET} characters at least"


def _address(name: str, text: str, schemes: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if not text:
        return
    wanted = f"it is not an address that begins with {', '.join(f'{scheme}://' for scheme in schemes)}"
    try:
        read = urlsplit(text)
        usable = read.scheme in schemes and (bool(read.hostname) or read.scheme in HOSTLESS)
        _ = read.port
    except ValueError:
        usable = False
    if not usable:
        yield name, wanted


def _mailbox(address: str, reply_to: str) -> Iterator[tuple[str, str]]:
    if reply_to:
        try:
            email_address(reply_to)
        except EmailRefused:
            yield "reply_to", "it is not an e-mail address"
    if not address:
        return
    if not reply_to:
        yield "mailbox_url", "reply_to must say which address leads to it"
    try:
        source(address)
    except MailboxRefused as error:
        yield "mailbox_url", str(error.params["reason"])


def _database(text: str) -> Iterator[tuple[str, str]]:
    if not text:
        return
    try:
        known = make_url(text).get_backend_name() in {"sqlite", "postgresql"}
    except (ArgumentError, ValueError):
        known = False
    if not known:
        yield "database_url", "it is not an address that begins with postgresql:// or sqlite:///"


def _texts(said: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name in ("association", "mail_from", "listen_host", "smtp_host"):
        if any(ord(character) < 32 for character in str(said[name])):
            yield name, "it holds a control character"
    if said["mail_from"] and "@" not in str(said["mail_from"]).strip("@"):
        yield "mail_from", "it is not an e-mail address"


def _opening_day(text: str) -> Iterator[tuple[str, str]]:
    try:
        date.fromisoformat(text) if text else None
    except ValueError:
        yield "opening_day", "it is not a day as YYYY-MM-DD"
