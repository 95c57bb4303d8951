"""What nobody answers for somebody else: a signature, a consent. The diagram says so of its tasks (`task.personal`)."""

from __future__ import annotations

from engine.bpmn.personal import ANSWER, CONSENT, PROPERTY, SIGNATURE
from engine.models import UserTask
from webapp.task_work import Work
from webapp.words import _


def reason(task: UserTask) -> str:
    """Why staff may not answer this task for whom the case is about; empty where they may."""
    return "" if _question(task) else _words(task)


def reason_without_question(work: Work) -> str:
    """Why staff may not answer where the question that is the person's alone is none of the form; else empty.

    A key that was mistyped lets no signature through: the whole task is the person's then.
    """
    key = _question(work.task)
    if not key or (work.bound is not None and key in work.bound.definition.fields):
        return ""
    return _words(work.task)


def reason_of_answer(work: Work) -> str:
    """Why this answer, which is given for somebody else, cannot be; it stands beside its question from now on."""
    key = _question(work.task)
    if work.bound is None or not any(work.bound.draft().get(key, ())):
        return ""
    words = _words(work.task)
    work.bound.refuse(key, words)
    return words


def _question(task: UserTask) -> str:
    return str(task.properties.get(ANSWER) or "")


def _words(task: UserTask) -> str:
    kind = task.properties.get(PROPERTY)
    if kind == SIGNATURE:
        return _("A mandate, charter or agreement binds only whoever signs it. Send the person the link to sign.")
    if kind == CONSENT:
        return _("A consent is given by the person alone, freely (GDPR, article 4). Send the person the link.")
    return ""
