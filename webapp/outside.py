"""Other systems as the settings name them: which may be called, told, and heard."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from engine.errors import Invalid
from engine.outside import feed, http_connector, webhook_connector
from engine.outside.inbound import Sender
from engine.outside.origins import Origins, origin_of
from engine.outside.signatures import secret_of
from engine.outside.webhook_connector import Receiver
from engine.registry import Registry

if TYPE_CHECKING:
    from webapp.settings import Settings

__all__ = ["listed", "registry", "senders", "webhook_faults"]


def registry(settings: Settings) -> Registry:
    """The connectors to other systems."""
    allowed, inside = listed(settings.http_origins), listed(settings.http_inside)
    receivers = {
        name: Receiver(url, _secrets(settings.webhook_secrets[name]))
        for name, url in settings.webhook_receivers.items()
    }
    # A receiver's own origin may be told and not called: diagrams choose no path there.
    told = Origins.of([*allowed, *(_origin(each.url) for each in receivers.values())], inside)
    return Registry.collect(
        [
            *http_connector.connectors(Origins.of(allowed, inside)),
            webhook_connector.connector(told, receivers),
            feed.connector(told, receivers),
        ]
    )


def senders(settings: Settings) -> Mapping[str, Sender]:
    """The systems that may tell us something, by name."""
    return {
        name: Sender(name, _secrets(settings.webhook_secrets[name]), frozenset(messages.split()))
        for name, messages in settings.webhook_events.items()
    }


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
            _secrets(texts)
        except Invalid as error:
            yield "webhook_secrets", f"{name}: {error.message}"
    for setting in ("webhook_receivers", "webhook_events"):
        for name in _pairs(said[setting]):
            if not secrets.get(name, "").strip():
                yield setting, f"webhook_secrets has no secret for {name}"
    for name, url in _pairs(said["webhook_receivers"]).items():
        try:
            origin_of(_origin(url))
        except Invalid as error:
            yield "webhook_receivers", f"{name}: {error.message}"


def _pairs(said: object) -> Mapping[str, str]:
    return {str(name): str(text) for name, text in said.items()} if isinstance(said, Mapping) else {}


def listed(text: str) -> list[str]:
    """The parts of a text with commas between them."""
    return [each.strip() for each in text.split(",") if each.strip()]


def _origin(url: str) -> str:
    return "/".join(url.split("/", 3)[:3])


def _secrets(text: str) -> tuple[bytes, ...]:
    return tuple(secret_of(each) for each in text.split())
