"""What whoever a case is about may say on its page whenever the case listens: declared in the catalogue, once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

Texts = Mapping[str, str]
REASON: Final = "reason"
DAY: Final = "day"


@dataclass(frozen=True, slots=True)
class MemberAct:
    """A message that a member publishes to his own case by a button.

    `sides`: the variables of the case that hold the id of a person who may, and what that side is called in it.
    `side_variable`: under which name the message says the side; empty where it says none. `effects`: what follows, read
    before; `done`: read after. `final`: it cannot be undone. `reasons`: the codes among which the member chooses, sent
    as the variable `reason`. `within_days`: a day is asked for, from tomorrow to so many days ahead, sent as `day`.
    `until`: offered only before the day that this variable of the case names. `leaves`: who says it leaves the case,
    which then ends by its own rules, so that an erasure says it first (with the reason `OTHER` where one is asked for).
    """

    message: str
    labels: Texts
    effects: Texts
    done: Texts
    sides: Mapping[str, str]
    side_variable: str = ""
    final: bool = False
    reasons: Mapping[str, Texts] = field(default_factory=dict)
    within_days: int = 0
    until: str = ""
    leaves: bool = False

    def label(self, language: str) -> str:
        """The words of the button."""
        return spoken(self.labels, language)


def spoken(texts: Texts, language: str) -> str:
    """A text in the reader's language, else in French."""
    return texts.get(language, texts["fr"])
