"""Who acts in a scenario: a role by its key or its name in either language, a person whose task it is, a visitor."""

from __future__ import annotations

from typing import ClassVar

from engine.assignment import Actor, barred
from engine.errors import Invalid
from engine.models import UserTask
from engine.transaction import reading
from webapp.sandbox.phrases import PERSON
from webapp.sandbox.stage import SandboxStage
from workflows.association import roles
from workflows.association.role_names import ROLES
from workflows.association.year.world import OpenTask

__all__ = ["actor_for", "person_of", "role_named", "who_of"]


class NobodyThere(Invalid):
    """“{element}” is not for {who}: it waits for {role}."""

    code: ClassVar[str] = "scenario_who"


def role_named(who: str) -> str | None:
    """The role that these words name."""
    wanted = who.casefold()
    for key, role in ROLES.items():
        if wanted in {key.casefold(), role.fr.casefold(), role.en.casefold()}:
            return key
    return None


def who_of(task: OpenTask, language: str) -> str:
    """What a scenario calls whoever has this task."""
    held = (
        None if person_of(task) else next((each for each in (task.role or "", *task.candidates) if each in ROLES), None)
    )
    return PERSON["fr" if language == "fr" else "en"] if held is None else held


def actor_for(stage: SandboxStage, task: OpenTask, who: str) -> Actor:
    """Who does the task; empty words: whoever has it. Raises NobodyThere."""
    role = role_named(who) if who else None
    named = person_of(task)
    if named and (role is None or role in {task.role, *task.candidates}):
        return Actor(named, "")
    wanted = role or next((each for each in (task.role or "", *task.candidates) if each in ROLES), "")
    with reading(stage.engine) as session:
        row = session.get_one(UserTask, task.id)
        for person in roles.holders(session, wanted, stage.today) if wanted in {task.role, *task.candidates} else ():
            actor = Actor(f"person:{person}", "", frozenset({wanted}))
            if not barred(actor.id, row):
                return actor
    raise NobodyThere(element=task.element, who=who or "–", role=task.role or ", ".join(task.candidates) or "–")


def person_of(task: OpenTask) -> str | None:
    """The person to whom the task is given, or for whom alone it is."""
    users = [each.removeprefix("user:") for each in task.candidates if each.startswith("user:")]
    return task.assignee or next(iter(users), None)
