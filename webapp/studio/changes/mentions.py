"""Expressions that only name something, in words: a figure of a dated table, or the person who does a task."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from webapp.words import _
from workflows.association import parameters

__all__ = ["FIGURE", "figure_words", "is_known_person", "person_words"]

FIGURE: Final = re.compile(r"parameters\.([a-z][a-z0-9_]*)\.([A-Za-z][A-Za-z0-9_]*)")
PERSON: Final = re.compile(r'(?:"(?:person|link):"\s*\+\s*)?([A-Za-z_][\w.]*)')


def figure_words(expression: str, language: str) -> str:
    """“Premier message” (Délais du mentorat), where an expression is nothing but that; "" for any other, and for a row
    that was added to a table."""
    found = FIGURE.fullmatch(expression)
    table = parameters.declared().get(found[1]) if found else None
    row = table.first_row(found[2]) if found and table else None
    if table is None or row is None:
        return ""
    shown = (row.label_en, table.label_en) if language == "en" else (row.label_fr, table.label_fr)
    return _("“%(row)s” (%(table)s)", row=shown[0], table=shown[1])


def person_words(expression: str) -> str:
    """Who an assignment names: by what the diagrams of the association call people; "" for a calculation."""
    found = PERSON.fullmatch(expression)
    if found is None:
        return ""
    return _people().get(found[1]) or _("the person in `%(name)s`", name=found[1])


def is_known_person(expression: str) -> bool:
    """Whether the words for whoever an assignment names are known."""
    found = PERSON.fullmatch(expression)
    return found is not None and found[1] in _people()


def _people() -> Mapping[str, str]:
    subject = _("the person whom the case is about")
    return {
        "mentee_id": _("the mentee"), "mentor_id": _("the mentor"), "side.person_id": _("each of the two people"),
        "applicant_actor": subject, "person_actor": subject, "member_actor": _("the member"),
        "guardian_actor": _("the parent or guardian"), "participant": _("the participant"),
        "organiser": _("the organiser"), "attendee": _("whoever comes to the event"),
        "claimant": _("whoever asks for the money back"), "candidate": _("the candidate"),
        "caller": _("whoever calls"),
        "peer_request_id": _("whoever has the personal link"),
    }  # fmt: skip
