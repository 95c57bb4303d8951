"""What nobody answers for somebody else: a signature, a consent. The diagram says so of its tasks (`task.personal`)."""

from __future__ import annotations

from engine.bpmn.personal import ANSWER, CONSENT, PROPERTY, SIGNATURE
from webapp.operations.drawing import Shape
from webapp.task_work import Work
from webapp.words import _


def reason(shape: Shape | None) -> str:
    """Why staff may not answer this task for whom the case is about; empty where they may."""
    return "" if shape is None or shape.properties.get(ANSWER) else _words(shape.properties.get(PROPERTY, ""))


def reason_without_question(shape: Shape | None, work: Work) -> str:
    """Why staff may not answer where the question that is the person's alone is none of the form; else empty.

    A key that was mistyped lets no signature through: the whole task is the person's then.
    """
    key = "" if shape is None else shape.properties.get(ANSWER, "")
    if shape is None or not key or (work.bound is not None and key in work.bound.definition.fields):
        return ""
    return _words(shape.properties.get(PROPERTY, ""))


def reason_of_answer(shape: Shape | None, work: Work) -> str:
    """Why this answer, which is given for somebody else, cannot be; it stands beside its question from now on."""
    key = "" if shape is None else shape.properties.get(ANSWER, "")
    if shape is None or work.bound is None or not any(work.bound.draft().get(key, ())):
        return ""
    words = _words(shape.properties.get(PROPERTY, ""))
    work.bound.refuse(key, words)
    return words


def _words(kind: str) -> str:
    if kind == SIGNATURE:
        return _("A mandate, charter or agreement binds only whoever signs it. Send the person the link to sign.")
    if kind == CONSENT:
        return _("A consent is given by the person alone, freely (GDPR, article 4). Send the person the link.")
    return ""
