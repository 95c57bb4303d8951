"""The real forms of a draft, on its stage: of the tasks that wait, and of its start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast
from uuid import UUID

import workflows
from engine.errors import NotFound
from engine.feel.values import Value
from engine.models import UserTask
from engine.transaction import reading
from forms.bind import BoundForm
from forms.submission import Texts
from webapp import deployed_forms, task_work
from webapp.auth import SignedIn
from webapp.authorize import Viewer
from webapp.sandbox.actors import actor_for
from webapp.sandbox.playing import Play
from webapp.sandbox.stage import said_in
from webapp.start.startable import known_of, startable
from workflows.association import roles
from workflows.association.role_names import ROLES
from workflows.association.year.world import OpenTask

__all__ = ["start_form", "starts", "task_form", "told"]


def starts(play: Play, language: str) -> Sequence[tuple[str, str]]:
    """Who may send the start form of the process, with words: the key of a role, whoever the run has let the register
    know where members may send it, nothing for a visitor."""
    entry = workflows.entry(play.process_id)
    if entry is None:
        return ()
    found = [("", "")] if entry.public else []
    found += [(key, ROLES[key].fr if language == "fr" else ROLES[key].en) for key in sorted(entry.starter_roles)]
    found += [(name, name) for name in sorted(play.people) if entry.for_members]
    return [each for each in found if _has_form(play, each[0], language)]


def _has_form(play: Play, who: str, language: str) -> bool:
    try:
        return start_form(play, who, language, None) is not None
    except NotFound:
        return False


def start_form(play: Play, who: str, language: str, typed: Texts | None) -> BoundForm | None:
    """The start form as this role, a person of the run, or a visitor sees it. Raises NotFound."""
    stage = play.stage
    with reading(stage.engine) as session:
        person: SignedIn | None = None
        if who:
            id_ = play.people.get(who) or UUID(stage.office(who).removeprefix("person:"))
            person = SignedIn(id_, id_, "", language, roles.of(session, id_, stage.today), "PASSWORD")
        found = startable(session, stage.engine, person, play.process_id, language)
        if found.form is None:
            return None
        known = cast("Mapping[str, Value]", known_of(person, play.process_id))
        by = "visitor" if person is None else person.actor.id
        asked = deployed_forms.Answering(stage.engine, language, known, stage.clock.now(), by)
        return deployed_forms.bind(session, found.form, asked, submitted=typed)


def task_form(play: Play, task: OpenTask, language: str, typed: Texts | None) -> BoundForm | None:
    """The form of a task as whoever has it sees it; None where a button is enough. Raises NobodyThere."""
    actor = actor_for(play.stage, task, "")
    with reading(play.stage.engine) as session:
        row = session.get_one(UserTask, task.id)
        viewer = Viewer(actor, frozenset({actor.id}))
        return task_work.open_work(session, play.stage.engine, viewer, row, language, submitted=typed).bound


def told(bound: BoundForm | None, typed: Texts | None) -> dict[str, str]:
    """What was answered, as cells of a table."""
    return said_in(bound) if bound is not None and typed is not None else {}
