"""Other systems as the settings name them: which may be called, told, and heard."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.outside import feed, http_connector, webhook_connector
from engine.outside.inbound import Sender
from engine.outside.origins import Origins
from engine.outside.webhook_connector import Receiver
from engine.registry import Registry
from webapp.setting_rules.webhooks import listed, origin_in, secrets_in

if TYPE_CHECKING:
    from webapp.settings import Settings

__all__ = ["registry", "senders"]


def registry(settings: Settings) -> Registry:
    """The connectors to other systems."""
    allowed, inside = listed(settings.http_origins), listed(settings.http_inside)
    receivers = {
        name: Receiver(url, secrets_in(settings.webhook_secrets[name]))
        for name, url in settings.webhook_receivers.items()
    }
    # A receiver's own origin may be told and not called: diagrams choose no path there.
    told = Origins.of([*allowed, *(origin_in(each.url) for each in receivers.values())], inside)
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
        name: Sender(name, secrets_in(settings.webhook_secrets[name]), frozenset(messages.split()))
        for name, messages in settings.webhook_events.items()
    }
