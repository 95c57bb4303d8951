"""What happens to a task that stays: a reminder at half its time, then its head, then the general delegate (§1.5).

Mails name the task and the role, never the person the case is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from engine.models import UserTask
from engine.registry import ServiceWork, service_task
from workflows.association import mails, people, roles
from workflows.association.case_variables import local_day, uuid, whole

LAST_RESORT = "GENERAL_DELEGATE"
_TEXTS = {
    50: {
        "fr": (
            "Rappel : « {task} »",
            "« {task} » attend ({role}). La moitié du délai est passée.",
        ),
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


@service_task("task.remind", results=())
def remind(work: ServiceWork) -> None:
    """Half of the time is over: tells who has the task, or everyone who may take it."""
    task = work.session.get_one(UserTask, uuid(work.variables, "task_id"))
    _tell(work, task, 50, _doers(work, task))


@service_task("task.escalate", results=())
def escalate(work: ServiceWork) -> None:
    """The time is over: tells the head of the role; half as much again: tells the general delegate."""
    task = work.session.get_one(UserTask, uuid(work.variables, "task_id"))
    share = whole(work.variables, "share", 100)
    role = roles.head_of(task.role or LAST_RESORT) if share < 150 else LAST_RESORT
    task.priority = max(task.priority, 75 if share < 150 else 90)
    _tell(work, task, share, _holders(work, role))


def _doers(work: ServiceWork, task: UserTask) -> Sequence[UUID]:
    kind, _, person = (task.assignee or "").partition(":")
    if kind == "person":
        return [UUID(person)]
    return _holders(work, task.role) if task.role and task.assignee is None else []


def _holders(work: ServiceWork, role: str) -> Sequence[UUID]:
    key, scope = roles.parts(role)
    return roles.holders(work.session, key, local_day(work.now, work.engine.settings.zone), scope=scope)


def _tell(work: ServiceWork, task: UserTask, share: int, readers: Iterable[UUID]) -> None:
    for person_id in readers:
        person = people.get(work.session, person_id)
        if person is None or person.primary_email is None:
            continue
        subject, text = _TEXTS[share].get(person.lang, _TEXTS[share]["fr"])
        words = {"task": task.name, "role": _role_name(task.role, person.lang)}
        key = f"task:{task.id}:{share}:{person_id}"[:80]
        if mails.by_key(work.session, key) is None:
            mails.post(
                work.session,
                work.engine,
                to=person_id,
                subject=subject.format(**words),
                text=text.format(**words),
                key=key,
            )


def _role_name(role: str | None, lang: str) -> str:
    known = roles.ROLES.get(role or "")
    return "" if known is None else known.en if lang == "en" else known.fr
