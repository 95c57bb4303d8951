"""What a text must be to stand in a column: no longer than its place, of characters that both databases store.

PostgreSQL refuses a text that is too long, both refuse half a character, PostgreSQL refuses NUL: each would break the
transaction of a person who can do nothing about it. So every text is measured where it enters, by `fault_of`: a
diagram's text in a running case is an incident at its element, in a deployment a finding; what comes from outside is
refused with `TextRefused`. The lengths here are those of `engine.models`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from engine.errors import TextRefused

__all__ = [
    "ACTOR", "BUSINESS_KEY", "IDENTIFIER", "KEY", "LABEL", "REQUEST_KEY", "SOURCE", "TITLE", "Fault", "check",
    "explained", "fault_of", "fitting", "storable",
]  # fmt: skip

ACTOR: Final = 64  # a person, a link, a role
BUSINESS_KEY: Final = 80
REQUEST_KEY: Final = 80
SOURCE: Final = 80  # who sent a message
IDENTIFIER: Final = 200  # ids of elements, processes, forms; job types; names of messages and files; version tags
TITLE: Final = 200
KEY: Final = 400  # correlation keys
LABEL: Final = 400  # names of processes and tasks

Fault = Literal["text_too_long", "text_not_storable"]
_REPLACED: Final = "\ufffd"


def storable(text: str) -> bool:
    """Whether both databases can store the text: no NUL, no half of a character."""
    return "\0" not in text and (text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text))


def fault_of(text: str, limit: int) -> Fault | None:
    """What keeps a text from a column of this length; None where it fits."""
    if len(text) > limit:
        return "text_too_long"
    return None if storable(text) else "text_not_storable"


def explained(fault: Fault, limit: int) -> str:
    """The reason as the end of an English sentence. The text itself is not quoted: it may be personal."""
    if fault == "text_too_long":
        return f"has more than {limit} characters"
    return "holds a character that cannot be stored"


def check(texts: Mapping[str, str | None], limit: int) -> None:
    """Texts from outside, by what they are. Raises TextRefused for the first that does not fit."""
    for what, text in texts.items():
        fault = None if text is None else fault_of(text, limit)
        if fault is not None:
            raise TextRefused(what=what, limit=limit)


def fitting(text: str, limit: int | None = None) -> str:
    """The text as it can be stored where it is only shown: cut, with U+FFFD for what no database takes."""
    if not storable(text):
        text = text.replace("\0", _REPLACED).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text if limit is None else text[:limit]
