"""What happens to a task that stays: a reminder at half its time, then its head, then the general delegate (§1.5).

Colleagues remind each other, and whoever a case waits for, by hand: once a day. Mails name the task and the role, never
the person the case is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import ClassVar
from uuid import UUID

from sqlalchemy.orm import Session

from engine.assignment import Actor
from engine.engine import Engine
from engine.errors import Conflict, TaskClosed
from engine.history import record
from engine.models import UserTask
from engine.registry import ServiceTask, ServiceWork
from workflows.association import people, role_names, roles
from workflows.association.case_variables import local_day, uuid, whole
from workflows.association.notices.telling import Said, tell, was_told
from workflows.association.people import Person
from workflows.association.task_names import name_of

LAST_RESORT = "GENERAL_DELEGATE"
_TEXTS = {
    50: {
        "fr": ("Rappel : « {task} »", "« {task} » attend ({role}). La moitié du délai est passée."),
        "en": ("Reminder: “{task}”", "The task “{task}” waits, for the role {role}. Half of its time is over."),
    },
    100: {
        "fr": ("Délai dépassé : « {task} »", "La tâche « {task} » du rôle {role} a dépassé son délai."),
        "en": ("Overdue: “{task}”", "The task “{task}” of the role {role} is overdue."),
    },
    150: {
        "fr": ("Retard important : « {task} »", "La tâche « {task} » du rôle {role} a dépassé son délai de moitié."),
        "en": ("Long overdue: “{task}”", "The task “{task}” of the role {role} is overdue by half its time again."),
    },
}
_CHOSEN = {  # somebody chose the moment: nothing is said of how much of the time is over
    "fr": ("À suivre : « {task} »", "« {task} » attend ({role}). On vous demande d’y veiller."),
    "en": ("Please see to “{task}”", "The task “{task}” waits, for the role {role}. You are asked to see to it."),
}
_BY_HAND = {
    "fr": (
        "{by} vous rappelle : « {task} »",
        "{by} attend que « {task} » soit fait. La tâche vous attend ici :\n\n{url}",
    ),
    "en": ("{by} reminds you: “{task}”", "{by} waits for “{task}” to be done. You find it here:\n\n{url}"),
}


class AlreadyReminded(Conflict):
    """Somebody was already reminded of “{name}” today: once a day is enough."""

    code: ClassVar[str] = "already_reminded"


class NobodyToRemind(Conflict):
    """Nobody can be reminded of “{name}”: no address is known of whoever it waits for."""

    code: ClassVar[str] = "nobody_to_remind"


class NobodyElseToRemind(Conflict):
    """Nobody else can be reminded of “{name}”: you are the only one who holds its role."""

    code: ClassVar[str] = "nobody_else_to_remind"


class NobodyHoldsRole(Conflict):
    """Nobody can be reminded of “{name}”: nobody holds its role today. The general delegate names somebody."""

    code: ClassVar[str] = "nobody_holds_role"


def readers(session: Session, engine: Engine, task: UserTask, by: Actor) -> Sequence[Person]:
    """Whom a reminder by hand would tell now: whoever has an open task, or all who may take it, but not who asks.

    Raises TaskClosed, AlreadyReminded; NobodyToRemind, NobodyElseToRemind or NobodyHoldsRole by why there is nobody.
    """
    if task.state != "created":
        raise TaskClosed(closed_by=task.closed_by or "system", name=task.name, state=task.state)
    today = local_day(engine.clock.now(), engine.settings.zone)
    waited_for = _who(session, task, today)
    others = [person for person in waited_for if by.id != f"person:{person.id}"]
    told = [person for person in others if person.primary_email is not None]
    if not told:
        raise _why_nobody(task, waited_for, others)
    fresh = [person for person in told if not was_told(session, _key(task, person, today))]
    if not fresh:
        raise AlreadyReminded(name=task.name)
    return fresh


def by_hand(session: Session, engine: Engine, task: UserTask, by: Actor, public_url: str) -> None:
    """Reminds them. Raises as `readers` does."""
    today = local_day(engine.clock.now(), engine.settings.zone)
    for person in readers(session, engine, task, by):
        subject, text = _BY_HAND["en" if person.lang == "en" else "fr"]
        name = name_of(session, engine, task, person.lang)
        words = {"by": by.name, "task": name, "url": f"{public_url}/{_page(task)}"}
        title = _title(50, person.lang, name)  # names nobody: it may be read on a locked screen
        said = Said(title, f"/{_page(task)}", subject.format(**words), text.format(**words), task.id)
        tell(session, engine, person.id, "late", said, _key(task, person, today))
    record(session, engine, task.instance_id, "task_reminded", task.element, task.id, by)


def _why_nobody(task: UserTask, waited_for: Sequence[Person], others: Sequence[Person]) -> Conflict:
    """Why there is nobody to tell: a role that nobody holds, or none but who asks, or no address."""
    free = task.assignee is None and task.role is not None
    if free and not waited_for:
        return NobodyHoldsRole(name=task.name)
    return NobodyToRemind(name=task.name) if others or not free else NobodyElseToRemind(name=task.name)


def _key(task: UserTask, person: Person, today: date) -> str:
    """What makes it once a day, for each of them."""
    return f"by_hand:{task.id.hex}:{today:%y%m%d}:{person.id.hex}"[:80]


def _page(task: UserTask) -> str:
    """Where somebody does this task: those who act for the association in the inbox, others beside their case."""
    known = role_names.ROLES.get(roles.parts(task.role or "")[0])
    works_here = known is not None and known.kind in {"staff", "elected", "volunteer"}
    return f"tasks/{task.id}" if works_here else f"journeys/{task.instance_id}/tasks/{task.id}"


def _who(session: Session, task: UserTask, today: date) -> Sequence[Person]:
    kind, _, name = (task.assignee or "").partition(":")
    if kind == "person":
        ids: Sequence[UUID] = [UUID(name)]
    elif task.assignee is None and task.role is not None:
        key, scope = roles.parts(task.role)
        ids = roles.holders(session, key, today, scope=scope)
    else:
        ids = []
    found = (people.get(session, each) for each in ids)
    return [each for each in found if each is not None]


def services(public_url: str) -> Sequence[ServiceTask]:
    """What the deadlines of tasks call, over the address that mails lead to."""

    def remind(work: ServiceWork) -> None:
        _remind(work, public_url)

    def escalate(work: ServiceWork) -> None:
        _escalate(work, public_url)

    return [ServiceTask("task.remind", remind, frozenset()), ServiceTask("task.escalate", escalate, frozenset())]


def _remind(work: ServiceWork, public_url: str) -> None:
    """Half of the time is over: tells who has the task, or everyone who may take it."""
    task = work.session.get_one(UserTask, uuid(work.variables, "task_id"))
    _tell(work, public_url, task, 50, _doers(work, task))


def _escalate(work: ServiceWork, public_url: str) -> None:
    """The time is over: tells the head of the role; half as much again: tells the general delegate."""
    task = work.session.get_one(UserTask, uuid(work.variables, "task_id"))
    share = whole(work.variables, "share", 100)
    role = roles.head_of(task.role or LAST_RESORT) if share < 150 else LAST_RESORT
    task.priority = max(task.priority, 75 if share < 150 else 90)
    _tell(work, public_url, task, share, _holders(work, role))


def _doers(work: ServiceWork, task: UserTask) -> Sequence[UUID]:
    kind, _, person = (task.assignee or "").partition(":")
    if kind == "person":
        return [UUID(person)]
    return _holders(work, task.role) if task.role and task.assignee is None else []


def _holders(work: ServiceWork, role: str) -> Sequence[UUID]:
    key, scope = roles.parts(role)
    return roles.holders(work.session, key, local_day(work.now, work.engine.settings.zone), scope=scope)


def _tell(work: ServiceWork, public_url: str, task: UserTask, share: int, readers: Iterable[UUID]) -> None:
    for person_id in readers:
        person = people.get(work.session, person_id)
        if person is None or person.primary_email is None:
            continue
        texts = _CHOSEN if work.variables.get("by_hand") else _TEXTS[share]
        subject, text = texts.get(person.lang, texts["fr"])
        name = name_of(work.session, work.engine, task, person.lang)
        title = subject.format(task=name)
        said = text.format(task=name, role=role_names.role_name(task.role, person.lang))
        words = f"{said}\n\n{public_url}/{_page(task)}"
        key = f"task:{task.id}:{share}:{person_id}"[:80]
        tell(work.session, work.engine, person_id, "late", Said(title, f"/{_page(task)}", title, words, task.id), key)


def _title(share: int, lang: str, task: str) -> str:
    return _TEXTS[share].get(lang, _TEXTS[share]["fr"])[0].format(task=task)
