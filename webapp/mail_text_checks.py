"""Which text a mail of a diagram sends: without one the step would stand still as soon as a case comes to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.bpmn import Element, ProcessSpec
from engine.feel import StaticText
from engine.findings import Finding
from engine.wiring import Surroundings
from engine.wiring.variables import given_back
from workflows.association import mails, texts

__all__ = ["check_mail_texts"]

TYPES: Final = frozenset({mails.JOB_TYPE, mails.ANSWER_TYPE})
TEMPLATE: Final = "template"
GIVEN: Final = frozenset({TEMPLATE, "mail_id"})  # the variables by which a program says what is sent


def check_mail_texts(spec: ProcessSpec, around: Surroundings) -> Iterator[Finding]:
    """An error for each mail that names no text, where no variable says it either, or one that there is not."""
    steps = [each for each in spec.elements.values() if _sends(each)]
    if not steps:
        return
    known, given = frozenset(texts.names("mail")), given_back(spec, around)
    for element in steps:
        named = element.job.headers.get(TEMPLATE, "") if element.job is not None else ""
        if named and named not in known:
            sentence = f"there is no mail text “{named}”"
            yield Finding("error", "mail_text_unknown", sentence, {"name": named}, element.id, element.name)
        elif not named and given is not None and not given & GIVEN and not _by_input(element):
            yield Finding("error", "mail_text_missing", "no text is chosen", {}, element.id, element.name)


def _sends(element: Element) -> bool:
    type_ = element.job.type if element.job is not None else None
    return isinstance(type_, StaticText) and type_.text in TYPES


def _by_input(element: Element) -> bool:
    return any(each.target[0] in GIVEN for each in element.inputs)
