"""The environment is read once, checked, and what is missing has a safe default."""

from __future__ import annotations

import stat
from dataclasses import fields
from pathlib import Path

import pytest

from webapp.settings import PREFIX, SettingRefused, Settings

PRODUCTION = {
    "AMICALE_PRODUCTION": "yes",
    "AMICALE_SECRET_KEY": "a key of at least thirty-two characters",
    "AMICALE_PUBLIC_URL": "https://amicale.example/",
    "AMICALE_SMTP_HOST": "smtp.example",
    "AMICALE_MAIL_FROM": "bonjour@amicale.example",
}


@pytest.fixture
def var(tmp_path: Path) -> dict[str, str]:
    return {"AMICALE_VAR_DIRECTORY": str(tmp_path / "var")}


def test_nothing_needs_to_be_said(var: dict[str, str], tmp_path: Path) -> None:
    settings = Settings.from_environment(var)
    assert settings.database_url == f"sqlite:///{tmp_path / 'var' / 'amicale.db'}"
    assert settings.public_url == "http://127.0.0.1:8000"
    assert settings.files_directory == tmp_path / "var" / "files"
    assert not settings.secure
    assert settings.limits_storage == "memory://"
    assert {"127.0.0.1", "localhost"} <= settings.hosts


def test_the_secret_key_is_made_once_and_only_its_owner_reads_it(var: dict[str, str], tmp_path: Path) -> None:
    first, second = Settings.from_environment(var), Settings.from_environment(var)
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 43
    assert stat.S_IMODE((tmp_path / "var" / "secret_key").stat().st_mode) == 0o600
    assert [file.name for file in (tmp_path / "var").iterdir()] == ["secret_key"]


def test_secrets_are_not_printed(var: dict[str, str]) -> None:
    settings = Settings.from_environment(var | {"AMICALE_SMTP_PASSWORD": "hush-hush"})
    assert settings.smtp_password == "hush-hush"
    assert "hush-hush" not in repr(settings)
    assert settings.secret_key not in repr(settings)


@pytest.mark.parametrize("missing", ["AMICALE_SECRET_KEY", "AMICALE_PUBLIC_URL", "AMICALE_SMTP_HOST",
                                     "AMICALE_MAIL_FROM"])  # fmt: skip
def test_production_needs_its_secrets(var: dict[str, str], missing: str) -> None:
    with pytest.raises(SettingRefused, match=missing):
        Settings.from_environment(var | PRODUCTION | {missing: ""})


@pytest.mark.parametrize("changed", [{"AMICALE_SECRET_KEY": "short"}, {"AMICALE_PUBLIC_URL": "http://amicale.example"}])
def test_production_refuses_what_is_not_safe(var: dict[str, str], changed: dict[str, str]) -> None:
    with pytest.raises(SettingRefused):
        Settings.from_environment(var | PRODUCTION | changed)


def test_production_trusts_its_public_name_alone(var: dict[str, str]) -> None:
    settings = Settings.from_environment(var | PRODUCTION)
    assert settings.hosts == {"amicale.example"}
    assert settings.secure
    assert settings.payment_secrets == {}


@pytest.mark.parametrize(
    ("variable", "text"),
    [("AMICALE_LISTEN_PORT", "http"), ("AMICALE_PRODUCTION", "perhaps"), ("AMICALE_ZONE", "Europe/Atlantis"),
     ("AMICALE_LANGUAGE", "de"), ("AMICALE_SMTP_SECURITY", "ssl"), ("AMICALE_PAYMENT_SECRETS", "nothing"),
     ("AMICALE_SECRETKEY", "misspelt"), ("AMICALE_LISTEN_PORT", "99999"), ("AMICALE_THREADS", "0"),
     ("AMICALE_FILE_MEGABYTES", "-4"), ("AMICALE_LOG_LEVEL", "LOUD"), ("AMICALE_PUBLIC_URL", "https://["),
     ("AMICALE_PUBLIC_URL", "amicale.example"), ("AMICALE_DATABASE_URL", "nonsense"), ("AMICALE_MAIL_FROM", "nobody"),
     ("AMICALE_DATABASE_URL", "mysql://h/d"), ("AMICALE_BROKER_URL", "http://h"), ("AMICALE_LIMITS_URL", "x"),
     ("AMICALE_SESSION_HOURS", "99999999999"), ("AMICALE_MAILBOX_URL", "maildir:///m"), ("AMICALE_REPLY_TO", "nobody"),
     ("AMICALE_ZONE", "../../etc"), ("AMICALE_ASSOCIATION", "a\nBcc: b")],
)  # fmt: skip
def test_what_cannot_be_read_is_named(var: dict[str, str], variable: str, text: str) -> None:
    with pytest.raises(SettingRefused, match=variable):
        Settings.from_environment(var | {variable: text})


def test_every_setting_says_what_it_is_for() -> None:
    silent = [each.name for each in fields(Settings) if not str(each.metadata.get("about", "")).strip()]
    assert silent == []


ODD = {
"opening_day": "2027-01-01", "payment_provider": "test", "http_origins": "https://a.example", "http_inside": "http://127.0.0.1:81",
       "push_inside": "https://push.example", "sms_url": "https://sms.example/send",
       "reply_to": "r@b.example", "scanner_url": "tcp://127.0.0.1:3310", "mailbox_url": "maildir:///m",
       "mail_from": "a@b.example", "public_url": "http://elsewhere", "broker_url": "redis://h", "limits_url": "redis://h",
       "database_url": "sqlite:///x", "log_level": "DEBUG", "log_format": "json", "traces_url": "http://c",
       "files_directory": "elsewhere", "erasure_file": "erasures"}  # fmt: skip


def test_every_setting_can_be_read(var: dict[str, str]) -> None:
    texts = {bool: "yes", int: "7", str: "fr"}
    for each in fields(Settings):
        if each.name in {
            "production",
            "var_directory",
            "zone",
            "smtp_security",
            "mailbox_url",
            "oidc_issuer",
            "debit_provider",
        } or ("Mapping" in str(each.type)):
            continue
        text = ODD[each.name] if each.name in ODD else texts[type(each.default)]
        settings = Settings.from_environment(var | {PREFIX + each.name.upper(): text})
        assert str(getattr(settings, each.name)) in {text, "True"}, each.name


def test_everything_that_is_missing_is_said_at_once(var: dict[str, str]) -> None:
    with pytest.raises(SettingRefused) as refused:
        Settings.from_environment(var | {"AMICALE_PRODUCTION": "yes", "AMICALE_THREADS": "0"})
    said = "\n".join((refused.value.message, *refused.value.findings))
    assert [name for name in PRODUCTION if name not in said] == ["AMICALE_PRODUCTION"]
    assert "AMICALE_THREADS: it is not between 1 and 1000" in said


def test_payment_secrets_are_pairs(var: dict[str, str]) -> None:
    one, two = "a=b" * 11, "c" * 32
    settings = Settings.from_environment(var | PRODUCTION | {"AMICALE_PAYMENT_SECRETS": f"one={one}, two={two}"})
    assert settings.payment_secrets == {"one": one, "two": two}


def test_limits_are_shared_where_there_is_a_redis(var: dict[str, str]) -> None:
    assert Settings.from_environment(var | {"AMICALE_BROKER_URL": "redis://h:1"}).limits_storage == "redis://h:1"
    assert Settings.from_environment(var | {"AMICALE_BROKER_URL": "amqp://h"}).limits_storage == "memory://"
