"""Calls to a provider's interface: to its origin alone, bounded, in JSON; a failure says if to try again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

from engine.errors import OutcomeUnknown, WorkFailed
from engine.outside.calls import Response, call
from engine.outside.origins import Origins, origin_of

__all__ = ["Api", "cents", "euros"]

AGAIN: Final = frozenset({408, 409, 425, 429})


@dataclass(frozen=True, slots=True)
class Api:
    """A provider's interface: its address without a path, and which private addresses may be called (tests)."""

    base: str
    inside: frozenset[str] = field(default=frozenset())

    def ask(self, method: str, path: str, headers: Mapping[str, str], form: Mapping[str, str] | None = None,
            body: object = None, read: frozenset[int] = frozenset()) -> Mapping[str, Any]:  # fmt: skip
        """The JSON object of the answer; `read`: refusals that say what the caller wants to know, by their status.

        Raises WorkFailed: again where the provider is away or busy.
        """
        sent, said = b"", {"Accept": "application/json", "User-Agent": "Amicale", **headers}
        if form is not None:
            sent, said["Content-Type"] = urlencode(form).encode(), "application/x-www-form-urlencoded"
        elif body is not None:
            sent, said["Content-Type"] = json.dumps(body).encode(), "application/json"
        origins = Origins.of([origin_of(self.base)], self.inside)
        try:
            response = call(origins.target(f"{self.base}{path}"), method, said, sent)
        except OutcomeUnknown as lost:  # every call of ours reads, or bears a key: it may be made again
            raise WorkFailed(lost.message) from lost
        return _object(response, read)


def _object(response: Response, read_too: frozenset[int]) -> Mapping[str, Any]:
    if not 200 <= response.status < 300 and response.status not in read_too:
        again = response.status in AGAIN or response.status >= 500
        raise WorkFailed(f"the payment provider answered {response.status}", again=again)
    try:
        read = json.loads(response.body)
    except (ValueError, RecursionError) as error:
        raise WorkFailed("the payment provider's answer is no JSON") from error
    if not isinstance(read, dict):
        raise WorkFailed("the payment provider's answer is no object")
    return read


def cents(amount: Decimal) -> int:
    """Euros as providers count them."""
    return int((amount * 100).to_integral_value())


def euros(count: object) -> Decimal:
    """The opposite. Raises ValueError for what is no count of cents."""
    if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count < 10**10:
        raise ValueError("no count of cents")
    return (Decimal(count) / 100).quantize(Decimal("0.01"))
