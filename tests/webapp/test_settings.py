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


@pytest.mark.parametrize("missing", ["AMICALE_SECRET_KEY", "AMICALE_PUBLIC_URL", "AMICALE_SMTP_HOST"])
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
     ("AMICALE_SECRETKEY", "misspelt")],
)  # fmt: skip
def test_what_cannot_be_read_is_named(var: dict[str, str], variable: str, text: str) -> None:
    with pytest.raises(SettingRefused, match=variable):
        Settings.from_environment(var | {variable: text})


def test_every_setting_says_what_it_is_for() -> None:
    silent = [each.name for each in fields(Settings) if not str(each.metadata.get("about", "")).strip()]
    assert silent == []


def test_every_setting_can_be_read(var: dict[str, str]) -> None:
    texts = {bool: "yes", int: "7", str: "fr", Path: "elsewhere"}
    for each in fields(Settings):
        if each.name in {"production", "var_directory", "zone", "smtp_security", "payment_secrets"}:
            continue
        text = "elsewhere" if each.name == "files_directory" else texts[type(each.default)]
        settings = Settings.from_environment(var | {PREFIX + each.name.upper(): text})
        assert str(getattr(settings, each.name)).lower() in {text, "true", "elsewhere"}, each.name


def test_payment_secrets_are_pairs(var: dict[str, str]) -> None:
    settings = Settings.from_environment(var | PRODUCTION | {"AMICALE_PAYMENT_SECRETS": "one=a=b, two=c"})
    assert settings.payment_secrets == {"one": "a=b", "two": "c"}


def test_limits_are_shared_where_there_is_a_redis(var: dict[str, str]) -> None:
    assert Settings.from_environment(var | {"AMICALE_BROKER_URL": "redis://h:1"}).limits_storage == "redis://h:1"
    assert Settings.from_environment(var | {"AMICALE_BROKER_URL": "amqp://h"}).limits_storage == "memory://"
