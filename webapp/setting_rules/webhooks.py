"""The settings of other systems: which may be called, told, and heard (`webapp.outside`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.errors import Invalid
from engine.outside.origins import Origins, origin_of
from engine.outside.signatures import secret_of

__all__ = ["listed", "origin_in", "secrets_in", "webhook_faults"]


def webhook_faults(said: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """What of these settings cannot be used, with the reason. Values of secrets are never in it."""
    for name in ("http_origins", "http_inside", "push_inside"):
        try:
            Origins.of(listed(str(said[name])))
        except Invalid as error:
            yield name, error.message
    secrets = _pairs(said["webhook_secrets"])
    for name, texts in secrets.items():
        try:
            secrets_in(texts)
        except Invalid as error:
            yield "webhook_secrets", f"{name}: {error.message}"
    for setting in ("webhook_receivers", "webhook_events"):
        for name in _pairs(said[setting]):
            if not secrets.get(name, "").strip():
                yield setting, f"webhook_secrets has no secret for {name}"
    for name, url in _pairs(said["webhook_receivers"]).items():
        try:
            origin_of(origin_in(url))
        except Invalid as error:
            yield "webhook_receivers", f"{name}: {error.message}"


def _pairs(said: object) -> Mapping[str, str]:
    return {str(name): str(text) for name, text in said.items()} if isinstance(said, Mapping) else {}


def listed(text: str) -> list[str]:
    """The parts of a text with commas between them."""
    return [each.strip() for each in text.split(",") if each.strip()]


def origin_in(url: str) -> str:
    """The part of an address before its path."""
    return "/".join(url.split("/", 3)[:3])


def secrets_in(text: str) -> tuple[bytes, ...]:
    """The secrets of a text with blanks between them, the newest first. Raises SecretRefused."""
    return tuple(secret_of(each) for each in text.split())
