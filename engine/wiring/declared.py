"""What a process declares in its properties: lists of names, by comma."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["INBOUND", "OUTBOUND", "VARIABLES", "names_of"]

VARIABLES: Final = "case.variables"  # what comes from outside: at the start, with messages, by staff
INBOUND: Final = "case.inbound"  # messages and signals that are sent from outside
OUTBOUND: Final = "case.outbound"  # messages and signals that are for others


def names_of(properties: Mapping[str, str], name: str) -> frozenset[str] | None:
    """The names that a property lists; None where it is not there (an empty one lists nothing)."""
    text = properties.get(name)
    return None if text is None else frozenset(one.strip() for one in text.split(",") if one.strip())
