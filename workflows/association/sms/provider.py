"""The system that sends short messages: any that takes a POST of JSON; its names for things are told by an operator.

What happens to a call of which nobody heard is declared with it: a provider that knows a repeated key may be asked
again, any other may not, since a second message would reach the telephone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from engine.errors import OutcomeUnknown, WorkFailed
from engine.outside.calls import call
from engine.outside.origins import Origins
from engine.registry import ConnectorPolicy

__all__ = ["FIELDS", "SmsProvider"]

FIELDS: Final[Mapping[str, str]] = {"to": "to", "text": "text", "sender": "sender", "key": "reference"}
_AGAIN: Final = frozenset({425, 429, 503})  # it was not taken
_PERHAPS: Final = frozenset({408})


@dataclass(frozen=True, slots=True)
class SmsProvider:
    """Where messages go, as whom, and what opens the door there. An empty address: nothing leaves, rows are kept."""

    url: str = ""
    origins: Origins = field(default_factory=Origins)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    fields: Mapping[str, str] = field(default_factory=lambda: FIELDS)
    sender: str = ""
    knows_keys: bool = False  # a repeated key is not sent twice

    @property
    def leaves(self) -> bool:
        """Whether messages reach telephones."""
        return bool(self.url)

    @property
    def policy(self) -> ConnectorPolicy:
        """What becomes of a call of which nobody heard."""
        return "idempotent" if self.knows_keys else "at_most_once"

    def send(self, to: str, text: str, key: str) -> int:
        """Hands a message over and answers the status. Raises WorkFailed for a refusal, OutcomeUnknown for silence."""
        said = {"to": to, "text": text, "sender": self.sender, "key": key}
        body = {self.fields[name]: value for name, value in said.items() if value and self.fields.get(name)}
        headers = {"Content-Type": "application/json", "Accept": "application/json", "User-Agent": "Amicale"}
        response = call(
            self.origins.target(self.url), "POST", {**headers, "Idempotency-Key": key, **self.headers},
            json.dumps(body, ensure_ascii=False).encode(),
        )  # fmt: skip
        if not 200 <= response.status < 300:
            taken = response.status in _PERHAPS or response.status >= 500
            if taken and not self.knows_keys and response.status not in _AGAIN:  # a gateway gave up waiting for it
                raise OutcomeUnknown(f"the sender of short messages answered {response.status}")
            again = taken or response.status in _AGAIN
            raise WorkFailed(f"the sender of short messages answered {response.status}", again=again)
        return response.status
