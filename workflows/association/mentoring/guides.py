"""Guides of a mentorship for both sides, one for each of its six moments: letters that the house edits.

Each is offered where it helps: on the page of the step that it is about. Domain §P3.9.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Final

from sqlalchemy.orm import Session

from workflows.association import letters, texts, wording
from workflows.association.letters import Block, Letter
from workflows.association.settings import Association
from workflows.association.typesetting import Page, Sender, typeset

# Under which step of `mentorship` each is offered.
OF_STEP: Final[Mapping[str, str]] = MappingProxyType(
    {
        "write_first": "first_word", "answer_call": "first_call", "write_agreement": "agreement",
        "sign_agreement": "agreement", "check_in": "check_in", "answer_fit": "check_in", "review_half": "mid_review",
        "close_pair": "closing",
    }
)  # fmt: skip
KEYS: Final = tuple(dict.fromkeys(OF_STEP.values()))


def titles(session: Session, lang: str, today: date) -> Sequence[tuple[str, str]]:
    """Every guide with its title, in the order of a mentorship."""
    return [(key, _letter(session, key, lang, today).title) for key in KEYS]


def read(session: Session, key: str, lang: str, today: date) -> tuple[str, Sequence[Block]]:
    """Title and text of a guide as it is in force."""
    letter, said = _letter(session, key, lang, today), _said(lang, today)
    return letters.line(letter.title, said), letters.blocks(letter, said)


def document(session: Session, association: Association, key: str, lang: str, today: date) -> bytes:
    """The guide as PDF, under the association's head."""
    letter, said = _letter(session, key, lang, today), _said(lang, today)
    return typeset(
        Page(
            lang=lang, title=letters.line(letter.title, said), issued_on=today, reader=[],
            sender=Sender(association.name, association.address, association.mentions),
            dateline=letters.line(letter.dated, said), blocks=letters.blocks(letter, said),
        )
    )  # fmt: skip


def _letter(session: Session, key: str, lang: str, today: date) -> Letter:
    return texts.letter(session, f"guide_{key}", lang, today)


def _said(lang: str, today: date) -> Mapping[str, str]:
    return {"issued_on": wording.day(today, lang)}
