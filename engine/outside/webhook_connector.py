"""The connector `webhook.send`: tells a receiver that an administrator named what happened, signed.

Task headers: `target` (the receiver's name), `event` (what happened, such as `member.joined`). The variable `data`, a
context by an input mapping, is what is told, and nothing else. The id of the webhook is the work's key, so that the
receiver knows a repeated one; its time is that of the attempt, so that a late attempt stays in the replay window.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from engine.errors import WorkFailed
from engine.feel.json import to_plain
from engine.feel.values import from_python
from engine.outside.calls import call
from engine.outside.origins import Origins
from engine.outside.signatures import headers_for
from engine.registry import Connector, ConnectorWork

__all__ = ["Receiver", "connector"]

RETRIES: Final = 8  # with the back-offs of the engine: some two hours


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where webhooks of one name go, and the secrets that sign them: the newest first, the old ones while they are
    still taken."""

    url: str
    secrets: tuple[bytes, ...] = field(repr=False)


def connector(origins: Origins, receivers: Mapping[str, Receiver]) -> Connector:
    """The connector over these receivers."""

    def send(work: ConnectorWork) -> None:
        name, event = work.headers.get("target", ""), work.headers.get("event", "")
        receiver = receivers.get(name)
        if receiver is None or not event:
            raise WorkFailed("the webhook needs the headers target (a receiver that is set up) and event", again=False)
        data = to_plain(from_python(work.variables.get("data")))
        told = {"type": event, "timestamp": work.now.isoformat(), "data": data}
        body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
        signed = headers_for(receiver.secrets, work.idempotency_key, work.engine.clock.now(), body)
        target = origins.target(receiver.url)
        response = call(target, "POST", {"Content-Type": "application/json", "User-Agent": "Amicale", **signed}, body)
        work.told.update(webhook_id=work.idempotency_key, status=response.status)
        if not 200 <= response.status < 300:
            # 410: the receiver is gone for good (Standard Webhooks); any other is tried again.
            raise WorkFailed(f"the receiver answered {response.status}", again=response.status != 410)

    return Connector("webhook.send", send, retries=RETRIES, policy="idempotent", results=frozenset())
