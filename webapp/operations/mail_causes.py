"""Why a mail was written that no element of a diagram sent: what the house does by itself, what somebody did on a page.

A mail says it by the first word of its key; one that a case wrote leads to the case (`webapp.operations.causes`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from flask_babel import lazy_gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.deadlines import PROPERTY
from engine.definitions import definition
from engine.engine import Engine
from engine.models import ProcessInstance, UserTask
from engine.outgoing import Effect
from webapp.comments.store import Comment
from webapp.operations.story import sentence
from webapp.words import _, language, ngettext
from workflows.association.mails import Mail, cause_of
from workflows.association.wording import typographic

__all__ = ["KINDS", "Cause", "origin", "origins", "told"]

DEADLINE, BY_HAND, MENTION = "task", "by_hand", "mention"
KINDS: Final[Mapping[str, Any]] = {
    "absent": lazy_gettext("Whoever leads a session is away on its day: the participants are told."),
    "absent-mentor": lazy_gettext("A mentor said that he cannot come: his mentees and the office are told."),
    "assigned": lazy_gettext("Its reader asked to be told when a task comes to him."),
    "away": lazy_gettext("An absence was entered: those who hold the same role are told."),
    "back": lazy_gettext("A mail of a case was answered or not delivered: whoever has its work is told."),
    BY_HAND: lazy_gettext("Somebody had its reader reminded of a task, by hand."),
    "debit_moved": lazy_gettext("Its reader signed for another account: what was announced is debited there."),
    "digest": lazy_gettext("Its reader asked to be told by mail of what waits, on these days."),
    "due": lazy_gettext("Its reader asked to be told of tasks due on the next working day."),
    "elected": lazy_gettext("A career group elected somebody: its people are told."),
    "lead-asked": lazy_gettext("Nobody leads a session of a career group: who leads others is asked."),
    "lead-search": lazy_gettext("Nobody leads a session of a career group: the office is asked to name somebody."),
    "letter": lazy_gettext("Somebody wrote it on a page, to people that he chose."),
    "link": lazy_gettext("Its reader asked for a new link in place of one that was used or too old."),
    "mandate": lazy_gettext("A role was given, or ends: whoever holds it is told."),
    MENTION: lazy_gettext("Somebody named its reader in a comment beside a case."),
    "moved": lazy_gettext("A session was moved or called off: those who were invited are told."),
    "off": lazy_gettext("The career group was called off: everybody in it is told."),
    "pair_nudge": lazy_gettext("Somebody who looks after mentoring asked a pair for news, by hand."),
    "report_nudge": lazy_gettext("Somebody asked for the report of an event, by hand."),
    "sign_in.mail": lazy_gettext("Somebody asked to sign in with this address."),
    "substitute": lazy_gettext("An absence was entered: its reader takes over."),
    DEADLINE: lazy_gettext("A share of the time of a task was over."),
    "triad": lazy_gettext("Triads or mirror groups of a career group were drawn: each of its people is told."),
    "trial": lazy_gettext("Whoever changes texts had it sent to himself, as a trial."),
    "week.mail": lazy_gettext("It is the letter of every Monday to whoever leads the office."),
}


@dataclass(frozen=True, slots=True)
class Cause:
    """One step back: what it is in a sentence, and what kind of thing it is for the mark before it."""

    kind: str  # sent, rule, way, timer, act
    text: str


def kind_of(mail: Mail) -> str:
    """The first word of its key."""
    return mail.key.partition(":")[0]


def origin(session: Session, mail: Mail) -> tuple[UUID | None, str]:
    """The case and the element from which it came; of a mail about a task or a comment those beside which it was
    written, of any other that no case wrote nothing."""
    return origins(session, [mail]).get(mail.key, (None, ""))


def origins(session: Session, mails: Collection[Mail]) -> Mapping[str, tuple[UUID, str]]:
    """The same of many mails, by their keys; those without a case are left out."""
    found = {mail.key: written for mail in mails if (written := cause_of(mail)) is not None}
    about = {mail.key: told for mail in mails if mail.key not in found and (told := _about(mail)) is not None}
    ids = set(about.values())
    tasks = select(UserTask.id, UserTask.instance_id, UserTask.element).where(UserTask.id.in_(ids))
    remarks = select(Comment.id, Comment.instance_id).where(Comment.id.in_(ids))
    beside = {row.id: (row.instance_id, row.element) for row in session.execute(tasks)} if ids else {}
    beside |= {row.id: (row.instance_id, "") for row in session.execute(remarks)} if ids else {}
    found |= {key: beside[id_] for key, id_ in about.items() if id_ in beside}
    rest = [mail.key for mail in mails if mail.key not in found and mail.key not in about]
    sent = select(Effect.key, Effect.instance_id, Effect.element).where(
        Effect.key.in_(rest), Effect.instance_id.is_not(None)
    )
    for key, case_id, element in session.execute(sent).tuples() if rest else ():
        if case_id is not None:
            found.setdefault(key, (case_id, element or ""))
    return found


def _about(mail: Mail) -> UUID | None:
    """The task or the comment that a key names."""
    kind, _colon, rest = mail.key.partition(":")
    return _id(rest.partition(":")[0]) if kind in {BY_HAND, DEADLINE, MENTION} else None


def told(session: Session, engine: Engine, mail: Mail, case: ProcessInstance | None) -> Iterator[Cause]:
    """What the mail's kind says; nothing for one that an element of a diagram sent."""
    kind = kind_of(mail)
    if kind == DEADLINE and case is not None:
        yield from _deadline(session, engine, mail, case)
    elif case is None or kind in {BY_HAND, MENTION}:
        known = KINDS.get(kind)
        yield Cause("act", _("Nothing on record says what wrote it.") if known is None else str(known))


def _deadline(session: Session, engine: Engine, mail: Mail, case: ProcessInstance) -> Iterator[Cause]:
    """A share of the time of a task is over: which, and how much time the diagram gives."""
    _kind, task_id, share = mail.key.split(":")[:3]
    task = session.get(UserTask, _id(task_id))
    element = None if task is None else definition(session, engine, case.definition_id).spec.elements.get(task.element)
    if element is not None:
        name = typographic(element.name_in(language()))
        reached = sentence("deadline", name, {"share": int(share) if share.isdecimal() else 0})
        yield Cause("timer", f"{reached}.")
        if PROPERTY in element.properties:
            written = element.properties[PROPERTY].strip()
            if written.isdecimal():
                days = ngettext(
                    "The diagram gives “%(name)s” %(num)d working day.",
                    "The diagram gives “%(name)s” %(num)d working days.", int(written), name=name,
                )  # fmt: skip
                yield Cause("rule", days)
            else:
                shown = {"name": name, "days": written.removeprefix("=").strip()}
                yield Cause("rule", _("The diagram gives “%(name)s” so many working days: `%(days)s`.", **shown))


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
