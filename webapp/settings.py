"""The one reader of the environment. Everything the product can be told from outside is a field of `Settings`."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit

from engine.errors import Invalid
from webapp.setting_rules import faults

PREFIX = "AMICALE_"
OF_THE_TESTS = frozenset(
    {"AMICALE_CONFORMANCE", "AMICALE_CAMUNDA8"}
)  # where outside test data lies: not a setting of the product
YES_NO: Mapping[str, bool] = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
NOBODYS_ADDRESS = "bonjour@amicale.example"  # the mails of the embedded set-up leave for nowhere
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class SettingRefused(Invalid):
    """The setting {name} cannot be used: {reason}"""

    code = "setting_refused"

    def __init__(self, first: tuple[str, str], *others: tuple[str, str]) -> None:
        name, reason = first
        super().__init__(name=name, reason=reason)
        self.findings = tuple(f"{name}: {reason}" for name, reason in others)


def _about(text: str, *, secret: bool = False) -> dict[str, object]:
    return {"about": text, "secret": secret}


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator decides. Each field is read from `AMICALE_` and its name in capitals.

    The defaults are the embedded set-up: one process, SQLite and files in `var/`, mails in the mailbox page.
    In production (`AMICALE_PRODUCTION=yes`) a secret key, an https address and an SMTP host are required.
    """

    production: bool = field(
        default=False, metadata=_about("yes: secrets are required, cookies are secure, no mailbox page")
    )
    var_directory: Path = field(
        default=Path("var"), metadata=_about("what the embedded set-up writes: database, secret key, files")
    )
    database_url: str = field(
        default="", repr=False, metadata=_about("SQLAlchemy address; empty: SQLite in the var directory", secret=True)
    )
    broker_url: str = field(
        default="",
        repr=False,
        metadata=_about("Celery broker (redis://, amqp://); empty: the scheduler of the web process", secret=True),
    )
    limits_url: str = field(
        default="",
        repr=False,
        metadata=_about(
            "store of the rate limits (redis://); empty: the broker if it is one, else memory", secret=True
        ),
    )
    secret_key: str = field(
        default="",
        repr=False,
        metadata=_about("signs sessions and codes; empty: made once in the var directory", secret=True),
    )
    public_url: str = field(
        default="", metadata=_about("address people use, as in mails; empty: http and the address listened on")
    )
    listen_host: str = field(default="127.0.0.1", metadata=_about("address the web server listens on"))
    listen_port: int = field(default=8000, metadata=_about("port the web server listens on"))
    threads: int = field(default=8, metadata=_about("requests answered at the same time by one process"))
    trusted_proxies: int = field(default=0, metadata=_about("reverse proxies whose X-Forwarded headers are believed"))
    scheduler: bool = field(default=True, metadata=_about("no: another process runs the jobs (amicale worker)"))
    association: str = field(
        default="Amicale", metadata=_about("the association's name, as in the header and in mails")
    )
    zone: str = field(default="Europe/Paris", metadata=_about("time zone of deadlines and shown dates"))
    language: str = field(default="fr", metadata=_about("language where a reader asks for neither: fr or en"))
    files_directory: Path | None = field(default=None, metadata=_about("uploads; empty: files in the var directory"))
    file_megabytes: int = field(default=10, metadata=_about("largest upload"))
    scanner_url: str = field(
        default="",
        metadata=_about("clamd that uploads are shown to: tcp://host:3310 or unix:///path; empty: none is asked"),
    )
    smtp_host: str = field(
        default="", metadata=_about("mail server; empty: mails are kept and shown by the mailbox page")
    )
    smtp_port: int = field(default=587, metadata=_about("port of the mail server"))
    smtp_security: str = field(default="starttls", metadata=_about("starttls, tls or none"))
    smtp_user: str = field(default="", metadata=_about("name the mail server asks for"))
    smtp_password: str = field(
        default="", repr=False, metadata=_about("password the mail server asks for", secret=True)
    )
    sms_url: str = field(
        default="", metadata=_about("https://… that takes short messages as JSON; empty: none leaves, they are kept")
    )
    sms_authorization: str = field(
        default="", repr=False, metadata=_about("its Authorization header (Bearer …, Basic …)", secret=True)
    )
    sms_sender: str = field(default="", metadata=_about("as whom messages come: up to 11 letters, or a number"))
    sms_fields: Mapping[str, str] = field(
        default_factory=dict,
        metadata=_about("to=to,text=text,sender=sender,key=reference: what that system calls them"),
    )
    sms_knows_keys: bool = field(
        default=False, metadata=_about("yes: it sends a repeated key once, so that a lost call may be made again")
    )
    mail_from: str = field(
        default="", metadata=_about("address that mails are sent from; empty: bonjour@amicale.example")
    )
    reply_to: str = field(
        default="",
        metadata=_about("mailbox of answers and bounces (it takes name+token@…); empty: none is read"),
    )
    mailbox_url: str = field(
        default="",
        repr=False,
        metadata=_about("that mailbox: imaps://user:password@host/INBOX, or maildir:///folder", secret=True),
    )
    erasure_file: Path | None = field(
        default=None, metadata=_about("digests of who was erased, kept apart from backups; empty: in the var directory")
    )
    opening_day: str = field(
        default="", metadata=_about("YYYY-MM-DD before which no case writes to anybody; empty: it is open")
    )
    payment_secrets: Mapping[str, str] = field(
        default_factory=dict, repr=False, metadata=_about("provider=secret,… that sign payment webhooks", secret=True)
    )
    payment_accounts: Mapping[str, str] = field(
        default_factory=dict,
        repr=False,
        metadata=_about(
            "stripe=secret key,helloasso=client-id:client-secret:organisation,gocardless=access token", secret=True
        ),
    )
    payment_provider: str = field(
        default="", metadata=_about("stripe or helloasso: whose page payers get; empty: the test page, if any")
    )
    debit_provider: str = field(
        default="", metadata=_about("gocardless: whose page signs and collects debits for which nothing is planned")
    )
    payment_addresses: Mapping[str, str] = field(
        default_factory=dict,
        metadata=_about("provider=https://address,… of another interface (sandbox)"),
    )
    http_origins: str = field(
        default="", metadata=_about("systems that diagrams may call: https://host,…; empty: none")
    )
    http_inside: str = field(
        default="", metadata=_about("those that may have private addresses: https://host,http://host:port,…")
    )
    push_inside: str = field(
        default="", metadata=_about("push services for notices that may have private addresses: https://host,…")
    )
    webhook_receivers: Mapping[str, str] = field(
        default_factory=dict, metadata=_about("name=https://address,… that diagrams tell what happened")
    )
    webhook_events: Mapping[str, str] = field(
        default_factory=dict, metadata=_about("name=message message,…: the systems that may send us these messages")
    )
    webhook_secrets: Mapping[str, str] = field(
        default_factory=dict,
        repr=False,
        metadata=_about("name=whsec_… whsec_…,… of receivers and senders, the newest first", secret=True),
    )
    oidc_issuer: str = field(default="", metadata=_about("the organisation's sign-in (OpenID Connect); empty: none"))
    oidc_client: str = field(default="", metadata=_about("what that sign-in knows us as"))
    oidc_secret: str = field(default="", repr=False, metadata=_about("our secret at that sign-in", secret=True))
    oidc_name: str = field(default="", metadata=_about("what people call that sign-in; empty: its host"))
    oidc_addresses: bool = field(
        default=False, metadata=_about("yes: its addresses count as checked where it does not say whether they are")
    )
    oidc_roles: Mapping[str, str] = field(
        default_factory=dict, metadata=_about("group=ROLE ROLE,…: what its groups may do here")
    )
    session_hours: int = field(default=12, metadata=_about("hours after which a sign-in ends"))
    remembered_days: int = field(default=90, metadata=_about("days for which a device is remembered"))
    log_level: str = field(default="INFO", metadata=_about("DEBUG, INFO, WARNING or ERROR"))
    log_format: str = field(default="", metadata=_about("text or json; empty: json in production"))
    metrics_token: str = field(
        default="", repr=False, metadata=_about("opens /metrics to other machines (Authorization: Bearer)", secret=True)
    )
    traces_url: str = field(default="", metadata=_about("OpenTelemetry collector (OTLP over HTTP); empty: no traces"))
    stop_seconds: int = field(default=30, metadata=_about("how long running requests and jobs may take at a stop"))

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ, **given: object | None) -> Settings:
        """The settings as the environment says them, checked. An empty variable counts as absent.

        A field given here goes before the environment's, unless it is None.

        Raises SettingRefused: an unreadable value, a variable that is not a setting, a lack in production.
        """
        known = {PREFIX + each.name.upper(): each.name for each in fields(cls)}
        said: dict[str, object] = {}
        for variable, text in environment.items():
            if not variable.startswith(PREFIX) or variable in OF_THE_TESTS or not text:
                continue
            if variable not in known:
                raise SettingRefused((variable, f"it is not one of {', '.join(sorted(known))}"))
            said[known[variable]] = _read(variable, text, cls.__annotations__[known[variable]])
        said |= {name: value for name, value in given.items() if value is not None}
        return cls(**said).completed()  # type: ignore[arg-type]

    def completed(self) -> Settings:
        """Checked, and with every empty field that has an embedded default filled in. Makes the secret key file."""
        self._check()
        var = self.var_directory.absolute()
        host = f"[{self.listen_host}]" if ":" in self.listen_host else self.listen_host
        said = {each.name: getattr(self, each.name) for each in fields(self)}
        said["var_directory"] = var
        said["database_url"] = self.database_url or f"sqlite:///{var / 'amicale.db'}"
        said["secret_key"] = self.secret_key or kept_secret(var / "secret_key")
        said["public_url"] = (self.public_url or f"http://{host}:{self.listen_port}").rstrip("/")
        said["mail_from"] = self.mail_from or NOBODYS_ADDRESS
        said["log_format"] = self.log_format or ("json" if self.production else "text")
        said["files_directory"] = self.files_directory or var / "files"
        secrets_of = {"test": said["secret_key"] + ":payments"} if not self.production else {}
        said["payment_secrets"] = secrets_of | dict(self.payment_secrets)
        return Settings(**said)

    def _check(self) -> None:
        said = {each.name: getattr(self, each.name) for each in fields(self)}
        found = [(PREFIX + name.upper(), reason) for name, reason in faults(said)]
        if found:
            raise SettingRefused(*found)

    @property
    def secure(self) -> bool:
        """Whether people reach us over https: cookies are then `Secure` and prefixed `__Host-`."""
        return self.public_url.startswith("https://")

    @property
    def hosts(self) -> frozenset[str]:
        """The names a request may be addressed to; loopback ones besides outside production."""
        public = frozenset({urlsplit(self.public_url).hostname or ""})
        return public if self.production else public | LOOPBACK

    @property
    def limits_storage(self) -> str:
        """Where the rate limits are counted: shared between processes where there is a Redis, else in memory."""
        redis = self.broker_url if self.broker_url.startswith(("redis://", "rediss://")) else ""
        return self.limits_url or redis or "memory://"


def _read(variable: str, text: str, kind: str) -> object:
    """One variable's text as the annotated type of its field."""
    try:
        match kind:
            case "bool":
                return YES_NO[text.strip().lower()]
            case "int":
                return int(text)
            case "Path" | "Path | None":
                return Path(text)
            case "Mapping[str, str]":
                return dict(pair.strip().split("=", 1) for pair in text.split(","))
            case _:
                return text
    except (KeyError, ValueError) as error:
        raise SettingRefused((variable, f"it is not read as {kind}")) from error


def kept_secret(file: Path) -> str:
    """The secret kept in this file, made on the first call and readable by its owner alone."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if file.exists():
        return file.read_text(encoding="ascii")
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    handle = os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as opened:
        opened.write(secrets.token_urlsafe(48))
    # A link is made whole or not at all: of two processes that start together, both read the first one's secret.
    with contextlib.suppress(FileExistsError):
        os.link(draft, file)
    draft.unlink()
    return file.read_text(encoding="ascii")
