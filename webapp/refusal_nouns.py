"""What refusals are about: the kinds of things that are not found or not allowed, and what one may not do with them.

The code names both in English, as parameters (`NotFound(kind="task")`, `Refused(action="claim")`); here they become
words in the reader's language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

__all__ = ["KINDS", "VERBS", "kind_in_words", "templates", "verb_in_words"]

KINDS: Final = (
    "absence", "act", "app", "bank line", "calendar", "case", "cohort", "collection file", "date", "decision",
    "declaration", "device", "diagram", "document", "draft", "effect", "element", "event", "file", "filter", "form",
    "import", "incident", "job", "letter", "list", "mail", "mandate", "meeting", "merge", "message", "migration",
    "order", "page", "pair", "parameter row", "parameter table", "person", "pledge", "process", "process version",
    "proposal", "registration", "remark", "report", "revision", "role", "round", "scenario", "second factor",
    "signal", "signature", "start form", "statement", "step", "subscription", "task", "text", "ticket", "token",
    "try", "value", "version",
)  # fmt: skip
VERBS: Final = (
    "appoint", "approve", "change", "claim", "deploy", "note", "operate", "postpone", "publish", "release", "remind",
    "see", "see or change", "send", "start", "undo",
)  # fmt: skip
TABLE: Final = "decision table"
Say = Callable[[str], str]


def templates() -> Iterator[str]:
    """Every text that is said here, for the catalogues."""
    yield from (*KINDS, TABLE, *map(_infinitive, VERBS))


def kind_in_words(kind: str, say: Say) -> str:
    """A kind in the reader's language; what is none of ours stays as it is written."""
    if kind == "dmn":
        return say(TABLE)
    return say(kind) if kind in KINDS else kind


def verb_in_words(action: str, say: Say) -> str:
    """What one may not do. Catalogues know it by its infinitive, since “start” alone is a noun in other places."""
    if action not in VERBS:
        return action
    said = say(_infinitive(action))
    return action if said == _infinitive(action) else said


def _infinitive(action: str) -> str:
    return f"to {action}"
